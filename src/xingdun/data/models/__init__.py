"""What the institution holds: sources, their scans, the inventory with its grades, and the yearly reviews."""

from xingdun.data.models.axes import Business, NationalClass, Sensitivity, Subject
from xingdun.data.models.inventory import Change, Column, Dataset, GradeDecision, Identifier
from xingdun.data.models.reviews import InventoryReview, ReviewedDataset
from xingdun.data.models.sources import Scan, ScanTable, Source
from xingdun.data.models.storage import StorageRecord

__all__ = [
    "Business",
    "Change",
    "Column",
    "Dataset",
    "GradeDecision",
    "Identifier",
    "InventoryReview",
    "NationalClass",
    "ReviewedDataset",
    "Scan",
    "ScanTable",
    "Sensitivity",
    "Source",
    "StorageRecord",
    "Subject",
]
