"""Background work: running scans, and taking up those whose worker died."""

import logging
from uuid import UUID

from django.db import transaction
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued, JobAborted

from xingdun.data.models import Scan
from xingdun.frame.context import acting_in
from xingdun.organisation.models import Account

log = logging.getLogger(__name__)


@app.task(name="data.scan", pass_context=True)
def scan_run(context: JobContext, *, institution: str, scan: str) -> None:
    """Run or go on with one scan."""
    from xingdun.data import (
        scanning,
    )  # the readers and kernels are loaded where scans run, not where they are asked for

    with acting_in(UUID(institution)):
        found = Scan.objects.select_related("source").filter(pk=scan).first()
        if found is not None and not scanning.run(found, aborted=context.should_abort):
            raise JobAborted


def scan_defer(scan: Scan) -> None:
    """Queue the run of `scan`, in the caller's transaction; one that is queued already is not queued twice."""
    key = str(scan.pk)
    job = scan_run.configure(queueing_lock=f"data.scan:{key}")
    try:
        with transaction.atomic():  # being queued already must not spoil the caller's transaction
            job.defer(institution=str(scan.institution_id), scan=key)
    except AlreadyEnqueued:
        log.debug("the scan is queued already")


@app.periodic(cron="* * * * *")
@app.task(name="data.scans_resume", queueing_lock="data.scans_resume")
def scans_resume(timestamp: int = 0) -> None:
    """Queue every scan again whose worker died: it stands as active, and no process holds its lock.

    Runs each minute; call it when a worker starts, too.
    """
    del timestamp
    from xingdun.data.running import somebody_runs

    for institution in Account.objects.order_by().values_list("institution", flat=True).distinct():
        with acting_in(institution):
            for scan in Scan.objects.filter(institution=institution, state__in=Scan.ACTIVE):
                if not somebody_runs(scan):
                    scan_defer(scan)
