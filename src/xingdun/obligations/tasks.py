"""Background work: everything is measured each night, and each day sealed."""

import logging
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from procrastinate.contrib.django import app

from xingdun.frame.context import acting_in
from xingdun.kernel.clocks import local
from xingdun.obligations import services
from xingdun.obligations.models import CatalogueVersion, PostureProgress
from xingdun.organisation.models import Account

log = logging.getLogger(__name__)


def institutions() -> list[UUID]:
    """Every institution with accounts: what the worker may see before it acts in one."""
    return list(Account.objects.order_by().values_list("institution", flat=True).distinct())


@app.periodic(cron="3 * * * *")
@app.task(name="obligations.nightly", queueing_lock="obligations.nightly")
def nightly(timestamp: int = 0) -> None:
    """Seal the days that have ended, and measure whatever was not measured since midnight (Asia/Shanghai).

    It is asked each hour, so that a night the platform slept through is made up for.
    """
    del timestamp
    now = timezone.now()
    for institution in institutions():
        try:
            with acting_in(institution):
                night(institution, now)
        except Exception:
            log.exception("the nightly measurement of %s failed; it is tried again in an hour", institution)


@app.periodic(cron="*/10 * * * *")
@app.task(name="obligations.remind", queueing_lock="obligations.remind")
def remind(timestamp: int = 0) -> None:
    """Remind people on working days from the plan's hour on; what was told is not told again."""
    del timestamp
    now = timezone.now()
    for institution in institutions():
        try:
            with acting_in(institution):
                services.reminders_send(now=now)
        except Exception:
            log.exception("reminding the people of %s failed; it is tried again in ten minutes", institution)


def night(institution: UUID, now: datetime) -> None:
    """One institution's night: yesterday is sealed before today's measurement changes anything."""
    services.days_seal(institution=institution, now=now)
    progress = PostureProgress.objects.filter(institution=institution).first()
    if progress is None or progress.measured_at is None or local(progress.measured_at).date() < local(now).date():
        services.posture_measure(institution=institution, now=now, cause="nightly")


def start(institution: UUID, now: datetime) -> None:
    """What a started platform owes an institution: a new catalogue is measured by at once."""
    version = CatalogueVersion.objects.order_by("-taken_at").first()
    if version is not None:
        services.catalogue_follow(institution=institution, version=version, now=now)
