"""Sources to register and scan: a small hospital database, a folder of files, and who acts."""

import os
import subprocess
import sys
import time
from dataclasses import replace
from urllib.parse import quote

import psycopg
import pytest

WORKER = "from xingdun.runtime.processes import worker; worker()"
# This file is read before Django stands, so what needs the models is imported where it is used.


def _id_number(number):
    stem = f"330106{1950 + number % 60}{1 + number % 12:02}{1 + number % 28:02}{number % 1000:03}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return stem + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(stem, weights, strict=True)) % 11]


@pytest.fixture
def id_number():
    """The nth resident identity number, with the right check digit (GB 11643)."""
    return _id_number


@pytest.fixture
def with_password():
    """An address with another password."""

    def changed(url, password):
        head, _, rest = url.partition("://")
        who, _, where = rest.partition("@")
        return f"{head}://{who.partition(':')[0]}:{quote(password)}@{where}"

    return changed


@pytest.fixture
def allowed(settings, postgres_server, tmp_path):
    """Sources may lie in the test's folder and at the test server's socket."""
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, source_folders=(postgres_server.socket_dir, tmp_path))


@pytest.fixture
def clinic(fresh_database):
    """The superuser's address of a database with patients, visits and diagnoses in Chinese."""
    with psycopg.connect(fresh_database, autocommit=True) as superuser:
        superuser.execute("CREATE SCHEMA his")
        superuser.execute(
            "CREATE TABLE his.patient (patient_id int PRIMARY KEY, 姓名 text, 身份证号 text, 手机号 text, 地址 text)"
        )
        with superuser.cursor().copy("COPY his.patient FROM STDIN") as copy:
            for number in range(1, 301):
                copy.write_row(
                    (
                        number,
                        f"{'王李张刘陈'[number % 5]}{'伟芳秀英敏'[number // 5 % 5]}{'静丽强磊军'[number // 25 % 5]}",
                        _id_number(number),
                        f"138{number:08}",
                        f"浙江省杭州市西湖区文三路{number}号",
                    )
                )
        superuser.execute(
            "CREATE TABLE his.visit (visit_id int PRIMARY KEY, patient_id int, diagnosis_code text, 诊断名称 text)"
        )
        superuser.execute(
            "INSERT INTO his.visit SELECT g, g, (ARRAY['I10.x00','E11.900','J18.900'])[g % 3 + 1],"
            " (ARRAY['原发性高血压','2型糖尿病','肺炎'])[g % 3 + 1] FROM generate_series(1, 300) g"
        )
        superuser.execute("CREATE TABLE his.department (dept_code text, dept_name text)")
        superuser.execute("INSERT INTO his.department VALUES ('01', '内科'), ('02', '外科')")
        superuser.execute("ANALYZE")
    return fresh_database


@pytest.fixture
def sql(clinic):
    """Run a statement in the source, as its administrator."""

    def run(statement):
        with psycopg.connect(clinic, autocommit=True) as superuser:
            return superuser.execute(statement)

    return run


@pytest.fixture
def register(hospital, allowed):
    """Register a source at an address."""
    from xingdun.data import services

    def made(address, *, name="医院信息系统", kind="postgresql", **facts):
        return services.source_create(
            name=name,
            kind=kind,
            address=str(address),
            department=hospital.departments["MED"],
            by=hospital.security_admin,
            now=hospital.now,
            **facts,
        )

    return made


@pytest.fixture
def scan(hospital):
    """Scan a source to its end in this process, as the worker does."""
    from xingdun.data import scanning, services
    from xingdun.data.models import Scan

    def ended(source, **facts):
        started = services.scan_start(source=source, by=hospital.security_admin, now=hospital.now, **facts)
        assert scanning.run(started)
        return Scan.objects.get(pk=started.pk)

    return ended


@pytest.fixture
def scanned(register, scan, clinic):
    """The source of the small hospital, scanned once."""
    source = register(clinic)
    assert scan(source).state == "finished"
    return source


@pytest.fixture
def column():
    """A column by its table's and its own name."""
    from xingdun.data.models import Column

    def found(table, name):
        return Column.objects.select_related("dataset").get(dataset__name=table, name=name)

    return found


@pytest.fixture
def eventually():
    """Wait until something answers yes."""

    def waited(true, *, within=120):
        end = time.monotonic() + within
        while not true():
            assert time.monotonic() < end, "it did not happen in time"
            time.sleep(0.05)

    return waited


@pytest.fixture
def worker(postgres_server, tmp_path):
    """Start a worker on the test's database, with the web server's rights; it ends with the test."""
    from django.db import connection

    from xingdun.runtime.launch import dying_with_parent

    started = []

    def start():
        facts = connection.settings_dict
        url = (
            f"postgresql://{facts['USER']}:{facts['PASSWORD']}@/{facts['NAME']}"
            f"?host={postgres_server.socket_dir}&port=5432&options=-c%20role%3Dxingdun_web"
        )
        environ = {
            **os.environ,
            "XINGDUN_DATABASE_URL": url,
            "XINGDUN_SOURCE_FOLDERS": f"{postgres_server.socket_dir},{tmp_path}",
            "POLARS_MAX_THREADS": "1",
        }
        command = dying_with_parent([sys.executable, "-W", "ignore", "-c", WORKER], signal="KILL")
        log = (tmp_path / f"worker-{len(started)}.log").open("wb")
        started.append(subprocess.Popen(command, env=environ, stdout=log, stderr=log))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()
