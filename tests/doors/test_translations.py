"""Every text people read stands in Chinese too."""

import importlib.util
import re
from pathlib import Path

from django.utils import translation

ROOT = Path(__file__).resolve().parents[2]


def catalogues():
    spec = importlib.util.spec_from_file_location("messages", ROOT / "scripts" / "messages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_text_is_translated_alike_and_compiled():
    messages = catalogues()
    assert list(messages.problems(messages.collect())) == []


def test_nothing_is_marked_as_uncertain():
    for catalogue in (ROOT / "src").rglob("*.po"):
        assert "fuzzy" not in catalogue.read_text(encoding="utf-8")


def test_a_state_and_the_time_it_began_are_two_words():
    """English says `filed` or `due` for both; in Chinese the one would stand for the other."""
    from xingdun.assets.models import Finding, Network  # Django stands once a test runs
    from xingdun.obligations.models import Posture

    with translation.override("zh-hans"):
        said = [
            str(each.label)
            for each in (Network.State.FILED, Network.State.RETIRED, Finding.State.OPEN, Posture.State.DUE)
        ]
        assert said == ["已备案", "已停用", "待整改", "待办"]
        assert Posture._meta.get_field("due_at").verbose_name == "到期"


def test_every_heading_of_a_register_is_said_in_chinese():
    """A column, filter, action or field without a name of its own would stand there in English."""
    from xingdun.doors.console import values  # Django stands once a test runs
    from xingdun.doors.console.filters import filters_of
    from xingdun.frame.registers import registers

    left = set()
    with translation.override("zh-hans"):
        for key, register in registers.items():
            said = [values.heading(register.model, column) for column in (*register.columns, *register.detail)]
            said += [each.label for each in filters_of(key).base_filters.values()]
            said += [register.title, register.question, register.empty, register.model._meta.verbose_name]
            for action in register.actions:
                fields = action.form.base_fields if action.form else {}
                said += [action.label, *(field.label or name for name, field in fields.items())]
            left |= {(key, str(each)) for each in said if not re.search(r"[\u4e00-\u9fff]", str(each))}
    assert {words for _key, words in left} <= {"CVSS", "CVE", "SHA-256", "SM3"}, left
