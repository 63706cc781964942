"""`/healthz`, `/readyz` and `/metrics`: plain WSGI before Django, so that probes need no host name and no session."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from time import perf_counter
from typing import Any

from django.db import Error, close_old_connections, connection
from django.utils import timezone
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from xingdun.audit.models import Checkpoint, Pending
from xingdun.runtime import health_database, health_ledger
from xingdun.runtime.health import Finding

REQUESTS = Counter("xingdun_requests_total", "Requests answered, by method and class of status.", ("method", "status"))
SECONDS = Histogram("xingdun_request_seconds", "Seconds from a request to the start of its answer.", ("method",))
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


def probes(now: datetime) -> list[Finding]:
    """The database, its migrations and the sealing of the ledger, as they stand; `xingdun doctor` looks at more."""
    reached = health_database.reached()
    if not reached.well:
        return [reached]
    try:
        return [reached, health_database.migrations(), health_ledger.sealing(now)]
    except Error as problem:  # it went away between two questions
        return [health_database.unreachable(problem)]


class Ledger(Collector):
    """The ledger's size and what waits to be sealed, asked when they are scraped."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Nothing while the database cannot be reached."""
        try:
            last = Checkpoint.objects.order_by("-size").first()
            waiting = Pending.objects.count()
        except Error:
            return
        yield GaugeMetricFamily("xingdun_ledger_pending_entries", "Entries that wait to be sealed.", waiting)
        if last:
            yield GaugeMetricFamily("xingdun_ledger_entries", "Entries in the tree.", last.size)
            age = (timezone.now() - last.at).total_seconds()
            yield GaugeMetricFamily("xingdun_ledger_checkpoint_age_seconds", "Seconds since the last checkpoint.", age)

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Registered without a scrape."""
        return iter(())


REGISTRY.register(Ledger())


def _usable() -> None:
    """Drop a connection that a restart of the database broke, as Django does for its own requests."""
    if not connection.in_atomic_block:
        close_old_connections()


def _healthz() -> tuple[str, str, bytes]:
    return "200 OK", "text/plain; charset=utf-8", b"ok\n"


def _readyz() -> tuple[str, str, bytes]:
    _usable()
    found = probes(timezone.now())
    # Late sealing is told, but a web server that can answer is ready.
    ready = all(probe.well for probe in found if probe.key != "sealing")
    lines = "".join(f"{probe.key}: {'ok' if probe.well else 'not ok'}\n" for probe in found)
    return ("200 OK" if ready else "503 Service Unavailable"), "text/plain; charset=utf-8", lines.encode()


def _metrics() -> tuple[str, str, bytes]:
    _usable()
    return "200 OK", CONTENT_TYPE_LATEST, generate_latest(REGISTRY)


ANSWERS: dict[str, Callable[[], tuple[str, str, bytes]]] = {
    "/healthz": _healthz,
    "/readyz": _readyz,
    "/metrics": _metrics,
}


def watched(application: Application) -> Application:
    """`application` with its requests counted and timed, behind the three addresses of this module."""

    def serve(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        answer = ANSWERS.get(environ.get("PATH_INFO", ""))
        if answer is not None:
            status, kind, body = answer()
            headers = [("Content-Type", kind), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
            start_response(status, headers)
            return [body]
        method = environ.get("REQUEST_METHOD", "")
        method = method if method in _METHODS else "OTHER"
        started = perf_counter()

        def counted(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            REQUESTS.labels(method, f"{status[:1]}xx").inc()
            SECONDS.labels(method).observe(perf_counter() - started)
            return start_response(status, headers, *more)

        return application(environ, counted)

    return serve
