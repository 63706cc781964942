"""Where and how sources keep their data."""

from collections.abc import Callable, Iterator

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from xingdun.data import selectors
from xingdun.data.checks.subjects import standing
from xingdun.data.models import Dataset, StorageRecord
from xingdun.frame.checks import Facts, Verdict, check, satisfied, unknown, violated

READS = ("data.storagerecord", "data.source", "data.dataset")


def _by_record(facts: Facts, verdict: Callable[[Dataset, StorageRecord], Verdict]) -> Iterator[Verdict]:
    """A verdict a dataset by the newest storage record of its source."""
    records = {record.source_id: record for record in selectors.storage_in_force()}
    for dataset in standing(facts):
        record = records.get(dataset.source_id)
        if record is None:
            yield unknown(_("nobody has recorded where and how its source is stored"), subject=dataset)
        else:
            yield verdict(dataset, record)


@check("stored-in-country", reads=READS)
def kept_in_country(facts: Facts) -> Iterator[Verdict]:
    """Data lie within the country, on a medium that is recorded (MEASURES-22.3a, MEASURES-22.3b, INTERNET-7.1c)."""

    def verdict(dataset: Dataset, record: StorageRecord) -> Verdict:
        if record.country == StorageRecord.HOME:
            return satisfied([record], subject=dataset)
        told = format_lazy(_("stored in {country}: {place}"), country=record.country, place=record.place)
        return violated([record], told, subject=dataset)

    yield from _by_record(facts, verdict)


@check("storage-measures", reads=READS)
def storage_measures_stand(facts: Facts) -> Iterator[Verdict]:
    """Management, physical and technical measures protect each store (INTERNET-8.2b)."""
    kinds = ("management", "physical", "technical")

    def verdict(dataset: Dataset, record: StorageRecord) -> Verdict:
        if all(getattr(record, kind).strip() for kind in kinds):
            return satisfied([record], subject=dataset)
        return violated([record], _("one of the three kinds of measures is not named"), subject=dataset)

    yield from _by_record(facts, verdict)
