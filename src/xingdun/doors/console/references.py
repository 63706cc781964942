"""References (`app.model:key`) as people read them: a name, and a link for those who may follow it."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from xingdun.frame.permissions import permitted
from xingdun.frame.registers import Register, registers
from xingdun.frame.roles import Role

_SHORT = 8

# What stands for a record of a register: an account for its person. alias: (register, path to the alias's key).
ALIASES: dict[str, tuple[str, str]] = {"organisation.account": ("organisation.person", "account_id")}


def register_of(reference: str) -> Register | None:
    """The register of the record that `reference` names."""
    return registers.get(reference.partition(":")[0])


def address(register: Register, key: Any) -> str:
    """Where a record's page is; empty when its register has no pages here."""
    try:
        return reverse(f"console:{register.key}.detail", kwargs={"pk": key})
    except NoReverseMatch:
        return ""


def aliases_of(register: Register, keys: Iterable[Any]) -> set[str]:
    """The references under which the ledger may know these records besides their own."""
    found: set[str] = set()
    for alias, (key, path) in ALIASES.items():
        if key == register.key:
            others = register.model._default_manager.filter(pk__in=keys).exclude(**{path: None})  # noqa: SLF001 - Django's documented API
            found |= {f"{alias}:{other}" for other in others.values_list(path, flat=True)}
    return found


def noun_of(kind: str) -> str:
    """What a record of the model `app.model` is called; the label itself for something else."""
    try:
        return str(apps.get_model(kind)._meta.verbose_name)  # noqa: SLF001 - Django's documented API
    except (LookupError, ValueError):
        return kind


class Links:
    """Shows references and records as links, for one reader.

    `collect` looks up the names of many references with one query a register, so that a list costs the same
    number of queries whatever its length. Names stay hidden from those who may not see the record.
    """

    def __init__(self, roles: Iterable[Role | str]) -> None:
        self._roles = frozenset(roles)
        self._found: dict[str, tuple[str, str] | None] = {}  # None: looked up, and not there

    def collect(self, references: Iterable[Any]) -> None:
        """Look up the names of references that are going to be shown."""
        wanted: dict[str, set[str]] = defaultdict(set)
        for reference in references:
            if isinstance(reference, str) and reference not in self._found:
                kind, _, key = reference.partition(":")
                if key and self._may_see(ALIASES.get(kind, (kind, ""))[0]):
                    wanted[kind].add(key)
        for kind, keys in wanted.items():
            self._found |= dict.fromkeys(f"{kind}:{key}" for key in keys)
            key, path = ALIASES.get(kind, (kind, "pk"))
            register = registers[key]
            try:
                for record in register.rows().filter(**{f"{path}__in": keys}):
                    name = f"{kind}:{getattr(record, path)}"
                    self._found[name] = (address(register, record.pk), register.heading(record))
            except (ValueError, ValidationError):  # a key that is none of this model's; it is shown as written
                continue

    def show(self, value: Any) -> SafeString:
        """A link with the record's name; without rights or a register, what it is and the start of its key."""
        if not isinstance(value, str):
            return self._show_record(value)
        kind, _colon, key = value.partition(":")
        if kind == "system":
            return format_html("<bdi>{} <code>{}</code></bdi>", gettext("platform"), key)
        noun = noun_of(kind)
        if not key or noun == kind:
            return format_html('<bdi class="xd-reference">{}</bdi>', value)
        if value not in self._found:
            self.collect([value])
        found = self._found.get(value)
        if found is None:
            return format_html('<bdi title="{}">{} <code>{}</code></bdi>', value, noun, key[:_SHORT])
        where, name = found
        return format_html('<a href="{}" title="{}"><bdi>{}</bdi></a>', where, noun, name)

    def around(self, record: Any, register: Register, shown: SafeString) -> SafeString:
        """`shown` as the link to the record's page."""
        where = address(register, record.pk)
        return format_html('<a class="xd-row-link" href="{}">{}</a>', where, shown) if where else shown

    def _show_record(self, record: Any) -> SafeString:
        kind = getattr(getattr(record, "_meta", None), "label_lower", "")
        register = registers.get(kind)
        if register is None or not self._may_see(kind):
            return format_html("<bdi>{}</bdi>", record)
        return format_html('<a href="{}"><bdi>{}</bdi></a>', address(register, record.pk), register.heading(record))

    def _may_see(self, kind: str) -> bool:
        return kind in registers and permitted(f"{kind}.view", self._roles)
