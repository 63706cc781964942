"""Tables and columns found by name, for whoever asks for data."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from xingdun.access.widgets import columns_asked, groups
from xingdun.doors.console.calls import Call
from xingdun.doors.console.pages import page

_MOST_CHOSEN, _LONGEST = 2000, 200


@page("access.request.create")
@require_safe
def columns(request: Call) -> HttpResponse:
    """The part of the form that offers columns: those already chosen, then those that hold the `words` typed."""
    chosen = {key for key in request.GET.getlist("columns")[:_MOST_CHOSEN] if _is_key(key)}
    found = groups(columns_asked(), chosen=chosen, words=request.GET.get("words", "")[:_LONGEST])
    return render(request, "access/columns_found.html", found)


def _is_key(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
