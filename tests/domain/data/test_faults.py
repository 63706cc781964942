"""Sources that are not there, not open, gone halfway, or hostile: a clear error, and nothing lost."""

import socket
from dataclasses import replace

import psycopg
import pytest
from psycopg import sql as statements

from xingdun.data import progress, scanning, services
from xingdun.data.models import Column, Dataset, Scan, ScanTable, Source
from xingdun.engines import local

pytestmark = pytest.mark.django_db


@pytest.fixture
def unused_port():
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def at_table(scan, name, act):
    """A sign that is asked while tables are read: does `act` once, when that table's turn has come; never ends."""
    done = []

    def asked():
        if not done and Scan.objects.get(pk=scan.pk).current_table == name:
            done.append(name)
            act()
        return False

    return asked


def start(source, hospital, **facts):
    return services.scan_start(source=source, by=hospital.security_admin, now=hospital.now, **facts)


def test_a_source_that_does_not_answer(register, scan, hospital, unused_port):
    source = register(f"postgresql://reader@127.0.0.1:{unused_port}/his", secret="x")
    tested = services.source_test(source=source, by=hospital.security_admin, now=hospital.now)
    assert (tested.state, tested.error_code) == (Source.State.UNREACHABLE, "XD-DATA-006")
    failed = scan(source)
    assert (failed.state, failed.error_code) == (Scan.State.FAILED, "XD-DATA-006")
    assert failed.problem.todo


def test_a_wrong_password(register, scan, hospital, clinic, with_password):
    source = register(with_password(clinic, "wrong-and-secret"))
    tested = services.source_test(source=source, by=hospital.security_admin, now=hospital.now)
    assert tested.error_code == "XD-DATA-007"
    failed = scan(source)
    assert (failed.state, failed.error_code) == (Scan.State.FAILED, "XD-DATA-007")
    assert "wrong-and-secret" not in str(tested.error_facts) + str(failed.error_facts)


def test_a_source_that_answers(register, hospital, clinic):
    tested = services.source_test(source=register(clinic), by=hospital.security_admin, now=hospital.now)
    assert (tested.state, tested.problem) == (Source.State.REACHABLE, None)


def test_a_table_dropped_in_the_middle(register, hospital, clinic, sql):
    started = start(register(clinic), hospital)
    assert scanning.run(
        started, aborted=at_table(started, "his.patient", lambda: sql("DROP TABLE his.patient, his.visit"))
    )
    ended = Scan.objects.get(pk=started.pk)
    assert (ended.state, ended.tables_done, ended.tables_total) == (Scan.State.FINISHED, 3, 3)
    assert list(ended.tables.values_list("state", flat=True)) == ["done", "gone", "gone"]
    assert Dataset.objects.get().name == "department"
    assert "his.patient" in ended.tables.get(name="patient").problem.what


def test_a_source_that_dies_in_the_middle_is_resumed_where_it_was(register, hospital, clinic, postgres_server):
    name = clinic.rpartition("/")[2].partition("?")[0]

    def on_the_server(*words):
        with psycopg.connect(postgres_server.url(), autocommit=True) as superuser:
            for word in words:
                superuser.execute(statements.SQL(word).format(statements.Identifier(name), statements.Literal(name)))

    def dies():
        on_the_server(
            "ALTER DATABASE {} ALLOW_CONNECTIONS false",
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {1}",
        )

    started = start(register(clinic), hospital)
    assert scanning.run(started, aborted=at_table(started, "his.visit", dies))
    failed = Scan.objects.get(pk=started.pk)
    assert (failed.state, failed.error_code, failed.tables_done) == (Scan.State.FAILED, "XD-DATA-008", 2)
    assert Dataset.objects.count() == 2
    on_the_server("ALTER DATABASE {} ALLOW_CONNECTIONS true")
    resumed = services.scan_resume(scan=failed, by=hospital.security_admin, now=hospital.now)
    assert scanning.run(resumed)
    ended = Scan.objects.get(pk=started.pk)
    assert (ended.state, ended.runs, ended.tables_done) == (Scan.State.FINISHED, 2, 3)
    assert Dataset.objects.filter(change="new").count() == 3  # none was read twice


def test_a_worker_told_to_end_leaves_the_scan_to_the_next(register, hospital, clinic):
    started = start(register(clinic), hospital)
    assert not scanning.run(started, aborted=lambda: Scan.objects.get(pk=started.pk).current_table == "his.visit")
    left = Scan.objects.get(pk=started.pk)
    assert (left.state, left.tables_done) == (Scan.State.RUNNING, 2)
    assert scanning.run(started)
    assert Scan.objects.get(pk=started.pk).state == Scan.State.FINISHED


def test_a_large_table_goes_on_inside(register, hospital, clinic, sql, monkeypatch):
    monkeypatch.setattr(progress, "EVERY", 0)
    monkeypatch.setattr(local, "PROGRESS_SECONDS", 0)
    sql("INSERT INTO his.visit SELECT g, g, 'I10', repeat('高血压', 40) FROM generate_series(301, 150000) g")
    started = start(register(clinic), hospital, mode=Scan.Mode.FULL)
    assert not scanning.run(started, aborted=lambda: Scan.objects.get(pk=started.pk).rows_done > 100_000)
    (left,) = ScanTable.objects.filter(scan=started, state=ScanTable.State.PENDING)
    assert left.name == "visit"
    assert 10_000 < left.resume_state["current"]["rows"] < 150_000
    assert "高血压" not in str(left.resume_state)
    assert scanning.run(started)
    left.refresh_from_db()
    assert (left.state, left.rows_scanned, left.resume_state) == (ScanTable.State.DONE, 150_000, None)
    assert Column.objects.get(dataset__name="visit", name="诊断名称").values_read == 150_000


HOSTILE = (
    'quote"d',
    "semi; DROP TABLE his.patient; --",
    "<script>alert(1)</script>",
    "\u202egnisrever",
    "'; SELECT pg_sleep(9); '",
    "{what}",
    "%s %(x)s",
    "a\nb\tc",
    "名" * 21,
)


def test_hostile_names_are_only_names(register, scan, clinic):
    with psycopg.connect(clinic, autocommit=True) as superuser:
        for name in HOSTILE:
            columns = statements.SQL(", ").join(
                statements.SQL("{} text").format(statements.Identifier(column)) for column in HOSTILE
            )
            superuser.execute(statements.SQL("CREATE TABLE {} ({})").format(statements.Identifier(name), columns))
            superuser.execute(statements.SQL("INSERT INTO {} DEFAULT VALUES").format(statements.Identifier(name)))
    ended = scan(register(clinic))
    assert ended.state == Scan.State.FINISHED
    assert not ended.tables.exclude(state=ScanTable.State.DONE).exists()
    assert set(HOSTILE) < set(Dataset.objects.values_list("name", flat=True))
    assert set(Column.objects.filter(dataset__name=HOSTILE[0]).values_list("name", flat=True)) == set(HOSTILE)


def test_five_hundred_columns_and_an_empty_table(register, scan, clinic, sql):
    sql(f"CREATE TABLE wide ({', '.join(f'c{number} text' for number in range(500))})")
    sql("CREATE TABLE nothing ()")
    assert scan(register(clinic)).state == Scan.State.FINISHED
    wide = Dataset.objects.get(name="wide")
    assert (wide.columns_total, wide.rows_scanned) == (500, 0)
    assert Dataset.objects.get(name="nothing").level is None


def test_a_login_that_may_not_read_a_table(register, scan, clinic, sql):
    name = "reader_" + clinic.rpartition("/")[2].partition("?")[0]
    sql(f"CREATE ROLE {name} LOGIN PASSWORD 'reading'")
    try:
        sql(f"GRANT USAGE ON SCHEMA his TO {name}; GRANT SELECT ON his.visit TO {name}")
        _, _, where = clinic.partition("@")
        ended = scan(register(f"postgresql://{name}:reading@{where}"))
        assert ended.state == Scan.State.FINISHED
        assert ended.tables.get(name="visit").state == ScanTable.State.DONE
        refused = ended.tables.get(name="patient")
        assert (refused.state, refused.problem.code) == (ScanTable.State.UNREADABLE, "XD-DATA-010")
    finally:
        sql(f"DROP OWNED BY {name}; DROP ROLE {name}")


def test_files_that_are_none(register, scan, tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "cut.csv.gz").write_bytes(b"\x1f\x8b\x08\x00broken")
    (folder / "book.xlsx").write_bytes(b"PK\x03\x04 nonsense")
    (folder / "empty.csv").write_bytes(b"")
    (folder / "twice.csv").write_text("name,name,name\n甲,乙,丙\n")
    (folder / "nul.csv").write_bytes("a\x00b,姓名\n1\x00,张三\n".encode())
    ended = scan(register(folder, kind=Source.Kind.FOLDER))
    assert ended.state == Scan.State.FINISHED
    for table in ended.tables.filter(state=ScanTable.State.UNREADABLE):
        assert table.problem.code == "XD-DATA-010"
    assert {"cut", "book"} <= set(ended.tables.filter(state=ScanTable.State.UNREADABLE).values_list("name", flat=True))
    assert Column.objects.filter(dataset__name="twice").count() == 3


def test_a_folder_that_went_out_of_bounds_is_not_read(register, scan, tmp_path, settings):
    (tmp_path / "files").mkdir()
    source = register(tmp_path / "files", kind=Source.Kind.FOLDER)
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, source_folders=(tmp_path / "other",))
    failed = scan(source)
    assert (failed.state, failed.error_code) == (Scan.State.FAILED, "XD-DATA-004")


def test_a_lost_key_file_is_said(register, scan, clinic, settings, tmp_path):
    source = register(clinic)
    from xingdun.keys import services as keys

    keys._kept.clear()
    before, settings.ENVIRONMENT = settings.ENVIRONMENT, replace(settings.ENVIRONMENT, data=tmp_path / "gone")
    failed = scan(source)
    assert failed.state == Scan.State.FAILED
    assert failed.error_code.startswith("XD-KEY")
    settings.ENVIRONMENT = before
    assert scan(source).state == Scan.State.FINISHED
