"""How values, states and times look in templates of the console."""

from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from django import template
from django.db.models import Model
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from xingdun.doors.console import display, values
from xingdun.doors.console.references import Links
from xingdun.frame.errors import Explanation
from xingdun.frame.permissions import PERMISSIONS, permitted
from xingdun.frame.registers import Column, Register, registers
from xingdun.frame.roles import Role
from xingdun.frame.wording import listed

register = template.Library()
ONCE: dict[str, Any] = {
    "login": _("login"),
    "password": _("password"),
    "token": _("token"),
    "address": _("address"),
    "database": _("database"),
    "host": _("host"),
    "port": _("port"),
    "expires_at": _("expires"),
}


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """An icon of the sprite, beside words that say the same; hidden from readers of the screen."""
    return _icon(name, classes)


@lru_cache(maxsize=512)
def _icon(name: str, classes: str) -> SafeString:
    sprite = static("console/vendor/icons/icons.svg")
    return format_html('<svg class="icon {}" aria-hidden="true"><use href="{}#{}"></use></svg>', classes, sprite, name)


@register.simple_tag
def state(value: Any, label: Any = None) -> SafeString:
    """A state as a shape and a word."""
    return display.state(value, label if label is not None else value)


@register.simple_tag(takes_context=True)
def moment(context: template.Context, at: datetime | None) -> SafeString:
    """A time, absolute, with the relative one beside."""
    return display.moment(at, _now(context))


@register.simple_tag(takes_context=True)
def shown(context: template.Context, record: Any, column: Column) -> SafeString:
    """The value of a register's column as its kind is shown."""
    return display.shown(record, column, now=_now(context), links=_links(context))


@register.simple_tag(takes_context=True)
def reference(context: template.Context, value: Any) -> SafeString:
    """A record, or the reference of one (`app.model:key`), as a link for those who may follow it."""
    return _links(context).show(value)


@register.simple_tag(takes_context=True)
def places(context: template.Context, refusal: Explanation) -> list[dict[str, Any]]:
    """Where what a refusal misses is entered: the address for who may do so, else which roles may."""
    roles: frozenset[Role] = getattr(context.get("request"), "roles", frozenset())
    found = []
    for each in refusal.places:
        key, _dot, name = each.action.rpartition(".")
        of = registers.get(key)
        action = of.action(name) if of else None
        if of is None or action is None:
            continue
        where = reverse(f"console:{each.action}", kwargs={"pk": each.key} if each.key else {})
        found.append(
            {
                "title": format_lazy("{} · {}", of.model._meta.verbose_name, action.label),  # noqa: SLF001 - Django's documented API
                "address": where if permitted(each.action, roles) else "",
                "who": listed(role.label for role in Role if role in PERMISSIONS[each.action]),
                "missing": listed(each.missing),
            }
        )
    return found


@register.simple_tag(takes_context=True)
def lines_of(context: template.Context, reference: str) -> dict[str, Any] | None:
    """The lines of the record that `reference` names, those with something in them; None for who may not see it."""
    found, _colon, key = reference.partition(":")
    of = registers.get(found)
    if of is None or not permitted(f"{found}.view", getattr(context.get("request"), "roles", frozenset())):
        return None
    record = of.rows().filter(pk=key).first()
    if record is None:
        return None
    lines = [(values.heading(of.model, line), line) for line in of.detail or of.columns]
    return {"record": record, "lines": [each for each in lines if not values.empty(values.read(record, each[1].name))]}


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """This page's query with some of its values changed; None takes one away."""
    parameters = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None:
            parameters.pop(name, None)
        else:
            parameters[name] = str(value)
    return f"?{parameters.urlencode()}"


@register.simple_tag(takes_context=True)
def query_without(context: template.Context, name: str) -> str:
    """This page's query without one of its values, from the first page."""
    return query(context, **{name: None, "page": None})


@register.simple_tag
def register_address(of: Register) -> str:
    """Where a register's list is."""
    return _list_address(of.key)


@cache
def _list_address(key: str) -> str:
    return reverse(f"console:{key}.list")


@register.simple_tag
def once_label(name: str) -> Any:
    """The words for what a service shows once."""
    return ONCE.get(name, name.replace("_", " "))


@register.filter
def noun(model: type[Model]) -> Any:
    """What one record of `model` is called."""
    return model._meta.verbose_name  # noqa: SLF001 - Django's documented API


@register.filter
def parameter(model: type[Model]) -> str:
    """Under which name forms take a record of `model`."""
    return model._meta.model_name or ""  # noqa: SLF001 - the same


@register.filter
def steps_of(process: Any) -> list[dict[str, Any]]:
    """The steps of an approval with their decisions; state: `approved`, `refused`, `waiting` (open now) or `later`."""
    found = []
    open_now = process.state == "open"
    decisions = list(process.decisions.all())
    for step in process.steps.all():
        own = [decision for decision in decisions if decision.step_id == step.pk]
        approved = sum(decision.approves for decision in own)
        if any(not decision.approves for decision in own):
            state_of = "refused"
        elif approved >= step.quorum:
            state_of = "approved"
        else:
            state_of, open_now = ("waiting", False) if open_now else ("later", open_now)
        found.append({"step": step, "decisions": own, "state": state_of, "missing": step.quorum - approved})
    return found


@register.filter
def grouped(value: Any) -> str:
    """A number with its thousands apart."""
    return display.number(value)


def _now(context: template.Context) -> datetime | None:
    return getattr(context.get("request"), "now", None)


def _links(context: template.Context) -> Links:
    links = context.get("links")
    return links if isinstance(links, Links) else Links(getattr(context.get("request"), "roles", frozenset()))
