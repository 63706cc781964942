# noqa: INP001 - a script of the tree, not of a package
"""Writes docs/year.md from tests/domain/obligations/year.toml: how the sample hospital's duties stand month by month.

python scripts/year_page.py           writes the page
python scripts/year_page.py --check   says by its exit code whether the page is current
"""

import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "year.md"
TABLE = ROOT / "tests" / "domain" / "obligations" / "year.toml"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SHORT = {"not_applicable": "–", "overdue": "**overdue**", "violated": "**violated**"}
INTRODUCTION = """\
# A year in the life of a hospital

Made by `scripts/year_page.py` from `tests/domain/obligations/year.toml`; a test fails when the page is stale.

`tests/domain/obligations/test_year.py` lets a clock run from 5 January to 31 December 2026 over a hospital whose people
use the platform (`tests/year_first_half.py`, `tests/year_second_half.py`). Each night the day before is sealed and what
has fallen due turns; each evening the posture follows what the ledger tells. The table was worked out by hand from the
clauses' periods before the platform was asked; where the two differed, one of them was mended. The test also shows that

- following the ledger ends each quarter where measuring everything would;
- every past day is told as it was measured then, and its digest stands in the ledger;
- a duty that waits for a register is never met, though evidence is brought for it;
- from 1 November the platform warns that the next year's notice of holidays is missing; on 23 November it is imported,
  and a deadline beyond the year is provisional no more; on 24 December an amended notice moves a running deadline,
  which the ledger tells.

## The story

- **January.** Three networks are registered: HIS (level 3 for years, evaluated in May 2025), LIS (runs without a
  level), OLD (level 2). Posts are filled, an overall plan is approved.
- **February, March.** LIS is graded before Spring Festival and its receipt comes a week late. An internet hospital (IH)
  is planned. The duty of a data security officer is exempted until June. A scan finds two holes in HIS.
- **April to June.** The critical one is closed by a second scan. IH is graded before Labour Day and filed in time. The
  yearly self-inspection finds a weak password; its first retest fails. HIS is evaluated four weeks late. The medium
  hole is excepted until the end of August.
- **July to September.** IH is tested and goes live. A vendor's employee comes without an agreement. An officer is
  named. LIS is evaluated, passes 100,000 persons and then rises to level 3. OLD is retired before National Day.
- **October to December.** The change and the end are filed late. The administrator leaves; an emergency's review is
  late. The inventory is reviewed. The hole that was excepted is closed in December. A data centre (CDR) is graded on 21
  December.

## How duties stand at the end of each month

Empty: the subject is not there. –: not applicable.
"""


def months(states: str) -> dict[int, str]:
    """{month: state} of a line such as "1 unknown, 2-12 met"."""
    told: dict[int, str] = {}
    for run in states.split(", "):
        span, _, state = run.partition(" ")
        first, _, last = span.partition("-")
        told |= dict.fromkeys(range(int(first), int(last or first) + 1), state)
    return told


def page(table: dict[str, Any]) -> str:
    """The whole page, in Markdown."""
    parts = [INTRODUCTION, _row("duty", "about", *MONTHS), "|---" * (2 + len(MONTHS)) + "|"]
    for each in table["duty"]:
        told = months(each["states"])
        cells = (SHORT.get(told.get(month, ""), told.get(month, "")) for month in range(1, 13))
        parts.append(_row(each["key"], each.get("about", ""), *cells))
    parts += ["\n## Why\n", _row("duty", "about", "why"), "|---|---|---|"]
    parts += [_row(each["key"], each.get("about", ""), each["why"]) for each in table["duty"]]
    parts += ["\n## Around deadlines\n", _row("at 23:00 of", "duty", "state"), "|---|---|---|"]
    parts += [_row(str(day["on"]), *stands) for day in table["day"] for stands in day["states"].items()]
    return "\n".join(parts) + "\n"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def main(arguments: list[str]) -> int:
    """Write the page, or with --check compare it."""
    made = page(tomllib.loads(TABLE.read_text(encoding="utf-8")))
    if arguments == ["--check"]:
        return int(not PAGE.exists() or PAGE.read_text(encoding="utf-8") != made)
    PAGE.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
