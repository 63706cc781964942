"""Work of the background: who is at it, and how the next worker finds what a dead one left.

A job is a record of its own. Who runs it holds a session lock in the platform's database, gone with the process.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, ClassVar

from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _
from procrastinate.exceptions import AlreadyEnqueued

from xingdun.frame.errors import Explanation, Refusal
from xingdun.frame.kept_errors import explained
from xingdun.frame.models import InstitutionModel

_SIGN = 1 << 63


class StopAsked(Exception):  # noqa: N818 - no error: somebody stops the job
    """Somebody asked for the job's end."""


class WorkerEnds(Exception):  # noqa: N818 - no error: the worker goes down, the job goes on at the next start
    """The worker is told to end in the middle of the job."""


class Job(InstitutionModel):
    """A record of work in the background: where it stands, since when, and what ended it before its end.

    broke: the refusal that stands in for an error this version does not know, given its code as `problem`.
    """

    class State(models.TextChoices):
        """Where it stands."""

        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("running")
        STOPPING = "stopping", _("stopping")
        STOPPED = "stopped", _("stopped")
        FINISHED = "finished", _("finished")
        FAILED = "failed", _("failed")

    ACTIVE = (State.QUEUED, State.RUNNING, State.STOPPING)
    broke: ClassVar[type[Refusal]]

    state = models.CharField(_("state"), max_length=12, choices=State, default=State.QUEUED)
    queued_at = models.DateTimeField(_("asked for"))
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("ended"), null=True, blank=True)
    progress_at = models.DateTimeField(_("last sign of life"), null=True, blank=True)
    runs = models.PositiveSmallIntegerField(_("starts"), default=0)
    error_code = models.CharField(max_length=16, blank=True)
    error_facts = models.JSONField(default=dict)

    class Meta:
        abstract = True

    @property
    def problem(self) -> Explanation | None:
        """Why it failed, in the reader's language."""
        return explained(self.error_code, self.error_facts, unknown=self.broke)

    @property
    def active(self) -> bool:
        """Whether it waits or is under way."""
        return self.state in self.ACTIVE

    def stop(self, *, now: datetime) -> None:
        """It has ended when no process is at it, else it is asked to end; to be saved, the row being locked."""
        if self.state == self.State.QUEUED or nobody_runs(self):
            self.state, self.finished_at = self.State.STOPPED, now
        else:
            self.state = self.State.STOPPING


def lock_key(job: InstitutionModel) -> int:
    """The number under which the process that runs `job` holds an advisory lock."""
    return int(job.pk.int % (2 * _SIGN) - _SIGN)


def _lock(function: str, job: InstitutionModel) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [lock_key(job)])
        (got,) = cursor.fetchone()
    return bool(got)


@contextmanager
def holding(job: InstitutionModel) -> Iterator[bool]:
    """Hold the right to run `job` as long as this process and its connection live; False when another holds it."""
    held = _lock("pg_try_advisory_lock", job)
    try:
        yield held
    finally:
        if held and connection.connection is not None and not connection.connection.closed:
            _lock("pg_advisory_unlock", job)


def somebody_runs(job: InstitutionModel) -> bool:
    """Whether a living process runs `job`."""
    with holding(job) as held:
        return not held


def nobody_runs(job: InstitutionModel) -> bool:
    """Whether no process runs `job`, nor takes it up before this transaction ends."""
    return _lock("pg_try_advisory_xact_lock", job)


def defer_once(task: Any, job: InstitutionModel) -> None:
    """Queue the run of `job` in the caller's transaction; one that is queued already is not queued twice.

    task: a task of procrastinate that takes `institution` and `job`, the keys of both as text.
    """
    key = str(job.pk)
    ready = task.configure(queueing_lock=f"{task.name}:{key}")
    try:
        with transaction.atomic():  # being queued already must not spoil the caller's transaction
            ready.defer(institution=str(job.institution_id), job=key)
    except AlreadyEnqueued:
        return


def resume(task: Any, jobs: Iterable[InstitutionModel]) -> None:
    """Queue again those of `jobs`, all meant to run, whose worker died."""
    for job in jobs:
        if not somebody_runs(job):
            defer_once(task, job)
