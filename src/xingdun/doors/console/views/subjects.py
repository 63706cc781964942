"""Records found by name or code, for whoever says what evidence or an exemption is about."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from xingdun.doors.console.calls import Call
from xingdun.doors.console.pages import page
from xingdun.obligations.subject_field import NAME, SubjectWidget


@page("obligations.evidencefile.create")
@require_safe
def subjects(request: Call) -> HttpResponse:
    """The part of a form that offers records: the kinds its duties are about, and what the words typed find."""
    widget = SubjectWidget()
    widget.roles = request.roles
    return HttpResponse(widget.render(NAME, widget.value_from_datadict(request.GET, {}, NAME)))
