"""The side navigation: registers and pages by group, only what the reader's roles include."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xingdun.frame.permissions import permitted
from xingdun.frame.registers import Register, registers
from xingdun.frame.roles import Role

# The groups in the order in which a day is lived; a register names its group by key in `menu`.
GROUPS: dict[str, Any] = {
    "obligations": _("The law"),
    "assets": _("Networks"),
    "data": _("Data"),
    "access": _("Use of data"),
    "approvals": _("Decisions"),
    "organisation": _("Organisation"),
    "audit": _("Proof"),
    "settings": _("Platform"),
}

# Pages that are no registers, before the registers of their group: title, address, permission, icon.
PAGES: dict[str, tuple[tuple[Any, str, str, str], ...]] = {
    "obligations": (
        (_("Where we stand"), "obligations.standing.list", "obligations.standing.view", "shield-check"),
        (_("Morning list"), "obligations.agenda.list", "obligations.agenda.view", "list-check"),
        (_("Clauses"), "obligations.clause.list", "obligations.clause.view", "grid-dots"),
        (_("Duties"), "obligations.duty.list", "obligations.duty.view", "checklist"),
        (_("Scores"), "obligations.score.list", "obligations.score.view", "chart-bar"),
        (_("Timeline"), "obligations.timeline.list", "obligations.timeline.view", "timeline"),
        (_("Oversight"), "obligations.oversight.list", "obligations.oversight.view", "eye-check"),
    ),
}


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the navigation."""

    title: Any
    address: str
    icon: str
    active: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Lines under one heading; the first group has none. Closed unless the reader is in it."""

    title: Any
    items: tuple[Item, ...]
    open: bool = False


def groups(roles: Iterable[Role | str], path: str) -> tuple[Group, ...]:
    """What someone with `roles` sees beside the page at `path`: the group it is in open, else the first."""
    roles = frozenset(roles)
    found = [Group("", tuple(_first(roles, path)))]
    titles = list(GROUPS) + sorted({menu for menu in map(_menu, registers.values()) if menu and menu not in GROUPS})
    for key in titles:
        items = [*_pages(key, roles, path)]
        items += [_item(register, path) for register in registers.values() if _shown(register, key, roles)]
        if key == "settings" and permitted("console.settings.view", roles):
            address = reverse("console:settings")
            items.append(Item(_("Settings"), address, "settings", path.startswith(address)))
        if items:
            found.append(Group(GROUPS.get(key, key), tuple(items), any(item.active for item in items)))
    if len(found) > 1 and not any(group.open for group in found):
        found[1] = replace(found[1], open=True)
    return tuple(group for group in found if group.items)


def _menu(register: Register) -> str:
    return str(register.menu or "")


def _shown(register: Register, group: str, roles: frozenset[Role | str]) -> bool:
    return _menu(register) == group and permitted(f"{register.key}.view", roles)


def _item(register: Register, path: str) -> Item:
    address = reverse(f"console:{register.key}.list")
    return Item(register.title, address, register.icon, path.startswith(address))


def _pages(group: str, roles: frozenset[Role | str], path: str) -> Iterator[Item]:
    for title, name, permission, icon in PAGES.get(group, ()):
        if permitted(permission, roles):
            address = reverse(f"console:{name}")
            active = path == address if name == "obligations.standing.list" else path.startswith(address)
            yield Item(title, address, icon, active)


def _first(roles: frozenset[Role | str], path: str) -> Iterator[Item]:
    if permitted("console.overview.view", roles):
        address = reverse("console:overview")
        yield Item(_("Overview"), address, "layout-dashboard", path == address)
    if permitted("approvals.process.view", roles):
        address = reverse("console:approvals.desk.list")
        yield Item(_("My desk"), address, "inbox", path.startswith(address))
    if permitted("obligations.posture.view", roles):
        address = reverse("console:calendar")
        yield Item(_("Calendar"), address, "calendar", path.startswith(address))
