"""Scans with real workers: stopped from another connection, killed with -9, taken up again."""

import secrets
import signal
import threading
import time
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from xingdun.audit.models import Entry
from xingdun.data import scanning, services, tasks
from xingdun.data.models import Dataset, Scan
from xingdun.frame.background import somebody_runs

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def gate(clinic):
    """The source's address for a login whose reading of his.patient waits while the gate is shut, and the gate."""
    name = f"reader_{secrets.token_hex(4)}"
    with psycopg.connect(clinic, autocommit=True) as superuser:
        superuser.execute(
            f"CREATE ROLE {name} LOGIN PASSWORD 'reading'; GRANT USAGE ON SCHEMA his TO {name};"
            f" GRANT SELECT ON ALL TABLES IN SCHEMA his TO {name}; ALTER TABLE his.patient ENABLE ROW LEVEL SECURITY;"
            " CREATE FUNCTION his.passes() RETURNS bool LANGUAGE plpgsql AS"
            " 'BEGIN PERFORM pg_advisory_lock_shared(1); PERFORM pg_advisory_unlock_shared(1); RETURN true; END';"
            f" CREATE POLICY gate ON his.patient TO {name} USING (his.passes())"
        )

        @contextmanager
        def shut():
            superuser.execute("SELECT pg_advisory_lock(1)")
            yield
            superuser.execute("SELECT pg_advisory_unlock(1)")

        yield f"postgresql://{name}:reading@{clinic.partition('@')[2]}", shut
        superuser.execute(f"DROP OWNED BY {name}; DROP ROLE {name}")


def test_a_running_scan_is_stopped_and_resumed(register, hospital, gate, eventually):
    address, shut = gate
    scan = services.scan_start(source=register(address), by=hospital.dso, now=hospital.now)

    def run():
        with hospital.acting():
            scanning.run(Scan.objects.get(pk=scan.pk))
        connection.close()

    with shut():
        thread = threading.Thread(target=run)
        thread.start()
        eventually(lambda: Scan.objects.get(pk=scan.pk).tables_done == 1)
        assert somebody_runs(scan)
        time.sleep(0.6)  # longer than the pause between two signs of life
        stopping = services.scan_stop(scan=scan, by=hospital.dso, now=timezone.now())
        assert stopping.state == Scan.State.STOPPING
    thread.join(timeout=120)
    stopped = Scan.objects.get(pk=scan.pk)
    assert (stopped.state, stopped.finished_at is not None) == (Scan.State.STOPPED, True)
    assert stopped.tables_done < 3
    services.scan_resume(scan=stopped, by=hospital.dso, now=timezone.now())
    assert scanning.run(stopped)
    assert Scan.objects.get(pk=scan.pk).tables_done == 3
    assert Entry.objects.filter(action="dataset.scan").count() == 3


def test_a_scan_whose_worker_died_is_stopped_at_once(register, hospital, clinic):
    scan = services.scan_start(source=register(clinic), by=hospital.dso, now=hospital.now)
    services.scan_begin(scan=scan, now=hospital.now)  # and nobody holds its lock
    stopped = services.scan_stop(scan=scan, by=hospital.dso, now=hospital.now)
    assert stopped.state == Scan.State.STOPPED


def test_a_killed_worker_loses_nothing(register, hospital, gate, worker, eventually):
    address, shut = gate
    scan = services.scan_start(source=register(address), by=hospital.dso, now=hospital.now)
    with shut():
        first = worker()
        eventually(lambda: Scan.objects.get(pk=scan.pk).tables_done == 1)
        eventually(lambda: Scan.objects.get(pk=scan.pk).current_table == "his.patient")
        assert somebody_runs(scan)
        first.send_signal(signal.SIGKILL)
        first.wait()
        eventually(lambda: not somebody_runs(scan))
    left = Scan.objects.get(pk=scan.pk)
    assert (left.state, left.tables_done) == (Scan.State.RUNNING, 1)
    tasks.scans_resume()  # what a worker does when it starts, and each minute
    tasks.scans_resume()  # twice is not two scans
    worker()
    eventually(lambda: Scan.objects.get(pk=scan.pk).state == Scan.State.FINISHED)
    ended = Scan.objects.get(pk=scan.pk)
    assert (ended.runs, ended.tables_done) == (2, 3)
    assert Dataset.objects.count() == 3
    assert Entry.objects.filter(action="dataset.scan").count() == 3  # no table was taken in twice
    assert ended.finished_at - ended.started_at < timedelta(minutes=5)
