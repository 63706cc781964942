"""Finding the record that evidence or an exemption is about, by what people know of it: its kind, name or code."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from xingdun.frame.checks import subject_records
from xingdun.frame.permissions import permitted
from xingdun.frame.registers import Register, registers, search
from xingdun.frame.roles import Role
from xingdun.obligations.catalogue import load

MOST = 10
"""Records shown at once; with more of them, the words typed have to say more."""
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Picked:
    """What stands on the page: a record's reference, or a kind and words to find one by.

    duties: keys of the duties chosen; they limit the kinds. seek: whether records are to be shown, and nothing sent.
    """

    reference: str = ""
    kind: str = ""
    words: str = ""
    duties: tuple[str, ...] = ()
    seek: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that may be meant. kind: as the catalogue calls it."""

    reference: str
    name: str
    kind: str


def kinds(duties: Iterable[str], roles: Iterable[Role | str]) -> list[str]:
    """The kinds of records these duties are about (every kind when none is named) that `roles` may see."""
    held, about = frozenset(roles), {duty.subject for key in duties if (duty := load().duties.get(key))}
    return [
        kind
        for kind, label in subject_records.items()
        if (not about or kind in about) and label in registers and permitted(f"{label}.view", held)
    ]


def kind_of(reference: str) -> str:
    """The kind of the record a reference names; empty for one that no duty is about."""
    label = reference.partition(":")[0]
    return next((kind for kind, record in subject_records.items() if record == label), "")


def candidates(picked: Picked, offered: Iterable[str]) -> tuple[list[Candidate], bool]:
    """The chosen record, and those of the kinds offered that hold the words; whether there are more.

    One kind chosen, or the only one, shows its first records before a word is typed. Each kind costs one query at
    most, whatever is found.
    """
    among = list(offered)
    found, more = _named(picked.reference, among), False
    wanted = [picked.kind] if picked.kind in among else among
    for kind in wanted if picked.words or len(wanted) == 1 else ():
        register = registers[subject_records[kind]]
        rows = search(register.rows(), register.search, picked.words).order_by(*register.order)
        records = list(rows[: MOST + 1])
        more = more or len(records) > MOST
        found += [_candidate(kind, register, record) for record in records[:MOST]]
    unique = list({each.reference: each for each in found}.values())
    return unique[:MOST], more or len(unique) > MOST


def _named(reference: str, among: Iterable[str]) -> list[Candidate]:
    kind, key = kind_of(reference), reference.partition(":")[2]
    if kind not in among:
        return []
    register = registers[subject_records[kind]]
    try:
        return [_candidate(kind, register, record) for record in register.rows().filter(pk=key)]
    except (ValueError, ValidationError):
        return []


def _candidate(kind: str, register: Register, record: Any) -> Candidate:
    return Candidate(f"{register.key}:{record.pk}", register.heading(record), kind)
