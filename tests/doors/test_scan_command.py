"""`xingdun scan` needs no server, prints what it found as table, JSON or page, and explains what it could not read."""

import contextlib
import html.parser
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from xingdun.doors.cli.main import main

MIMIC = Path(__file__).parents[3] / "shared" / "data" / "mimic-iv-demo" / "hosp"
HOSTILE = "<img src=x onerror=alert(1)>\u202e"
SECRET = "11010519491231002X"


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "source"
    place.mkdir()
    (place / "patients.csv").write_text(
        f"姓名,sfzh,{HOSTILE},病程记录\n张伟丽,{SECRET},1,患者诉头痛三天,电话13800138000。\n".replace("三天,", "三天，")
    )
    return place


def run(*arguments):
    return CliRunner().invoke(main, ["scan", *map(str, arguments)])


def test_the_json_has_the_promised_form(folder):
    done = run(folder, "--format", "json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert set(told) == {"source", "tables"}
    (table,) = told["tables"]
    assert set(table) == {"name", "rows", "scanned_rows", "columns"}
    assert (table["name"], table["rows"], table["scanned_rows"]) == ("patients", 1, 1)
    for column in table["columns"]:
        assert set(column) == {"name", "entity", "entities", "confidence", "grade", "identifier", "reasons"}
        assert set(column["grade"]) == {"business", "subject", "sensitivity", "national"}
        assert column["grade"]["business"] in {"clinical", "research", "operations", "public_health"}
        assert set(column["grade"]["subject"]) <= {"C1", "C2", "C3"}
        assert column["grade"]["sensitivity"] in {"public", "internal", "confidential"}
        assert column["grade"]["national"]["level"] in {1, 2, 3, 4, 5}
        assert column["grade"]["national"]["class"] in {"general", "important", "core"}
        assert column["identifier"] in {"direct", "quasi", "sensitive", "none"}
        assert column["entities"][0] == column["entity"]
        assert 0 <= column["confidence"] <= 1
        assert all(reason["code"] and reason["zh"] and reason["en"] for reason in column["reasons"])
    entities = {column["name"]: column["entity"] for column in table["columns"]}
    assert entities["姓名"] == "person_name"
    assert entities["sfzh"] == "resident_id"
    assert entities["病程记录"] == "free_text"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("form", ["table", "json"])
def test_no_value_is_shown_anywhere(folder, tmp_path, language, form):
    page = tmp_path / "page.html"
    done = run(folder, "--format", form, "--lang", language, "--html", page)
    for value in (SECRET, "张伟丽", "13800138000", "头痛"):
        assert value not in done.output
        assert value not in page.read_text()


def test_the_table_names_what_each_column_holds(folder):
    done = run(folder, "--lang", "en")
    assert "resident identity number" in done.stdout
    assert "1 rows, 1 looked at (every row)" in done.stdout
    assert "居民身份证号" in run(folder).stdout


def test_the_page_is_whole_in_itself_and_hostile_names_are_only_text(folder, tmp_path):
    page = tmp_path / "page.html"
    assert run(folder, "--html", page).exit_code == 0
    seen = []

    class Reader(html.parser.HTMLParser):
        def handle_starttag(self, tag, attrs):
            seen.append((tag, dict(attrs)))

    Reader().feed(page.read_text(encoding="utf-8"))
    tags = {tag for tag, _ in seen}
    assert not tags & {"script", "img", "link", "iframe"}
    assert not [1 for _, attributes in seen if {"src", "href", "onerror"} & set(attributes)]
    assert "&lt;img src=x" in page.read_text()
    assert "\u202e" not in page.read_text()
    assert "\u202e" not in run(folder).stdout


def test_the_22_tables_of_mimic_are_scanned_from_files():
    done = run(MIMIC, "--format", "json", "--sample", 2000)
    assert done.exit_code == 0
    tables = {table["name"]: table for table in json.loads(done.stdout)["tables"]}
    assert len(tables) == 22
    assert tables["labevents"]["rows"] == 107_727
    assert tables["labevents"]["scanned_rows"] < 10_000


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("nowhere", "XD-SOURCE-001"),
        ("mysql://u:geheim99@h/d", "XD-SOURCE-002"),
        ("postgresql://u:geheim99@127.0.0.1:1/d", "XD-SOURCE-003"),
        ("postgresql://u:geheim99@[::1/d", "XD-SOURCE-002"),
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_source_out_of_reach_is_explained_without_its_password(source, code, language):
    done = run(source, "--lang", language)
    assert done.exit_code == 1
    assert code in done.stderr
    assert "geheim99" not in done.output


def test_a_table_that_could_not_be_read_is_named_and_the_rest_is_told(folder):
    (folder / "broken.parquet").write_bytes(b"PAR1")
    done = run(folder, "--format", "json")
    assert done.exit_code == 3
    assert "XD-SOURCE-005" in done.stderr
    assert "broken" in done.stderr
    assert {table["name"] for table in json.loads(done.stdout)["tables"]} == {"broken", "patients"}


@pytest.mark.parametrize(
    "wrong", [("--sample", 0), ("--full", "--sample", 5), ("--format", "xml"), ("--html", "/no/such/p.html")]
)
def test_wrong_usage_ends_with_2(folder, wrong):
    assert run(folder, *wrong).exit_code == 2


def test_help_says_what_each_exit_status_means():
    told = " ".join(run("--help").stdout.split())
    for status in ("0 every table", "1 the source", "2 wrong usage", "3 some tables", "130 interrupted"):
        assert status in told


COMMAND = [sys.executable, "-c", "from xingdun.doors.cli.main import main; main()", "scan"]


def interrupted(child, begun):
    """Exit status, output and complaints of a command that gets Ctrl-C as soon as `begun()`."""
    try:
        while child.poll() is None and not begun():
            time.sleep(0.02)
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=240)
    finally:
        child.kill()
        child.wait()
    return child.returncode, out, err.decode()


def test_ctrl_c_ends_the_scan_with_what_was_found(tmp_path):
    big = tmp_path / "big.csv"
    calls = "".join(f"138{n:08d},第{n}次来电咨询挂号\n" for n in range(10_000)).encode()
    with big.open("wb") as file:
        file.write(b"lxdh,bz\n")
        file.writelines(calls for _ in range(300))
    child = subprocess.Popen(
        [*COMMAND, str(big), "--full", "--format", "json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )

    def reading():
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile: the file's head is read first
            for place in Path(f"/proc/{child.pid}/fd").iterdir():
                if os.path.realpath(place) == str(big):
                    position = Path(f"/proc/{child.pid}/fdinfo/{place.name}").read_text().split()[1]
                    return int(position) > 1 << 20
        return False

    status, out, err = interrupted(child, reading)
    assert status == 130, err
    (table,) = json.loads(out)["tables"]
    assert table["scanned_rows"] < 3_000_000


def test_ctrl_c_ends_the_wait_for_a_database_that_never_answers():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(120)
        child = subprocess.Popen(
            [*COMMAND, f"postgresql://u@127.0.0.1:{silent.getsockname()[1]}/d"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        taken, _ = silent.accept()
        with taken:
            status, out, err = interrupted(child, lambda: True)
    assert (status, out) == (130, b""), err
