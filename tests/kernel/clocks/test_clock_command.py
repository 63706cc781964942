"""The command `xingdun clock`: what people and programs read, and how it refuses."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from xingdun.doors.cli.main import main
from xingdun.kernel.clocks import clocks


def run(*arguments):
    return CliRunner().invoke(main, ["clock", *arguments])


def test_a_deadline_with_its_basis_and_working():
    told = run("rectification-report", "--from", "2024-01-31T16:20")
    assert told.exit_code == 0
    assert "截止  2024-02-26（周一） 24:00" in told.output
    assert "依据  DIGITAL-7.2.3.2" in told.output
    assert "2024-02-18（周日）：调休上班，第 9 个工作日" in told.output
    english = run("rectification-report", "--from", "2024-01-31T16:20", "--lang", "en").output
    assert "due by  Mon 2024-02-26 24:00" in english
    assert english.isascii()


def test_the_same_for_programs():
    told = json.loads(run("mlps-filing", "--from", "2026-02-11T09:00", "--format", "json").stdout)
    assert told["due"] == "2026-03-03T23:59:59+08:00"
    assert told["clauses"] == ["MEASURES-6.2b", "MEASURES-6.2c"]
    assert not told["provisional"]
    assert [each["recipient"] for each in told["recipients"]] == ["public_security", "health_authority"]
    assert told["recipients"][0]["working"]["en"][-1] == "due by: Tue 2026-03-03 24:00"


def test_a_duty_of_the_catalogue_is_asked_for_by_its_own_key():
    asked = ("--from", "2026-02-11T09:00")
    assert run("mlps-filing-report", *asked).output == run("mlps-filing", *asked).output


def test_a_recurring_duty_tells_its_next_time_too():
    told = json.loads(run("simulated-drill", "--from", "2026-11-22", "--format", "json").stdout)
    assert told["due"] == "2026-12-31T23:59:59+08:00"
    assert told["next"] == {
        "opens": "2027-01-01T00:00:00+08:00",
        "due": "2027-03-31T23:59:59+08:00",
        "warn_after": "2027-03-02T23:59:59+08:00",
    }


def test_the_list_names_every_clock():
    lines = run("--list").output.splitlines()
    assert [line.split()[0] for line in lines] == list(clocks())
    assert len(json.loads(run("--list", "--format", "json").stdout)) == len(clocks())
    assert run("--list", "--lang", "en").output.isascii()


def test_a_later_years_notice_settles_the_deadline(tmp_path):
    notice = tmp_path / "2027.txt"
    notice.write_text(
        """国务院办公厅关于2027年部分节假日安排的通知
一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日至11日放假调休，共7天。1月30日（周六）、2月14日（周日）上班。
三、清明节：4月5日放假，与周末连休。
四、劳动节：5月1日放假，5月3日（周一）补休。
五、端午节：6月9日放假。
六、中秋节：9月15日放假。
七、国庆节：10月1日至7日放假调休，共7天。
""",
        encoding="utf-8",
    )
    asked = ("mlps-filing", "--from", "2026-12-20T10:00", "--format", "json")
    before, after = json.loads(run(*asked).stdout), json.loads(run(*asked, "--notice", str(notice)).stdout)
    assert (before["due"][:10], before["provisional"]) == ("2027-01-01", True)
    assert (after["due"][:10], after["provisional"]) == ("2027-01-04", False)
    known = list(range(2004, 2027))
    assert before["calendar"] == {"institution": None, "platform": known, "imported": [], "file": []}
    assert after["calendar"] == {"institution": None, "platform": known, "imported": [], "file": [2027]}
    told = run(*asked[:3], "--notice", str(notice), "--lang", "en").output.splitlines()[-2:]
    assert told == [
        "calendar  with the platform 2004-2026; from a file 2027",
        "settled: the notices of all years it touches are known",
    ]
    assert run(*asked[:3], "--lang", "en").output.splitlines()[-1].startswith("provisional")


def test_the_clock_may_stand_still():
    told = run("complaint-closure", "--from", "2026-07-06", "--suspended", "2026-07-07..2026-07-12", "--format", "json")
    assert json.loads(told.stdout)["due"][:10] == "2026-07-31"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("no-such-duty", "--from", "2026-01-01"), "XD-CLOCK-002"),
        (("mlps-filing",), "XD-CLOCK-004"),
        (("mlps-filing", "--from", "2026-01-05", "--suspended", "2026-01-06..2026-01-07"), "XD-CLOCK-005"),
        (("complaint-closure", "--from", "2026-01-05", "--suspended", "2026-01-07..2026-01-06"), "XD-CLOCK-006"),
        (("complaint-closure", "--from", "2026-01-05", "--suspended", "2026-01-07"), "XD-CLOCK-011"),
        (("mlps-filing", "--from", "9999-12-31"), "XD-CLOCK-007"),
        (("mlps-filing", "--from", "0001-01-01T00:00+14:00"), "XD-CLOCK-007"),
        (("mlps-filing", "--from", "yesterday"), "XD-CLOCK-011"),
        (("incident-report-i-ii", "--from", "2026-01-05"), "XD-CLOCK-012"),
        (("findings-mended", "--from", "2026-01-05"), "XD-CLOCK-014"),  # a duty of four clocks
        (("network-departments", "--from", "2026-01-05"), "XD-CLOCK-015"),  # a duty without one
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_refusal_has_a_code_and_says_what_to_do(arguments, code, language):
    told = run(*arguments, "--lang", language)
    assert told.exit_code == 1
    assert told.stdout == ""
    assert told.stderr.startswith(code)
    assert told.stderr.isascii() == (language == "en")


@pytest.mark.parametrize(("content", "code"), [(b"\xff\xfe\x00", "XD-CLOCK-013"), (b"year = 2027", "XD-CLOCK-008")])
def test_a_notice_that_cannot_be_used_is_refused(tmp_path, content, code):
    notice = tmp_path / "notice"
    notice.write_bytes(content)
    told = run("mlps-filing", "--from", "2026-12-20", "--notice", str(notice))
    assert (told.exit_code, told.stderr[:12]) == (1, code)


def test_without_a_duty_it_says_how_it_is_used():
    assert run().exit_code == 2


def test_it_needs_no_server_settings_or_framework():
    program = (
        "import sys; from click.testing import CliRunner; from xingdun.doors.cli.main import main;"
        "told = CliRunner().invoke(main, ['clock', 'mlps-filing', '--from', '2026-02-11']);"
        "sys.exit(told.exit_code or sum(name in sys.modules for name in ('django', 'psycopg', 'numpy', 'pyarrow')))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False, env={}).returncode == 0


def test_imported_years_need_a_platform(tmp_path, monkeypatch):
    monkeypatch.delenv("XINGDUN_DATABASE_URL", raising=False)
    monkeypatch.setenv("XINGDUN_DATA", str(tmp_path))
    told = run("mlps-filing", "--from", "2026-12-20", "--imported")
    assert told.exit_code == 1
    assert "XINGDUN_DATABASE_URL" in told.stderr


def test_the_page_about_clocks_lists_each_with_its_clauses_and_shows_what_is_printed():
    page = (Path(__file__).parents[3] / "docs" / "clocks.md").read_text(encoding="utf-8")
    rows = {line.split("`")[1]: line for line in page.splitlines() if line.startswith("| `") and line.count("|") == 6}
    assert list(rows) == list(clocks())
    for key, clock in clocks().items():
        mark = "off" if not clock.checked else "default" if clock.is_default else ""
        assert [cell.strip() for cell in rows[key].split("|")[4:6]] == [", ".join(clock.clauses), mark]
    printed = run("rectification-report", "--from", "2024-01-31T16:20", "--lang", "en").output
    assert printed in page
