"""Files a register hands out: of a record, or of the list. Each is an entry in the ledger."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from xingdun.audit import services as audit
from xingdun.doors.console.calls import Call
from xingdun.doors.console.pages import page
from xingdun.doors.console.records import record_of
from xingdun.frame.permissions import permitted
from xingdun.frame.registers import Download, Register


@dataclass(frozen=True, slots=True)
class HandedOut:
    """A file someone may take from a page."""

    download: Download
    address: str


def handed_out(request: Call, register: Register, record: Any | None) -> list[HandedOut]:
    """The files the reader may take of `record` in its state, or of the list when there is none."""
    where = {} if record is None else {"pk": record.pk}
    return [
        HandedOut(one, reverse(f"console:{register.key}.{one.key}", kwargs=where))
        for one in register.downloads
        if (one.on == "list") is (record is None)
        and permitted(f"{register.key}.{one.key}", request.roles)
        and (record is None or one.available is None or one.available(record))
    ]


def answer_with(request: Call, register: Register, download: Download, record: Any | None) -> HttpResponse:
    """The file, made and told to the ledger in one transaction, always as a download."""
    with transaction.atomic():
        file = download.make(record=record, by=request.person, now=request.now)
        audit.record(
            actor=request.person,
            action="register.download",
            about=register.key if record is None else record,
            now=request.now,
            details={"file": download.key, "bytes": len(file.content)},
        )
    response = HttpResponse(file.content, content_type=file.media_type)
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=file.name)
    response.headers["Cache-Control"] = "no-store"
    return response


def view_of(register: Register, download: Download) -> Callable[..., HttpResponse]:
    """The view that makes one file and hands it out."""

    @page(f"{register.key}.{download.key}")
    @require_GET
    def take(request: Call, pk: str | None = None) -> HttpResponse:
        return answer_with(request, register, download, None if pk is None else record_of(register, pk))

    return take
