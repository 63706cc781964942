"""Every error has one code, words in both languages, and a line on the page of codes."""

import re
from pathlib import Path

import pytest
from django.utils import translation

import xingdun
from xingdun.doors.api.error_codes import page, refusals
from xingdun.doors.identity.answers import problem_of

PAGE = Path(xingdun.__file__).parents[2] / "docs" / "errors.md"


def test_the_page_lists_every_code_as_it_is():
    assert PAGE.read_text(encoding="utf-8") == page(), "write it anew: python -m xingdun.doors.api.error_codes"


@pytest.mark.parametrize("kind", list(refusals()), ids=lambda kind: kind.code)
def test_a_refusal_explains_itself(kind):
    assert re.fullmatch(r"XD-[A-Z]+-\d{3}", kind.code)
    assert 400 <= kind.status < 600
    facts = {name: "·" for words in (kind.what, kind.todo) for name in re.findall(r"\{(\w+)", str(words))}
    with translation.override("en"):
        told = problem_of(kind(**facts))
    assert told["what"]
    assert told["todo"]
    assert "{" not in told["what"] + told["todo"]


def test_no_code_is_borne_twice():
    codes = [kind.code for kind in refusals()]
    assert len(codes) == len(set(codes))
