"""The catalogue as it was: a past day is told by the version in force then, as far as the database keeps it."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache, lru_cache
from typing import NamedTuple
from uuid import UUID

from xingdun.obligations.canonical import catalogue_digest
from xingdun.obligations.catalogue import Catalogue, CatalogueError, Duty, load, parse
from xingdun.obligations.models import CatalogueVersion


class Edition(NamedTuple):
    """A catalogue, and the name of its version. kept: it is the one in force at the moment asked for.

    Without it (none is kept, or this program cannot read it any more) the catalogue of today stands in.
    """

    catalogue: Catalogue
    version: str
    kept: bool


def edition_now() -> Edition:
    """The catalogue that comes with this program."""
    return Edition(load(), load().version, kept=True)


def edition_at(moment: datetime) -> Edition:
    """The catalogue in force just before `moment`; before the first that is kept, that one. At most three queries."""
    versions = CatalogueVersion.objects.values_list("pk", "digest", "version")
    found = versions.filter(taken_at__lt=moment).order_by("-taken_at").first() or versions.order_by("taken_at").first()
    if found is None:
        return edition_now()._replace(kept=False)
    pk, digest, version = found
    if digest == catalogue_digest():
        return edition_now()
    catalogue = _read(pk)
    return Edition(catalogue, version, kept=True) if catalogue else edition_now()._replace(kept=False)


@cache
def former_duties() -> Mapping[str, Duty]:
    """The duties of kept versions that the catalogue has no more, each as it was last.

    Read once: a version comes with a new program alone.
    """
    kept = CatalogueVersion.objects.exclude(digest=catalogue_digest()).order_by("taken_at").values_list("pk", flat=True)
    read = (_read(pk) for pk in kept)
    found = {key: duty for catalogue in read if catalogue for key, duty in catalogue.duties.items()}
    return {key: duty for key, duty in found.items() if key not in load().duties}


@lru_cache(maxsize=4)
def _read(pk: UUID) -> Catalogue | None:
    """A version's catalogue; None when it was written for a schema that this program does not read any more."""
    try:
        return parse(CatalogueVersion.objects.values_list("texts", flat=True).get(pk=pk))
    except CatalogueError:
        return None
