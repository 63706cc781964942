"""Refusals of the sample hospital, in the reader's language."""

import pytest
from django.utils import translation

from xingdun.sample.refusals import AnotherSampleLoaded, DatabaseNotEmpty, ScaleOutOfRange


@pytest.mark.parametrize(
    ("refusal", "chinese"),
    [
        (DatabaseNotEmpty(database="his"), "数据库 his 不是空库"),
        (AnotherSampleLoaded(database="his", seed=1, scale=1.0), "种子 1、比例 1.0"),
        (ScaleOutOfRange(scale=-1, largest=50.0), "比例 -1 无效"),
    ],
)
def test_a_refusal_explains_itself_in_both_languages(refusal, chinese):
    with translation.override("zh-hans"):
        assert chinese in refusal.explain().what
        assert refusal.explain().todo.startswith("请")
    with translation.override("en"):
        assert refusal.explain().what.isascii()
