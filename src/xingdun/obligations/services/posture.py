"""Measuring an institution and writing what changed: one transaction, one ledger entry."""

import gc
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from xingdun.audit import services as audit
from xingdun.obligations.canonical import catalogue_digest, digest, line
from xingdun.obligations.catalogue import load
from xingdun.obligations.measuring import Found, Measuring, Wanted, measuring
from xingdun.obligations.models import Posture, PostureProgress
from xingdun.obligations.services import rows
from xingdun.obligations.triggers import lasting
from xingdun.organisation.models import Institution

SYSTEM = "system:posture"
MOST_NAMED = 50  # duties named in a ledger entry; of more, their number


class Change(NamedTuple):
    """How an answer changed. before: None when it is new; after: of state `gone` when its subject is no more."""

    before: rows.Kept | None
    after: Found


@dataclass(frozen=True, slots=True)
class Measured:
    """What a measurement did: how many answers it found, how they stand, what changed, and its ledger entry."""

    answers: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    entry: int | None = None


def progress_locked(institution: UUID) -> PostureProgress:
    """How far the institution's posture has come, held until the transaction ends: one measurement at a time."""
    PostureProgress.objects.bulk_create([PostureProgress(institution_id=institution)], ignore_conflicts=True)
    return PostureProgress.objects.select_for_update().get(institution=institution)


@transaction.atomic
def posture_measure(*, institution: UUID, now: datetime, wanted: Wanted | None = None, cause: str = "") -> Measured:
    """Measure the institution: every duty whole, or those `wanted` (each for some subjects, or None for all).

    Answers found again are not written again. One ledger entry carries the counts and the digest of the changes; a
    measurement of some duties that changes nothing writes nothing. cause: what made it necessary, a reference or word.
    """
    with _collector_resting():
        return _measure(institution, now, wanted, cause)


@contextmanager
def _collector_resting() -> Iterator[None]:
    """Without the search for cycles: a measurement makes answers by the ten thousand, and none leads back to itself."""
    searched = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searched:
            gc.enable()


def _measure(institution: UUID, now: datetime, wanted: Wanted | None, cause: str) -> Measured:
    progress = progress_locked(institution)
    catalogue = load()
    asked: Wanted = dict.fromkeys(sorted(catalogue.duties)) if wanted is None else wanted
    asked, measured, found = _found(institution, asked, now)
    kept = _kept(institution, asked)
    if wanted is None:
        kept |= dict(rows.kept(institution, _dropped(institution)))
    labels = rows.Labels(catalogue)
    seen = _Comparison(kept, labels)
    new = rows.insert(institution, seen.new(found), labels, now=now)
    seen.finish()
    if wanted is not None and not seen.changes and not seen.relabelled:
        return Measured(seen.counts.total(), seen.counts)
    entry = _written(institution, asked, seen, new, now=now, cause=cause, whole=wanted is None)
    if wanted is None:
        progress.measured_at, progress.catalogue = now, catalogue_digest()
        progress.facts = lasting(measured.applicability.known)
        progress.save(update_fields=["measured_at", "catalogue", "facts"])
    return Measured(seen.counts.total(), seen.counts, tuple(seen.changes), entry)


def _found(institution: UUID, wanted: Wanted, now: datetime) -> tuple[Wanted, Measuring, Iterable[Found]]:
    """The answers, and what they cover: a duty that stands as a whole is measured whole, whatever was asked of it."""
    record = Institution.objects.get(pk=institution)
    partly = [key for key, only in wanted.items() if only is not None]
    if partly:
        held = Posture.objects.filter(institution=institution, duty__in=partly, subject="")
        wanted = {**wanted, **dict.fromkeys(held.values_list("duty", flat=True))}
    duties = load().duties
    measured = measuring(record, duties, wanted, now)
    if not partly:
        return wanted, measured, measured.found(wanted)
    found = list(measured.found(wanted))
    wider = {each.duty for each in found if not each.subject} | _left(wanted, found)
    wider = {key for key in wider if wanted[key] is not None}
    if wider:
        wanted = {**wanted, **dict.fromkeys(wider)}
        measured = measuring(record, duties, wanted, now)
        found = list(measured.found(wanted))
    return wanted, measured, found


def _dropped(institution: UUID) -> set[str]:
    """Duties that are kept, and that the catalogue has no more."""
    held = Posture.objects.filter(institution=institution).exclude(duty__in=load().duties)
    return set(held.order_by().values_list("duty", flat=True).distinct())


def _left(wanted: Wanted, found: Iterable[Found]) -> set[str]:
    """Duties of which a subject asked about is no more: what stays of them is seen from the whole."""
    there: dict[str, set[str]] = {}
    for each in found:
        there.setdefault(each.duty, set()).add(each.subject)
    return {key for key, only in wanted.items() if only is not None and not only <= there.get(key, set())}


def _kept(institution: UUID, wanted: Wanted) -> dict[tuple[str, str], rows.Kept]:
    """What is kept of what is asked, and nothing beside it."""
    found = dict(rows.kept(institution, [key for key, only in wanted.items() if only is None]))
    some = {key: only for key, only in wanted.items() if only is not None}
    if some:
        subjects = set[str]().union(*some.values())
        more = rows.kept(institution, some, subjects)
        found |= {key: each for key, each in more if key[1] in some[key[0]]}
    return found


class _Comparison:
    """What is found beside what is kept. counts: answers by state; relabelled: called or placed otherwise, no more."""

    def __init__(self, kept: dict[tuple[str, str], rows.Kept], labels: rows.Labels) -> None:
        self._kept, self._labels = kept, labels
        self.counts: Counter[str] = Counter()
        self.changes: list[Change] = []
        self.relabelled: list[Change] = []

    def new(self, found: Iterable[Found]) -> Iterator[Found]:
        """The answers of which none is kept; the others are compared on the way."""
        for each in found:
            self.counts[each.state] += 1
            before = self._kept.pop((each.duty, each.subject), None)
            if before is None:
                self.changes.append(Change(None, each))
                yield each
            elif _differs(each, before):
                self.changes.append(Change(before, each))
            elif self._named_otherwise(each, before):
                self.relabelled.append(Change(before, each))

    def _named_otherwise(self, each: Found, before: rows.Kept) -> bool:
        return (
            before.name != each.name
            or before.department != (each.department and str(each.department))
            or before.documents != self._labels.of(each.duty)[2]
        )

    def finish(self) -> None:
        """All was found: what is kept beside it is gone."""
        for (duty, subject), before in self._kept.items():
            gone = Found(duty, subject, "", None, Posture.State.GONE.value, None, {}, [])
            self.changes.append(Change(before, gone))


def _differs(each: Found, before: rows.Kept) -> bool:
    return (
        before.state != each.state
        or before.due != rows.due_of(each.due_at)
        or before.evidence != each.evidence
        or before.detail != each.detail
    )


def _written(
    institution: UUID,
    wanted: Wanted,
    seen: _Comparison,
    new: rows.New | None,
    *,
    now: datetime,
    cause: str,
    whole: bool,
) -> int:
    changes = seen.changes
    told = [(line(each.after, each.before.state), each.after) for each in changes if each.before]
    entry = audit.record(
        actor=SYSTEM,
        action="posture.measure",
        about=SYSTEM,
        now=now,
        details={
            "whole": whole,
            "duties": sorted(wanted) if len(wanted) <= MOST_NAMED else len(wanted),
            "answers": seen.counts.total(),
            "counts": dict(seen.counts),
            "changed": _turns(changes),
            "digest": digest([*(new.lines if new else ()), *(each for each, _ in told)]),
            "cause": cause,
            "catalogue": load().version,
        },
    )
    if new:
        rows.first_steps(institution, new, entry=entry.pk)
    gone = [each.before.id for each in changes if each.before and each.after.state == Posture.State.GONE]
    Posture.objects.filter(pk__in=gone).delete()
    told += [(line(each.after), each.after) for each in seen.relabelled]
    rows.write(institution, told, rows.Labels(load()), entry=entry.pk, now=now)
    return int(entry.pk)


def _was(change: Change) -> str:
    return change.before.state if change.before else ""


def _turns(changes: Iterable[Change]) -> dict[str, int]:
    """How many answers went from which state to which."""
    return dict(Counter(f"{_was(each) or 'new'}>{each.after.state}" for each in changes))
