"""Choosing duties: by what they are about, found by their title, their key or a clause."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from xingdun.obligations.catalogue import Duty, load


def duties() -> list[tuple[str, str]]:
    """Every duty of the catalogue by its title, in the reader's language."""
    return sorted(((each.key, _title(each)) for each in load().duties.values()), key=lambda one: one[1])


def _title(duty: Duty) -> str:
    return duty.title.say(get_language() or "en")


class DutiesWidget(forms.SelectMultiple):
    """Check boxes under what duties are about; a group with a chosen duty is open and comes first."""

    use_fieldset = True

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Every duty there is."""
        del renderer
        groups = sorted(_groups(frozenset(value or ())), key=lambda group: not group["open"])
        context = {"name": name, "id": (attrs or {}).get("id", f"id_{name}"), "groups": groups, "asks": self.attrs}
        return render_to_string("obligations/duties.html", context)


def _groups(chosen: frozenset[str]) -> Iterator[dict[str, Any]]:
    """The duties by what they are about, in the catalogue's order. told: all that one may be found by."""
    catalogue, language = load(), get_language() or "en"
    by_kind: dict[str, list[Duty]] = {}
    for key, _name in duties():
        duty = catalogue.duties[key]
        by_kind.setdefault(duty.subject, []).append(duty)
    for kind, named in catalogue.vocabulary.subjects.items():
        options = [
            {
                "key": duty.key,
                "title": _title(duty),
                "clauses": duty.clauses,
                "told": " ".join((duty.title.zh, duty.title.en, duty.key, *duty.clauses)),
                "picked": duty.key in chosen,
            }
            for duty in by_kind.get(kind, ())
        ]
        if options:
            yield {"name": named.say(language), "options": options, "open": any(each["picked"] for each in options)}
