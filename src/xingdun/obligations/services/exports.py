"""Exports taken from the command line: the file and its ledger entry in one transaction."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from xingdun.audit import services as audit
from xingdun.frame.registers import File
from xingdun.obligations.exports.files import own_file


@transaction.atomic
def export_create(*, kind: str, institution: UUID, by: Any, now: datetime) -> File:
    """The file of `kind`, one of `exports.files.OWN`, told to the ledger as a download of the posture is.

    Raises NothingMeasured, NothingOpen.
    """
    file = own_file(kind, institution=institution, now=now)
    audit.record(
        actor=by,
        action="register.download",
        about="obligations.posture",
        now=now,
        details={"file": kind.replace("-", "_"), "bytes": len(file.content)},
    )
    return file
