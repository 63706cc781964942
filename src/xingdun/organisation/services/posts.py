"""Posts of security: filled by a letter of appointment, verified, and ended."""

from datetime import datetime

from django.db import transaction

from xingdun.audit import services as audit
from xingdun.organisation.errors import AlreadyLeft, PostEnded, PostHeld
from xingdun.organisation.models import Department, Person, Post


@transaction.atomic
def post_create(
    *,
    person: Person,
    kind: str,
    department: Department,
    duties: str,
    document: str,
    by: Person,
    now: datetime,
    full_time: bool = False,
    certified: bool = False,
    phone: str = "",
) -> Post:
    """Give a post to a person; the data security officer's is always held with a certificate.

    Raises AlreadyLeft, PostHeld. Source: MEASURES-5f, INTERNET-6.1a2, INTERNET-7.1a2, DIGITAL-5.1.2a.
    """
    person = Person.objects.select_for_update().get(pk=person.pk)
    if person.left_at:
        raise AlreadyLeft(person=person)
    if kind != Post.Kind.OTHER and Post.objects.filter(person=person, kind=kind, ended_at__isnull=True).exists():
        raise PostHeld(person=person, post=Post.Kind(kind).label)
    post = Post.objects.create(
        institution_id=person.institution_id,
        kind=kind,
        person=person,
        department=department,
        duties=duties,
        document=document,
        full_time=full_time,
        certified=certified or kind == Post.Kind.OFFICER,
        phone=phone,
        since=now,
        verified_at=now,
    )
    audit.record(
        actor=by,
        action="post.create",
        about=post,
        now=now,
        details={"person": person.reference, "kind": str(kind), "department": department.reference},
    )
    return post


@transaction.atomic
def post_verify(*, post: Post, by: Person, now: datetime) -> Post:
    """Say that the entry still holds: the holder, the duties, the phone. Raises PostEnded."""
    post = _open(post)
    post.verified_at = now
    post.save(update_fields=["verified_at"])
    audit.record(actor=by, action="post.verify", about=post, now=now)
    return post


@transaction.atomic
def post_end(*, post: Post, by: Person, now: datetime, reason: str = "") -> Post:
    """End a post now; whoever leaves holds none any more. Raises PostEnded."""
    post = _open(post)
    post.ended_at = now
    post.save(update_fields=["ended_at"])
    details = {"person": f"organisation.person:{post.person_id}", "kind": post.kind}
    audit.record(actor=by, action="post.end", about=post, now=now, reason=reason, details=details)
    return post


def _open(post: Post) -> Post:
    found = Post.objects.select_for_update().get(pk=post.pk)
    if found.ended_at:
        raise PostEnded
    return found
