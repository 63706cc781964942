# noqa: INP001 - a script of the tree, not of a package
"""Writes docs/duties.md from the catalogue, the checks and the scenarios: how each duty is measured and shown.

python scripts/duties_page.py           writes the page
python scripts/duties_page.py --check   says by its exit code whether the page is current
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from xingdun.obligations.catalogue import Catalogue, Duty, load

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "duties.md"
RUNNER = "tests/domain/test_duties.py"
INTRODUCTION = """\
# Duties and what shows them

Made by `scripts/duties_page.py`; a test fails when the page is stale, or when a duty has a check and no scenario.

A check measures its duty from records. Its scenario breaks the duty, sees the verdict turn, mends it and sees it turn
back; `python -m pytest 'tests/domain/test_duties.py::test_the_duty_turns[data-use-expires]'` runs one. A duty without a
check waits for a register and answers *unknown*.
"""


class Place(NamedTuple):
    """Where something is declared: its file, and the function's name."""

    file: Path
    name: str


def declared(files: Iterator[Path], decorator: str) -> dict[str, Place]:
    """Functions under `@decorator("key")`, by key."""
    found = {}
    for file in sorted(files):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                for key in _keys(node, decorator):
                    found[key] = Place(file.relative_to(ROOT), node.name)
    return found


def _keys(function: ast.FunctionDef, decorator: str) -> Iterator[str]:
    for each in function.decorator_list:
        match each:
            case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=str(key)), *_]) if name == decorator:
                yield key


def checks() -> dict[str, Place]:
    """Where each check is declared."""
    package = ROOT / "src" / "xingdun"
    return declared((each for each in package.rglob("*.py") if "checks" in each.as_posix()), "check")


def scenarios() -> dict[str, Place]:
    """Where each scenario is declared."""
    return declared((ROOT / "tests").rglob("duties_*.py"), "scenario")


def page(catalogue: Catalogue) -> str:
    """The whole page, in Markdown."""
    measured, shown = checks(), scenarios()
    duties = sorted(catalogue.duties.values(), key=lambda each: each.key)
    parts = [INTRODUCTION, _summary(duties, measured, shown), "\n## Measured\n"]
    parts.append(_head("duty", "mode", "about", "check", "scenario", "run by"))
    parts += [_measured(duty, measured, shown) for duty in duties if not duty.waits_for]
    parts += ["\n## Waiting for a register\n", _head("duty", "mode", "about", "register", "kept by")]
    parts += [_waiting(duty, catalogue) for duty in duties if duty.waits_for]
    return "\n".join(parts).rstrip() + "\n"


def _summary(duties: list[Duty], measured: dict[str, Place], shown: dict[str, Place]) -> str:
    ready = [duty for duty in duties if not duty.waits_for]
    told = sum(duty.key in shown for duty in ready)
    return (
        f"{len(duties)} duties: {sum(duty.check in measured for duty in ready)} have their check,"
        f" {told} of these a scenario; {len(duties) - len(ready)} wait for a register."
    )


def _measured(duty: Duty, measured: dict[str, Place], shown: dict[str, Place]) -> str:
    check, play = measured.get(duty.check), shown.get(duty.key)
    module = ".".join(check.file.with_suffix("").parts[1:]).removesuffix(".__init__") if check else ""
    function = f"`{module}.{check.name}`" if check else "missing"
    if play is None:
        return _row(duty.key, duty.mode, duty.subject, function, "missing", "")
    link = f"[{play.name}](../{play.file.as_posix()})"
    return _row(duty.key, duty.mode, duty.subject, function, link, f"`{RUNNER}::test_the_duty_turns[{duty.key}]`")


def _waiting(duty: Duty, catalogue: Catalogue) -> str:
    register = catalogue.vocabulary.registers[duty.waits_for]
    domain = catalogue.vocabulary.register_domains[duty.waits_for]
    return _row(duty.key, duty.mode, duty.subject, f"{duty.waits_for} ({register.zh} / {register.en})", domain)


def _head(*columns: str) -> str:
    return f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def main(arguments: list[str]) -> int:
    """Write the page, or with --check compare it."""
    made = page(load())
    if arguments == ["--check"]:
        return int(not PAGE.exists() or PAGE.read_text(encoding="utf-8") != made)
    PAGE.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
