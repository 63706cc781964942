"""From what the ledger tells to the duties it may have changed."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from xingdun.frame import checks
from xingdun.frame.checks import Facts
from xingdun.obligations.catalogue import Duty, load
from xingdun.obligations.expressions import expression
from xingdun.obligations.knowledge import Known, known_of
from xingdun.obligations.models import Exemption, Posture
from xingdun.organisation.models import Institution

# Records whose change may change what is known of the institution, besides what domains declare.
PROFILE = frozenset({"organisation.institution", "obligations.profileanswer"})
# Records after which everything is measured again.
EVERYTHING = frozenset({"obligations.readingchoice", "obligations.calendaryear"})
Wanted = dict[str, frozenset[str] | None]


def label_of(about: str) -> str:
    """The model of a reference."""
    return about.partition(":")[0]


def lasting(known: Mapping[str, Known]) -> dict[str, Any]:
    """What is known, as it is kept to see what changes."""
    return {key: each.value for key, each in sorted(known.items())}


def labels_heard() -> frozenset[str]:
    """Every model whose changes are followed."""
    heard = PROFILE | EVERYTHING | {"obligations.exemption"}
    for check in checks.checks.values():
        heard |= check.reads
    for _, reads in (*checks.subjects.values(), *checks.institution_facts):
        heard |= reads
    return heard


class Triggers:
    """What the changes of some records ask to be measured again, in one institution.

    abouts: references of records the ledger told of; before: what was known at the last measurement.
    """

    def __init__(self, institution: UUID, abouts: Iterable[str], before: Mapping[str, Any], now: datetime) -> None:
        self._institution, self._now, self._before = institution, now, before
        self._abouts = frozenset(abouts)
        self._labels = {label_of(each) for each in self._abouts}
        self.wanted: Wanted = {}
        self.known: Mapping[str, Known] | None = None

    def read(self) -> Wanted:
        """The duties to measure: each for some subjects, or None for all."""
        duties = load().duties.values()
        if self._labels & EVERYTHING:
            self.wanted = dict.fromkeys(each.key for each in duties)
            return self.wanted
        subjects = {kind: self._subjects(kind) for kind in checks.subjects}
        for duty in duties:
            for only in self._of(duty, subjects):
                self._want(duty.key, only)
        self._by_facts(duties)
        for key in self._keys("obligations.exemption"):
            for duty_key in Exemption.objects.filter(pk=key).values_list("duty", flat=True):
                self._want(duty_key, None)
        return self.wanted

    def _want(self, duty: str, only: frozenset[str] | None) -> None:
        before = self.wanted.get(duty, frozenset())
        self.wanted[duty] = None if only is None or before is None else before | only

    def _keys(self, label: str) -> list[str]:
        return [each.partition(":")[2] for each in self._abouts if label_of(each) == label]

    def _subjects(self, kind: str) -> frozenset[str]:
        """The records among those told of that are, or were, subjects of the kind."""
        find, reads = checks.subjects[kind]
        heard = set(reads)
        for duty in load().duties.values():
            if duty.subject == kind and duty.check in checks.checks:
                heard |= checks.checks[duty.check].reads
        asked = frozenset(each for each in self._abouts if label_of(each) in heard)
        if not asked:
            return asked
        there = {each.reference for each in find(Facts(self._institution, self._now, only=asked))}
        held = Posture.objects.filter(institution=self._institution, kind=kind, subject__in=asked)
        return asked & (there | set(held.values_list("subject", flat=True)))

    def _of(self, duty: Duty, subjects: Mapping[str, frozenset[str]]) -> Iterator[frozenset[str] | None]:
        own = subjects.get(duty.subject, frozenset())
        heard = checks.checks[duty.check].reads if duty.check in checks.checks and not duty.waits_for else frozenset()
        yield from self._touching(heard, own)
        if duty.subject in checks.subjects:
            yield from self._touching(checks.subjects[duty.subject][1], own)
        for kind in _others_asked(duty):
            if kind in checks.subjects and self._labels & checks.subjects[kind][1]:
                yield None

    def _touching(self, reads: frozenset[str], own: frozenset[str]) -> Iterator[frozenset[str] | None]:
        """Some subjects when nothing but subjects was told of among `reads`; all when something else was."""
        told = {each for each in self._abouts if label_of(each) in reads}
        if told:
            yield own if told <= own else None

    def _by_facts(self, duties: Iterable[Duty]) -> None:
        """What is known of the institution may have changed; duties that ask what did are measured whole."""
        if not any(self._labels & reads for _, reads in (*checks.institution_facts, (None, PROFILE))):
            return
        record = Institution.objects.get(pk=self._institution)
        self.known = known_of(record, Facts(self._institution, self._now))
        after = lasting(self.known)
        changed = {key for key in {*after, *self._before} if after.get(key) != self._before.get(key)}
        for duty in duties:
            if changed & _asked(duty):
                self._want(duty.key, None)


def _asked(duty: Duty) -> frozenset[str]:
    try:
        return frozenset(expression(duty.applies).facts)
    except ValueError:
        return frozenset()


def _others_asked(duty: Duty) -> frozenset[str]:
    """The kinds besides its own whose facts the duty's expression asks."""
    facts = load().vocabulary.facts
    return frozenset(facts[key].about for key in _asked(duty)) - {duty.subject, "institution"}
