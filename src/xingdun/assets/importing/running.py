"""A worker's way through one import: all of its rows in one transaction, or none."""

import logging
from collections.abc import Callable

from django.db import Error as DatabaseError
from django.utils import timezone, translation

from xingdun.assets import services
from xingdun.assets.errors import ImportBroke
from xingdun.assets.importing.progress import Progress
from xingdun.assets.models import NetworkImport
from xingdun.frame.background import StopAsked, WorkerEnds, holding
from xingdun.frame.errors import Refusal

log = logging.getLogger(__name__)


def run(job: NetworkImport, *, aborted: Callable[[], bool] = lambda: False) -> bool:
    """Take the workbook of `job` over, unless another process does; False when the next worker has to begin again.

    What is wrong with the workbook ends the import as failed, with the faults; what is wrong with the platform's own
    database is raised, and the import stays to be done.
    """
    with holding(job) as held, translation.override(job.language):
        if not held or not services.import_begin(networkimport=job, now=timezone.now()):
            return True
        try:
            with Progress(job, aborted) as progress:
                services.import_take_over(networkimport=job, progress=progress, now=timezone.now())
        except WorkerEnds:
            return False
        except StopAsked:
            _end(job, NetworkImport.State.STOPPED)
        except Refusal as refusal:
            _end(job, NetworkImport.State.FAILED, refusal)
        except DatabaseError:
            raise
        except Exception as broken:
            log.exception("an import broke off")  # the traceback names no values
            _end(job, NetworkImport.State.FAILED, ImportBroke(problem=type(broken).__name__))
    return True


def _end(job: NetworkImport, state: str, refusal: Refusal | None = None) -> None:
    services.import_end(networkimport=job, state=state, refusal=refusal, now=timezone.now())
