"""The exports as files, by the name they are asked for."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from xingdun.frame.registers import File
from xingdun.obligations.catalogue import Catalogue, load
from xingdun.obligations.exports.ciso_assistant import library
from xingdun.obligations.exports.oscal import MEDIA_TYPE, Object, written
from xingdun.obligations.exports.oscal_catalog import catalog

YAML = "application/yaml"


def _catalog(catalogue: Catalogue) -> bytes:
    return written(catalog(catalogue))


def _library(catalogue: Catalogue) -> bytes:
    return library(catalogue).encode()


# The law itself: the same for everybody, made without a database.
PUBLIC: dict[str, tuple[str, str, Callable[[Catalogue], bytes]]] = {
    "oscal-catalog": ("oscal-catalog.json", MEDIA_TYPE, _catalog),
    "ciso-assistant": ("xingdun-library.yaml", YAML, _library),
}
OWN = ("oscal-profile", "oscal-assessment", "oscal-poam")
"""What tells of one institution."""


def public_file(kind: str) -> File:
    """The file of `kind`, one of PUBLIC."""
    name, media_type, make = PUBLIC[kind]
    return File(name, media_type, make(load()))


def own_file(kind: str, *, institution: UUID, now: datetime) -> File:
    """The file of `kind`, one of OWN, as the institution stands. Raises NothingMeasured, NothingOpen.

    It tells of the whole institution: rights are asked before.
    """
    # Late: these read the database, and the public files are made where there is none.
    from xingdun.obligations.exports.oscal_assessment import assessment_results
    from xingdun.obligations.exports.oscal_poam import plan_of_action
    from xingdun.obligations.exports.oscal_profile import profile
    from xingdun.obligations.exports.state import State, state_of

    make: dict[str, Callable[[State, Catalogue], Object]] = {
        "oscal-profile": profile,
        "oscal-assessment": assessment_results,
        "oscal-poam": plan_of_action,
    }
    return File(f"{kind}.json", MEDIA_TYPE, written(make[kind](state_of(institution, now=now), load())))
