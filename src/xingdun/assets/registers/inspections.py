"""The pages of self-inspections."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from xingdun.assets import finding_forms as forms
from xingdun.assets import finding_selectors as selectors
from xingdun.assets import services
from xingdun.assets.filings import downloads_of_inspection
from xingdun.assets.models import Inspection
from xingdun.frame.registers import Action, Column, Related, register


def _open(inspection: Any) -> bool:
    return inspection.concluded_at is None


def _concluded(inspection: Any) -> bool:
    return inspection.concluded_at is not None


register(
    Inspection,
    title=_("Self-inspections"),
    question=_("Did we inspect ourselves by all three methods, and was it reported?"),
    rows=selectors.inspections,
    columns=[
        Column("title", sort="title"),
        Column("kind", sort="kind"),
        Column("opened_at", kind="time", sort="opened_at"),
        Column("methods", _("methods used, of three"), kind="number", sort="methods"),
        Column("concluded_at", kind="time", sort="concluded_at"),
        Column("ordered_until", kind="date", sort="ordered_until"),
        Column("reported_on", kind="date", sort="reported_on"),
        Column("receipt_number", sort="receipt_number"),
    ],
    detail=[
        Column("kind"),
        Column("scope"),
        Column("organisation"),
        Column("basis"),
        Column("ordered_by"),
        Column("order_number"),
        Column("ordered_until", kind="date"),
        Column("opened_by", _("opened by"), kind="record"),
        Column("opened_at", kind="time"),
        Column("results", _("results"), kind="number"),
        Column("methods", _("methods used, of three"), kind="number"),
        Column("summary"),
        Column("advice"),
        Column("concluded_at", kind="time"),
        Column("reported_to"),
        Column("reported_on", kind="date"),
        Column("receipt_number"),
        Column("receipt_on", kind="date"),
    ],
    order=("-opened_at", "id"),
    search=("title", "ordered_by", "order_number"),
    filters=("kind", "opened_at", "concluded_at"),
    related=[
        Related(
            _("Results"),
            "assets.findingbatch",
            lambda inspection: selectors.batches().filter(inspection=inspection),
        ),
        Related(
            _("Findings"),
            "assets.finding",
            selectors.seen_in,
        ),
    ],
    actions=[
        Action("open", services.inspection_open, _("Begin a self-inspection"), form=forms.InspectionForm, on="list"),
        Action(
            "conclude",
            services.inspection_conclude,
            _("Conclude"),
            form=forms.ConcludeForm,
            available=_open,
            help=_("Each of the three methods has its dated result by then."),
        ),
        Action(
            "report",
            services.inspection_report,
            _("Record the report"),
            form=forms.ReportForm,
            available=_concluded,
            help=_("To whom the rectification report was sent, and its receipt."),
        ),
    ],
    downloads=downloads_of_inspection(),
    empty=_("No self-inspection was made yet. One is due each calendar year."),
    icon="clipboard-check",
    menu="assets",
    heading=lambda inspection: inspection.title,
)
