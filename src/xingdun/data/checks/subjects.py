"""The sources and datasets that duties are about, and what the inventory tells of the institution."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import QuerySet

from xingdun.data import selectors
from xingdun.data.models import Business, Dataset, NationalClass, Sensitivity, StorageRecord
from xingdun.frame.checks import Facts, Subject, facts_from, subjects_of

SENSITIVE_FROM = 4  # GB/T 39725: from this level on, harm to the person is serious


_LIGHT = (
    *("schema", "name", "source_id", "department_id", "columns_total", "columns_open"),
    *("subject", "sensitivity", "level", "national_class", "holds_c1", "holds_c2", "holds_c3"),
)


def standing(facts: Facts) -> QuerySet[Dataset]:
    """The datasets that are still there, or those asked about; with what checks look at and no more."""
    found = selectors.standing_datasets().select_related(None).only(*_LIGHT)
    keys = facts.keys("data.dataset")
    return found if keys is None else found.filter(pk__in=keys)


@subjects_of("source", record="data.source", reads=("data.source",))
def sources_registered(facts: Facts) -> Iterator[Subject]:
    """Every registered source."""
    for source in selectors.registered(facts.keys("data.source")):
        yield Subject(source.reference, source.name, source.department_id)


@subjects_of("dataset", record="data.dataset", reads=("data.dataset", "data.column"))
def datasets_held(facts: Facts) -> Iterator[Subject]:
    """Every dataset that is still there, with its grade in force."""
    sources = dict(selectors.registered().values_list("pk", "name"))
    for dataset in standing(facts):
        name = f"{sources[dataset.source_id]} · {dataset}"
        yield Subject(dataset.reference, name, dataset.department_id, _told_by(dataset))


def _told_by(dataset: Dataset) -> dict[str, Any]:
    if dataset.level is None:
        return {}
    return {
        "core_data": dataset.national_class == NationalClass.CORE,
        "sensitive_data": dataset.sensitivity == Sensitivity.CONFIDENTIAL or dataset.level >= SENSITIVE_FROM,
        "subject_categories": sorted(dataset.subject),
        "sensitivity": dataset.sensitivity,
    }


@facts_from(reads=("data.dataset", "data.column", "data.source", "data.storagerecord"))
def institution_facts(facts: Facts) -> Mapping[str, Any]:
    """What the inventory shows to be so; what it does not show may be so all the same and stays unsaid."""
    del facts
    held = selectors.standing_datasets().order_by()
    told = {
        "holds_medical_records": held.filter(business_classes__contains=[Business.CLINICAL]).exists(),
        "does_research": held.filter(business_classes__contains=[Business.RESEARCH]).exists(),
        "uses_cloud_storage": selectors.storage_in_force().filter(hosting=StorageRecord.Hosting.CLOUD).exists(),
    }
    return {name: True for name, shown in told.items() if shown}
