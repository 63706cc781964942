"""The parts of the platform as processes: each runs until it is told to end (SIGTERM)."""

import os
import signal
import threading
from contextlib import suppress
from functools import partial
from typing import Any

from django.utils.module_loading import import_string

from xingdun.frame.errors import Refusal
from xingdun.kernel.crypto import selftest
from xingdun.kernel.crypto.errors import SelfTestError
from xingdun.keys import root
from xingdun.runtime.environment import Environment, load
from xingdun.runtime.launch import die_with
from xingdun.runtime.loading import load_django
from xingdun.runtime.ports import is_free
from xingdun.runtime.refusals import CryptoWrong, DatabaseAddressMissing, NoFreePort, WorkerStopped

_THREADS = 2 * (os.cpu_count() or 1) + 1  # a page waits on the database about as long as on the processor
_LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "xingdun.runtime.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "loggers": {"_granian": {"handlers": ["stderr"], "propagate": False}},
}


def _settings(part: str) -> Environment:
    """The environment's settings, for a part that needs a database.

    Nothing starts with cryptography that answers wrongly, or without the root key. Raises DatabaseAddressMissing,
    CryptoWrong, KeyFileMissing, KeyFileUnusable.
    """
    os.environ["DJANGO_SETTINGS_MODULE"] = "xingdun.runtime.settings"
    environment = load(os.environ)
    if not environment.database_url:
        raise DatabaseAddressMissing(name=part, file=f"{part}.env")
    _fail_closed()
    return environment


def _fail_closed() -> None:
    try:
        selftest.require()
    except SelfTestError as problem:
        raise CryptoWrong(problem=problem) from None
    try:
        root.load()
    except Refusal:
        load_django()  # to tell it in the reader's language
        raise


def _application(parent: int, target: str) -> Any:
    """The web application, loaded in a serving process that ends with `parent`: an orphan would hold the port."""
    die_with(parent)
    return import_string(target.replace(":", "."))


def web() -> None:
    """Serve the pages and the API. Raises DatabaseAddressMissing, NoFreePort."""
    environment = _settings("web")
    if not is_free(environment.host, environment.port):
        raise NoFreePort(first=environment.port, last=environment.port, host=environment.host)
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    Server(
        "xingdun.doors.wsgi:application",
        address=environment.host,
        port=environment.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=environment.web_processes,
        blocking_threads=_THREADS,
        log_level=LogLevels(environment.log_level.lower()),
        log_dictconfig=_LOGGING,
        respawn_failed_workers=True,
        workers_kill_timeout=5,
    ).serve(target_loader=partial(_application, os.getpid()))


def watch() -> None:
    """Watch protected sources: end what is over, read back what was done. Raises DatabaseAddressMissing."""
    _settings("watch")
    load_django()
    from xingdun.access import watch as watching

    ending = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ending.set())
    watching.run(should_stop=ending.is_set, wait=ending.wait)


def worker() -> None:
    """Do background work: scans, imports, schedules, and the posture that follows the ledger.

    Raises DatabaseAddressMissing, WorkerStopped.
    """
    environment = _settings("worker")
    load_django()
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector
    from procrastinate.exceptions import AlreadyEnqueued, ConnectorException

    from xingdun.assets.tasks import imports_resume
    from xingdun.data.tasks import scans_resume
    from xingdun.obligations import watch as following

    connector = app.connector
    assert isinstance(connector, DjangoConnector)  # noqa: S101 - procrastinate's Django app has no other
    for resume in (scans_resume, imports_resume):
        with suppress(AlreadyEnqueued, ConnectorException):
            resume.defer()  # what a killed worker left goes on now, not at the next full minute
    ending = threading.Event()
    follower = threading.Thread(
        target=following.run, kwargs={"should_stop": ending.is_set, "wait": ending.wait}, name="posture", daemon=True
    )
    follower.start()
    try:
        with app.replace_connector(connector.get_worker_connector()) as running:
            running.run_worker(
                concurrency=environment.worker_jobs,
                delete_jobs="successful",
                install_signal_handlers=True,
                shutdown_graceful_timeout=5,  # a job that takes longer is resumed at the next start
            )
    except ConnectorException as lost:
        raise WorkerStopped(problem=str(lost.__cause__ or lost).strip().partition("\n")[0]) from lost
    finally:
        ending.set()
        follower.join(timeout=5)  # a measurement that takes longer is rolled back and made again


def seal() -> None:
    """Put committed ledger entries into the tree and sign checkpoints. Raises DatabaseAddressMissing."""
    environment = _settings("seal")
    load_django()
    from xingdun.runtime import ledger

    ledger.seal(environment)
