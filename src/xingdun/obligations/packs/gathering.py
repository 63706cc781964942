"""What a pack tells: how a clause stood on a day, the records behind it as the ledger holds them, who decided."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from uuid import UUID

from django.db.models import Q

from xingdun.approvals.models import Decision, Process
from xingdun.approvals.selectors import processes
from xingdun.audit.models import Entry
from xingdun.kernel.clocks import day_start, local
from xingdun.obligations.applicability import Applies
from xingdun.obligations.canonical import digest, line
from xingdun.obligations.catalogue import Clause, Document, Duty
from xingdun.obligations.measuring import measuring
from xingdun.obligations.models import DayPosture, EvidenceFile, Exemption, Posture, PostureChange
from xingdun.obligations.packs.errors import DayAhead, HistoryDiffers, NoSuchClause, NothingKnownThen
from xingdun.obligations.selectors.editions import Edition, edition_at, edition_now
from xingdun.obligations.selectors.evidence import evidence_for
from xingdun.obligations.selectors.history import posture_on
from xingdun.obligations.wording import EXPRESSION, texts
from xingdun.organisation.models import Institution

MOST_ENTRIES = 20_000
_NAMED = 10_000  # references asked about at once


@dataclass
class Gathered:
    """Everything a pack is made of, before proofs.

    at: the moment it tells of. edition: the catalogue in force then. lines: the day's whole posture. names:
    {subject: its name}. left_out: entries too many to take along; the newest are taken.
    """

    institution: Institution
    clause: Clause
    duties: tuple[Duty, ...]
    on: date
    at: datetime
    edition: Edition
    applies: dict[str, Applies]
    lines: list[str]
    answers: list[PostureChange | Posture]
    names: dict[str, str]
    sealed: DayPosture | None
    digest: str
    evidence: list[EvidenceFile] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    left_out: int = 0

    @property
    def document(self) -> Document:
        """The document the clause stands in."""
        return self.edition.catalogue.documents[self.clause.document]


def gather(institution: UUID, clause: str, *, on: date | None, now: datetime) -> Gathered:
    """Read everything; call it in one snapshot. on: a day in Shanghai; None or today: as it stands now.

    Raises NoSuchClause, DayAhead, NothingKnownThen, HistoryDiffers.
    """
    today = local(now).date()
    day = on or today
    if day > today:
        raise DayAhead(day=day.isoformat())
    at = now if day == today else day_start(day + timedelta(days=1))
    edition = edition_now() if day == today else edition_at(at)
    catalogue = edition.catalogue
    if clause not in catalogue.clauses:
        nearest = get_close_matches(clause, catalogue.clauses, n=1, cutoff=0.0)
        raise NoSuchClause(clause=clause, nearest=nearest[0])
    record = Institution.objects.get(pk=institution)
    duties = catalogue.answering(clause)
    found = _posture(institution, day, today=day == today)
    keys = {each.key for each in duties}
    answers = sorted((each for each in found if each.duty in keys), key=lambda each: (each.duty, each.subject))
    lines = sorted(line(each) for each in found)
    whole = digest(lines)
    sealed = None if day == today else DayPosture.objects.filter(institution=institution, day=day).first()
    if sealed and sealed.digest != whole:
        raise HistoryDiffers(day=day.isoformat())
    gathered = Gathered(
        institution=record,
        clause=catalogue.clauses[clause],
        duties=duties,
        on=day,
        at=at,
        edition=edition,
        applies=_applies(record, duties, now),
        lines=lines,
        answers=answers,
        names=_names(institution, answers),
        sealed=sealed,
        digest=whole,
    )
    _add_records(gathered)
    return gathered


def _posture(institution: UUID, day: date, *, today: bool) -> list[PostureChange | Posture]:
    found: list[PostureChange | Posture] = (
        list(Posture.objects.filter(institution=institution)) if today else list(posture_on(institution, day))
    )
    if not found:
        first = PostureChange.objects.filter(institution=institution).order_by("at").first()
        raise NothingKnownThen(day=day.isoformat(), first=local(first.at).date().isoformat() if first else "-")
    return found


def _applies(institution: Institution, duties: tuple[Duty, ...], now: datetime) -> dict[str, Applies]:
    """Why each duty applies, by what is known when the pack is made."""
    keys = dict.fromkeys(each.key for each in duties)
    applicability = measuring(institution, {each.key: each for each in duties}, keys, now).applicability
    found = {}
    for duty in duties:
        try:
            found[duty.key] = applicability.of_duty(duty)
        except ValueError as problem:
            found[duty.key] = Applies(None, texts(EXPRESSION.filled(problem=problem)))
    return found


def _names(institution: UUID, answers: Iterable[PostureChange | Posture]) -> dict[str, str]:
    subjects = {each.subject for each in answers if each.subject}
    rows = Posture.objects.filter(institution=institution, subject__in=subjects).exclude(subject_name="")
    return dict(rows.values_list("subject", "subject_name"))


def _add_records(gathered: Gathered) -> None:
    """Evidence files, approvals and the ledger's entries behind the answers, as far as the day reaches."""
    duties = [each.key for each in gathered.duties]
    by_use = evidence_for(duties, gathered.at)
    gathered.evidence = sorted({each.pk: each for files in by_use.values() for each in files}.values(), key=_brought)
    references = {reference for answer in gathered.answers for reference in answer.evidence}
    references |= {each.reference for each in gathered.evidence}
    references |= {each.reference for each in _exemptions(gathered, duties)}
    decided = list(_processes(gathered, references))
    gathered.decisions = [
        decision for process in decided for decision in process.decisions.all() if decision.at <= gathered.at
    ]
    references |= {process.reference for process in decided}
    for decision in gathered.decisions:
        references |= {one.reference for one in (decision.key, decision.delegation) if one is not None}
    _add_entries(gathered, references)


def _brought(evidence: EvidenceFile) -> tuple[datetime, UUID]:
    return evidence.uploaded_at, evidence.pk


def _exemptions(gathered: Gathered, duties: list[str]) -> list[Exemption]:
    rows = Exemption.objects.filter(
        institution=gathered.institution, duty__in=duties, decided_at__lte=gathered.at, expires_at__gt=gathered.at
    )
    return list(rows.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=gathered.at)).exclude(state="refused"))


def _processes(gathered: Gathered, references: set[str]) -> Iterable[Process]:
    keys = [each.partition(":")[2] for each in references if each.startswith("approvals.process:")]
    rows = processes().filter(Q(about__in=references) | Q(pk__in=keys), opened_at__lte=gathered.at)
    return rows.order_by("opened_at", "pk")


def _add_entries(gathered: Gathered, references: set[str]) -> None:
    """The institution's entries about these records up to the day, the entries named themselves, the day's seal."""
    own = [int(each.partition(":")[2]) for each in references if each.startswith("audit.entry:")]
    if gathered.sealed:
        own.append(gathered.sealed.entry)
    rows = Entry.objects.filter(institution=gathered.institution)
    found = {each.pk: each for each in rows.filter(pk__in=own)}
    abouts = sorted(references)
    for start in range(0, len(abouts), _NAMED):
        asked = rows.filter(about__in=abouts[start : start + _NAMED], at__lte=gathered.at).order_by("-id")
        gathered.left_out += max(asked.count() - MOST_ENTRIES, 0)
        found |= {each.pk: each for each in asked[:MOST_ENTRIES]}
    gathered.entries = [found[key] for key in sorted(found)]
