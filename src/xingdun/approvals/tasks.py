"""Background work: roles end by themselves when their time is over, and approvals may then stand still."""

from django.utils import timezone
from procrastinate.contrib.django import app

from xingdun.approvals import services
from xingdun.frame.context import acting_in
from xingdun.organisation.models import Account


@app.periodic(cron="*/5 * * * *")
@app.task(name="approvals.look_again", queueing_lock="approvals.look_again")
def look_again(timestamp: int = 0) -> None:
    """Mark what nobody can decide any more, in every institution."""
    del timestamp
    for institution in Account.objects.order_by().values_list("institution", flat=True).distinct():
        with acting_in(institution):
            services.processes_look_again(by="system:approvals", now=timezone.now())
