"""Addresses of the console: its own pages, then those of each register."""

from collections.abc import Iterator

from django.urls import URLPattern, path

from xingdun.doors.console.views import account, actions, details, exports, language, lists, overview, settings
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
    yield path(f"{stem}<str:pk>/", details.view_of(register), name=f"{key}.detail")


urlpatterns = [
    path("", overview.overview, name="overview"),
    path("account/", account.account, name="account"),
    path("settings/", settings.settings, name="settings"),
    path("language/", language.switch, name="language"),
    *(pattern for register in registers.values() for pattern in _register_patterns(register)),
]
