"""docs/operations.md says what the program does: every setting, every command, every process."""

import re
from pathlib import Path

import pytest

from xingdun.runtime.environment import SETTINGS

PAGE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")


def row(setting):
    default = f"`{setting.default}`" if setting.default else "none"
    return f"| `{setting.variable}` | {setting.kind} | {default} | {setting.help} |"


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_is_in_the_table_as_the_program_has_it(setting):
    assert row(setting) in PAGE.splitlines()


def test_the_page_names_no_setting_that_is_not_read():
    declared = {setting.variable for setting in SETTINGS}
    assert set(re.findall(r"XINGDUN_[A-Z][A-Z_]*[A-Z]", PAGE)) <= declared


def test_every_make_target_on_the_page_exists():
    makefile = (Path(__file__).parents[2] / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"`make ([a-z]+)", PAGE)):
        assert f"\n{target}: " in makefile


def test_every_command_on_the_page_exists():
    from xingdun.doors.cli.main import COMMANDS

    assert set(re.findall(r"`xingdun ([a-z]+)", PAGE)) <= set(COMMANDS)
