"""docs/year.md is what the generator makes of the table of the year."""

import runpy
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_page_is_what_the_generator_makes():
    script = runpy.run_path(str(ROOT / "scripts" / "year_page.py"))
    table = tomllib.loads(script["TABLE"].read_text(encoding="utf-8"))
    assert script["page"](table) == script["PAGE"].read_text(encoding="utf-8"), "run scripts/year_page.py"
