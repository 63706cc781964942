"""Files that the register of posture hands out to other programs of the field."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from xingdun.frame.registers import Download, File
from xingdun.obligations.exports.files import OWN, PUBLIC, own_file, public_file
from xingdun.organisation.models import Person

_LABELS = {
    "oscal-catalog": _("Catalogue (OSCAL)"),
    "oscal-profile": _("Applicability (OSCAL)"),
    "oscal-assessment": _("Assessment results (OSCAL)"),
    "oscal-poam": _("Plan of action (OSCAL)"),
    "ciso-assistant": _("Library (CISO Assistant)"),
}


def download_key(kind: str) -> str:
    """The key of an export among the register's downloads and rights."""
    return kind.replace("-", "_")


def _of(kind: str) -> Callable[..., File]:
    def make(*, record: Any, by: Person, now: datetime) -> File:
        del record
        return public_file(kind) if kind in PUBLIC else own_file(kind, institution=by.institution_id, now=now)

    return make


EXPORTS = tuple(Download(download_key(kind), _of(kind), _LABELS[kind], on="list") for kind in (*PUBLIC, *OWN))
