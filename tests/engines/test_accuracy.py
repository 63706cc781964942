"""The figures in docs/accuracy.md are those of the present scan, and the floor under them holds."""

import pytest

from engines import accuracy


@pytest.fixture(scope="module")
def mimic():
    return accuracy.mimic_profiles()


def test_the_page_says_what_a_fresh_measurement_says(mimic, monkeypatch):
    monkeypatch.setattr(accuracy, "mimic_profiles", lambda: mimic)
    assert accuracy.render() == accuracy.PAGE.read_text(encoding="utf-8"), "run: python tests/engines/accuracy.py"


def test_every_column_of_the_22_tables_is_labelled_and_scanned(mimic):
    assert len(mimic) == 22
    scanned = {(table, column) for table, profile in mimic.items() for column in profile.columns}
    assert scanned == set(accuracy.mimic_labels())


@pytest.mark.parametrize(
    "entity",
    [
        "patient_id",
        "visit_id",
        "staff_id",
        "free_text",
        "date",
        "timestamp",
        "diagnosis_code",
        "diagnosis_name",
        "drug_name",
        "drug_code",
        "date_of_death",
    ],
)
def test_the_main_kinds_of_mimic_are_called_what_they_are(mimic, entity):
    judged = [one for one in accuracy.judge_mimic(mimic) if entity in (one.truth, one.verdict.entity)]
    assert judged
    assert [one.place for one in judged if one.truth != one.verdict.entity] == []
