"""Background work: exceptions end by their day."""

from django.utils import timezone
from procrastinate.contrib.django import app

from xingdun.assets.services import exceptions_expire
from xingdun.frame.context import acting_in
from xingdun.organisation.models import Account


@app.periodic(cron="7 * * * *")
@app.task(name="assets.exceptions_expire", queueing_lock="assets.exceptions_expire")
def expire(timestamp: int = 0) -> None:
    """End the exceptions whose day is over; asked each hour, so that a night slept through is made up for."""
    del timestamp
    now = timezone.now()
    for institution in Account.objects.order_by().values_list("institution", flat=True).distinct():
        with acting_in(institution):
            exceptions_expire(now=now, institution=institution)
