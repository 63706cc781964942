"""Background work: workbooks are taken over, exceptions end by their day."""

from uuid import UUID

from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import JobAborted

from xingdun.assets.models import NetworkImport
from xingdun.assets.services import exceptions_expire
from xingdun.frame.background import resume
from xingdun.frame.context import acting_in
from xingdun.organisation.models import Account


@app.task(name="assets.import", pass_context=True)
def import_run(context: JobContext, *, institution: str, job: str) -> None:
    """Take over one workbook of networks."""
    from xingdun.assets.importing import running  # its reader is loaded where workbooks are read

    with acting_in(UUID(institution)):
        found = NetworkImport.objects.filter(pk=job).first()
        if found is not None and not running.run(found, aborted=context.should_abort):
            raise JobAborted


@app.periodic(cron="* * * * *")
@app.task(name="assets.imports_resume", queueing_lock="assets.imports_resume")
def imports_resume(timestamp: int = 0) -> None:
    """Queue every import again whose worker died. Runs each minute; call it when a worker starts, too."""
    del timestamp
    for institution in Account.objects.order_by().values_list("institution", flat=True).distinct():
        with acting_in(institution):
            waiting = NetworkImport.objects.filter(institution=institution, state__in=NetworkImport.ACTIVE)
            resume(import_run, waiting)


@app.periodic(cron="7 * * * *")
@app.task(name="assets.exceptions_expire", queueing_lock="assets.exceptions_expire")
def expire(timestamp: int = 0) -> None:
    """End the exceptions whose day is over; asked each hour, so that a night slept through is made up for."""
    del timestamp
    now = timezone.now()
    for institution in Account.objects.order_by().values_list("institution", flat=True).distinct():
        with acting_in(institution):
            exceptions_expire(now=now, institution=institution)
