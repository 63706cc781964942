"""The content of an evidence file, for who may read it."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from xingdun.doors.console.calls import Call
from xingdun.doors.console.pages import page
from xingdun.doors.console.records import record_of
from xingdun.frame.registers import registers
from xingdun.obligations import services


@page("obligations.evidencefile.read")
@require_safe
def content(request: Call, pk: str) -> HttpResponse:
    """The file as it was brought, always as a download. Raises EvidenceConfidential, NotFound."""
    evidence = record_of(registers["obligations.evidencefile"], pk)
    data = services.evidencefile_read(
        evidencefile=evidence, roles=frozenset(request.roles), by=request.person, now=request.now
    )
    response = HttpResponse(data, content_type=evidence.media_type)
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=evidence.name)
    response.headers["Cache-Control"] = "no-store"
    return response
