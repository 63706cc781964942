"""Secret addresses of calendars: made, shown once, revoked."""

import hashlib
import secrets
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import get_language

from xingdun.audit import services as audit
from xingdun.obligations.models import CalendarFeed
from xingdun.obligations.reminding.errors import FeedNotYours
from xingdun.organisation.models import Person


def feed_digest(token: str) -> str:
    """What is kept of an address: the SHA-256 of its secret part in hex (it is random, so no salt is needed)."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def feed_create(*, name: str, by: Person, now: datetime) -> dict[str, Any]:
    """Make an address under which one's own deadlines can be read; it is shown once.

    Returns {"feed", "address"}. Whoever knows the address reads what its owner may see, until it is revoked or the
    owner leaves.
    """
    token = secrets.token_urlsafe(32)
    feed = CalendarFeed.objects.create(
        institution_id=by.institution_id,
        person=by,
        name=name,
        digest=feed_digest(token),
        language=get_language() or settings.LANGUAGE_CODE,
        created_at=now,
    )
    audit.record(actor=by, action="feed.create", about=feed, now=now)
    path = reverse("console:calendar.feed", kwargs={"institution": by.institution_id, "token": token})
    return {"feed": feed, "address": settings.ENVIRONMENT.address + path}


@transaction.atomic
def feed_revoke(*, calendarfeed: CalendarFeed, by: Person, now: datetime) -> CalendarFeed:
    """End an address of one's own. Raises FeedNotYours."""
    feed = CalendarFeed.objects.select_for_update().get(pk=calendarfeed.pk)
    if feed.person_id != by.pk:
        raise FeedNotYours
    if feed.revoked_at is None:
        feed.revoked_at = now
        feed.save(update_fields=["revoked_at"])
        audit.record(actor=by, action="feed.revoke", about=feed, now=now)
    return feed
