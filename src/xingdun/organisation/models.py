"""Who the institution is: its profile, its departments, its people and the roles they hold for a time."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xingdun.frame.ids import uuid7
from xingdun.frame.models import WEB, InstitutionModel, Record
from xingdun.frame.roles import SEPARATED, Role


class Institution(Record):
    """A healthcare institution, or a health authority, and the facts its duties depend on."""

    class Kind(models.TextChoices):
        """What sort of institution it is."""

        HOSPITAL = "hospital", _("hospital")
        PRIMARY_CARE = "primary_care", _("primary care institution")
        PUBLIC_HEALTH = "public_health", _("public health institution")
        AUTHORITY = "authority", _("health authority")
        OTHER = "other", _("other health institution")

    class Tier(models.TextChoices):
        """The hospital's tier."""

        TERTIARY = "tertiary", _("tertiary")
        SECONDARY = "secondary", _("secondary")
        PRIMARY = "primary", _("primary")
        NONE = "none", _("not tiered")

    name = models.CharField(_("name"), max_length=200, unique=True)
    english_name = models.CharField(_("English name"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.HOSPITAL)
    tier = models.CharField(_("tier"), max_length=20, choices=Tier, default=Tier.NONE)
    region_code = models.CharField(_("region code"), max_length=12, blank=True)
    internet_hospital = models.BooleanField(_("internet hospital"), default=False)
    critical_infrastructure = models.BooleanField(_("critical information infrastructure"), default=False)
    persons_held = models.PositiveBigIntegerField(_("persons whose data are held"), default=0)
    face_recognition = models.BooleanField(_("uses face recognition"), default=False)
    cross_border = models.BooleanField(_("data leave the country"), default=False)
    cloud = models.BooleanField(_("uses cloud services"), default=False)
    artificial_intelligence = models.BooleanField(_("uses artificial intelligence"), default=False)
    blockchain = models.BooleanField(_("uses blockchain"), default=False)
    authorised_body = models.BooleanField(_("authorised to hold public-interest data (C3)"), default=False)
    synthetic = models.BooleanField(_("synthetic sample"), default=False, editable=False)

    class Meta:
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")

    def __str__(self) -> str:
        return self.name


class Department(InstitutionModel):
    """A department; the head of the one in charge of data reviews requests for it (MEASURES-21f)."""

    code = models.CharField(_("code"), max_length=32)
    name = models.CharField(_("name"), max_length=120)
    english_name = models.CharField(_("English name"), max_length=120, blank=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "code"], name="department_code_is_unique"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="department_is_not_its_own_parent"),
        ]

    def __str__(self) -> str:
        return self.name


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by login; accounts are made by `services.person_create` alone."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        """The account with that login, whatever its case."""
        return self.get(login__iexact=username)


class Account(AbstractBaseUser):
    """What signs in: a login and its password. Who it is stands in Person, under row security.

    The table is read before anyone is known, so it holds no personal data; once someone is, calls see their
    institution's accounts alone.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    login = models.CharField(_("login"), max_length=64, unique=True)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    is_active = models.BooleanField(_("may sign in"), default=True)
    must_change_password = models.BooleanField(_("password is for one sign-in"), default=True)
    language = models.CharField(_("language"), max_length=8, default="zh-hans")

    objects = AccountManager()

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    seen_before_sign_in = True

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self) -> str:
        return self.login


class Person(InstitutionModel):
    """A natural person who works for or with the institution; of a third party's staff, `employer` names it."""

    name = models.CharField(_("name"), max_length=80)
    staff_number = models.CharField(_("staff number"), max_length=40)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="people")
    employer = models.CharField(_("outside employer"), max_length=200, blank=True, default="")
    account = models.OneToOneField(Account, on_delete=models.PROTECT, null=True, blank=True, related_name="person")
    joined_at = models.DateTimeField(_("joined"))
    left_at = models.DateTimeField(_("left"), null=True, blank=True)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "staff_number"], name="staff_number_is_unique"),
        ]

    def __str__(self) -> str:
        return self.name


class Appointment(InstitutionModel):
    """A role held from `starts_at` until `ends_at`, or until it is closed before.

    The three administrators' roles exclude each other in one pair of hands: at most one of them is open a person.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appointments")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    closed_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(role__in=[role.value for role in SEPARATED], closed_at__isnull=True),
                name="administrators_are_separate",
            ),
            models.UniqueConstraint(
                fields=["person", "role", "department"],
                condition=Q(closed_at__isnull=True),
                nulls_distinct=False,
                name="appointment_is_open_once",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="appointment_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.DEPARTMENT_HEAD) | Q(department__isnull=False),
                name="department_head_has_a_department",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.get_role_display()}"


class Post(InstitutionModel):
    """A post of security in the institution: who holds it, with which duties, by which letter of appointment.

    A post is no role: what its holder may do on the platform comes by `Appointment` alone. verified_at: when someone
    last made sure that the entry still holds (the emergency roster, each quarter).
    """

    class Kind(models.TextChoices):
        """The posts the documents name."""

        RESPONSIBLE = "responsible", _("person responsible for information security")
        LEAD = "lead", _("head of network security")
        ADMINISTRATOR = "administrator", _("network security administrator")
        OFFICER = "officer", _("data security officer")
        PROTECTION = "protection", _("technical protection (IT)")
        EMERGENCY = "emergency", _("member of the emergency team")
        OTHER = "other", _("other key post")

    kind = models.CharField(_("post"), max_length=16, choices=Kind)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="posts", verbose_name=_("person"))
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="+", verbose_name=_("department in charge")
    )
    duties = models.TextField(_("duties"))
    document = models.CharField(_("letter of appointment"), max_length=200)
    full_time = models.BooleanField(_("full time"), default=False)
    certified = models.BooleanField(_("held with a certificate"), default=False)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    since = models.DateTimeField(_("since"))
    verified_at = models.DateTimeField(_("verified"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "kind"],
                condition=Q(ended_at__isnull=True) & ~Q(kind="other"),
                name="post_is_held_once",
            ),
            models.CheckConstraint(condition=~Q(document="") & ~Q(duties=""), name="post_has_letter_and_duties"),
            models.CheckConstraint(condition=~Q(kind="emergency") | ~Q(phone=""), name="emergency_post_has_a_phone"),
            models.CheckConstraint(
                condition=~Q(kind="officer") | Q(certified=True), name="officer_holds_a_certificate"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.person}"


class PersonnelRecord(InstitutionModel):
    """What was established about a person: identity, background, confidentiality, a certificate. Only added.

    document: the agreement's, certificate's or review's number, or where it is filed. done_at: when it was signed or
    established; expires_at: until when it holds by itself.
    """

    class Kind(models.TextChoices):
        """What was established."""

        IDENTITY = "identity", _("identity verified")
        BACKGROUND = "background", _("background reviewed")
        CONFIDENTIALITY = "confidentiality", _("confidentiality agreement signed")
        CERTIFICATE = "certificate", _("certificate held")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="records", verbose_name=_("person"))
    kind = models.CharField(_("what"), max_length=16, choices=Kind)
    document = models.CharField(_("document"), max_length=200)
    issuer = models.CharField(_("issued by"), max_length=200, blank=True)
    passed = models.BooleanField(_("without objection"), default=True)
    done_at = models.DateTimeField(_("done"))
    expires_at = models.DateTimeField(_("valid until"), null=True, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    at = models.DateTimeField(_("time"))

    database_rights: ClassVar[dict[str, str]] = {WEB: "SELECT, INSERT"}

    class Meta:
        verbose_name = _("personnel record")
        verbose_name_plural = _("personnel records")
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(document=""), name="personnel_record_names_its_document"),
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True) | Q(expires_at__gt=F("done_at")),
                name="personnel_record_expires_after_it_is_done",
            ),
            models.CheckConstraint(condition=~Q(person=F("by")), name="nobody_records_their_own"),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "kind", "-done_at"], name="personnel_record_newest")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.person}"


class Token(Record):
    """A key to the API: only its digest is kept; it acts with `scopes` at most, until it expires.

    Looked up before anyone is known, so it has no row security; services show people their own.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(_("name"), max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = models.JSONField(_("scopes"), default=list)
    created_at = models.DateTimeField(_("created"))
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="token_expires_after_it_is_made"),
        ]

    def __str__(self) -> str:
        return self.name
