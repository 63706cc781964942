"""Which duties apply, to the institution and to each subject, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from xingdun.frame.checks import Subject
from xingdun.obligations import wording
from xingdun.obligations.catalogue import Duty, load
from xingdun.obligations.expressions import Answered, Expression, Value, expression
from xingdun.obligations.knowledge import Known
from xingdun.obligations.models import Exemption
from xingdun.obligations.wording import Texts

# Of these there may be none, and then nothing is owed; of everything else (networks, people, data) every institution
# has some, so that none on record means that nobody has looked.
EVENTS = frozenset({"incident", "request", "complaint", "finding", "grant", "content", "project", "report"})


@dataclass(frozen=True, slots=True)
class Applies:
    """Whether a duty applies: True, False, or None (not answered, counts as applying); with the reason in words."""

    answer: bool | None
    reason: Texts

    @property
    def counts(self) -> bool:
        """Whether it is measured."""
        return self.answer is not False


@dataclass
class Applicability:
    """One institution's applicability at a moment.

    subjects: {kind: its subjects}, of the kinds that something keeps. exemptions: those in force, by duty and subject.
    """

    known: Mapping[str, Known]
    subjects: Mapping[str, Mapping[str, Subject]]
    exemptions: Mapping[tuple[str, str], Exemption] = field(default_factory=dict)
    _said: dict[tuple[str, str, int], Applies] = field(default_factory=dict)
    _values: dict[str, Value] = field(init=False)

    def __post_init__(self) -> None:
        self._values = {key: each.value for key, each in self.known.items()}

    def of_duty(self, duty: Duty) -> Applies:
        """Whether the duty applies to the institution at all, whatever its subjects are like.

        Raises ValueError when its expression is none.
        """
        exempt = self.exempt(duty.key, "")
        if exempt:
            return exempt
        asked = expression(duty.applies)
        answered = asked.answer(self._values)
        if answered.applies is None:
            others = self._by_others(duty, asked, answered)
            if others:
                return others
        return Applies(answered.applies, wording.texts(wording.reason_of(answered, self.known, {})))

    def of_subject(self, duty: Duty, subject: Subject) -> Applies:
        """Whether the duty applies to one subject, which may have facts of its own."""
        exempt = self.exempt(duty.key, subject.reference)
        if exempt:
            return exempt
        asked = expression(duty.applies)
        own = {key: subject.facts[key] for key in asked.facts if key in subject.facts}
        if duty.subject in asked.facts:
            own.setdefault(duty.subject, True)  # an incident on record is an incident
        answered = asked.answer({**self._values, **own} if own else self._values)
        key = (duty.key, subject.reference if own and answered.applies is not None else "", id(answered))
        said = self._said.get(key)
        if said is None:
            if answered.applies is None:
                others = self._by_others(duty, asked, answered, own)
                if others:
                    return others
            reason = wording.reason_of(answered, self.known, own, subject.name)
            said = self._said[key] = Applies(answered.applies, wording.texts(reason))
        return said

    def exempt(self, duty: str, subject: str) -> Applies | None:
        """The exemption in force for it, or None."""
        found = self.exemptions.get((duty, subject))
        return Applies(answer=False, reason=wording.texts(wording.exempt_text(found))) if found else None

    def hangs_on_subjects(self, duty: Duty) -> bool:
        """Whether subjects may differ: the expression asks facts of theirs, or one of them is exempted."""
        facts = load().vocabulary.facts
        asked = any(facts[key].about == duty.subject for key in expression(duty.applies).facts)
        return asked or any(key == duty.key and subject for key, subject in self.exemptions)

    def _by_others(
        self, duty: Duty, asked: Expression, answered: Answered, own: Mapping[str, Value] | None = None
    ) -> Applies | None:
        """Facts about another kind (a level, asked of the institution): it applies when any of that kind makes it."""
        facts = load().vocabulary.facts
        kinds = {facts[key].about for key in answered.missing} - {duty.subject, "institution"}
        if len(kinds) != 1 or not kinds <= self.subjects.keys():
            return None
        (kind,) = kinds
        others = self.subjects[kind].values()
        known = {**self._values, **(own or {})}
        answers = [(asked.answer(known | _told(kind, each, asked)), each) for each in others]
        for answer, each in answers:
            if answer.applies:
                told = _told(kind, each, asked)
                return Applies(
                    answer=True, reason=wording.texts(wording.reason_of(answer, self.known, told, each.name))
                )
        if all(answer.applies is False for answer, _ in answers) and (answers or kind in EVENTS):
            return Applies(answer=False, reason=none_of(kind, len(answers)))
        return None


def none_of(kind: str, count: int) -> Texts:
    """The reason where no subject of a kind is one the duty asks about."""
    text = wording.NONE_OF_THEM if count else wording.NO_EVENT
    return wording.texts(text.filled(kind=wording.kind_text(kind), count=count))


def _told(kind: str, subject: Subject, asked: Expression) -> dict[str, Value]:
    told = {key: subject.facts[key] for key in asked.facts if key in subject.facts}
    if kind in asked.facts:
        told.setdefault(kind, True)
    return told


def kinds_asked(duties: Iterable[Duty]) -> frozenset[str]:
    """The kinds of subjects whose facts the duties' expressions ask; those without an expression ask none."""
    facts = load().vocabulary.facts
    found: set[str] = set()
    for duty in duties:
        try:
            found |= {facts[key].about for key in expression(duty.applies).facts}
        except ValueError:  # told where it is measured
            continue
    return frozenset(found)
