"""Addresses of the console: its own pages, then those of each register."""

from collections.abc import Iterator

from django.urls import URLPattern, path

from xingdun.doors.console.views import (
    account,
    actions,
    calendar,
    columns,
    desk,
    details,
    downloads,
    evidence,
    exports,
    language,
    lists,
    overview,
    packs,
    proofs,
    settings,
    subjects,
    tokens,
)
from xingdun.doors.console.views.law import urls as law
from xingdun.frame.registers import Register, registers

app_name = "console"


def _register_patterns(register: Register) -> Iterator[URLPattern]:
    stem, key = f"console/{register.key}/", register.key
    yield path(stem, lists.view_of(register), name=f"{key}.list")
    yield path(f"{stem}export.xlsx", exports.view_of(register, "xlsx"), name=f"{key}.xlsx")
    yield path(f"{stem}export.json", exports.view_of(register, "json"), name=f"{key}.json")
    for action in register.actions:
        where = "-" if action.on == "list" else "<str:pk>"
        yield path(f"{stem}{where}/{action.key}/", actions.view_of(register, action), name=f"{key}.{action.key}")
    for download in register.downloads:
        where = "-" if download.on == "list" else "<str:pk>"
        yield path(
            f"{stem}{where}/{download.key}/", downloads.view_of(register, download), name=f"{key}.{download.key}"
        )
    yield path(f"{stem}<str:pk>/", details.view_of(register), name=f"{key}.detail")


urlpatterns = [
    path("", overview.overview, name="overview"),
    path("account/", account.account, name="account"),
    path("account/tokens/new/", tokens.create, name="organisation.token.create"),
    path("account/tokens/<str:pk>/revoke/", tokens.revoke, name="organisation.token.revoke"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/<uuid:institution>/<str:token>.ics", calendar.feed, name="calendar.feed"),
    path("desk/", desk.desk, name="approvals.desk.list"),
    path("console/access.request/-/columns/", columns.columns, name="access.request.columns"),
    path("console/obligations.evidencefile/-/subjects/", subjects.subjects, name="obligations.subjects"),
    *law.patterns,
    path("settings/", settings.settings, name="settings"),
    path("language/", language.switch, name="language"),
    path("console/audit.entry/<str:pk>/content.json", proofs.leaf, name="audit.entry.leaf"),
    path("console/audit.entry/<str:pk>/<str:tree>.tlog-proof", proofs.proof, name="audit.entry.proof"),
    path("console/obligations.pack/-/create/", packs.create, name="obligations.pack.create"),
    path(
        "console/obligations.evidencefile/<str:pk>/content", evidence.content, name="obligations.evidencefile.content"
    ),
    *(pattern for register in registers.values() for pattern in _register_patterns(register)),
]
