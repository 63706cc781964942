"""Background work: sessions and short memories that have ended are swept away."""

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone
from procrastinate.contrib.django import app

from xingdun.doors.identity.models import CachedValue


@app.periodic(cron="17 3 * * *")
@app.task(name="identity.sweep", queueing_lock="identity.sweep")
def sweep(timestamp: int = 0) -> None:
    """Delete what has expired; nothing of it opens anything any more."""
    del timestamp
    now = timezone.now()
    Session.objects.filter(expire_date__lt=now).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    CachedValue.objects.filter(expires__lt=now).delete()
