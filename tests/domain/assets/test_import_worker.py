"""Importing networks with a real worker: stopped, and killed with -9, in the middle of writing."""

import signal
import threading
from contextlib import contextmanager
from io import BytesIO

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from xingdun.assets import services, tasks
from xingdun.assets.importing import progress, running
from xingdun.assets.models import ImportContent, Network, NetworkImport
from xingdun.audit.models import Entry
from xingdun.frame.background import somebody_runs
from xingdun.frame.errors import Refusal
from xingdun.frame.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 600


def book(*rows):
    made = BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as of:
        page = of.add_worksheet()
        for line, row in enumerate(rows):
            page.write_row(line, 0, row)
    return made.getvalue()


@pytest.fixture
def job(hospital):
    content = book(("code", "name"), *((f"N-{number}", "网络") for number in range(ROWS)))
    file = SimpleUploadedFile("networks.xlsx", content)
    return services.networks_import(file=file, by=hospital.security_admin, now=hospital.now)


@contextmanager
def writing_waits():
    """Nobody writes a network meanwhile."""
    own = connection.copy()
    with own.cursor() as cursor:
        cursor.execute("BEGIN; LOCK TABLE assets_network IN SHARE MODE")
        yield lambda: _waits(own)
        cursor.execute("ROLLBACK")
    own.close()


def _waits(own):
    """Whether somebody wants to write one."""
    with own.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE relation = 'assets_network'::regclass AND NOT granted")
        return cursor.fetchone()[0]


def state(job):
    return NetworkImport.objects.get(pk=job.pk)


def test_progress_is_seen_and_a_stop_leaves_nothing(job, hospital, eventually, monkeypatch):
    monkeypatch.setattr(progress, "EVERY", 0)

    def run():
        with hospital.acting():
            running.run(NetworkImport.objects.get(pk=job.pk))
        connection.close()

    client = hospital.client(Role.SECURITY_ADMIN)
    with writing_waits() as waits:
        thread = threading.Thread(target=run)
        thread.start()
        eventually(waits)
        assert (state(job).rows_checked, state(job).rows_written, state(job).share_done) == (ROWS, 0, 0.5)
        page = client.get(f"/console/assets.networkimport/{job.pk}/").content.decode()
        assert 'hx-trigger="every 2s"' in page
        assert client.post(f"/console/assets.networkimport/{job.pk}/stop/").status_code == 302
        assert state(job).state == "stopping"
    thread.join(timeout=60)
    assert (state(job).state, state(job).rows_written) == ("stopped", 0)
    assert not Network.objects.exists()
    assert not ImportContent.objects.exists()


def test_the_same_entered_twice_at_once_is_entered_once_and_the_other_told(hospital, eventually):
    """A double click: both find the codes free, and only one of both can have them."""
    told, by = [], hospital.security_admin
    content = book(("code", "name"), ("N-1", "网络"), ("N-2", "网络"))

    def done(enter):
        with hospital.acting():
            try:
                enter()
            except Refusal as refusal:
                told.append((refusal.code, [each["field"] for each in refusal.facts.get("errors", [])]))
        connection.close()

    def imported():
        services.networks_import(file=SimpleUploadedFile("networks.xlsx", content), by=by, now=hospital.now)

    def typed():
        services.network_create(code="N-9", name="网络", by=by, now=hospital.now)

    for enter in (imported, typed):
        with writing_waits() as waits:
            threads = [threading.Thread(target=done, args=(enter,)) for _ in range(2)]
            for thread in threads:
                thread.start()
            eventually(lambda both=threads, held=waits: held() == len(both))
        for thread in threads:
            thread.join(timeout=60)
    assert [code for code, _places in told] == ["XD-ASSET-018", "XD-ASSET-001"]
    assert len(told[0][1]) == 2, "each row that somebody else entered"
    assert list(Network.objects.order_by("code").values_list("code", flat=True)) == ["N-1", "N-2", "N-9"]
    assert Entry.objects.filter(action="network.import").count() == 1
    assert Entry.objects.filter(action="network.create").count() == 3


def test_a_killed_worker_leaves_all_to_do_and_the_next_one_does_it(job, worker, eventually):
    with writing_waits() as waits:
        first = worker()
        eventually(waits)
        assert somebody_runs(job)
        first.send_signal(signal.SIGKILL)
        first.wait()
    eventually(lambda: not somebody_runs(job))
    assert (state(job).state, Network.objects.count(), ImportContent.objects.count()) == ("running", 0, 1)
    assert not Entry.objects.filter(action__in=["network.import", "network.create"]).exists()
    tasks.imports_resume()  # what a worker does when it starts, and each minute
    tasks.imports_resume()  # twice is not two imports
    worker()
    eventually(lambda: state(job).state == "finished")
    assert (state(job).runs, state(job).rows_written, Network.objects.count()) == (2, ROWS, ROWS)
    assert not ImportContent.objects.exists()
    assert Entry.objects.filter(action="network.import").count() == 1
    assert Entry.objects.filter(action="network.create").count() == ROWS
