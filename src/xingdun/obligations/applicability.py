"""Which duties apply, to the institution and to each subject, and why."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial

from xingdun.frame.checks import Subject
from xingdun.obligations import wording
from xingdun.obligations.catalogue import Duty, load
from xingdun.obligations.expressions import MOST_ANSWERS, Answered, Expression, Value, expression
from xingdun.obligations.knowledge import Known
from xingdun.obligations.models import Exemption
from xingdun.obligations.wording import Texts

# Of these there may be none, and then nothing is owed; of everything else (networks, people, data) every institution
# has some, so that none on record means that nobody has looked.
EVENTS = frozenset({"incident", "request", "complaint", "finding", "grant", "content", "project", "report"})


class Applies:
    """Whether a duty applies: True, False, or None (not answered, counts as applying); with the reason in words.

    reason: the texts, or what makes them when they are read: most answers are never asked why.
    """

    __slots__ = ("_reason", "answer")

    def __init__(self, answer: bool | None, reason: Texts | Callable[[], Texts]) -> None:  # noqa: FBT001 - three-valued
        self.answer = answer
        self._reason = reason

    @property
    def counts(self) -> bool:
        """Whether it is measured."""
        return self.answer is not False

    @property
    def reason(self) -> Texts:
        """Which facts with which values decided, in both languages."""
        if callable(self._reason):
            self._reason = self._reason()
        return self._reason


@dataclass
class Applicability:
    """One institution's applicability at a moment.

    subjects: {kind: its subjects}, of the kinds that something keeps. exemptions: those in force, by duty and subject.
    """

    known: Mapping[str, Known]
    subjects: Mapping[str, Mapping[str, Subject]]
    exemptions: Mapping[tuple[str, str], Exemption] = field(default_factory=dict)
    _said: dict[tuple[str, int, tuple[str, ...]], Applies] = field(default_factory=dict)
    _values: dict[str, Value] = field(init=False)

    def __post_init__(self) -> None:
        self._values = {key: each.value for key, each in self.known.items()}

    def of_duty(self, duty: Duty) -> Applies:
        """Whether the duty applies to the institution at all, whatever its subjects are like.

        Raises ValueError when its expression is none.
        """
        return self.exempt(duty.key, "") or self._applies(duty, {})

    def of_subject(self, duty: Duty, subject: Subject) -> Applies:
        """Whether the duty applies to one subject, which may have facts of its own."""
        exempt = self.exempt(duty.key, subject.reference) if self.exemptions else None
        if exempt:
            return exempt
        own = {key: subject.facts[key] for key in expression(duty.applies).facts if key in subject.facts}
        if duty.subject in expression(duty.applies).facts:
            own.setdefault(duty.subject, True)  # an incident on record is an incident
        return self._applies(duty, own)

    def _applies(self, duty: Duty, own: dict[str, Value]) -> Applies:
        asked = expression(duty.applies)
        answered = asked.answer({**self._values, **own} if own else self._values)
        key = (duty.key, id(answered), tuple(own))  # an answer stands for the values it was given for
        said = self._said.get(key)
        if said is None:
            said = self._by_others(duty, asked, answered, own) if answered.applies is None else None
            if said is None:
                said = Applies(answered.applies, partial(_reason, answered, self.known, own))
            if len(self._said) < MOST_ANSWERS:
                self._said[key] = said
        return said

    def exempt(self, duty: str, subject: str) -> Applies | None:
        """The exemption in force for it, or None."""
        found = self.exemptions.get((duty, subject))
        return Applies(answer=False, reason=lambda: wording.texts(wording.exempt_text(found))) if found else None

    def hangs_on_subjects(self, duty: Duty) -> bool:
        """Whether subjects may differ: the expression asks facts of theirs, or one of them is exempted."""
        facts = load().vocabulary.facts
        asked = any(facts[key].about == duty.subject for key in expression(duty.applies).facts)
        return asked or any(key == duty.key and subject for key, subject in self.exemptions)

    def _by_others(self, duty: Duty, asked: Expression, answered: Answered, own: Mapping[str, Value]) -> Applies | None:
        """Facts about another kind (a level, asked of the institution): it applies when any of that kind makes it."""
        facts = load().vocabulary.facts
        kinds = {facts[key].about for key in answered.missing} - {duty.subject, "institution"}
        if len(kinds) != 1 or not kinds <= self.subjects.keys():
            return None
        (kind,) = kinds
        known = {**self._values, **own}
        answers = [(asked.answer(known | _told(kind, each, asked)), each) for each in self.subjects[kind].values()]
        for answer, each in answers:
            if answer.applies:
                told = _told(kind, each, asked)
                return Applies(answer=True, reason=partial(_reason, answer, self.known, told, each.name))
        if all(answer.applies is False for answer, _ in answers) and (answers or kind in EVENTS):
            return Applies(answer=False, reason=partial(none_of, kind, len(answers)))
        return None


def _reason(answered: Answered, known: Mapping[str, Known], own: Mapping[str, Value], name: str = "") -> Texts:
    return wording.texts(wording.reason_of(answered, known, own, name))


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
    """The kinds besides their own whose facts the duties' expressions ask; an unreadable expression asks none."""
    facts = load().vocabulary.facts
    found: set[str] = set()
    for duty in duties:
        try:
            found |= {facts[key].about for key in expression(duty.applies).facts} - {duty.subject}
        except ValueError:  # told where it is measured
            continue
    return frozenset(found)
