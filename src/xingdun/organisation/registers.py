"""Pages of the organisation: its profile, its departments, its people and their roles."""

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from xingdun.audit import selectors as ledger
from xingdun.frame.registers import Action, Column, Related, register
from xingdun.organisation import forms, selectors, services
from xingdun.organisation.models import Appointment, Department, Institution, Person, PersonnelRecord, Post

MENU = "organisation"


def people_with_roles() -> QuerySet[Person]:
    """Everyone, with the appointments that are not closed under `held`."""
    held = Appointment.objects.filter(closed_at__isnull=True).order_by("role")
    return (
        selectors.people()
        .prefetch_related(None)
        .prefetch_related(Prefetch("appointments", queryset=held, to_attr="held"))
    )


def is_open(appointment: Appointment) -> bool:
    """Whether the appointment can still be ended."""
    return appointment.closed_at is None


def is_held(post: Post) -> bool:
    """Whether the post is held."""
    return post.ended_at is None


def is_here(person: Person) -> bool:
    """Whether the person has not left."""
    return person.left_at is None


register(
    Institution,
    title=_("Institution"),
    question=_("Who are we, and which facts decide our duties?"),
    rows=selectors.institutions,
    order=("name",),
    columns=[
        Column("name"),
        Column("kind", kind="state"),
        Column("tier", kind="state"),
        Column("region_code"),
    ],
    detail=[Column(name) for name in forms.PROFILE],
    actions=[
        Action(
            "update",
            services.institution_update,
            _("Change the profile"),
            form=forms.ProfileForm,
            help=_("Duties follow from these facts; the change is recorded in the ledger."),
        )
    ],
    empty=_("No institution stands yet. Start the platform once with `xingdun up`."),
    icon="building-hospital",
    menu=MENU,
)

register(
    Department,
    title=_("Departments"),
    question=_("Which departments are there?"),
    rows=selectors.departments,
    order=("code",),
    columns=[
        Column("name", sort="name"),
        Column("code", sort="code"),
        Column("english_name", sort="english_name"),
        Column("parent", _("belongs to"), kind="record", sort="parent__name"),
    ],
    search=("name", "code", "english_name"),
    filters=("parent",),
    related=[
        Related(_("People"), "organisation.person", lambda one: people_with_roles().filter(department=one)),
        Related(
            _("Departments below it"), "organisation.department", lambda one: selectors.departments().filter(parent=one)
        ),
    ],
    actions=[
        Action("create", services.department_create, _("Add a department"), form=forms.NewDepartmentForm, on="list"),
        Action("update", services.department_update, _("Change"), form=forms.DepartmentForm),
    ],
    empty=_("No department yet. Add the first one; people belong to departments."),
    icon="sitemap",
    menu=MENU,
    heading=lambda one: one.name,
)

register(
    Person,
    title=_("People"),
    question=_("Who works here, and in which role?"),
    rows=people_with_roles,
    order=("name", "staff_number"),
    columns=[
        Column("name", sort="name"),
        Column("staff_number", sort="staff_number"),
        Column("department", _("department"), kind="record", sort="department__name"),
        Column("held.get_role_display", _("roles"), kind="list"),
        Column("left_at", kind="time", sort="left_at"),
    ],
    search=("name", "staff_number", "account__login"),
    filters=("department", "appointments__role", "left_at"),
    detail=[
        Column("staff_number"),
        Column("department", _("department"), kind="record"),
        Column("employer"),
        Column("account.login", _("login")),
        Column("account.is_active", _("may sign in"), kind="boolean"),
        Column("held.get_role_display", _("roles"), kind="list"),
        Column("joined_at", kind="time"),
        Column("left_at", kind="time"),
    ],
    related=[
        Related(
            _("Appointments"),
            "organisation.appointment",
            lambda one: selectors.appointments().filter(person=one).order_by("-starts_at"),
        ),
        Related(_("Posts"), "organisation.post", lambda one: selectors.posts().filter(person=one).order_by("-since")),
        Related(
            _("Personnel records"),
            "organisation.personnelrecord",
            lambda one: selectors.personnel_records().filter(person=one).order_by("-done_at"),
        ),
        Related(_("What this person did"), "audit.entry", lambda one: ledger.entries().filter(actor=one.reference)),
        Related(
            _("What was done to this record"), "audit.entry", lambda one: ledger.entries().filter(about=one.reference)
        ),
    ],
    actions=[
        Action(
            "create",
            services.person_create,
            _("Register a person"),
            form=forms.NewPersonForm,
            on="list",
            shows_once=True,
            help=_("They get an account and a password for one sign-in. Roles come by appointment."),
        ),
        Action("update", services.person_update, _("Change"), form=forms.PersonForm, available=is_here),
        Action(
            "add_record",
            services.person_add_record,
            _("Add a personnel record"),
            form=forms.PersonnelRecordForm,
            available=is_here,
            help=_("Identity, background, confidentiality or a certificate; earlier records stay."),
        ),
        Action(
            "reset_password",
            services.person_reset_password,
            _("Reset the password"),
            available=is_here,
            shows_once=True,
            help=_("The old password ends now; the new one is for one sign-in and is shown once."),
        ),
        Action(
            "suspend",
            services.person_suspend,
            _("Suspend"),
            form=forms.SuspendForm,
            available=lambda one: is_here(one) and one.account is not None and one.account.is_active,
            danger=True,
            help=_("Sign-in, tokens and open windows end in this minute; roles rest until the person is restored."),
        ),
        Action(
            "restore",
            services.person_restore,
            _("Restore"),
            available=lambda one: is_here(one) and one.account is not None and not one.account.is_active,
            help=_("The person may sign in again; what ended stays ended."),
        ),
        Action(
            "leave",
            services.person_leave,
            _("Record leaving"),
            form=forms.LeaveForm,
            available=is_here,
            danger=True,
            help=_("Roles, account, tokens and open windows end in this minute."),
        ),
    ],
    empty=_("Nobody is registered yet. Register the first person."),
    icon="users",
    menu=MENU,
    heading=lambda one: one.name,
)

register(
    Appointment,
    title=_("Appointments"),
    question=_("Who holds which role, and until when?"),
    rows=selectors.appointments,
    order=("-starts_at",),
    columns=[
        Column("role", kind="state", sort="role"),
        Column("person", _("person"), kind="record", sort="person__name"),
        Column("department", _("department"), kind="record", sort="department__name"),
        Column("starts_at", kind="time", sort="starts_at"),
        Column("ends_at", kind="time", sort="ends_at"),
        Column("closed_at", kind="time", sort="closed_at"),
    ],
    search=("person__name", "person__staff_number"),
    filters=("role", "department", "starts_at", "closed_at"),
    actions=[
        Action(
            "create",
            services.appointment_create,
            _("Appoint"),
            form=forms.AppointmentForm,
            on="list",
            help=_("Security administrator, system administrator and auditor are never one person."),
        ),
        Action(
            "end",
            services.appointment_end,
            _("End this role"),
            form=forms.EndForm,
            available=is_open,
            danger=True,
            help=_("The rights that come with it end in this minute."),
        ),
    ],
    empty=_("Nobody holds a role yet. Appoint someone; nobody may do anything without a role."),
    icon="id-badge-2",
    menu=MENU,
)

register(
    Post,
    title=_("Posts"),
    question=_("Who answers for security, and by which letter?"),
    rows=selectors.posts,
    order=("-since",),
    columns=[
        Column("kind", kind="state", sort="kind"),
        Column("person", kind="record", sort="person__name"),
        Column("department", kind="record", sort="department__name"),
        Column("document"),
        Column("since", kind="time", sort="since"),
        Column("verified_at", kind="time", sort="verified_at"),
        Column("ended_at", kind="time", sort="ended_at"),
    ],
    detail=[
        Column("kind", kind="state"),
        Column("person", kind="record"),
        Column("department", kind="record"),
        Column("duties"),
        Column("document"),
        Column("full_time", kind="boolean"),
        Column("certified", kind="boolean"),
        Column("phone"),
        Column("since", kind="time"),
        Column("verified_at", kind="time"),
        Column("ended_at", kind="time"),
    ],
    search=("person__name", "person__staff_number", "document"),
    filters=("kind", "department", "since", "ended_at"),
    actions=[
        Action(
            "create",
            services.post_create,
            _("Fill a post"),
            form=forms.PostForm,
            on="list",
            help=_("A post names who answers; rights on the platform come by appointment."),
        ),
        Action("verify", services.post_verify, _("Verify"), available=is_held),
        Action("end", services.post_end, _("End this post"), form=forms.EndForm, available=is_held, danger=True),
    ],
    empty=_("No post is filled yet. Fill the first one: the person responsible for information security."),
    icon="certificate",
    menu=MENU,
)

register(
    PersonnelRecord,
    title=_("Personnel records"),
    question=_("What was established about our people?"),
    rows=selectors.personnel_records,
    order=("-done_at",),
    columns=[
        Column("kind", kind="state", sort="kind"),
        Column("person", kind="record", sort="person__name"),
        Column("document"),
        Column("passed", kind="boolean", sort="passed"),
        Column("done_at", kind="time", sort="done_at"),
        Column("expires_at", kind="time", sort="expires_at"),
    ],
    detail=[
        Column("kind", kind="state"),
        Column("person", kind="record"),
        Column("document"),
        Column("issuer"),
        Column("passed", kind="boolean"),
        Column("done_at", kind="time"),
        Column("expires_at", kind="time"),
        Column("by", kind="record"),
    ],
    search=("person__name", "person__staff_number", "document"),
    filters=("kind", "passed", "done_at", "expires_at"),
    empty=_("Nothing is recorded yet. Open a person and add a record."),
    icon="file-certificate",
)
