"""How the duties about the inventory are measured, and what they are about: sources and datasets."""

from xingdun.data.checks.axes import (
    business_classes_named,
    important_data_marked,
    personal_health_data_marked,
    sensitivity_set,
    subject_categories_whole,
)
from xingdun.data.checks.inventory import columns_graded, inventory_reviewed, sources_scanned
from xingdun.data.checks.storage import kept_in_country, storage_measures_stand
from xingdun.data.checks.subjects import datasets_held, institution_facts, sources_registered

__all__ = [
    "business_classes_named",
    "columns_graded",
    "datasets_held",
    "important_data_marked",
    "institution_facts",
    "inventory_reviewed",
    "kept_in_country",
    "personal_health_data_marked",
    "sensitivity_set",
    "sources_registered",
    "sources_scanned",
    "storage_measures_stand",
    "subject_categories_whole",
]
