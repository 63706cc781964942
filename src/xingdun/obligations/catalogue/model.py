"""The catalogue's value types: documents, clauses, duties, contradictions and the words they are written in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from xingdun.kernel.clocks import Bilingual

Force = Literal["law", "normative", "standard", "commentary"]
Kind = Literal["enforce", "measure", "schedule", "record", "inform"]
Certainty = Literal["high", "medium", "low"]
FactType = Literal["bool", "int", "text", "list"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A text of rules.

    outside: not one of the five the catalogue was made from; certainty and confirmed say how well it is known, and one
    not confirmed is off by default. provisions: the ids by which clocks and duties cite it.
    """

    key: str
    title: Bilingual
    force: Force
    in_force: date | None = None
    until: date | None = None
    outside: bool = False
    certainty: Certainty = "high"
    confirmed: bool = True
    provisions: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One atomic obligation of a document, in the project's own words.

    force: of the document unless the clause has its own (A32). applies: a CEL expression over facts. numbers: the
    period, threshold or algorithm as the text gives it. shown: for what only informs, the place where people see it.
    advised: the text advises or encourages. erratum: an error of the text; correction: one of the list it came from.
    """

    id: str
    document: str
    article: str
    force: Force
    actor: str
    kind: Kind
    text: Bilingual
    numbers: Bilingual
    applies: str
    object: str
    same_as: tuple[str, ...]
    systems: tuple[str, ...]
    shown: str = ""
    advised: bool = False
    erratum: Bilingual | None = None
    correction: str = ""
    how: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """What answers one clause or many.

    mode: how it is kept. subject: what it is about. clocks: keys of `kernel.clocks`. check: the key its check declares.
    waits_for: the register without which the check answers unknown; empty when the check exists.
    """

    key: str
    title: Bilingual
    mode: Kind
    subject: str
    clauses: tuple[str, ...]
    applies: str
    evidence: tuple[str, ...]
    check: str
    clocks: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    waits_for: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Another reading an institution may set, with reason, approver and expiry.

    applies: the expressions of duties that apply otherwise by it. What else it changes, the checks know by its key.
    """

    key: str
    text: Bilingual
    applies: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Clauses that conflict or leave room, the reading chosen and the alternatives to it."""

    key: str
    clauses: tuple[str, ...]
    question: Bilingual
    reading: Bilingual
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing an expression may ask: about the institution or one of its records."""

    key: str
    type: FactType
    about: str
    text: Bilingual


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The words of the catalogue, each with its text in both languages; numbers: the Chinese by the English."""

    facts: Mapping[str, Fact]
    registers: Mapping[str, Bilingual]
    register_domains: Mapping[str, str]
    evidence: Mapping[str, Bilingual]
    places: Mapping[str, Bilingual]
    subjects: Mapping[str, Bilingual]
    actors: Mapping[str, Bilingual]
    systems: Mapping[str, Bilingual]
    numbers: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Everything the platform knows of the law, whole and checked."""

    version: str
    vocabulary: Vocabulary
    documents: Mapping[str, Document]
    clauses: Mapping[str, Clause]
    duties: Mapping[str, Duty]
    contradictions: Mapping[str, Contradiction]
    answers: Mapping[str, tuple[str, ...]]

    def answering(self, clause: str) -> tuple[Duty, ...]:
        """The duties that answer a clause; none when it only informs."""
        return tuple(self.duties[key] for key in self.answers.get(clause, ()))

    def cites(self, provision: str) -> bool:
        """Whether `provision` is a clause here or a provision of a document outside the five."""
        return provision in self.clauses or any(provision in each.provisions for each in self.documents.values())
