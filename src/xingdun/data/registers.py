"""The pages of the inventory: sources, scans, datasets, columns, their history, and the yearly reviews."""

from django.utils.translation import gettext_lazy as _

from xingdun.data import forms, selectors, services
from xingdun.data.models import (
    Column,
    Dataset,
    GradeDecision,
    InventoryReview,
    ReviewedDataset,
    Scan,
    ScanTable,
    Source,
    StorageRecord,
)
from xingdun.frame.registers import Action, Related, register
from xingdun.frame.registers import Column as Line


def _path(dataset: Dataset) -> str:
    return f"{dataset.source.name} · {dataset}"


GRADE = (
    Line("subject", kind="list"),
    Line("sensitivity", sort="sensitivity"),
    Line("level", kind="number", sort="level"),
    Line("national_class", sort="national_class"),
    Line("business", sort="business"),
)

STORAGE = tuple(map(Line, ("country", "place", "hosting", "medium", "management", "physical", "technical")))

register(
    Source,
    title=_("Sources"),
    question=_("Where do our data lie, and what of them do we know?"),
    rows=selectors.sources,
    columns=[
        Line("name", sort="name"),
        Line("kind", sort="kind"),
        Line("address"),
        Line("department", kind="record", sort="department__name"),
        Line("state", kind="state", sort="state"),
        Line("datasets_total", _("datasets"), kind="number", sort="datasets_total"),
        Line("columns_open", _("columns to confirm"), kind="number", sort="columns_open"),
        Line("scanned_at", _("last whole scan"), kind="time", sort="scanned_at"),
    ],
    detail=[
        Line("kind"),
        Line("address"),
        Line("department", kind="record"),
        Line("synthetic", kind="boolean"),
        Line("created_at", kind="time"),
        Line("state", kind="state"),
        Line("tried_at", kind="time"),
        Line("scanned_at", _("last whole scan"), kind="time"),
        Line("datasets_total", _("datasets"), kind="number"),
        Line("columns_total", _("columns"), kind="number"),
        Line("columns_open", _("columns to confirm"), kind="number"),
    ],
    panels=["data/problem.html"],
    order=("name", "id"),
    search=("name", "address"),
    filters=("kind", "state", "department"),
    related=[
        Related(_("Datasets"), "data.dataset", lambda source: selectors.datasets().filter(source=source)),
        Related(_("Scans"), "data.scan", lambda source: selectors.scans().filter(source=source)),
        Related(_("Storage"), "data.storagerecord", lambda source: selectors.storage_records().filter(source=source)),
    ],
    actions=[
        Action("scan", services.scan_start, _("Scan"), form=forms.ScanForm),
        Action("create", services.source_create, _("Register a source"), form=forms.SourceForm, on="list"),
        Action("test", services.source_test, _("Test the connection")),
        Action("update", services.source_update, _("Change"), form=forms.SourceChangeForm),
        Action(
            "record_storage",
            services.source_record_storage,
            _("Record the storage"),
            form=forms.StorageForm,
            help=_("Where the data lie and what protects them; earlier statements stay."),
        ),
    ],
    empty=_("No source is registered. Register the first one: a database, a folder or a file."),
    icon="database",
    menu="data",
    heading=lambda source: source.name,
)

register(
    StorageRecord,
    title=_("Storage records"),
    question=_("Where are our data stored, and what protects them?"),
    rows=selectors.storage_records,
    columns=[Line("source", kind="record", sort="source__name"), *STORAGE[:4], Line("at", kind="time", sort="at")],
    detail=[Line("source", kind="record"), *STORAGE, Line("by", kind="record"), Line("at", kind="time")],
    order=("-at", "id"),
    search=("source__name", "place", "medium"),
    filters=("hosting", "source", "at"),
    empty=_("Nothing is recorded yet. Open a source and record its storage."),
    icon="server",
)

register(
    Scan,
    title=_("Scans"),
    question=_("Which scans run, and how did the others end?"),
    rows=selectors.scans,
    columns=[
        Line("source", kind="record", sort="source__name"),
        Line("state", kind="state", sort="state"),
        Line("mode", sort="mode"),
        Line("tables_done", kind="number", sort="tables_done"),
        Line("tables_total", kind="number", sort="tables_total"),
        Line("rows_done", kind="number", sort="rows_done"),
        Line("queued_at", kind="time", sort="queued_at"),
        Line("finished_at", kind="time", sort="finished_at"),
    ],
    detail=[
        Line("source", kind="record"),
        Line("mode"),
        Line("sample_rows", kind="number"),
        Line("queued_at", kind="time"),
        Line("started_at", kind="time"),
        Line("finished_at", kind="time"),
        Line("runs", kind="number"),
    ],
    panels=["data/scan_progress.html", "data/problem.html"],
    order=("-queued_at", "id"),
    search=("source__name",),
    filters=("state", "mode", "source", "queued_at"),
    related=[Related(_("Tables"), "data.scantable", lambda scan: selectors.scan_tables().filter(scan=scan))],
    actions=[
        Action("stop", services.scan_stop, _("Stop"), available=lambda scan: scan.active, danger=True),
        Action(
            "resume",
            services.scan_resume,
            _("Resume"),
            available=lambda scan: scan.state in {Scan.State.STOPPED, Scan.State.FAILED},
        ),
    ],
    empty=_("Nothing has been scanned. Open a source and start its first scan."),
    icon="radar",
    menu="data",
    heading=str,
)

register(
    ScanTable,
    title=_("Tables of scans"),
    question=_("What did the scans find in each table?"),
    rows=selectors.scan_tables,
    columns=[
        Line("schema", sort="schema"),
        Line("name", sort="name"),
        Line("state", kind="state", sort="state"),
        Line("rows_estimated", kind="number", sort="rows_estimated"),
        Line("rows_scanned", kind="number", sort="rows_scanned"),
        Line("columns_new", kind="number", sort="columns_new"),
        Line("columns_changed", kind="number", sort="columns_changed"),
        Line("columns_gone", kind="number", sort="columns_gone"),
        Line("dataset", kind="record"),
        Line("problem.what", _("what happened")),
    ],
    panels=["data/problem.html"],
    order=("scan", "order"),
    search=("schema", "name"),
    filters=("state", "scan"),
    empty=_("No table has been planned yet."),
    heading=str,
)

register(
    Dataset,
    title=_("Datasets"),
    question=_("What do we hold, where, and how is it graded?"),
    rows=selectors.datasets,
    columns=[
        Line("name", sort="name"),
        Line("schema", sort="schema"),
        Line("source", kind="record", sort="source__name"),
        *GRADE[:3],
        Line("columns_open", kind="number", sort="columns_open"),
        Line("columns_total", kind="number", sort="columns_total"),
        Line("rows_estimated", kind="number", sort="rows_estimated"),
        Line("department", kind="record", sort="department__name"),
        Line("change", kind="state", sort="change"),
    ],
    detail=[
        Line("source", kind="record"),
        Line("department", kind="record"),
        *GRADE,
        Line("columns_total", kind="number"),
        Line("columns_open", kind="number"),
        Line("rows_estimated", kind="number"),
        Line("rows_scanned", kind="number"),
        Line("sampled", kind="boolean"),
        Line("change", kind="state"),
        Line("first_seen_at", kind="time"),
        Line("last_seen_at", kind="time"),
        Line("last_scan", kind="record"),
        Line("gone_at", kind="time"),
    ],
    order=("name", "id"),
    search=("name", "schema"),
    filters=(
        *("source", "department", "sensitivity", "level", "national_class", "holds_c1", "holds_c2", "holds_c3"),
        *("business", "change", "sampled"),
    ),
    related=[
        Related(
            _("Columns"),
            "data.column",
            lambda dataset: selectors.columns().filter(dataset=dataset).order_by("gone_at", "position"),
        )
    ],
    actions=[
        Action(
            "confirm",
            services.dataset_confirm,
            _("Confirm all suggestions"),
            form=forms.StateSecretForm,
            available=lambda dataset: dataset.columns_open > 0,
        ),
        Action("assign", services.dataset_assign, _("Put in charge"), form=forms.AssignForm),
    ],
    empty=_("The inventory is empty. Register a source and scan it."),
    icon="table",
    menu="data",
    heading=_path,
)

register(
    Column,
    title=_("Columns"),
    question=_("What is in each column, why do we think so, and what waits for a decision?"),
    rows=selectors.columns,
    columns=[
        Line("name", sort="name"),
        Line("dataset", kind="record", sort="dataset__name"),
        Line("entity", sort="entity"),
        Line("confidence", kind="number", sort="confidence"),
        *GRADE[:3],
        Line("identifier", sort="identifier"),
        Line("state", kind="state", sort="state"),
        Line("change", kind="state", sort="change"),
    ],
    detail=[
        Line("dataset", kind="record"),
        Line("dataset.source", kind="record"),
        Line("declared_type"),
        Line("comment"),
        Line("content", _("content"), kind="list"),
        Line("confidence", kind="number"),
        Line("identifier"),
        Line("state", kind="state"),
        Line("decided_by", kind="record"),
        Line("decided_at", kind="time"),
        Line("decided_reason"),
        Line("change", kind="state"),
        Line("last_seen_at", kind="time"),
        Line("gone_at", kind="time"),
    ],
    panels=["data/column.html"],
    order=("name", "id"),
    search=("name", "dataset__name"),
    filters=(
        *("entity", "state", "identifier", "sensitivity", "level", "national_class"),
        *("holds_c1", "holds_c2", "holds_c3", "business", "change", "dataset.department", "dataset.source", "dataset"),
    ),
    related=[
        Related(
            _("Versions of its grade"),
            "data.gradedecision",
            lambda column: selectors.decisions().filter(column=column).order_by("-number"),
        )
    ],
    actions=[
        Action(
            "confirm",
            services.column_confirm,
            _("Confirm the suggestion"),
            form=forms.StateSecretForm,
            available=lambda column: column.state not in Column.DECIDED and column.gone_at is None,
        ),
        Action(
            "override",
            services.column_override,
            _("Decide otherwise"),
            form=forms.OverrideForm,
            available=lambda column: column.gone_at is None,
        ),
        Action(
            "send_back",
            services.column_send_back,
            _("Send back"),
            form=forms.ReasonForm,
            available=lambda column: column.state != Column.State.SENT_BACK and column.gone_at is None,
        ),
    ],
    empty=_("No column is known. Scan a source first."),
    icon="columns",
    menu="data",
    heading=lambda column: f"{column.dataset} · {column.name}",
)

register(
    GradeDecision,
    title=_("Versions of grades"),
    question=_("Who decided on which grade, when and why?"),
    rows=selectors.decisions,
    columns=[
        Line("number", kind="number", sort="number"),
        Line("kind", kind="state", sort="kind"),
        Line("column", kind="record"),
        Line("entity", sort="entity"),
        Line("subject", kind="list"),
        Line("sensitivity", sort="sensitivity"),
        Line("level", kind="number", sort="level"),
        Line("national_class", sort="national_class"),
        Line("person", kind="record"),
        Line("reason"),
        Line("at", kind="time", sort="at"),
    ],
    order=("-at", "id"),
    search=("column__name",),
    filters=("kind", "person", "at"),
    empty=_("Nothing has been decided yet."),
    heading=str,
)

register(
    InventoryReview,
    title=_("Reviews of the inventory"),
    question=_("When was the whole inventory last reviewed, and by whom?"),
    rows=selectors.reviews,
    columns=[
        Line("year", kind="text", sort="year"),
        Line("number", kind="number"),
        Line("by", kind="record", sort="by__name"),
        Line("at", kind="time", sort="at"),
        Line("datasets_total", kind="number"),
        Line("columns_total", kind="number"),
        Line("columns_open", kind="number"),
    ],
    detail=[
        Line("by", kind="record"),
        Line("at", kind="time"),
        Line("statement"),
        Line("sources_total", kind="number"),
        Line("datasets_total", kind="number"),
        Line("columns_total", kind="number"),
        Line("columns_open", kind="number"),
        Line("datasets_new", kind="number"),
        Line("datasets_changed", kind="number"),
        Line("datasets_gone", kind="number"),
        Line("content_digest"),
    ],
    panels=["data/signature.html"],
    order=("-at", "id"),
    filters=("year", "by"),
    related=[
        Related(
            _("Datasets as they were"),
            "data.revieweddataset",
            lambda review: selectors.reviewed_datasets().filter(review=review),
        )
    ],
    actions=[
        Action("create", services.review_create, _("Review the inventory"), form=forms.ReviewForm, on="list"),
    ],
    empty=_("The inventory has not been reviewed yet. It is due every year."),
    icon="clipboard-check",
    menu="data",
    heading=str,
)

register(
    ReviewedDataset,
    title=_("Reviewed datasets"),
    question=_("How did each dataset stand when the inventory was reviewed?"),
    rows=selectors.reviewed_datasets,
    columns=[
        Line("dataset", kind="record", sort="dataset__name"),
        Line("change", kind="state", sort="change"),
        Line("subject", kind="list"),
        Line("sensitivity", sort="sensitivity"),
        Line("level", kind="number", sort="level"),
        Line("national_class", sort="national_class"),
        Line("columns_total", kind="number"),
        Line("columns_open", kind="number"),
        Line("review", kind="record"),
    ],
    order=("dataset__name", "id"),
    search=("dataset__name",),
    filters=("review", "change", "level"),
    empty=_("Nothing was reviewed."),
    heading=lambda line: f"{line.review} · {line.dataset}",
)
