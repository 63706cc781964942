"""The pages of findings, of the results they come from, and of exceptions."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from xingdun.assets import finding_forms as forms
from xingdun.assets import finding_selectors as selectors
from xingdun.assets import services
from xingdun.assets.models import Finding, FindingBatch, FindingException
from xingdun.assets.scanners import sheet
from xingdun.frame.registers import Action, Column, Download, File, Related, register

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
State = Finding.State


def _in(*states: State) -> Any:
    return lambda finding: finding.state in states


def _takes_more(batch: FindingBatch) -> bool:
    """Whether findings may be added: a concluded self-inspection is closed."""
    return batch.inspection is None or batch.inspection.concluded_at is None


def _template(*, record: Any, by: Any, now: datetime) -> File:
    """The empty sheet."""
    del record, by, now
    return File("findings.xlsx", XLSX, sheet.template())


register(
    Finding,
    title=_("Findings"),
    question=_("What is weak, who mends it, and until when?"),
    rows=selectors.findings,
    columns=[
        Column("severity", kind="state", sort="severity"),
        Column("title", sort="title"),
        Column("network", kind="record", sort="network__code"),
        Column("target", sort="target"),
        Column("state", kind="state", sort="state"),
        Column("due_at", kind="time", sort="due_at"),
        Column("department", kind="record", sort="department__name"),
        Column("missing_since", kind="time", sort="missing_since"),
    ],
    detail=[
        Column("state", kind="state"),
        Column("severity", kind="state"),
        Column("cvss", kind="number"),
        Column("due_at", kind="time"),
        Column("excepted_until", kind="date"),
        Column("network", kind="record"),
        Column("target"),
        Column("port"),
        Column("component"),
        Column("identifier"),
        Column("references", kind="list"),
        Column("description"),
        Column("solution"),
        Column("origin"),
        Column("batch", kind="record"),
        Column("last_batch", kind="record"),
        Column("registered_at", kind="time"),
        Column("last_seen_at", kind="time"),
        Column("missing_since", kind="time"),
        Column("came_back", kind="number"),
        Column("department", kind="record"),
        Column("person", kind="record"),
        Column("cause"),
        Column("plan"),
        Column("planned_on", kind="date"),
        Column("measures"),
        Column("fixed_at", kind="time"),
        Column("retest"),
        Column("retest_batch", kind="record"),
        Column("retested_by", kind="record"),
        Column("closed_at", kind="time"),
    ],
    order=("due_at", "id"),
    search=("title", "target", "identifier", "component"),
    filters=("state", "severity", "network", "origin", "department", "due_at", "missing_since"),
    related=[
        Related(
            _("Exceptions"),
            "assets.findingexception",
            lambda finding: selectors.exceptions().filter(finding=finding),
        ),
    ],
    actions=[
        Action(
            "assign",
            services.finding_assign,
            _("Assign"),
            form=forms.AssignForm,
            available=_in(State.OPEN, State.FIXING),
            help=_("Who mends it, why it could arise, and how it is mended."),
        ),
        Action(
            "fix",
            services.finding_fix,
            _("Report as mended"),
            form=forms.FixForm,
            available=_in(State.FIXING),
            help=_("Somebody else retests it; only then is it closed."),
        ),
        Action(
            "retest",
            services.finding_retest,
            _("Retest"),
            form=forms.RetestForm,
            available=_in(State.FIXED),
            help=_("Who reported it as mended does not retest it."),
        ),
        Action(
            "except_until",
            services.finding_except,
            _("Ask for an exception"),
            form=forms.ExceptForm,
            available=_in(State.OPEN, State.FIXING),
            help=_("Others decide. When its day is over the term runs anew."),
        ),
    ],
    empty=_("No finding is kept. Record a result: of a scan, a document check, a test, or an authority's notice."),
    icon="bug",
    menu="assets",
    heading=lambda finding: finding.title,
)

register(
    FindingBatch,
    title=_("Results"),
    question=_("What was looked at, when, by whom, and what came of it?"),
    rows=selectors.batches,
    columns=[
        Column("title", sort="title"),
        Column("origin", sort="origin"),
        Column("network", kind="record", sort="network__code"),
        Column("performed_on", kind="date", sort="performed_on"),
        Column("added", kind="number", sort="added"),
        Column("returned", kind="number", sort="returned"),
        Column("vanished", kind="number", sort="vanished"),
        Column("unmended", _("still to be mended"), kind="number", sort="unmended"),
    ],
    detail=[
        Column("origin"),
        Column("network", kind="record"),
        Column("inspection", kind="record"),
        Column("evaluation", kind="record"),
        Column("notice_number"),
        Column("performed_on", kind="date"),
        Column("performed_by"),
        Column("conclusions"),
        Column("tool"),
        Column("file_name"),
        Column("file_digest"),
        Column("covered", kind="number"),
        Column("added", kind="number"),
        Column("seen_again", kind="number"),
        Column("returned", kind="number"),
        Column("vanished", kind="number"),
        Column("informational", kind="number"),
        Column("dismissed", kind="number"),
        Column("unmended", _("still to be mended"), kind="number"),
        Column("recorded_by", _("recorded by"), kind="record"),
        Column("recorded_at", kind="time"),
    ],
    order=("-performed_on", "-id"),
    search=("title", "performed_by", "notice_number"),
    filters=("origin", "network", "inspection", "performed_on"),
    related=[
        Related(_("First seen here"), "assets.finding", lambda batch: selectors.findings().filter(batch=batch)),
    ],
    actions=[
        Action(
            "record",
            services.batch_record,
            _("Record a result"),
            form=forms.BatchForm,
            on="list",
            help=_("Findings known already are seen again; what a scan no longer sees waits for its retest."),
        ),
        Action("add", services.finding_add, _("Add a finding"), form=forms.FindingForm, available=_takes_more),
    ],
    downloads=[Download("template", _template, _("Template of the sheet"), on="list")],
    empty=_("No result is recorded. Import a scan, or record a document check."),
    icon="file-search",
    menu="assets",
    heading=str,
)

register(
    FindingException,
    title=_("Exceptions"),
    question=_("What is not mended by leave, why, and until when?"),
    rows=selectors.exceptions,
    columns=[
        Column("finding", kind="record", sort="finding__title"),
        Column("kind", sort="kind"),
        Column("state", kind="state", sort="state"),
        Column("until", kind="date", sort="until"),
        Column("requested_by", kind="record", sort="requested_by__name"),
    ],
    detail=[
        Column("finding", kind="record"),
        Column("kind"),
        Column("state", kind="state"),
        Column("until", kind="date"),
        Column("reason"),
        Column("compensation"),
        Column("requested_by", kind="record"),
        Column("requested_at", kind="time"),
        Column("decided_at", kind="time"),
        Column("ended_at", kind="time"),
    ],
    order=("-requested_at", "id"),
    search=("finding__title", "reason"),
    filters=("state", "kind", "until"),
    empty=_("Nothing is excepted. Open a finding to ask for it."),
    icon="hourglass",
    heading=str,
)
