"""A register as a file, with the filters of the list it is taken from. Each export is an entry in the ledger."""

from collections.abc import Callable
from typing import Literal

from django.db import transaction
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from xingdun.audit import services as audit
from xingdun.doors.console import export
from xingdun.doors.console.calls import Call
from xingdun.doors.console.pages import page
from xingdun.doors.console.views.lists import filtered
from xingdun.frame.registers import Register

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def view_of(register: Register, kind: Literal["xlsx", "json"]) -> Callable[..., HttpResponseBase]:
    """The view that exports `register`."""

    @page(f"{register.key}.view")
    @require_GET
    def download(request: Call) -> HttpResponseBase:
        rows, _filters = filtered(request, register)
        # Names of filters only: what someone searched for may name a patient or a colleague.
        told = {"kind": kind, "filters": sorted(name for name, value in request.GET.items() if value)}
        with transaction.atomic():
            audit.record(
                actor=request.person, action="register.export", about=register.key, now=request.now, details=told
            )
        name = f"{register.key}-{timezone.localtime(request.now):%Y%m%d-%H%M}.{kind}"
        if kind == "xlsx":
            return FileResponse(
                export.workbook(register, export.batches(rows)), as_attachment=True, filename=name, content_type=XLSX
            )
        lines = export.json_lines(register, export.batches(rows))
        response = StreamingHttpResponse(lines, content_type="application/json")
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    return download
