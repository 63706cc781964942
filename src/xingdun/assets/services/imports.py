"""Taking networks over from a workbook: all of its rows, or none; at once, or by the worker when it is large."""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import Any, BinaryIO
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xingdun.assets.errors import ImportBroke, ImportEnded, ImportRefused
from xingdun.assets.importing import read_rows, row_count
from xingdun.assets.importing.progress import Silent, Told
from xingdun.assets.importing.rows import Read
from xingdun.assets.models import ImportContent, ImportFault, Network, NetworkImport
from xingdun.assets.services.networks import network_made, told
from xingdun.audit import services as audit
from xingdun.frame.background import StopAsked, defer_once
from xingdun.frame.errors import Refusal
from xingdun.frame.kept_errors import kept, storable
from xingdun.keys import services as keys
from xingdun.organisation.models import Department, Person

AT_ONCE = 1000  # rows a statement
AT_THE_CALL = 500  # rows that a call may wait for
MOST_RUNS = 3  # a workbook that ends so many workers is given up
MOST_FAULTS = 5_000
PURPOSE = "imports"
WORKER = "system:worker"
_State = NetworkImport.State


@transaction.atomic
def networks_import(*, file: Any, by: Person, now: datetime) -> NetworkImport:
    """Take over every row of a workbook made from the template, or none of them.

    file: a binary file open for reading, .xlsx, 50,000 rows at most. Up to `AT_THE_CALL` rows are taken over now; a
    larger workbook is kept, sealed, for the worker, and what comes back says how far it is. Raises WorkbookUnreadable;
    for a small one WrongColumns too, and ImportRefused with every fault located in `errors`. Source: MEASURES-6.1b.
    """
    rows = max(row_count(file) - 1, 0)
    job = NetworkImport(
        institution_id=by.institution_id,
        file_name=storable(str(getattr(file, "name", "") or "xlsx"), 200),
        file_digest=_digest(file),
        rows_total=rows,
        asked_by=by,
        language=get_language() or "",
        queued_at=now,
    )
    if rows <= AT_THE_CALL:
        job.started_at, job.runs = now, 1
        _take_over(job, file, progress=Silent(), now=now)
        job.save(force_insert=True)
        return job
    job.save(force_insert=True)
    _keep(job, file)
    audit.record(
        actor=by, action="networkimport.queue", about=job, now=now, details={"file": _source(job), "rows": rows}
    )
    from xingdun.assets import tasks  # tasks run services

    defer_once(tasks.import_run, job)
    return job


@transaction.atomic
def import_stop(*, networkimport: NetworkImport, by: Person, now: datetime) -> NetworkImport:
    """Stop an import: at once when no worker is at it, else within a second or two. Nothing of it is kept.

    Raises ImportEnded.
    """
    job = NetworkImport.objects.select_for_update().get(pk=networkimport.pk)
    if not job.active:
        raise ImportEnded(state=job.get_state_display())
    job.stop(now=now)
    job.save(update_fields=["state", "finished_at"])
    if not job.active:
        _forget(job)
    audit.record(actor=by, action="networkimport.stop", about=job, now=now)
    return job


@transaction.atomic
def import_begin(*, networkimport: NetworkImport, now: datetime) -> bool:
    """A worker takes the import up, first or again; False when there is nothing to run.

    One that ended its worker `MOST_RUNS` times has failed.
    """
    job = NetworkImport.objects.select_for_update().get(pk=networkimport.pk)
    if job.state == _State.STOPPING:
        import_end(networkimport=job, state=_State.STOPPED, now=now)
    elif job.active and job.runs >= MOST_RUNS:
        import_end(networkimport=job, state=_State.FAILED, now=now, refusal=ImportBroke(problem=f"{job.runs} ×"))
    if job.state not in {_State.QUEUED, _State.RUNNING}:
        return False
    job.state, job.runs, job.progress_at = _State.RUNNING, job.runs + 1, now
    job.started_at = job.started_at or now
    job.rows_checked = job.rows_written = 0
    job.save()
    audit.record(actor=WORKER, action="networkimport.run", about=job, now=now, details={"run": job.runs})
    return True


@transaction.atomic
def import_take_over(*, networkimport: NetworkImport, progress: Told, now: datetime) -> NetworkImport:
    """Take over all rows of the kept workbook and remove it, in one transaction.

    Raises what `networks_import` does for a small workbook, and StopAsked, also at the last moment.
    """
    sealed = ImportContent.objects.get(networkimport=networkimport).sealed
    content = keys.open_bytes(
        institution=networkimport.institution_id, purpose=PURPOSE, sealed=bytes(sealed), place=_place(networkimport)
    )
    job = NetworkImport.objects.select_related("asked_by").get(pk=networkimport.pk)
    _take_over(job, BytesIO(content), progress=progress, now=now)
    now_stands = NetworkImport.objects.select_for_update().get(pk=job.pk)  # not before: progress is told until here
    if now_stands.state == _State.STOPPING:
        raise StopAsked
    job.finished_at = job.progress_at = timezone.now()
    job.save()
    _forget(job)
    return job


@transaction.atomic
def import_end(
    *, networkimport: NetworkImport, state: str, now: datetime, refusal: Refusal | None = None
) -> NetworkImport:
    """The worker's last word on an import that took nothing over: stopped, or failed with its faults."""
    job = networkimport
    NetworkImport.objects.select_for_update().get(pk=job.pk)
    job.refresh_from_db()
    faults: Any = refusal.facts.get("errors", []) if refusal else []
    job.state, job.finished_at, job.rows_written = state, now, 0
    job.error_code, job.error_facts = kept(refusal)
    job.error_facts.pop("errors", None)  # they have rows of their own
    job.faults_total = len(faults)
    job.save()
    ImportFault.objects.bulk_create(
        ImportFault(
            institution_id=job.institution_id,
            networkimport=job,
            number=number,
            place=storable(each["field"], 200),
            problem=storable(each["problem"], 500),
        )
        for number, each in enumerate(faults[:MOST_FAULTS], start=1)
    )
    _forget(job)
    audit.record(
        actor=WORKER,
        action=f"networkimport.{state}",
        about=job,
        now=now,
        outcome="failed" if refusal else "done",
        details={"code": refusal.code, "faults": len(faults)} if refusal else {},
    )
    return job


def _keep(job: NetworkImport, file: BinaryIO) -> None:
    file.seek(0)
    sealed = keys.seal_bytes(institution=job.institution_id, purpose=PURPOSE, plaintext=file.read(), place=_place(job))
    ImportContent.objects.create(institution_id=job.institution_id, networkimport=job, sealed=sealed)


def _forget(job: NetworkImport) -> None:
    """The workbook is removed: the networks, or the faults, are what is left of it."""
    ImportContent.objects.filter(networkimport=job).delete()


def _place(job: NetworkImport) -> tuple[str, str]:
    return str(job.pk), job.file_digest


def _source(job: NetworkImport) -> str:
    return f"sha256:{job.file_digest}"


def _take_over(job: NetworkImport, file: BinaryIO, *, progress: Told, now: datetime) -> None:
    """Check and write every row; `job` says how many, and is to be saved. Raises ImportRefused and others."""
    institution = job.institution_id
    found = read_rows(file, _departments(institution), progress.checked)
    _check(found, institution, now)
    if found.errors:
        raise ImportRefused.of(found.errors)
    networks = [network_made(institution=institution, now=now, **row.given) for row in found.rows]
    try:
        with transaction.atomic():
            for written in _entered(networks, job, now):
                progress.written(written)
    except IntegrityError:
        _check(found, institution, now)  # somebody entered the same meanwhile
        if found.errors:
            raise ImportRefused.of(found.errors) from None
        raise
    job.rows_checked = job.rows_written = len(networks)
    job.state, job.finished_at = _State.FINISHED, now


def _entered(networks: list[Network], job: NetworkImport, now: datetime) -> Iterator[int]:
    """Write networks with their entries; how many so far, after each batch."""
    details = {"file": _source(job), "networks": len(networks)}
    audit.record(actor=job.asked_by, action="network.import", about="assets.network", now=now, details=details)
    for start in range(0, len(networks), AT_ONCE):
        some = networks[start : start + AT_ONCE]
        _enter(some)
        entries = ((network, told(network) | {"from": _source(job)}) for network in some)
        audit.record_each(actor=job.asked_by, action="network.create", about=entries, now=now)
        yield start + len(some)


def _departments(institution: UUID) -> dict[str, Department]:
    """The institution's departments by code and by every name."""
    found: dict[str, Department] = {}
    for department in Department.objects.filter(institution=institution):
        for name in (department.name, department.english_name, department.code):
            if name:
                found[name.casefold()] = department
    return found


def _check(found: Read, institution: UUID, now: datetime) -> None:
    """What only the register and the day can tell: codes taken, dates ahead, nothing at all."""
    rows = {row.given["code"]: row for row in found.rows if "code" in row.given}
    codes = list(rows)
    taken: set[str] = set()
    for start in range(0, len(codes), AT_ONCE):
        known = Network.objects.filter(institution=institution, code__in=codes[start : start + AT_ONCE])
        taken |= set(known.values_list("code", flat=True))
    for code in codes:
        if code in taken:
            problem = _("the code %(code)s names a network of the register already") % {"code": code}
            found.errors.append({"field": _("row %(row)d") % {"row": rows[code].number}, "problem": problem})
    today = timezone.localdate(now)
    for row in found.rows:
        since = row.given.get("in_operation_since")
        if since is not None and since > today:
            problem = _("in operation since a day that is still to come (%(day)s)") % {"day": since}
            found.errors.append({"field": _("row %(row)d") % {"row": row.number}, "problem": problem})
    if not found.rows and not found.errors:
        found.errors.append({"field": _("row %(row)d") % {"row": 2}, "problem": _("there is no row to take over")})


def _enter(networks: list[Network]) -> None:
    """Write new networks as one JSON text: the driver would take each value by itself, in Python."""
    fields = Network._meta.concrete_fields  # noqa: SLF001 - Django's documented API
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    statement = (
        f"INSERT INTO assets_network ({columns}) "  # noqa: S608 - the model's own columns
        f"SELECT {columns} FROM json_populate_recordset(NULL::assets_network, %s::json)"
    )
    rows = [{field.column: field.value_from_object(each) for field in fields} for each in networks]
    with connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps(rows, default=str)])


def _digest(file: BinaryIO) -> str:
    whole = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(1 << 20):
        whole.update(chunk)
    return whole.hexdigest()
