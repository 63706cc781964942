"""What must hold across the catalogue: names exist, clauses are answered, expressions parse."""

from collections.abc import Iterator, Mapping

from xingdun.kernel.clocks import clocks
from xingdun.obligations.catalogue.errors import (
    CatalogueError,
    DuplicateError,
    EntryError,
    ExpressionError,
    UnansweredError,
    UnknownNameError,
)
from xingdun.obligations.catalogue.expression import facts_of
from xingdun.obligations.catalogue.model import Catalogue, Clause, Duty, Fact

Fault = tuple[type[CatalogueError], str, str]


def validated(catalogue: Catalogue, origin: Mapping[str, str]) -> Catalogue:
    """The same catalogue when it is sound. `origin`: the file of each entry (`clause X`, `duty Y`).

    Raises the CatalogueError of the first fault, with the file and the entry.
    """
    for error, entry, problem in _faults(catalogue):
        raise error(file=origin.get(entry, "catalogue.toml"), entry=entry.partition(" ")[2] or entry, problem=problem)
    return catalogue


def _faults(catalogue: Catalogue) -> Iterator[Fault]:
    for clause in catalogue.clauses.values():
        yield from _clause_faults(clause, catalogue)
    for duty in catalogue.duties.values():
        yield from _duty_faults(duty, catalogue)
    for clause in catalogue.clauses.values():
        if not catalogue.answering(clause.id) and not clause.shown:
            yield UnansweredError, f"clause {clause.id}", "no duty answers it and it is shown nowhere"
    yield from _check_faults(catalogue)
    for each in catalogue.contradictions.values():
        yield from _unknown(f"contradiction {each.key}", "clause", each.clauses, catalogue.clauses)
        if len({other.key for other in each.alternatives}) != len(each.alternatives):
            yield DuplicateError, f"contradiction {each.key}", "an alternative stands twice"
        for other in each.alternatives:
            yield from _unknown(f"contradiction {each.key}", "duty", tuple(other.applies), catalogue.duties)
            for expression in other.applies.values():
                yield from _expression_faults(f"contradiction {each.key}", expression, catalogue.vocabulary.facts)
    yield from _clock_faults(catalogue)


def _clause_faults(clause: Clause, catalogue: Catalogue) -> Iterator[Fault]:
    entry = f"clause {clause.id}"
    words = catalogue.vocabulary
    yield from _unknown(entry, "clause", clause.same_as, catalogue.clauses)
    for other in clause.same_as:
        if other == clause.id or clause.id not in catalogue.clauses[other].same_as:
            yield EntryError, entry, f"same_as names {other}, which does not name it in turn"
    yield from _unknown(entry, "actor", (clause.actor,), words.actors)
    yield from _unknown(entry, "system", clause.systems, words.systems)
    if clause.shown:
        yield from _unknown(entry, "place", (clause.shown,), words.places)
    if clause.shown and clause.kind != "inform":
        yield EntryError, entry, "only what informs is merely shown"
    yield from _expression_faults(entry, clause.applies, words.facts)


def _duty_faults(duty: Duty, catalogue: Catalogue) -> Iterator[Fault]:
    entry = f"duty {duty.key}"
    words = catalogue.vocabulary
    for provision in duty.clauses:
        if not catalogue.cites(provision):
            yield UnknownNameError, entry, f"there is no clause {provision}"
    if not duty.clauses or not duty.evidence:
        yield EntryError, entry, "it answers no clause or wants no evidence"
    yield from _unknown(entry, "subject", (duty.subject,), words.subjects)
    yield from _unknown(entry, "evidence", duty.evidence, words.evidence)
    yield from _unknown(entry, "clock", duty.clocks, clocks())
    owed = {each.key for clock in clocks().values() for each in clock.recipients}
    yield from _unknown(entry, "recipient", duty.recipients, dict.fromkeys(owed))
    if duty.waits_for:
        yield from _unknown(entry, "register", (duty.waits_for,), words.registers)
    yield from _expression_faults(entry, duty.applies, words.facts)


def _check_faults(catalogue: Catalogue) -> Iterator[Fault]:
    seen: set[str] = set()
    for duty in catalogue.duties.values():
        if duty.check in seen:
            yield DuplicateError, f"duty {duty.key}", f"the check {duty.check} measures another duty"
        seen.add(duty.check)


def _clock_faults(catalogue: Catalogue) -> Iterator[Fault]:
    for clock in clocks().values():
        for recipient in clock.recipients:
            for limit in recipient.limits:
                for provision in limit.clauses:
                    if not catalogue.cites(provision):
                        yield UnknownNameError, f"clock {clock.key}", f"there is no clause {provision}"


def _expression_faults(entry: str, expression: str, facts: Mapping[str, Fact]) -> Iterator[Fault]:
    try:
        facts_of(expression, facts)
    except ValueError as error:
        yield ExpressionError, entry, str(error)


def _unknown(entry: str, kind: str, names: tuple[str, ...], known: Mapping[str, object]) -> Iterator[Fault]:
    for name in names:
        if name not in known:
            yield UnknownNameError, entry, f"there is no {kind} {name}"
