"""The catalogue that comes with the platform: whole, answered, and in step with the checks of the tree."""

import ast
import re
import runpy
from collections import Counter
from itertools import product
from pathlib import Path

import pytest

from xingdun.kernel.clocks import clocks
from xingdun.obligations.catalogue import Catalogue, facts_of, load
from xingdun.obligations.expressions import expression as evaluated

ROOT = Path(__file__).parents[3]
SOURCE = ROOT / "src" / "xingdun"
LIST = ROOT.parent / "shared" / "obligations" / "obligations.yaml"
# What a practitioner expects besides the five documents, by the keys of documents.toml.
OUTSIDE = {
    *("CSL-2025", "DSL-2021", "PIPL", "NETWORK-DATA-2025", "INCIDENT-REPORTING-2025", "INCIDENT-GRADING-2025"),
    *("FACE-RECOGNITION-2025", "PI-AUDIT-2025", "CROSS-BORDER-2024", "EXPORT-CERTIFICATION-2026"),
    *("EXPORT-ASSESSMENT-2022", "EXPORT-CONTRACT-2023", "GBT-39725", "GBT-22239", "GBT-22240", "GBT-28448"),
    *("GBT-25070", "GBT-25058", "GBT-35273", "GBT-37988", "GBT-39786", "GBT-43206", "CRYPTOGRAPHY-2023"),
    *("CRYPTOGRAPHY-USE-2023", "GBT-43697", "HEALTH-BIG-DATA-2018", "HEALTH-DATA-GRADING-2025"),
    *("INTERNET-SUPERVISION-2022", "INTERNET-HOSPITAL-2018", "MEDICAL-RECORDS-2013", "EMR-2017", "E-SIGNATURE"),
    *("PRESCRIPTIONS-2007", "HGR-2019", "HGR-RULES-2023", "CII-2021", "CYBERSECURITY-REVIEW-2022"),
    *("VULNERABILITIES-2021", "MINORS-2024", "GENAI-2023", "AI-LABELLING-2025", "DEEP-SYNTHESIS", "ALGORITHMS"),
    *("ANTI-TERRORISM", "ARCHIVES", "CIVIL-CODE", "DOCTORS", "BASIC-HEALTH", "PUBLIC-DATA-2025", "SECTOR-NOTICES"),
    *("DB1310T-338", "HOLIDAYS"),
}


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
    assert catalogue.duties["mlps-filing"].applies == "mlps_level >= 2 && !network_retired"


def test_a_clock_of_the_law_runs_only_in_a_duty_that_cites_its_clause(catalogue):
    for duty in catalogue.duties.values():
        for key in duty.clocks:
            limits = [limit for owed in clocks()[key].recipients for limit in owed.limits]
            if all(limit.force == "platform" for limit in limits):
                continue
            cited = {clause for limit in limits for clause in limit.clauses}
            related = {other for clause in duty.clauses for other in (clause, *catalogue.clauses[clause].same_as)}
            assert cited & related, (duty.key, key)


def test_a_number_of_one_text_is_put_on_nobody_else_unmarked(catalogue):
    """Where a duty applies and the text of its clock's number does not, the number is marked as the platform's own."""
    known = catalogue.vocabulary.facts
    for duty in catalogue.duties.values():
        for key in duty.clocks:
            limits = [limit for owed in clocks()[key].recipients for limit in owed.limits]
            texts = [catalogue.clauses[one] for limit in limits for one in limit.clauses if one in catalogue.clauses]
            marked = any(limit.force == "platform" for limit in limits)
            if marked or not texts or key == "mlps-evaluation-3-4":  # care over the internet is of level 3 (A10)
                continue
            asked = {fact for one in (duty, *texts) for fact in facts_of(one.applies, known)}
            for values in product(*map(_values, sorted(asked))):
                facts = dict(zip(sorted(asked), values, strict=True))
                if _holds(duty.applies, facts):
                    assert any(_holds(one.applies, facts) for one in texts), (duty.key, key, facts)


def test_every_clock_of_the_five_documents_has_its_duty(catalogue):
    used = {key for duty in catalogue.duties.values() for key in duty.clocks}
    for clock in clocks().values():
        cited = {clause for owed in clock.recipients for limit in owed.limits for clause in limit.clauses}
        if cited & set(catalogue.clauses):
            assert clock.key in used, clock.key


def test_two_periods_of_evaluation_never_meet_at_100000_persons(catalogue):
    large, other = catalogue.duties["mlps-evaluation-2-large"], catalogue.duties["mlps-evaluation-2"]
    assert large.applies == "mlps_level == 2 && persons_held >= 100000 && !network_retired"
    assert other.applies == "mlps_level == 2 && persons_held < 100000 && !network_retired"
    assert catalogue.clauses["NOTE-2.2.3b"].numbers.zh.startswith("10 万人及以上")


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


def test_a_clock_whose_every_rule_is_unread_is_off(catalogue):
    """A number that nobody could read in its text is off by default, as its rule is (A32)."""
    for clock in clocks().values():
        cited = [{*limit.clauses} for owed in clock.recipients for limit in owed.limits]
        unread = {
            provision for each in catalogue.documents.values() if not each.confirmed for provision in each.provisions
        }
        if clock.checked:
            assert not all(clauses and clauses <= unread for clauses in cited), clock.key


def test_every_rule_outside_the_five_documents_is_there_with_how_well_it_is_known(catalogue):
    outside = {key: each for key, each in catalogue.documents.items() if each.outside}
    assert set(outside) >= OUTSIDE
    assert {each.certainty for each in outside.values()} == {"high", "medium", "low"}
    assert all(not each.confirmed for each in outside.values() if each.certainty == "low")


def _values(fact):
    words = {"sensitivity": ["public", "internal", "confidential"], "subject_categories": [[], ["C1", "C2", "C3"]]}
    numbers = {"mlps_level": range(6), "persons_held": (0, 99_999, 100_000), "incident_level": range(1, 5)}
    return words.get(fact) or numbers.get(fact) or (False, True)


def _holds(expression, facts):
    return evaluated(expression).answer(facts).applies is True


def test_whoever_a_clause_binds_owes_a_duty_that_answers_it(catalogue):
    """Whatever makes a clause apply, one of its duties applies to some of what it is about."""
    known = catalogue.vocabulary.facts
    for clause in catalogue.clauses.values():
        duties = catalogue.answering(clause.id)
        if not duties:
            continue
        asked = {fact for each in duties for fact in facts_of(each.applies, known)}
        own = set(facts_of(clause.applies, known))
        free = sorted(fact for fact in asked - own if known[fact].about != "institution")
        given = sorted(own | asked - set(free))
        chosen = [dict(zip(free, each, strict=True)) for each in product(*map(_values, free))]
        for values in product(*map(_values, given)):
            facts = dict(zip(given, values, strict=True))
            if _holds(clause.applies, facts):
                assert any(_holds(duty.applies, facts | one) for duty in duties for one in chosen), (clause.id, facts)


def test_the_force_of_words_is_kept(catalogue):
    """What a text lets be done, or does for the willing, obliges nobody; what it says shall be done is no remark."""
    advised = {clause.id for clause in catalogue.clauses.values() if clause.advised}
    assert {"INTERNET-7.4c2", "INTERNET-7.4d", "INTERNET-9.3b", "DIGITAL-4.2.2b", "MEASURES-21c", "NOTE-4f"} <= advised
    for clause in ("INTERNET-8.1a", "INTERNET-8.2a", "INTERNET-8.3a", "INTERNET-8.3d", "INTERNET-8.4a"):
        assert catalogue.clauses[clause].kind == "measure", clause
    assert "可" not in catalogue.clauses["INTERNET-8.4e3"].text.zh


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
