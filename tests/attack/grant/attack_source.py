"""A source with values that must not leave it, and the window into it that attacks go through."""

import re
import secrets
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import psycopg
from psycopg import sql

from xingdun.access.enforcement import ColumnSpec, RowFilter, TableSpec, WindowSpec, prepare
from xingdun.kernel.masking import AddressToCity, AgeBand, Clear, DateTo, KeepEnds, Null, Pseudonym, PseudonymKey

# Raw values behind a mask or in rows that the filter hides; {x} differs between the two sources that are compared.
PERSON = {
    "name": "金丝雀{x}",
    "phone": "139{x}5678",
    "birth": "1990-03-{x}",
    "address": "河北省石家庄市金丝雀路{x}号",
    "note": "CANARYNOTE{x}",
    "secret": "CANARYSECRET{x}",
}
MADE = {
    "first": {"name": "甲", "phone": "1234", "birth": "07", "address": "17", "note": "ONE", "secret": "ONE"},
    "second": {"name": "乙", "phone": "9876", "birth": "19", "address": "53", "note": "TWO", "secret": "TWO"},
}
HIDDEN = {
    "first": {"diagnosis": "CANARYHIDDEN9", "fee": "987654.32", "k": "CANARYJSON1", "name": "隐金丝雀"},
    "second": {"diagnosis": "54321", "fee": "12.50", "k": "777", "name": "另一个人"},
}
ID_CARD = "110101199003078515"


@dataclass
class Source:
    """A database of the test server: `admin` installs and opens, `url` names a login's address."""

    database: str
    world: str
    guarded: bool
    server: object
    admin: psycopg.Connection
    needles: list[str] = field(default_factory=list)

    def connect(self, opened, **options):
        url = self.server.url(self.database, user=opened.login, password=opened.password)
        return psycopg.connect(url, autocommit=True, prepare_threshold=None, **options)


def person(world, column):
    return PERSON[column].format(x=MADE[world][column])


def fill(connection, world):
    """Rows in the same order in both worlds; what a login may see is the same, what it may not differs."""
    connection.execute("""
        CREATE SCHEMA his;
        CREATE TABLE his.department (code text PRIMARY KEY, title text);
        CREATE TABLE his.staff (id int PRIMARY KEY, name text, phone text);
        CREATE TABLE his.patient (id int PRIMARY KEY, name text, id_card varchar(18), phone text, birth date,
          address text, note text, dept text, secret text);
        CREATE TABLE his.visit (id int PRIMARY KEY, patient_id int REFERENCES his.patient, diagnosis text, fee numeric,
          meta jsonb, at timestamptz, dept text);
        CREATE FUNCTION his.reveal(int) RETURNS text LANGUAGE sql SECURITY DEFINER
          AS 'SELECT name FROM his.patient WHERE id = $1';
        CREATE INDEX ON his.visit (patient_id); CREATE INDEX ON his.visit (diagnosis); CREATE INDEX ON his.visit (fee);
        INSERT INTO his.department VALUES ('d1', '心内科'), ('d2', '呼吸科'), ('d9', '保健科')""")
    made, hidden = (lambda column: person(world, column)), HIDDEN[world]
    connection.execute("INSERT INTO his.staff VALUES (1, %s, %s)", (made("name"), made("phone")))
    patients = [
        (i, f"张{i:04d}", f"1302021980{i:08d}", f"138{i:08d}", date(1960 + i % 40, 5, 5), f"河北省唐山市路南区{i}号")
        for i in range(20, 220)
    ]
    columns = ("name", "phone", "birth", "address")
    canaries = [
        (11, made("name"), ID_CARD, *(made(c) for c in columns[1:])),
        (9001, hidden["name"], "130203199001010000", made("phone"), made("birth"), made("address")),
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO his.patient (id, name, id_card, phone, birth, address, note, dept, secret)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                (*row, made("note"), "d9" if row[0] == 9001 else f"d{1 + row[0] % 2}", made("secret"))
                for row in [*canaries, *patients]
            ],
        )
        cursor.executemany(
            "INSERT INTO his.visit VALUES (%s, %s, %s, %s, %s, %s, %s)",
            # The hidden rows lie first in the table: whatever runs over it meets them before any other.
            [
                (9001 + i, 9001, hidden["diagnosis"], hidden["fee"], f'{{"k": "{hidden["k"]}"}}', "2026-05-05", "d9")
                for i in range(40)
            ]
            + [
                (
                    i,
                    20 + i % 200,
                    f"I1{i % 9}.{i % 7}",
                    i % 700,
                    f'{{"k": "x{i % 5}"}}',
                    f"2026-0{1 + i % 9}-11T10:00Z",
                    "d1",
                )
                for i in range(1, 600)
            ],
        )
    connection.execute("ANALYZE")


def window(*, hours=1.0, tables=None):
    patient = TableSpec(
        "his",
        "patient",
        (
            ColumnSpec("id", Clear()),
            ColumnSpec("name", KeepEnds(1, 0)),
            ColumnSpec("id_card", Pseudonym()),
            ColumnSpec("phone", KeepEnds(3, 4)),
            ColumnSpec("birth", AgeBand(date(2026, 1, 1))),
            ColumnSpec("address", AddressToCity()),
            ColumnSpec("note", Null()),
            ColumnSpec("dept", Clear()),
        ),
        (RowFilter("dept", "in", ("d1", "d2")),),
    )
    masks = {"at": DateTo("month")}
    visit = TableSpec(
        "his",
        "visit",
        tuple(ColumnSpec(c, masks.get(c, Clear())) for c in "id patient_id diagnosis fee meta at dept".split()),  # noqa: SIM905 - a list of names
        (RowFilter("dept", "in", ("d1", "d2")), RowFilter("at", "<", ("2027-01-01T00:00:00+08:00",))),
    )
    department = TableSpec("his", "department", (ColumnSpec("code", Clear()), ColumnSpec("title", Clear())))
    end = datetime.now(UTC) + timedelta(hours=hours)
    # The same key everywhere: pseudonyms of the two compared sources are then equal.
    return WindowSpec(
        tables or (patient, visit, department),
        end,
        PseudonymKey(bytes(range(32))),
        statement_timeout=timedelta(seconds=20),
    )


def needles(world):
    """What must not be seen, also reversed, in hexadecimal and in capitals."""
    raw = [person(world, column) for column in PERSON] + [ID_CARD, *HIDDEN[world].values()]
    raw = [text for text in raw if len(text) > 5 or re.search("[一-龥]", text)]
    return [form for text in raw for form in (text, text[::-1], text.encode().hex(), text.lower())]


def make_source(server, world, *, guarded):
    database = f"attack_{secrets.token_hex(4)}"
    with psycopg.connect(server.url(), autocommit=True) as root:
        root.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
    admin = psycopg.connect(server.url(database), autocommit=True)
    fill(admin, world)
    prepare(admin)
    if not guarded:  # as a source prepared by somebody who is no superuser
        admin.execute("DROP EVENT TRIGGER xingdun_refuse_definitions")
    return Source(database, world, guarded, server, admin, needles(world))


def drop_source(source):
    source.admin.close()
    with psycopg.connect(source.server.url(), autocommit=True) as root:
        root.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(source.database)))
