"""What must be established about each person: identity, background, confidentiality, certificates."""

from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from xingdun.frame.checks import Facts, Verdict, check, pending, satisfied, violated
from xingdun.kernel.clocks import find_clock, next_occurrence
from xingdun.organisation.checks.subjects import SECURITY_POSTS, here, posts_by_person
from xingdun.organisation.models import Person, PersonnelRecord, Post
from xingdun.organisation.rules import officer_certificates

READS = ("organisation.personnelrecord", "organisation.person")
Kind = PersonnelRecord.Kind
Newest = dict[UUID, PersonnelRecord]
_ANY = Q()


def _newest(facts: Facts, kind: Kind, like: Q = _ANY) -> Newest:
    """The newest record of a kind, and as `like` says, for each person asked about."""
    keys = facts.keys("organisation.person")
    records = PersonnelRecord.objects.filter(like, kind=kind)
    records = records if keys is None else records.filter(person__pk__in=keys)
    return {record.person_id: record for record in records.order_by("person", "-done_at", "-pk").distinct("person")}


def _accepted() -> Q:
    """Records that name one of the certificates accepted for a data security officer."""
    names = officer_certificates()
    return Q(
        *(Q(**{f"{field}__icontains": name}) for name in names for field in ("document", "issuer")), _connector=Q.OR
    )


def _each(facts: Facts, kind: Kind, verdict: Callable[[Person, PersonnelRecord], Verdict]) -> Iterator[Verdict]:
    """A verdict a person by their newest record; violated without one."""
    newest = _newest(facts, kind)
    for person in here(facts):
        record = newest.get(person.pk)
        if record is None:
            yield violated([person], format_lazy(_("no such record: {kind}"), kind=kind.label), subject=person)
        else:
            yield verdict(person, record)


def _passed(person: Person, record: PersonnelRecord, now: datetime) -> Verdict:
    """Met by a record without objection until it expires."""
    if not record.passed:
        return violated([record], _("there was an objection"), subject=person)
    if record.expires_at is not None and record.expires_at < now:
        return pending(record.expires_at, [record], _("it has expired and was not renewed"), subject=person)
    return satisfied([record], subject=person, due_at=record.expires_at)


@check("real-name", reads=READS)
def identity_verified(facts: Facts) -> Iterator[Verdict]:
    """Each person's identity was verified and each account is one person's (MEASURES-10e)."""
    yield from _each(facts, Kind.IDENTITY, lambda person, record: _passed(person, record, facts.now))


@check("background-review", reads=READS)
def background_reviewed(facts: Facts) -> Iterator[Verdict]:
    """Each person's background was reviewed by somebody else, without objection (MEASURES-10f, INTERNET-10.2d2)."""
    yield from _each(facts, Kind.BACKGROUND, lambda person, record: _passed(person, record, facts.now))


@check("cii-background-check", reads=(*READS, "organisation.post"))
def key_posts_reviewed(facts: Facts) -> Iterator[Verdict]:
    """Whoever holds a key post of critical infrastructure was reviewed without objection (MEASURES-10a, NOTE-2.4)."""
    held = posts_by_person()
    newest = _newest(facts, Kind.BACKGROUND)
    for person in here(facts).filter(pk__in=list(held)):
        posts = [post for post in held[person.pk] if post.kind in SECURITY_POSTS]
        record = newest.get(person.pk)
        if posts and record is None:
            yield violated(posts, _("the holder's background was not reviewed"), subject=person)
        elif posts and record is not None:
            yield _passed(person, record, facts.now)


@check("confidentiality-agreements", reads=READS)
def confidentiality_signed(facts: Facts) -> Iterator[Verdict]:
    """Each person signed a confidentiality agreement; its yearly renewal is advised (A18).

    MEASURES-10g, MEASURES-21c, INTERNET-7.3a3, INTERNET-10.2d1.
    """
    yield from _each(facts, Kind.CONFIDENTIALITY, lambda person, record: _renewed(person, record, facts))


@check("operator-confidentiality", reads=READS)
def operators_keep_confidence(facts: Facts) -> Iterator[Verdict]:
    """Whoever runs the service, own staff and a third party's, is bound to confidentiality in writing (INTERNET-7.3a1).

    What each of them read stands in the ledger beside it.
    """
    yield from _each(facts, Kind.CONFIDENTIALITY, lambda person, record: _renewed(person, record, facts))


def _renewed(person: Person, record: PersonnelRecord, facts: Facts) -> Verdict:
    """Signed is enough until it expires; the yearly renewal is advised, or required by the other reading of A18."""
    yearly = next_occurrence(find_clock("nda-renewal"), facts.calendar, last=record.done_at).due.at
    required = facts.readings.get("A18") == "renewal-required"
    ends = [moment for moment in (record.expires_at, yearly if required else None) if moment is not None]
    due_at = min(ends, default=None)
    if not record.passed:
        return violated([record], _("there was an objection"), subject=person)
    if due_at is not None and facts.now > due_at:
        return pending(due_at, [record], _("it was not renewed in time"), subject=person)
    advice = _("signed; the yearly renewal that is advised was not made") if facts.now > yearly else ""
    return satisfied([record], advice, subject=person, due_at=due_at)


@check("staff-managed", reads=READS)
def staff_kept(facts: Facts) -> Iterator[Verdict]:
    """Own staff stand in the register, a third party's have signed, and whoever has left cannot sign in.

    MEASURES-10b, INTERNET-10.2d4.
    """
    signed = _newest(facts, Kind.CONFIDENTIALITY)
    for person in here(facts):
        record = signed.get(person.pk)
        if not person.employer:
            yield satisfied([person], subject=person)
        elif record is None:
            yield violated([person], _("a third party's staff without a confidentiality agreement"), subject=person)
        else:
            yield _renewed(person, record, facts)
    keys = facts.keys("organisation.person")
    left = Person.objects.filter(left_at__isnull=False, account__is_active=True)
    for person in left if keys is None else left.filter(pk__in=keys):
        yield violated([person], _("has left and may still sign in"), subject=person)


@check("certified-posts", reads=(*READS, "organisation.post"))
def certificates_held(facts: Facts) -> Iterator[Verdict]:
    """Whoever holds a post that asks for a certificate holds a valid one; the data security officer's always does.

    The officer's is one of the accepted list, or of the institution's own by the other reading of A19.
    MEASURES-29c, DIGITAL-5.1.2b.
    """
    held, newest = posts_by_person(), _newest(facts, Kind.CERTIFICATE)
    own_list = facts.readings.get("A19") == "accepted-list"
    accepted = newest if own_list else _newest(facts, Kind.CERTIFICATE, _accepted())
    for person in here(facts).filter(pk__in=list(held)):
        posts = [post for post in held[person.pk] if post.certified]
        officer = any(post.kind == Post.Kind.OFFICER for post in posts)
        record = (accepted if officer else newest).get(person.pk)
        if posts and record is None and person.pk in newest:
            told = _("none of the certificates accepted for a data security officer")
            yield violated([newest[person.pk]], told, subject=person)
        elif posts and record is None:
            yield violated(posts, _("the post is held without a certificate"), subject=person)
        elif posts and record is not None:
            yield _passed(person, record, facts.now)
