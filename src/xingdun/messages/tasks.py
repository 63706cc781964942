"""Background work: sending what is due, again where it failed, and the day's digest."""

import logging
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from xingdun.frame.context import acting_in
from xingdun.messages import selectors
from xingdun.messages.services.digests import digest_plan
from xingdun.organisation.models import Account

log = logging.getLogger(__name__)


@app.task(name="messages.deliver")
def deliver(*, institution: str) -> None:
    """Send what is due in one institution. Several workers may do it at once: each delivery is claimed by one."""
    from xingdun.messages.sending import running  # TLS and mail are loaded where things are sent

    with acting_in(UUID(institution)):
        running.run()


def deliver_defer(institution: UUID) -> None:
    """Wake the worker for an institution, in the caller's transaction; once is enough."""
    job = deliver.configure(queueing_lock=f"messages.deliver:{institution}")
    try:
        with transaction.atomic():  # being queued already must not spoil the caller's transaction
            job.defer(institution=str(institution))
    except AlreadyEnqueued:
        log.debug("sending is queued already")


@app.periodic(cron="* * * * *")
@app.task(name="messages.deliver_due", queueing_lock="messages.deliver_due")
def deliver_due(timestamp: int = 0) -> None:
    """Each minute: what failed and is due again, what a dead worker left, and the day's digest from its hour on."""
    del timestamp
    now = timezone.now()
    for institution in Account.objects.order_by().values_list("institution", flat=True).distinct():
        with acting_in(institution):
            digest_plan(now=now)
            if selectors.deliveries_due(now=now).exists():
                deliver_defer(institution)
