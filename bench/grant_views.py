"""Queries through a grant's views against the same queries on the base tables, interleaved.

Limits: primary-key lookup at most 2.5 times, five-way join at most 1.3 times, opening over 50 tables under 1 s.
Run: python bench/grant_views.py [rounds]
"""

import statistics
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg

from xingdun.access.enforcement import ColumnSpec, RowFilter, TableSpec, WindowSpec, close_window, open_window, prepare
from xingdun.kernel.masking import (
    AgeBand,
    Clear,
    ColumnKind,
    DateTo,
    KeepEnds,
    Pseudonym,
    PseudonymKey,
    fit,
)
from xingdun.runtime.embedded import EmbeddedPostgres

SHORT = 0.002  # seconds; noise of the machine is larger than such a query, so it is measured more often
PATIENTS, VISITS, LABS = 200_000, 500_000, 1_000_000
TABLES = f"""
CREATE SCHEMA his;
CREATE TABLE his.department (id int PRIMARY KEY, name text, campus text);
CREATE TABLE his.doctor (id int PRIMARY KEY, name text, department_id int);
CREATE TABLE his.patient (id int PRIMARY KEY, name text, id_card text, phone text, birth date, area text);
CREATE TABLE his.visit (id int PRIMARY KEY, patient_id int,
  doctor_id int, department_id int, at timestamptz, kind text);
CREATE TABLE his.lab (id int PRIMARY KEY, visit_id int, item text, value numeric(10,2), at timestamptz);
INSERT INTO his.department SELECT i, '科室' || i, 'campus' || i % 3 FROM generate_series(1, 40) i;
INSERT INTO his.doctor SELECT i, '医生' || i, 1 + i % 40 FROM generate_series(1, 2000) i;
INSERT INTO his.patient SELECT i, '患者' || i, '13010219' || lpad(i::text, 10, '0'), '138' || lpad(i::text, 8, '0'),
  date '1940-01-01' + i % 30000, 'a' || i % 5 FROM generate_series(1, {PATIENTS}) i;
INSERT INTO his.visit SELECT i, 1 + i * 7 % {PATIENTS}, 1 + i % 2000, 1 + i % 40,
  timestamptz '2020-01-01 00:00Z' + i * interval '5 minutes', 'k' || i % 4 FROM generate_series(1, {VISITS}) i;
INSERT INTO his.lab SELECT i, 1 + i * 3 % {VISITS}, 'item' || i % 60, i % 1000 / 7.0,
  timestamptz '2020-01-01 00:00Z' + i * interval '2 minutes' FROM generate_series(1, {LABS}) i;
CREATE INDEX ON his.visit (patient_id); CREATE INDEX ON his.lab (visit_id); CREATE INDEX ON his.visit (doctor_id);
CREATE INDEX ON his.visit (at); CREATE INDEX ON his.patient (area);
VACUUM ANALYZE;
"""
QUERIES = {
    "primary key, all columns": "SELECT * FROM {s}patient WHERE id = 4321",
    "primary key, three columns": "SELECT id, name, area FROM {s}patient WHERE id = 4321",
    "five-way join, one doctor": """
      SELECT d.name, r.name, count(*), avg(l.value) FROM {s}patient p JOIN {s}visit v ON v.patient_id = p.id
      JOIN {s}lab l ON l.visit_id = v.id JOIN {s}doctor r ON r.id = v.doctor_id
      JOIN {s}department d ON d.id = r.department_id WHERE r.id BETWEEN 100 AND 130 GROUP BY 1, 2""",
    "five-way join, one item": """
      SELECT d.campus, count(*), avg(l.value) FROM {s}patient p JOIN {s}visit v ON v.patient_id = p.id
      JOIN {s}lab l ON l.visit_id = v.id JOIN {s}doctor r ON r.id = v.doctor_id
      JOIN {s}department d ON d.id = r.department_id WHERE l.item = 'item7' GROUP BY 1""",
    "list 100": "SELECT id, name, area FROM {s}patient ORDER BY id LIMIT 100",
    "count": "SELECT count(*) FROM {s}visit WHERE kind = 'k1'",
}
MASKS = {
    "patient": {
        "name": KeepEnds(1, 0),
        "id_card": Pseudonym(),
        "phone": KeepEnds(3, 4),
        "birth": AgeBand(date(2026, 1, 1)),
    },
    "visit": {"at": DateTo("month")},
    "lab": {"at": DateTo("month")},
}
COLUMNS = {
    "department": "id name campus",
    "doctor": "id name department_id",
    "patient": "id name id_card phone birth area",
    "visit": "id patient_id doctor_id department_id at kind",
    "lab": "id visit_id item value at",
}
FILTERS = {"patient": (RowFilter("area", "in", ("a0", "a1", "a2", "a3")),)}


def spec(*, filters: bool) -> WindowSpec:
    tables = tuple(
        TableSpec(
            "his",
            table,
            tuple(ColumnSpec(name, MASKS.get(table, {}).get(name, Clear())) for name in columns.split()),
            FILTERS.get(table, ()) if filters else (),
        )
        for table, columns in COLUMNS.items()
    )
    return WindowSpec(tables, datetime.now(UTC) + timedelta(hours=2), PseudonymKey(bytes(range(32))))


def fenced(admin: psycopg.Connection, login: str) -> None:
    """The window's views turned into security_barrier views, for the record in docs/decisions/0010-enforcement.md."""
    for (view,) in admin.execute("SELECT viewname FROM pg_views WHERE schemaname = %s", (login,)).fetchall():
        admin.execute(f'ALTER VIEW "{login}"."{view}" SET (security_barrier)')


def measured(connection: psycopg.Connection, query: str, *, at_least: float = 0.02) -> float:
    """Seconds of one execution; short queries are repeated within one measurement."""
    began, count = time.perf_counter(), 0
    while True:
        connection.execute(query).fetchall()
        count += 1
        if (spent := time.perf_counter() - began) > at_least:
            return spent / count


def compare(readers: dict[str, tuple[psycopg.Connection, str]], rounds: int) -> None:
    for name, query in QUERIES.items():
        for connection, prefix in readers.values():  # warm, and past psycopg's threshold for preparing
            for _ in range(6):
                connection.execute(query.format(s=prefix)).fetchall()
        short = measured(readers["base"][0], query.format(s="his.")) < SHORT
        times: dict[str, list[float]] = {reader: [] for reader in readers}
        for _ in range(rounds * 16 if short else rounds):
            for reader, (connection, prefix) in readers.items():
                times[reader].append(measured(connection, query.format(s=prefix)))
        # The lower quartile: whatever else the machine does only ever adds.
        middle = {reader: statistics.quantiles(values, n=4)[0] for reader, values in times.items()}
        ratios = ", ".join(
            f"{reader} {value * 1000:.2f} ms ({value / middle['base']:.2f}x)" for reader, value in middle.items()
        )
        print(f"{name:28} {ratios}", flush=True)


def opening(admin: psycopg.Connection) -> None:
    masks = [Clear(), KeepEnds(1, 1), Pseudonym(), DateTo("year"), KeepEnds(0, 2), Clear()]
    kinds = [ColumnKind.INTEGER, *[ColumnKind.TEXT] * 5]
    columns = tuple(
        ColumnSpec(f"c{i}", fit(mask, kind)) for i, (mask, kind) in enumerate(zip(masks, kinds, strict=True))
    )
    for number in range(50):
        texts = ", ".join(f"c{i} text" for i in range(1, 6))
        admin.execute(f"CREATE TABLE his.wide{number} (c0 int PRIMARY KEY, {texts})")
    fifty = tuple(TableSpec("his", f"wide{n}", columns, (RowFilter("c0", "in", ("1", "2")),)) for n in range(50))
    end = datetime.now(UTC) + timedelta(hours=1)
    opens, closes = [], []
    for _ in range(5):
        began = time.perf_counter()
        opened = open_window(admin, WindowSpec(fifty, end, PseudonymKey(bytes(32))))
        opens.append(time.perf_counter() - began)
        began = time.perf_counter()
        close_window(admin, opened.login)
        closes.append(time.perf_counter() - began)
    print(f"open over 50 tables {max(opens) * 1000:.0f} ms at most, close {max(closes) * 1000:.0f} ms at most")


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 11
    folder = Path(tempfile.mkdtemp())
    with EmbeddedPostgres(folder / "source", name="bench", fast=True) as server:
        admin = psycopg.connect(server.url(), autocommit=True)
        for statement in TABLES.split(";"):
            admin.execute(statement)
        prepare(admin)
        readers = {"base": (psycopg.connect(server.url(), autocommit=True), "his.")}
        for name, filters in {"views": False, "filtered": True, "fenced": True}.items():
            window = open_window(admin, spec(filters=filters))
            if name == "fenced":
                fenced(admin, window.login)
            url = server.url(user=window.login, password=window.password)
            readers[name] = (psycopg.connect(url, autocommit=True), "")
        compare(readers, rounds)
        opening(admin)
        for connection, _ in readers.values():
            connection.close()
        admin.close()


if __name__ == "__main__":
    main()
