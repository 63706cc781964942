"""The page of the evidence that people bring."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xingdun.audit import selectors as ledger
from xingdun.frame.registers import Action, Column, Related, register
from xingdun.obligations import selectors, services
from xingdun.obligations.duties_field import DutiesWidget, duties
from xingdun.obligations.models import EvidenceFile
from xingdun.obligations.subject_field import LIMITS, AboutForm
from xingdun.organisation.forms import moment_field


class ServeForm(AboutForm):
    """What a file is evidence of."""

    duties = forms.MultipleChoiceField(
        label=_("duties"),
        choices=duties,
        required=False,
        widget=DutiesWidget(attrs=LIMITS),
        help_text=_("Each answers all of its clauses, in every document."),
    )
    field_order: Iterable[str] | None = ("duties", "subject")


class UploadForm(ServeForm):
    """A file, what it shows, who may read it, and until when it counts."""

    title = forms.CharField(label=_("title"), max_length=200)
    file = forms.FileField(label=_("file"))
    classification = forms.ChoiceField(
        label=_("classification"),
        choices=EvidenceFile.Classification.choices,
        initial=EvidenceFile.Classification.INTERNAL,
    )
    counts_from = moment_field(_("counts from"), _("Empty: now."))
    expires_at = moment_field(_("expires"), _("Empty: it does not."))
    field_order = ("title", "duties", "subject", "file", "classification", "counts_from", "expires_at")


class WithdrawForm(forms.Form):
    """Why it counts no more."""

    reason = forms.CharField(label=_("reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


def counts(evidence: Any) -> bool:
    """Whether it has not been withdrawn."""
    return evidence.withdrawn_at is None


register(
    EvidenceFile,
    title=_("Evidence"),
    question=_("Which files show that we meet our duties, and until when?"),
    rows=selectors.evidence_files,
    order=("-uploaded_at",),
    columns=[
        Column("title", sort="title"),
        Column("uses.duty", _("duties"), kind="list"),
        Column("classification", kind="state", sort="classification"),
        Column("counts_from", kind="time", sort="counts_from"),
        Column("expires_at", kind="time", sort="expires_at"),
        Column("withdrawn_at", kind="time", sort="withdrawn_at"),
        Column("uploaded_by", kind="record", sort="uploaded_by__name"),
    ],
    search=("title", "name", "=sha256"),
    filters=("classification", "uses__duty", "expires_at", "withdrawn_at"),
    detail=[
        Column("name"),
        Column("media_type"),
        Column("size", kind="number"),
        Column("uses.duty", _("duties"), kind="list"),
        Column("uses.subject", _("about"), kind="record"),
        Column("classification", kind="state"),
        Column("counts_from", kind="time"),
        Column("expires_at", kind="time"),
        Column("withdrawn_at", kind="time"),
        Column("uploaded_by", kind="record"),
        Column("uploaded_at", kind="time"),
        Column("sha256"),
        Column("sm3"),
    ],
    panels=("console/panels/evidence.html",),
    related=[
        Related(
            _("What was done to this record"), "audit.entry", lambda one: ledger.entries().filter(about=one.reference)
        ),
    ],
    actions=[
        Action(
            "create",
            services.evidencefile_create,
            _("Bring evidence"),
            form=UploadForm,
            on="list",
            help=_("The file is checked, encrypted and kept with its digests; it counts until it expires."),
        ),
        Action(
            "serve",
            services.evidencefile_serve,
            _("Say what more it shows"),
            form=ServeForm,
            available=counts,
        ),
        Action(
            "withdraw",
            services.evidencefile_withdraw,
            _("Withdraw"),
            form=WithdrawForm,
            available=counts,
            danger=True,
            help=_("It counts for nothing from now on; the file and what it showed before stay."),
        ),
    ],
    empty=_("No evidence yet. Bring the first file: a certificate, a record of a meeting, a signed plan."),
    icon="file-certificate",
    menu="obligations",
    heading=lambda one: one.title,
)
