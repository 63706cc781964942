"""The catalogue that comes with the platform: whole, answered, and in step with the checks of the tree."""

import ast
import re
import runpy
from collections import Counter
from pathlib import Path

import pytest

from xingdun.kernel.clocks import clocks
from xingdun.obligations.catalogue import Catalogue, facts_of, load

ROOT = Path(__file__).parents[3]
SOURCE = ROOT / "src" / "xingdun"
LIST = ROOT.parent / "shared" / "obligations" / "obligations.yaml"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load()


def declared_checks() -> set[str]:
    """The keys the domains declare with `@check("…")`, read from their source."""
    found = set()
    for file in [*SOURCE.glob("*/checks.py"), *SOURCE.glob("*/checks/*.py")]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="check"), args=[ast.Constant(value=str(key)), *_]):
                    found.add(key)
    return found


def test_all_513_clauses_are_there(catalogue):
    counts = Counter(clause.document for clause in catalogue.clauses.values())
    assert counts == {"MEASURES": 184, "NOTE": 69, "INTERNET": 156, "DIGITAL": 79, "NEWS": 25}
    assert len(catalogue.clauses) == 513


def test_the_clauses_are_those_of_the_list(catalogue):
    lines = LIST.read_text(encoding="utf-8").splitlines()
    listed = [line.removeprefix("- id: ").strip() for line in lines if line.startswith("- id: ")]
    assert list(catalogue.clauses) == listed


def test_every_clause_is_answered_or_shown(catalogue):
    for clause in catalogue.clauses.values():
        duties = catalogue.answering(clause.id)
        assert duties or (clause.kind == "inform" and clause.shown in catalogue.vocabulary.places), clause.id
        assert all(clause.id in duty.clauses for duty in duties)


def test_every_clause_of_a_duty_exists(catalogue):
    for duty in catalogue.duties.values():
        assert duty.clauses
        assert set(duty.clauses) <= set(catalogue.clauses), duty.key


def test_every_group_of_like_clauses_shares_its_duties(catalogue):
    """Clauses joined by same_as never fall to duties that do not meet: each answered group hangs together."""
    for clause in catalogue.clauses.values():
        group, frontier = {clause.id}, [clause.id]
        while frontier:
            more = set(catalogue.clauses[frontier.pop()].same_as) - group
            group |= more
            frontier.extend(more)
        for duty in catalogue.answering(clause.id):
            assert set(duty.clauses) <= group, duty.key


def test_declared_checks_are_in_the_catalogue_and_all_others_wait(catalogue):
    in_force = {duty.check for duty in catalogue.duties.values() if not duty.waits_for}
    assert declared_checks() == in_force
    for duty in catalogue.duties.values():
        assert duty.check in in_force or duty.waits_for in catalogue.vocabulary.registers, duty.key


def test_the_force_of_each_text_is_told(catalogue):
    forces = {clause.document: clause.force for clause in catalogue.clauses.values()}
    assert forces == {
        "MEASURES": "normative",
        "NOTE": "commentary",
        "INTERNET": "standard",
        "DIGITAL": "standard",
        "NEWS": "commentary",
    }


def test_commentary_alone_obliges_nobody_to_what_the_law_conditions(catalogue):
    """NOTE says without condition what MEASURES asks of level 2 and above; the condition stays (A11, A32)."""
    assert catalogue.duties["mlps-filing"].applies == "mlps_level >= 2"


def test_a_clock_of_the_law_runs_only_in_a_duty_that_cites_its_clause(catalogue):
    for duty in catalogue.duties.values():
        for key in duty.clocks:
            limits = [limit for owed in clocks()[key].recipients for limit in owed.limits]
            if all(limit.force == "platform" for limit in limits):
                continue
            cited = {clause for limit in limits for clause in limit.clauses}
            related = {other for clause in duty.clauses for other in (clause, *catalogue.clauses[clause].same_as)}
            assert cited & related, (duty.key, key)


def test_every_clock_of_the_five_documents_has_its_duty(catalogue):
    used = {key for duty in catalogue.duties.values() for key in duty.clocks}
    for clock in clocks().values():
        cited = {clause for owed in clock.recipients for limit in owed.limits for clause in limit.clauses}
        if cited & set(catalogue.clauses):
            assert clock.key in used, clock.key


def test_two_periods_of_evaluation_never_meet_at_100000_persons(catalogue):
    assert catalogue.duties["mlps-evaluation-2-large"].applies == "mlps_level == 2 && persons_held >= 100000"
    assert catalogue.duties["mlps-evaluation-2"].applies == "mlps_level == 2 && persons_held < 100000"


def test_contradictions_a1_to_a32(catalogue):
    assert list(catalogue.contradictions) == [f"A{number}" for number in range(1, 33)]
    settable = [each for each in catalogue.contradictions.values() if each.alternatives]
    assert len(settable) >= 10


def test_errors_of_the_texts_are_noted(catalogue):
    for clause in catalogue.contradictions["A22"].clauses:
        assert catalogue.clauses[clause].erratum, clause


def test_both_languages_are_written(catalogue):
    texts = [clause.text for clause in catalogue.clauses.values()]
    texts += [duty.title for duty in catalogue.duties.values()]
    for text in texts:
        assert any("一" <= letter <= "鿿" for letter in text.zh), text
        assert not any("一" <= letter <= "鿿" for letter in text.en), text


def test_every_fact_is_asked_and_named(catalogue):
    entries = [*catalogue.clauses.values(), *catalogue.duties.values()]
    asked = {fact for entry in entries for fact in facts_of(entry.applies, catalogue.vocabulary.facts)}
    assert asked == set(catalogue.vocabulary.facts)


def test_a_rule_that_could_not_be_confirmed_is_off(catalogue):
    outside = [document for document in catalogue.documents.values() if document.outside]
    assert any(not document.confirmed for document in outside)
    assert all(document.confirmed for document in catalogue.documents.values() if not document.outside)


def test_the_page_is_what_the_generator_makes(catalogue):
    script = runpy.run_path(str(ROOT / "scripts" / "catalogue_page.py"))
    written = (ROOT / "docs" / "catalogue.md").read_text(encoding="utf-8")
    assert script["page"](catalogue) == written, "run scripts/catalogue_page.py"
    assert all(f"| {clause} |" in written for clause in catalogue.clauses)


def test_numbers_that_are_words_are_said_in_chinese_too():
    numbers = [clause.numbers for clause in load().clauses.values() if clause.numbers.en]
    assert len(numbers) > 150
    plain = {each.en for each in numbers if each.zh == each.en}
    assert {words for words in plain if re.search(r"\b[a-z]{3,}", words)} == set()
    assert set(load().vocabulary.numbers) <= {each.en for each in numbers}
