"""Grades follow from what a table holds, on every axis, with clauses; the stricter counts where nobody knows."""

import re
from pathlib import Path

import pytest

from xingdun.kernel.discovery import resources
from xingdun.kernel.discovery.entities import entities
from xingdun.kernel.discovery.grading import Grade, grade_table, strictest, table_context, table_grade
from xingdun.kernel.discovery.verdicts import Verdict

CATALOGUE = Path(__file__).parents[4] / "shared" / "obligations" / "obligations.yaml"
OTHER_LAW = {"GBT39725-6.2", "NDSR-28", "HGR-37"}  # standards and regulations beside the five seed documents


def held(*codes, confidence=0.9):
    return [Verdict(f"c{n}", code, (code,), confidence, ()) for n, code in enumerate(codes)]


def grades(table, *codes, rows=0, confidence=0.9):
    return [one.grade for one in grade_table(table, held(*codes, confidence=confidence), rows=rows)]


def test_a_direct_identifier_is_personal_data_for_few():
    (grade,) = grades("patients", "resident_id")
    assert (grade.subject, grade.level, grade.sensitivity) == (("C1",), 4, "internal")


def test_a_diagnosis_is_personal_only_where_it_leads_to_a_person():
    assert grades("diagnoses", "patient_id", "diagnosis_code")[1].subject == ("C1",)
    assert grades("d_icd", "diagnosis_code", "diagnosis_name")[0] == Grade("clinical", (), "public", 1, "general")


def test_genes_are_important_data_and_research():
    _, gene = grades("samples", "patient_id", "gene_sequence")
    assert gene.business == "research"
    assert gene.subject == ("C1", "C2")
    assert gene.national_class == "important"


def test_infectious_disease_reports_are_both_c2_and_c3():
    name, disease = grades("infectious_report", "person_name", "infectious_disease")
    assert {"C2", "C3"} <= set(disease.subject)
    assert {"C1", "C2", "C3"} == set(name.subject)
    assert disease.business == "public_health"


def test_special_diseases_are_for_very_few():
    verdicts = [*held("patient_id"), Verdict("hiv_result", "test_result", ("test_result",), 0.9, ())]
    assert grade_table("lab", verdicts)[1].grade.level == 5


def test_what_nobody_recognised_counts_as_the_stricter():
    assert grades("t", "patient_id", "unclassified")[1] == Grade("clinical", ("C1",), "internal", 4, "general")
    assert grades("t", "unclassified")[0].level == 3
    assert grade_table("t", held("unclassified"))[0].identifier == "quasi"


def test_an_unsure_verdict_counts_as_the_stricter():
    assert grades("t", "patient_id", "category", confidence=0.9)[1].subject == ()
    assert grades("t", "patient_id", "category", confidence=0.4)[1].subject == ("C1",)


def test_volume_raises_a_grade():
    assert grades("patients", "person_name", rows=9_999_999)[0].national_class == "general"
    assert grades("patients", "person_name", rows=10_000_000)[0].national_class == "important"
    assert grades("g", "patient_id", "gene_sequence", rows=500)[1].level == 5


def test_text_with_identifiers_is_a_direct_identifier():
    text = Verdict("note", "free_text", ("free_text", "mobile_phone"), 0.9, ())
    (graded,) = grade_table("notes", [text])
    assert graded.identifier == "direct"
    assert graded.grade.subject == ("C1",)


@pytest.mark.parametrize(
    ("table", "codes", "business"),
    [
        ("fee_detail", ("patient_id", "amount", "amount"), "operations"),
        ("医嘱", ("patient_id", "drug_name"), "clinical"),
        ("传染病报告卡", ("person_name", "infectious_disease"), "public_health"),
        ("research.cohort", ("patient_id", "test_result"), "research"),
    ],
)
def test_the_business_class_follows_from_the_table(table, codes, business):
    assert table_context(table, held(*codes)).business == business


def test_the_union_of_grades_is_the_stricter_on_every_axis():
    low = Grade("clinical", ("C1",), "internal", 2, "general")
    high = Grade("research", ("C2",), "confidential", 5, "important")
    assert strictest([low, high]) == Grade("clinical", ("C1", "C2"), "confidential", 5, "important")
    with pytest.raises(ValueError, match="no grade"):
        strictest([])


def test_a_table_is_graded_as_its_strictest_column():
    graded = grade_table("t", held("patient_id", "category", "gene_sequence"))
    whole = table_grade(graded)
    assert all(one.grade.level <= whole.level for one in graded)
    assert set(whole.subject) == {"C1", "C2"}


@pytest.mark.parametrize("code", [code for code in entities()])  # noqa: C416 - pytest wants a list
def test_every_entity_can_be_graded_and_cites_clauses(code):
    for neighbours in ((), ("patient_id",)):
        graded = grade_table("t", held(code, *neighbours))[0]
        assert graded.clauses
        assert all(why.zh and why.en for why in graded.reasons)


def test_every_clause_stands_in_the_catalogue():
    known = set(re.findall(r"^- id: (\S+)", CATALOGUE.read_text(encoding="utf-8"), re.MULTILINE)) | OTHER_LAW
    rules = resources.table("grading")
    cited = {
        clause
        for rule in (*rules["rule"], *rules["volume"], rules["floor"], rules["reference"])
        for clause in rule["clauses"]
    }
    assert not cited - known


def test_rules_and_terms_speak_of_entities_that_exist():
    known = set(entities())
    rules, names = resources.table("grading"), resources.table("column_names")
    said = {code for rule in (*rules["rule"], *rules["volume"]) for code in rule.get("entities", ())}
    said |= {code for codes in rules["link"].values() for code in codes} | set(rules["reference"]["entities"])
    said |= set(names["phrases"]) | set(names["weak"]) | {e for row in names["combine"].values() for e in row.values()}
    assert not said - known
