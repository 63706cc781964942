"""Pages of the approvals: what was asked, who decides, what was decided, and whose seat is left to whom."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xingdun.approvals import selectors, services
from xingdun.approvals.models import Delegation, Process
from xingdun.frame.context import current
from xingdun.frame.permissions import PERMISSIONS
from xingdun.frame.registers import Action, Column, Related, register
from xingdun.frame.roles import Role
from xingdun.organisation.forms import PersonField, moment_field
from xingdun.organisation.models import Department

MENU = "approvals"
DECIDING = (Role.DEPARTMENT_HEAD, Role.DSO, Role.LEGAL, Role.KEY_HOLDER, Role.HEAD)


class ApproveForm(forms.Form):
    """Words with an approval."""

    reason = forms.CharField(
        label=_("remark"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class RefuseForm(forms.Form):
    """A refusal says why."""

    reason = forms.CharField(
        label=_("reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The applicant reads it, to mend the request."),
    )


class WithdrawForm(forms.Form):
    """Why it is taken back; asked of whoever takes back what somebody else asked for."""

    reason = forms.CharField(
        label=_("reason"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class DelegateForm(forms.Form):
    """Whose decisions are left to whom, and until when."""

    delegate = PersonField(label=_("who decides meanwhile"), help_text=_("Staff number, login or name."))
    role = forms.ChoiceField(label=_("role"), choices=[(role.value, role.label) for role in DECIDING])
    department = forms.ModelChoiceField(
        label=_("department"),
        queryset=Department.objects.none(),
        required=False,
        help_text=_("Empty: wherever you hold the role."),
    )
    starts_at = moment_field(_("from"), _("Empty: now."))
    ends_at = moment_field(_("until"), "")
    reason = forms.CharField(label=_("why"), max_length=300)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["ends_at"].required = True
        self.fields["department"].queryset = Department.objects.order_by("code")  # type: ignore[attr-defined]


def decided_here(process: Any) -> bool:
    """Whether it waits, and its record has no decision page of its own, where more can be said (cutting fields)."""
    own = f"{process.about.partition(':')[0]}.approve"
    return process.state == Process.State.OPEN and own not in PERMISSIONS


def may_withdraw(process: Any) -> bool:
    """Whether the reader may take it back here: their own, unless its record has its own page; or a stuck one."""
    if process.state != Process.State.OPEN:
        return False
    own = process.requested_by_id == current().person and decided_here(process)
    return own or may_ask_again(process)


def may_ask_again(process: Any) -> bool:
    """Whether nobody can decide it any more, and the reader asked for it or is the data security officer."""
    theirs = process.requested_by_id == current().person or Role.DSO in current().roles
    return bool(process.stuck and theirs)


def may_end(delegation: Any) -> bool:
    """Whether the reader may end it before its time."""
    theirs = current().person in {delegation.delegator_id, delegation.delegate_id}
    runs = delegation.ended_at is None and delegation.ends_at > timezone.now()
    return bool(runs and (theirs or Role.SECURITY_ADMIN in current().roles))


register(
    Process,
    title=_("All approvals"),
    question=_("What was asked, and who decides?"),
    rows=selectors.processes,
    order=("-opened_at",),
    columns=[
        Column("title", sort="title"),
        Column("state", kind="state", sort="state"),
        Column("stuck", kind="boolean", sort="stuck"),
        Column("requested_by", _("asked by"), kind="record", sort="requested_by__name"),
        Column("opened_at", kind="time", sort="opened_at"),
        Column("closed_at", kind="time", sort="closed_at"),
    ],
    search=("title", "requested_by__name"),
    filters=("state", "stuck", "opened_at"),
    detail=[
        Column("state", kind="state"),
        Column("about", kind="record"),
        Column("requested_by", _("asked by"), kind="record"),
        Column("requested_by.department", _("department"), kind="record"),
        Column("opened_at", kind="time"),
        Column("closed_at", kind="time"),
    ],
    panels=("console/panels/process.html",),
    actions=[
        Action("approve", services.process_approve, _("Approve"), form=ApproveForm, available=decided_here),
        Action("refuse", services.process_refuse, _("Refuse"), form=RefuseForm, available=decided_here, danger=True),
        Action(
            "ask_again",
            services.process_ask_again,
            _("Ask again"),
            available=may_ask_again,
            help=_("The route begins anew for the same content; decisions made so far do not count any more."),
        ),
        Action(
            "withdraw",
            services.process_withdraw,
            _("Withdraw"),
            form=WithdrawForm,
            available=may_withdraw,
            danger=True,
            help=_("Nothing is decided then; it can be filed anew. Say why when somebody else asked for it."),
        ),
    ],
    empty=_("Nothing was asked yet. Requests for data come here by themselves."),
    icon="gavel",
    menu=MENU,
    heading=lambda one: one.title,
)

register(
    Delegation,
    title=_("Delegations"),
    question=_("Whose decisions are left to whom, and until when?"),
    rows=selectors.delegations,
    order=("-starts_at",),
    columns=[
        Column("delegator", kind="record", sort="delegator__name"),
        Column("delegate", kind="record", sort="delegate__name"),
        Column("role", kind="state", sort="role"),
        Column("department", kind="record", sort="department__name"),
        Column("starts_at", kind="time", sort="starts_at"),
        Column("ends_at", kind="time", sort="ends_at"),
        Column("ended_at", kind="time", sort="ended_at"),
    ],
    search=("delegator__name", "delegate__name"),
    filters=("role", "department", "starts_at", "ends_at"),
    detail=[
        Column("delegator", kind="record"),
        Column("delegate", kind="record"),
        Column("role", kind="state"),
        Column("department", kind="record"),
        Column("starts_at", kind="time"),
        Column("ends_at", kind="time"),
        Column("ended_at", kind="time"),
        Column("reason"),
    ],
    related=[
        Related(
            _("Approvals decided by it"),
            "approvals.process",
            lambda one: selectors.processes().filter(decisions__delegation=one).order_by("-opened_at"),
        ),
    ],
    actions=[
        Action(
            "create",
            services.delegation_create,
            _("Leave my decisions to someone"),
            form=DelegateForm,
            on="list",
            help=_("They decide in your place until the end; on one approval only one of you both counts."),
        ),
        Action("end", services.delegation_end, _("End it now"), available=may_end, danger=True),
    ],
    empty=_("Nobody has left decisions to someone else. Whoever is away can do so here, for a time."),
    icon="switch-horizontal",
    menu=MENU,
)
