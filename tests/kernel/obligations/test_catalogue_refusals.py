"""A catalogue with a fault is refused, and the error names the file and the entry."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xingdun.kernel.clocks import clocks
from xingdun.obligations.catalogue import (
    CatalogueError,
    DuplicateError,
    EntryError,
    ExpressionError,
    UnansweredError,
    UnknownNameError,
    UnreadableError,
    difference,
    parse,
)

LIMITS = [limit for clock in clocks().values() for owed in clock.recipients for limit in owed.limits]
CITED = sorted({cited for limit in LIMITS for cited in limit.clauses})
SMALL = {
    "catalogue.toml": """
version = "1"
files = ["vocabulary.toml", "law.toml", "duties.toml"]
""",
    "vocabulary.toml": """
[facts]
level = { type = "int", about = "network", zh = "等级", en = "level" }
hospital = { type = "bool", about = "institution", zh = "医院", en = "hospital" }
grade = { type = "text", about = "dataset", zh = "级", en = "grade" }
kinds = { type = "list", about = "dataset", zh = "类", en = "kinds" }
[registers]
networks = { domain = "assets", zh = "网络", en = "networks" }
[evidence]
report = { zh = "报告", en = "report" }
[places]
library = { zh = "法规库", en = "library" }
[subjects]
network = { zh = "网络", en = "network" }
[actors]
institution = { zh = "机构", en = "institution" }
[systems]
S01 = { zh = "法规库", en = "library" }
""",
    "law.toml": f"""
[[document]]
key = "LAW"
zh = "法"
en = "law"
force = "law"
in_force = 2026-01-01
provisions = {CITED}

[[clause]]
id = "LAW-1"
article = "1"
actor = "institution"
kind = "schedule"
zh = "备案"
en = "filing"
numbers = "10 working days"
applies = "level >= 2"
object = "network"
same_as = ["LAW-2"]
systems = ["S01"]

[[clause]]
id = "LAW-2"
article = "2"
actor = "institution"
kind = "inform"
zh = "目的"
en = "purpose"
applies = "true"
object = "network"
same_as = ["LAW-1"]
systems = []
shown = "library"

[[contradiction]]
key = "A1"
clauses = ["LAW-1"]
question = {{ zh = "问", en = "question" }}
reading = {{ zh = "解", en = "reading" }}
""",
    "duties.toml": """
[[duty]]
key = "filing"
zh = "备案"
en = "filing"
mode = "schedule"
subject = "network"
clauses = ["LAW-1"]
applies = "level >= 2"
clocks = ["mlps-filing"]
recipients = ["public_security"]
evidence = ["report"]
check = "filing"
waits_for = "networks"
""",
}
TOKENS = ["level", "hospital", "grade", "kinds", "&&", "||", "!", "(", ")", ">=", "in", "[", "]", "2", '"a"']
DUTY = SMALL["duties.toml"]
FAULTS = [
    ("law.toml", 'same_as = ["LAW-1"]', "same_as = []", EntryError, "LAW-1"),
    ("law.toml", 'same_as = ["LAW-2"]', 'same_as = ["LAW-9"]', UnknownNameError, "LAW-1"),
    ("law.toml", 'shown = "library"', "", UnansweredError, "LAW-2"),
    ("law.toml", 'shown = "library"', 'shown = "attic"', UnknownNameError, "LAW-2"),
    ("law.toml", 'id = "LAW-2"', 'id = "LAW-1"', DuplicateError, "LAW-1"),
    ("law.toml", 'id = "LAW-2"', 'id = "DECREE-2"', EntryError, "DECREE-2"),
    ("law.toml", 'id = "LAW-2"', 'id = "LAW-二"', EntryError, "LAW-二"),
    ("law.toml", 'kind = "inform"', 'kind = "hope"', EntryError, "LAW-2"),
    ("law.toml", 'en = "purpose"', 'en = " "', EntryError, "LAW-2"),
    ("law.toml", 'en = "purpose"', "en = 3", EntryError, "LAW-2"),
    ("law.toml", 'en = "purpose"', "", EntryError, "LAW-2"),
    ("law.toml", 'applies = "true"', 'applies = "levle >= 2"', ExpressionError, "LAW-2"),
    ("law.toml", 'applies = "true"', 'aplies = "true"\napplies = "true"', EntryError, "LAW-2"),
    ("law.toml", 'clauses = ["LAW-1"]', 'clauses = ["LAW-3"]', UnknownNameError, "A1"),
    ("law.toml", "'DIGITAL-7.2.1.2a', ", "", UnknownNameError, "incident-report-i-ii"),
    ("law.toml", "in_force = 2026-01-01", 'in_force = "soon"', EntryError, "LAW"),
    ("law.toml", "[[contradiction]]", "[[riddle]]", EntryError, "riddle"),
    ("law.toml", "[[contradiction]]", "[[contradiction", UnreadableError, "-"),
    ("duties.toml", 'clauses = ["LAW-1"]', 'clauses = ["LAW-3"]', UnknownNameError, "filing"),
    ("duties.toml", 'clauses = ["LAW-1"]', 'clauses = ["LAW-2"]', UnansweredError, "LAW-1"),
    ("duties.toml", 'clauses = ["LAW-1"]', 'clauses = ["LAW-1", "LAW-1"]', EntryError, "filing"),
    ("duties.toml", 'clauses = ["LAW-1"]', "clauses = []", EntryError, "filing"),
    ("duties.toml", 'clocks = ["mlps-filing"]', 'clocks = ["sundial"]', UnknownNameError, "filing"),
    ("duties.toml", '"public_security"', '"neighbour"', UnknownNameError, "filing"),
    ("duties.toml", 'subject = "network"', 'subject = "moon"', UnknownNameError, "filing"),
    ("duties.toml", 'waits_for = "networks"', 'waits_for = "nothing"', UnknownNameError, "filing"),
    ("duties.toml", 'evidence = ["report"]', "evidence = []", EntryError, "filing"),
    ("duties.toml", DUTY, DUTY + DUTY, DuplicateError, "filing"),
    ("duties.toml", DUTY, DUTY + DUTY.replace('key = "filing"', 'key = "other"'), DuplicateError, "other"),
]
# Where an entry stands when that is not the file with the fault; a clock stands in none of the catalogue's files.
PLACES = {"LAW-1": "law.toml", "incident-report-i-ii": "catalogue.toml"}


def changed(file, old, new):
    assert old in SMALL[file]
    return SMALL | {file: SMALL[file].replace(old, new, 1)}


def test_the_small_catalogue_is_sound():
    catalogue = parse(SMALL)
    assert [duty.key for duty in catalogue.answering("LAW-1")] == ["filing"]
    assert catalogue.answering("LAW-2") == ()


@pytest.mark.parametrize(("file", "old", "new", "error", "entry"), FAULTS)
def test_a_fault_is_refused_with_its_place(file, old, new, error, entry):
    with pytest.raises(error) as refused:
        parse(changed(file, old, new))
    assert type(refused.value) is error
    assert refused.value.entry == entry
    assert refused.value.file == PLACES.get(entry, file)
    assert entry in refused.value.text.zh
    assert refused.value.code in str(refused.value)


@pytest.mark.parametrize("name", SMALL)
def test_a_missing_file_is_named(name):
    with pytest.raises(UnreadableError) as refused:
        parse({key: text for key, text in SMALL.items() if key != name})
    assert refused.value.file == name


def test_a_file_that_nobody_names_does_not_pass_in_silence():
    with pytest.raises(EntryError, match=r"stray\.toml"):
        parse(SMALL | {"stray.toml": ""})


@settings(max_examples=150)
@given(st.data())
def test_a_lost_line_is_refused_or_leaves_a_sound_catalogue(data):
    """Whatever line goes, the loader either refuses with its own error or gives a catalogue without holes."""
    file = data.draw(st.sampled_from(sorted(SMALL)))
    lines = SMALL[file].splitlines()
    gone = data.draw(st.integers(0, len(lines) - 1))
    holes = []
    with suppress(CatalogueError):
        catalogue = parse(SMALL | {file: "\n".join(lines[:gone] + lines[gone + 1 :])})
        holes = [each.id for each in catalogue.clauses.values() if not (catalogue.answering(each.id) or each.shown)]
    assert holes == []


@settings(max_examples=150)
@given(st.text(max_size=30) | st.lists(st.sampled_from(TOKENS), max_size=8).map(" ".join))
def test_any_expression_is_understood_or_refused(expression):
    quoted = expression.replace("\\", "\\\\").replace('"', '\\"')
    quoted = "".join(letter if letter.isprintable() else f"\\U{ord(letter):08x}" for letter in quoted)
    with suppress(ExpressionError, EntryError, UnreadableError):
        parse(changed("law.toml", 'applies = "true"', f'applies = "{quoted}"'))


@pytest.mark.parametrize(
    "expression",
    [
        "true",
        "!hospital",
        "!(hospital && level > 2) || level == 1",
        'grade == "C1"',
        '"C3" in kinds',
        "level in [3, 4]",
        "hospital == false",
    ],
)
def test_cel_is_accepted(expression):
    text = changed("law.toml", 'applies = "true"', f"applies = '{expression}'")
    assert parse(text).clauses["LAW-2"].applies == expression


@pytest.mark.parametrize(
    "expression",
    [
        "level",
        "level >= ",
        "hospital and level > 2",
        "not hospital",
        'level >= "2"',
        "grade > 2",
        "level in kinds",
        "2 in [level, grade]",
        "kinds == kinds",
        "1 < level < 3",
        "!level == 2",
        "hospital()",
        "hospital.level",
        "__import__",
        "level = 2",
        "hospital & hospital",
        "[]",
        "(" * 300 + "hospital" + ")" * 300,
    ],
)
def test_what_is_no_expression_is_refused(expression):
    with pytest.raises(ExpressionError) as refused:
        parse(changed("law.toml", 'applies = "true"', f"applies = '{expression}'"))
    assert refused.value.entry == "LAW-2"


def test_no_difference_from_itself():
    found = difference(parse(SMALL), parse(SMALL))
    assert not any((found.documents, found.clauses, found.duties, found.contradictions, found.touched))


def test_a_changed_number_touches_the_duties_that_answer_it():
    new = parse(changed("law.toml", "10 working days", "5 working days"))
    found = difference(parse(SMALL), new)
    assert found.clauses.changed == {"LAW-1": ("numbers",)}
    assert not found.duties
    assert found.touched == ("filing",)


def test_a_duty_that_comes_or_goes_is_told():
    other = DUTY.replace('"filing"', '"deposit"')
    both = parse(SMALL | {"duties.toml": DUTY + other})
    assert difference(parse(SMALL), both).duties.added == ("deposit",)
    assert difference(both, parse(SMALL)).duties.removed == ("deposit",)
    assert difference(both, parse(SMALL)).touched == ("deposit",)
