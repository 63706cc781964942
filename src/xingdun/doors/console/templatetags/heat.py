"""The heat map of the clauses, and its table: some thousand cells, so what they share is worked out once."""

from collections.abc import Iterable, Iterator

from django import template
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from xingdun.doors.console import display
from xingdun.doors.console.law import WORDS
from xingdun.obligations.catalogue import load
from xingdun.obligations.selectors.pages import CLAUSE_STATES, Cell

register = template.Library()


@register.simple_tag
def heat(found: Iterable[Cell], shown: frozenset[str] | None) -> SafeString:
    """Cells as links that bear the clause's number, its state as shape and word, and its text.

    shown: the clauses that the filters leave; the others step back.
    """
    return mark_safe("".join(_cells(found, shown)))  # noqa: S308 - each piece is escaped where it comes in


@register.simple_tag
def clause_rows(found: Iterable[Cell]) -> SafeString:
    """The table: a row a clause, with the states of its answers."""
    return mark_safe("".join(_rows(found)))  # noqa: S308 - the same


def _cells(found: Iterable[Cell], shown: frozenset[str] | None) -> Iterator[str]:
    stem, words, zh, pages = _stem(), _words(), _is_zh(), load().clauses
    for cell in found:
        key, said = cell.clause.id, words[cell.state]
        text = escape(cell.clause.text.zh if zh else cell.clause.text.en)
        faint = "" if shown is None or key in shown else " xd-cell-faint"
        # A clause of a past day that the catalogue has no more has no page.
        tag, where = ("a", f' href="{stem}{key}/"') if key in pages else ("span", "")
        yield (
            f'<{tag} class="xd-cell xd-cell-{cell.state}{faint}"{where} title="{key} · {said} · {text}">'
            f'{key.partition("-")[2]}<span class="visually-hidden"> {said}</span></{tag}>'
        )


def _rows(found: Iterable[Cell]) -> Iterator[str]:
    stem, words, zh, pages = _stem(), _words(), _is_zh(), load().clauses
    clause, state, asks, answers = (escape(gettext(head)) for head in ("Clause", "State", "What it asks", "Answers"))
    shapes = {name: display.state(name, WORDS[name]) for name in CLAUSE_STATES}
    for cell in found:
        key = cell.clause.id
        text = escape(cell.clause.text.zh if zh else cell.clause.text.en)
        counts = " ".join(
            f'<span class="xd-count-of xd-cell-{name}">{words[name]} {display.number(cell.answers[name])}</span>'
            for name in CLAUSE_STATES
            if cell.answers.get(name)
        )
        named = f'<a class="xd-clause xd-row-link" href="{stem}{key}/">{key}</a>' if key in pages else key
        yield (
            f'<tr><td data-label="{clause}">{named}</td>'
            f'<td data-label="{state}">{shapes[cell.state]}</td><td data-label="{asks}">{text}</td>'
            f'<td data-label="{answers}">{counts}</td></tr>'
        )


def _stem() -> str:
    return reverse("console:obligations.clause.list")


def _words() -> dict[str, str]:
    return {name: format_html("{}", WORDS[name]) for name in CLAUSE_STATES}


def _is_zh() -> bool:
    return (get_language() or "").startswith("zh")
