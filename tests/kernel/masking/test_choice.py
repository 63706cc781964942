"""Which mask a column gets, by what it holds, its grade and the purpose."""

from datetime import date

import pytest

from xingdun.kernel.discovery.entities import entities
from xingdun.kernel.masking import (
    AddressToCity,
    AgeBand,
    Clear,
    DateTo,
    KeepEnds,
    Null,
    NumberBand,
    Pseudonym,
    Redact,
    choose_mask,
)

AS_OF = date(2026, 11, 22)
PURPOSES = "care quality payment operations research teaching public_health supervision maintenance".split()  # noqa: SIM905 - a list of words


def mask(entity, purpose, *, subjects=("C1",), sensitivity="internal"):
    identifier = entities()[entity].identifier
    chosen = choose_mask(
        entity=entity,
        identifier=identifier,
        subjects=frozenset(subjects),
        sensitivity=sensitivity,
        purpose=purpose,
        as_of=AS_OF,
    )
    assert chosen.clauses
    return chosen.mask


@pytest.mark.parametrize(
    ("entity", "purpose", "expected"),
    [
        ("person_name", "care", Clear()),
        ("person_name", "research", Null()),
        ("person_name", "quality", KeepEnds(1, 0)),
        ("mobile_phone", "supervision", KeepEnds(3, 4)),
        ("resident_id", "research", Pseudonym()),
        ("patient_id", "research", Pseudonym()),
        ("patient_id", "quality", Clear()),
        ("address", "research", AddressToCity()),
        ("date_of_birth", "research", AgeBand(AS_OF)),
        ("date_of_birth", "quality", DateTo("year")),
        ("age", "research", NumberBand(10, 90)),
        ("timestamp", "research", DateTo("month")),
        ("free_text", "quality", Redact()),
        ("free_text", "research", Null()),
        ("diagnosis_code", "research", Clear()),
        ("diagnosis_code", "maintenance", Null()),
        ("gene_sequence", "research", Clear()),
        ("gene_sequence", "teaching", Null()),
        ("category", "maintenance", Clear()),
        ("unclassified", "research", Null()),
    ],
)
def test_a_column_is_shown_by_entity_and_purpose(entity, purpose, expected):
    assert mask(entity, purpose) == expected


def test_a_password_is_shown_to_nobody():
    assert {mask(entity, purpose) for entity in ["credential", "biometric"] for purpose in PURPOSES} == {Null()}


def test_a_confidential_identity_is_not_even_a_pseudonym():
    assert mask("resident_id", "research", sensitivity="confidential") == Null()


def test_an_epidemic_report_names_the_sick():
    assert mask("person_name", "public_health", subjects=("C1", "C3")) == Clear()
    assert mask("person_name", "public_health") == KeepEnds(1, 0)


def test_no_direct_identifier_is_clear_for_research():
    for code, entity in entities().items():
        if entity.identifier == "direct":
            assert mask(code, "research") in {Null(), Pseudonym(), AddressToCity()}, code


def test_what_no_rule_knows_is_not_shown():
    chosen = choose_mask(
        entity="new", identifier="unheard", subjects=frozenset(), sensitivity="public", purpose="care?", as_of=AS_OF
    )
    assert (chosen.mask, chosen.rule) == (Null(), "no-rule")
