"""Protecting a source: its database learns to enforce windows."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from django.db import transaction

from xingdun.access import enforcement
from xingdun.access.errors import ProtectionFailed, SourceUnprotected
from xingdun.access.models import Protection
from xingdun.audit import services as audit
from xingdun.data.models import Source
from xingdun.data.services import sources
from xingdun.keys import services as keys
from xingdun.organisation.models import Person

PURPOSE = "protected-sources"
_PATIENCE = 10  # seconds to connect


def _place(source: Source) -> tuple[str, ...]:
    return ("protection", str(source.pk))


@transaction.atomic
def source_protect(
    *, source: Source, administrator: str, secret: str, by: Person | str, now: datetime, log_folder: str = ""
) -> Protection:
    """Prepare the source's database for windows, with a login that may create roles there.

    What it changes in the source is one schema and two roles of its own; the hospital system's rights stay as they
    were. Raises ProtectionFailed with the source unchanged. Source: MEASURES-22.4b, MEASURES-22.4e.
    """
    sealed = keys.seal(
        institution=source.institution_id, purpose=PURPOSE, plaintext=secret.encode(), place=_place(source)
    )
    protection, _ = Protection.objects.update_or_create(
        source=source,
        defaults={
            "institution_id": source.institution_id,
            "administrator": administrator,
            "secret": sealed,
            "log_folder": log_folder,
            "prepared_at": now,
        },
    )
    try:
        with administering(protection) as connection:
            prepared = enforcement.prepare(connection)
    except (psycopg.Error, enforcement.EnforcementError) as error:
        raise ProtectionFailed(source=source, problem=_told(error)) from error
    protection.guarded = prepared.guarded
    protection.save(update_fields=["guarded"])
    audit.record(actor=by, action="source.protect", about=source, now=now, details={"guarded": prepared.guarded})
    return protection


def protection_of(source: Source) -> Protection:
    """The source's protection; raises SourceUnprotected."""
    found = Protection.objects.select_related("source").filter(source=source).first()
    if found is None:
        raise SourceUnprotected(source=source)
    return found


def _told(error: Exception) -> str:
    """What went wrong in one line, without the connection's parts."""
    return " ".join(str(error).split())[:300]


@contextmanager
def administering(protection: Protection) -> Iterator[psycopg.Connection[Any]]:
    """A connection to the source as the administrator who opens and closes windows."""
    secret = keys.open(
        institution=protection.institution_id,
        purpose=PURPOSE,
        sealed=protection.secret,
        place=_place(protection.source),
    ).decode()
    parts = urlsplit(sources.source_url(source=protection.source))
    where = parts.netloc.rpartition("@")[2]
    who = f"{quote(protection.administrator, safe='')}:{quote(secret, safe='')}"
    url = urlunsplit(parts._replace(netloc=f"{who}@{where}"))
    with psycopg.connect(url, connect_timeout=_PATIENCE, autocommit=True) as connection:
        yield connection
