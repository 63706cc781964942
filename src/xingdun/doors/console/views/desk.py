"""The approvals desk: what waits for the reader first, then what the reader asked for."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from xingdun.approvals.selectors import processes, waiting_for
from xingdun.doors.console.calls import Call
from xingdun.doors.console.pages import page
from xingdun.doors.console.paging import FirstRows
from xingdun.doors.console.references import Links
from xingdun.doors.console.tables import table_of

ROWS = 50


@page("approvals.process.view")
@require_safe
def desk(request: Call) -> HttpResponse:
    """Both lists, oldest waiting first."""
    links = Links(request.roles)
    waiting = waiting_for(request.person, now=request.now).order_by("opened_at")
    asked = processes().filter(requested_by=request.person).order_by("-opened_at")
    tables = []
    for rows in (waiting, asked):
        made = table_of("approvals.process")(rows, now=request.now, links=links, orderable=False)
        made.paginate(per_page=ROWS, paginator_class=FirstRows)
        made.look_up_references()
        if not any(row.record.stuck for row in made.paginated_rows):
            made.columns.hide("stuck")
        tables.append(made)
    tables[0].columns.hide("closed_at")
    return render(request, "console/desk.html", {"waiting": tables[0], "asked": tables[1], "links": links})
