"""Addresses of the law's pages."""

from django.urls import path

from xingdun.doors.console.views.law import agenda, clauses, duties, oversight, scores, standing, timeline

patterns = [
    path("law/", standing.standing, name="obligations.standing.list"),
    path("law/agenda/", agenda.agenda, name="obligations.agenda.list"),
    path("law/clauses/", clauses.heat_map, name="obligations.clause.list"),
    path("law/clauses/<str:pk>/", clauses.clause, name="obligations.clause.detail"),
    path("law/duties/", duties.duties, name="obligations.duty.list"),
    path("law/duties/<str:pk>/", duties.duty, name="obligations.duty.detail"),
    path("law/scores/", scores.scores, name="obligations.score.list"),
    path("law/timeline/", timeline.timeline, name="obligations.timeline.list"),
    path("law/oversight/", oversight.oversight, name="obligations.oversight.list"),
]
