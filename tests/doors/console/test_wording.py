"""Whatever a role may do, and whatever the ledger tells, is said in words and not in codes."""

import re
from pathlib import Path

import xingdun
from xingdun.doors.console.wording import ACTIONS, NOUNS, record_words
from xingdun.frame.permissions import PERMISSIONS

TOLD = re.compile(r'action="([a-z_]+)\.([a-z_]+)"')


def test_each_right_has_its_words():
    rights = [key.rpartition(".")[::2] for key in PERMISSIONS]
    assert {action for _, action in rights} - set(ACTIONS) == set()
    assert {record for record, _ in rights if str(record_words(record)) == record} == set()


def test_each_action_the_sources_tell_the_ledger_of_has_its_words():
    sources = Path(xingdun.__file__).parent.rglob("*.py")
    told = {found for source in sources for found in TOLD.findall(source.read_text(encoding="utf-8"))}
    assert len(told) > 80
    assert {noun for noun, _ in told} - set(NOUNS) == set()
    assert {action for _, action in told} - set(ACTIONS) == set()
