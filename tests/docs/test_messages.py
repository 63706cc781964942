"""scripts/messages.py: what it collects from sources, and that gettext reads what it compiles."""

import gettext
import importlib.util
import io
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "messages.py"


@pytest.fixture
def messages(tmp_path, monkeypatch):
    """The script, at work on a package `shop` of its own."""
    spec = importlib.util.spec_from_file_location("messages", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    (tmp_path / "shop" / "templates").mkdir(parents=True)
    (tmp_path / "shop" / "till.py").write_text(
        "def greet(name, n):\n"
        "    _('Good {day}, ' 'friend')\n"
        "    pgettext_lazy('month', 'May')\n"
        "    ngettext('one pear', '%(n)d pears', n)\n"
        "    _(name)\n"
    )
    (tmp_path / "shop" / "templates" / "till.html").write_text(
        '{% load i18n %}<p title="{% translate \'Say "please"\' %}">'
        "{% blocktranslate %}You owe {{ sum }}.{% endblocktranslate %}</p>"
    )
    return module


def test_it_finds_the_texts_of_code_and_templates(messages):
    texts = {(one.context, one.text, one.plural) for one in messages.collect()["shop"]}
    assert texts == {
        ("", "Good {day}, friend", ""),
        ("month", "May", ""),
        ("", "one pear", "%(n)d pears"),
        ("", 'Say "please"', ""),
        ("", "You owe %(sum)s.", ""),
    }


def test_a_catalogue_survives_writing_and_reading_and_gettext_reads_it_compiled(messages):
    found = messages.collect()["shop"]
    told = {one: f"译：{one.text}\n「{one.plural}」\\" for one in found}
    path = messages.ROOT / "shop" / messages.CATALOGUE
    path.parent.mkdir(parents=True)
    path.write_text(messages.written(found, told))
    assert messages.read(path) == told
    read = gettext.GNUTranslations(io.BytesIO(messages.compiled(told)))
    for one, text in told.items():
        if one.plural:
            assert read.ngettext(one.text, one.plural, 5) == text
        elif one.context:
            assert read.pgettext(one.context, one.text) == text
        else:
            assert read.gettext(one.text) == text


def test_it_tells_what_is_missing_stale_unknown_or_told_in_two_ways(messages):
    assert any("not translated: 'May'" in line for line in messages.problems(messages.collect()))
    waiting = messages.write(messages.collect())
    assert waiting == 5
    path = messages.ROOT / "shop" / messages.CATALOGUE
    text = path.read_text()
    for one in messages.collect()["shop"]:
        at = text.index("msgstr", text.index(one.plural or one.text.replace('"', '\\"')))
        text = text[:at] + text[at:].replace('""', '"好"', 1)
    path.write_text(text)
    assert list(messages.problems(messages.collect())) == ["shop: django.mo is older than django.po"]
    messages.write(messages.collect())
    assert list(messages.problems(messages.collect())) == []
    path.write_text(text.replace('"好"', '"{nobody}"', 1))
    assert any("placeholders unknown" in line for line in messages.problems(messages.collect()))
