"""The registers of imported workbooks and their faults."""

from django.utils.translation import gettext_lazy as _

from xingdun.assets import selectors, services
from xingdun.assets.models import ImportFault, NetworkImport
from xingdun.frame.registers import Action, Column, Related, register

register(
    NetworkImport,
    title=_("Imports of networks"),
    question=_("Which workbooks were taken over, and what was wrong with the others?"),
    rows=selectors.network_imports,
    columns=[
        Column("file_name", sort="file_name"),
        Column("state", kind="state", sort="state"),
        Column("rows_total", kind="number", sort="rows_total"),
        Column("rows_checked", kind="number"),
        Column("rows_written", kind="number", sort="rows_written"),
        Column("faults_total", kind="number", sort="faults_total"),
        Column("asked_by", kind="record", sort="asked_by__name"),
        Column("queued_at", kind="time", sort="queued_at"),
        Column("finished_at", kind="time", sort="finished_at"),
    ],
    detail=[
        Column("file_name"),
        Column("asked_by", kind="record"),
        Column("queued_at", kind="time"),
        Column("started_at", kind="time"),
        Column("finished_at", kind="time"),
        Column("runs", kind="number"),
        Column("file_digest"),
    ],
    panels=["assets/import_progress.html"],
    order=("-queued_at", "id"),
    search=("file_name",),
    filters=("state", "asked_by", "queued_at"),
    related=[
        Related(_("Faults"), "assets.importfault", lambda job: selectors.import_faults().filter(networkimport=job)),
    ],
    actions=[Action("stop", services.import_stop, _("Stop"), available=lambda job: job.active, danger=True)],
    empty=_("No workbook was sent. Import one from the list of networks."),
    icon="file-import",
    menu="assets",
    heading=str,
)

register(
    ImportFault,
    title=_("Faults of workbooks"),
    question=_("What has to be mended before the workbook can be taken over?"),
    rows=selectors.import_faults,
    columns=[
        Column("number", kind="number", sort="number"),
        Column("place", sort="place"),
        Column("problem"),
        Column("networkimport", kind="record"),
    ],
    order=("networkimport", "number"),
    search=("place", "problem"),
    filters=("networkimport",),
    empty=_("No fault was found."),
    heading=str,
)
