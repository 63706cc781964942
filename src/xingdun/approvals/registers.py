"""Pages of the approvals: what was asked, who decides, what was decided."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xingdun.approvals import selectors, services
from xingdun.approvals.models import Process
from xingdun.frame.permissions import PERMISSIONS
from xingdun.frame.registers import Action, Column, register


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


def decided_here(process: Any) -> bool:
    """Whether it waits, and its record has no decision page of its own, where more can be said (cutting fields)."""
    own = f"{process.about.partition(':')[0]}.approve"
    return process.state == Process.State.OPEN and own not in PERMISSIONS


register(
    Process,
    title=_("All approvals"),
    question=_("What was asked, and who decides?"),
    rows=selectors.processes,
    order=("-opened_at",),
    columns=[
        Column("title", sort="title"),
        Column("state", kind="state", sort="state"),
        Column("requested_by", _("asked by"), kind="record", sort="requested_by__name"),
        Column("opened_at", kind="time", sort="opened_at"),
        Column("closed_at", kind="time", sort="closed_at"),
    ],
    search=("title", "requested_by__name"),
    filters=("state", "opened_at"),
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
    ],
    empty=_("Nothing was asked yet. Requests for data come here by themselves."),
    icon="gavel",
    menu="approvals",
    heading=lambda one: one.title,
)
