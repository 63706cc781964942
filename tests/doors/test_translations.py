"""Every text people read stands in Chinese too."""

import importlib.util
from pathlib import Path

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
