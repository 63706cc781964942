"""Background work: running scans, and taking up those whose worker died."""

from uuid import UUID

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import JobAborted

from xingdun.data.models import Scan
from xingdun.frame.background import resume
from xingdun.frame.context import acting_in
from xingdun.organisation.models import Account


@app.task(name="data.scan", pass_context=True)
def scan_run(context: JobContext, *, institution: str, job: str) -> None:
    """Run or go on with one scan."""
    from xingdun.data import (
        scanning,
    )  # the readers and kernels are loaded where scans run, not where they are asked for

    with acting_in(UUID(institution)):
        found = Scan.objects.select_related("source").filter(pk=job).first()
        if found is not None and not scanning.run(found, aborted=context.should_abort):
            raise JobAborted


@app.periodic(cron="* * * * *")
@app.task(name="data.scans_resume", queueing_lock="data.scans_resume")
def scans_resume(timestamp: int = 0) -> None:
    """Queue every scan again whose worker died: it stands as active, and no process holds its lock.

    Runs each minute; call it when a worker starts, too.
    """
    del timestamp
    for institution in Account.objects.order_by().values_list("institution", flat=True).distinct():
        with acting_in(institution):
            resume(scan_run, Scan.objects.filter(institution=institution, state__in=Scan.ACTIVE))
