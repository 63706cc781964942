"""The only way to write the inventory."""

from xingdun.data.services.findings import findings_apply
from xingdun.data.services.grading import (
    column_confirm,
    column_override,
    column_send_back,
    dataset_assign,
    dataset_confirm,
)
from xingdun.data.services.reviews import review_create, signed_text
from xingdun.data.services.sample import sample_register
from xingdun.data.services.scans import (
    scan_begin,
    scan_end,
    scan_plan,
    scan_resume,
    scan_start,
    scan_stop,
    table_leave,
)
from xingdun.data.services.sources import source_create, source_test, source_tried, source_update, source_url
from xingdun.data.services.storage import source_record_storage

__all__ = [
    "column_confirm",
    "column_override",
    "column_send_back",
    "dataset_assign",
    "dataset_confirm",
    "findings_apply",
    "review_create",
    "sample_register",
    "scan_begin",
    "scan_end",
    "scan_plan",
    "scan_resume",
    "scan_start",
    "scan_stop",
    "signed_text",
    "source_create",
    "source_record_storage",
    "source_test",
    "source_tried",
    "source_update",
    "source_url",
    "table_leave",
]
