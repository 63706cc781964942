"""The posture follows the sealed ledger, and time."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from xingdun.audit import services as audit
from xingdun.obligations.models import Answerable, Exemption, Posture, PostureProgress, ReadingChoice
from xingdun.obligations.selectors.ledger import sealed_since, tree_size
from xingdun.obligations.services.posture import SYSTEM, Measured, posture_measure, progress_locked
from xingdun.obligations.triggers import Triggers, Wanted, labels_heard, lasting

STEP = 1_000  # leaves that concern nothing here, after which the place is kept again


@transaction.atomic
def posture_follow(*, institution: UUID, now: datetime) -> Measured:
    """Measure again what the entries sealed since the last look may have changed.

    The place in the ledger moves in the same transaction, so that a process killed in between looks again. An
    institution that was never measured is measured whole.
    """
    size = tree_size()
    progress = progress_locked(institution)
    if progress.measured_at is None:
        _move(progress, size)
        return posture_measure(institution=institution, now=now, cause="first")
    abouts, reached = _told_since(institution, progress.next_leaf, size)
    if not abouts:
        if reached - progress.next_leaf >= STEP:
            _move(progress, reached)
        return Measured()
    triggers = Triggers(institution, abouts, progress.facts, now)
    wanted = triggers.read()
    if triggers.known is not None:
        progress.facts = lasting(triggers.known)
    _move(progress, reached)
    if not wanted:
        return Measured()
    cause = next(iter(abouts)) if len(abouts) == 1 else f"{len(abouts)} records"
    return posture_measure(institution=institution, now=now, wanted=wanted, cause=cause)


def _told_since(institution: UUID, first: int, size: int) -> tuple[frozenset[str], int]:
    """Every record told of by entries sealed since, a window of leaves after another."""
    abouts, labels = frozenset[str](), labels_heard()
    while first < size:
        more, first = sealed_since(institution, first, size, labels)
        abouts |= more
    return abouts, first


def _move(progress: PostureProgress, leaf: int) -> None:
    progress.next_leaf = leaf
    progress.save(update_fields=["next_leaf", "facts"])


@transaction.atomic
def posture_turn(*, institution: UUID, now: datetime) -> Measured:
    """Measure again what has fallen due, and end what has expired: time turns the posture as records do."""
    wanted: Wanted = dict.fromkeys(_expired(institution, now))
    late = Posture.objects.filter(
        institution=institution, state__in=(Posture.State.MET, Posture.State.DUE), due_at__lt=now
    )
    for duty, subject in late.values_list("duty", "subject"):
        before = wanted.get(duty, frozenset())
        wanted[duty] = before | {subject} if subject and before is not None else None
    if not wanted:
        return Measured()
    return posture_measure(institution=institution, now=now, wanted=wanted, cause="time")


def _expired(institution: UUID, now: datetime) -> list[str]:
    """End exemptions and readings whose term is over; the duties exempted till now."""
    duties = []
    over = {"institution": institution, "expires_at__lte": now}
    for exemption in Exemption.objects.select_for_update().filter(**over, state=Answerable.State.APPROVED):
        _end(exemption, now)
        duties.append(exemption.duty)
    for choice in ReadingChoice.objects.select_for_update().filter(**over, state=Answerable.State.APPROVED):
        _end(choice, now)  # its entry has everything measured again
    return duties


def _end(record: Exemption | ReadingChoice, now: datetime) -> None:
    record.state, record.ended_at = Answerable.State.ENDED, now
    record.save(update_fields=["state", "ended_at"])
    kind = record._meta.model_name  # noqa: SLF001 - Django's documented API
    audit.record(actor=SYSTEM, action=f"{kind}.expire", about=record, now=now)
