"""Registering sources: where they lie is checked, their secret is sealed."""

from datetime import datetime

from django.db import transaction

from xingdun.audit import services as audit
from xingdun.data import addresses
from xingdun.data.errors import NameTaken, SecretAgain
from xingdun.data.models import Source
from xingdun.data.probing import probe
from xingdun.frame.errors import Refusal
from xingdun.frame.kept_errors import kept
from xingdun.keys import services as keys
from xingdun.organisation.models import Department, Person

PURPOSE = "data-sources"


def _sealed(source: Source, secret: str) -> str:
    if not secret:
        return ""
    return keys.seal(
        institution=source.institution_id,
        purpose=PURPOSE,
        plaintext=secret.encode(),
        place=("source", str(source.pk)),
    )


def secret_of(*, source: Source) -> str:
    """The password of a source, "" when it has none; for `source_url` alone. Raises KeyDestroyed, KeyFileMissing."""
    if not source.secret:
        return ""
    return keys.open(
        institution=source.institution_id,
        purpose=PURPOSE,
        sealed=source.secret,
        place=("source", str(source.pk)),
    ).decode()


def source_url(*, source: Source) -> str:
    """Where to connect now, with the secret: a libpq address tied to checked IP addresses, or a real path.

    For readers and for enforcement only; never shown, logged or kept.
    """
    if source.kind != Source.Kind.POSTGRESQL:
        return str(addresses.allowed_path(source.address))
    database, _ = addresses.parse_database(source.address)
    return addresses.connection_url(database, secret_of(source=source))


def _refuse_twins(source: Source) -> None:
    others = Source.objects.filter(institution=source.institution_id).exclude(pk=source.pk)
    for fact, value in (("name", source.name), ("address", source.address)):
        if others.filter(**{fact: value}).exists():
            raise NameTaken(value=value)


@transaction.atomic
def source_create(
    *,
    name: str,
    kind: str,
    address: str,
    department: Department,
    by: Person | str,
    now: datetime,
    secret: str = "",
    synthetic: bool = False,
) -> Source:
    """Register a source under the department in charge of it (MEASURES-20a).

    A password written into `address` is taken out and sealed like `secret`. Raises AddressUnusable,
    AddressForbidden, NameUnresolved, FolderForbidden, PathMissing or NameTaken.
    """
    plain, written = addresses.checked(kind, address)
    source = Source(
        institution_id=department.institution_id,
        name=name.strip(),
        kind=kind,
        address=plain,
        department=department,
        synthetic=synthetic,
        created_at=now,
    )
    _refuse_twins(source)
    source.secret = _sealed(source, secret or written)
    source.save(force_insert=True)
    audit.record(
        actor=by,
        action="source.create",
        about=source,
        now=now,
        details={"kind": kind, "address": plain, "department": department.reference},
    )
    return source


@transaction.atomic
def source_update(
    *,
    source: Source,
    name: str,
    address: str,
    department: Department,
    by: Person | str,
    now: datetime,
    secret: str = "",
) -> Source:
    """Change a source; an empty secret keeps the one there is, unless the address changed.

    Raises what `source_create` raises, and SecretAgain: a kept password is never sent to another place.
    """
    source = Source.objects.select_for_update().get(pk=source.pk)
    plain, written = addresses.checked(source.kind, address)
    secret = secret or written
    if plain != source.address and source.secret and not secret:
        raise SecretAgain
    changed = sorted(
        fact
        for fact, value in (("name", name.strip()), ("address", plain), ("department", department))
        if getattr(source, fact) != value
    )
    if plain != source.address:
        source.state, source.tried_at = Source.State.NEW, None
    source.name, source.address, source.department = name.strip(), plain, department
    _refuse_twins(source)
    if secret:
        source.secret = _sealed(source, secret)
        changed.append("secret")
    source.save()
    audit.record(
        actor=by, action="source.update", about=source, now=now, details={"changed": changed, "address": plain}
    )
    return source


def source_test(*, source: Source, by: Person | str, now: datetime) -> Source:
    """Reach for the source and keep what came of it; an unreachable one is a result, not an error."""
    refusal: Refusal | None = None
    try:
        probe(source_url(source=source))  # outside any transaction: it may take seconds
    except Refusal as found:
        refusal = found
    return source_tried(source=source, refusal=refusal, by=by, now=now)


@transaction.atomic
def source_tried(*, source: Source, refusal: Refusal | None, by: Person | str, now: datetime) -> Source:
    """Keep whether the source could be reached."""
    source = Source.objects.select_for_update().get(pk=source.pk)
    source.state = Source.State.UNREACHABLE if refusal else Source.State.REACHABLE
    source.tried_at = now
    source.error_code, source.error_facts = kept(refusal)
    source.save(update_fields=["state", "tried_at", "error_code", "error_facts"])
    audit.record(
        actor=by,
        action="source.test",
        about=source,
        now=now,
        outcome="failed" if refusal else "done",
        details={"code": source.error_code} if refusal else {},
    )
    return source
