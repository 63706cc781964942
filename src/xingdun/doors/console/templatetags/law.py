"""How clauses, duties and their states look on the law's pages."""

from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from xingdun.doors.console import display
from xingdun.doors.console.law import WORDS
from xingdun.doors.console.templatetags import console
from xingdun.frame.checks import checks
from xingdun.frame.permissions import permitted
from xingdun.frame.registers import registers
from xingdun.kernel.clocks import Bilingual
from xingdun.kernel.clocks.wording import listed
from xingdun.obligations.catalogue import load
from xingdun.obligations.models import Posture, PostureChange
from xingdun.obligations.selectors.pages import CLAUSE_STATES

register = template.Library()


@register.filter
def said(text: Bilingual | dict[str, str] | None) -> str:
    """A text kept in both languages, in the reader's."""
    if not text:
        return ""
    language = get_language() or "en"
    return text.say(language) if isinstance(text, Bilingual) else text["zh" if language.startswith("zh") else "en"]


@register.simple_tag
def law_state(value: str) -> SafeString:
    """A state of a duty or clause, as a shape and a word."""
    return display.state(value, WORDS.get(value, value))


@register.simple_tag
def clause(key: str) -> SafeString:
    """A clause's id as the link to its page; what it asks is its title."""
    if key not in load().clauses:
        return format_html('<span class="xd-clause">{}</span>', key)
    return _clause_link(key, get_language() or "en")


@cache
def _clause_link(key: str, language: str) -> SafeString:
    where = reverse("console:obligations.clause.detail", kwargs={"pk": key})
    text = load().clauses[key].text.say(language)
    return format_html('<a class="xd-clause" href="{}" title="{}">{}</a>', where, text, key)


@register.simple_tag
def clauses(keys: Iterable[str]) -> SafeString:
    """Several clauses, one link each."""
    return format_html_join(" ", "{}", ((clause(key),) for key in keys))


@register.simple_tag
def duty(key: str, words: str = "") -> SafeString:
    """A duty's title as the link to its page; the key of one the catalogue has no more."""
    if key not in load().duties:
        return format_html("<bdi>{}</bdi>", key)
    return _duty_link(key, words or said(load().duties[key].title))


@lru_cache(maxsize=2048)
def _duty_link(key: str, words: str) -> SafeString:
    where = reverse("console:obligations.duty.detail", kwargs={"pk": key})
    return format_html('<a class="xd-row-link" href="{}">{}</a>', where, words)


@register.simple_tag(takes_context=True)
def about(context: template.Context, row: Posture | PostureChange) -> SafeString:
    """What an answer is about: its subject as a link for those who may see it, or the institution."""
    if row.subject:
        return console.reference(context, row.subject)
    name = getattr(row, "subject_name", "")
    if name:
        return format_html("<bdi>{}</bdi>", name)
    return format_html('<span class="text-secondary">{}</span>', gettext("the institution"))


@register.simple_tag(takes_context=True)
def to_do(context: template.Context, key: str) -> dict[str, Any]:
    """What meets a duty: `wanted`, the evidence in words; `places`, the lists of the records it is measured by."""
    found = load().duties.get(key)
    roles: frozenset[str] = getattr(context.get("request"), "roles", frozenset())
    if found is None:
        return {"wanted": "", "places": []}
    reads = checks[found.check].reads if found.check in checks else frozenset()
    return {
        "wanted": listed_words("evidence", found.evidence),
        "places": [registers[label] for label in sorted(reads & registers.keys()) if permitted(f"{label}.view", roles)],
    }


@register.filter
def duty_clauses(key: str) -> tuple[str, ...]:
    """The ids of the clauses a duty answers."""
    found = load().duties.get(key)
    return found.clauses if found else ()


@register.simple_tag
def word(kind: str, key: str) -> str:
    """The catalogue's word for a key of one of its vocabularies (`actors`, `subjects`, `evidence`, `places` …)."""
    found = getattr(load().vocabulary, kind).get(key)
    return said(found) or key


@register.simple_tag
def listed_words(kind: str, keys: Iterable[str]) -> str:
    """The catalogue's words for several keys, as a list in the reader's language."""
    words = getattr(load().vocabulary, kind)
    return said(listed(words.get(key, Bilingual(key, key)) for key in keys))


@register.filter
def all_said(texts: Iterable[Bilingual]) -> str:
    """Several texts as a list in the reader's language."""
    return said(listed(texts))


@register.simple_tag
def told_counts(counts: dict[str, int]) -> SafeString:
    """Counts by state in words, the worst first."""
    told = ((state, WORDS[state], display.number(counts[state])) for state in CLAUSE_STATES if counts.get(state))
    return format_html_join(" ", '<span class="xd-count-of xd-cell-{}">{} {}</span>', told)
