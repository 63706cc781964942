"""The route of a request: who must act, in which order, and what nobody can approve."""

import dataclasses
import re

import pytest

from xingdun.kernel.policy import RequestFacts, decide, request_policy, route

RESEARCH = RequestFacts(
    purpose="research",
    legal_basis="ethics_approval",
    recipient="institution",
    departments_in_charge=("cardiology",),
    business=frozenset({"research"}),
    subjects=frozenset({"C1"}),
    sensitivity="internal",
    period_days=30,
    project=True,
)


def asked(**changes):
    return route(dataclasses.replace(RESEARCH, **changes))


def roles(found):
    assert not found.refusals
    return [step.role for step in found.steps]


def refusals(**changes):
    found = asked(**changes)
    assert found.steps == ()
    return {refused.rule for refused in found.refusals}


def test_whoever_is_in_charge_reviews_then_the_dso():
    assert roles(asked()) == ["department_head", "dso"]


def test_each_department_in_charge_reviews():
    found = asked(departments_in_charge=("cardiology", "laboratory"))
    assert [(s.role, s.department) for s in found.steps] == [
        ("department_head", "cardiology"),
        ("department_head", "laboratory"),
        ("dso", None),
    ]


def test_legal_reviews_a_recipient_outside():
    found = asked(recipient="outside", anonymised=True, agreement=True)
    assert roles(found) == ["department_head", "dso", "legal"]
    assert found.steps[-1].clauses == ("DIGITAL-5.1.2d",)


def test_c2_needs_two_distinct_key_holders_when_it_opens():
    step = asked(subjects=frozenset({"C1", "C2"})).steps[-1]
    assert (step.role, step.quorum, step.distinct, step.acts) == ("key_holder", 2, True, "grant")
    assert step.clauses == ("DIGITAL-4.3.2a",)


def test_c3_is_for_authorised_bodies_only():
    assert "c3-authorised-bodies" in refusals(subjects=frozenset({"C3"}))
    assert roles(asked(subjects=frozenset({"C3"}), recipient_authorised=True)) == ["department_head", "dso"]


def test_c3_never_leaves_the_country_whatever_is_recorded():
    everything = {name.name: True for name in dataclasses.fields(RequestFacts) if name.type in {bool, "bool"}} | {
        "state_secret": False,
        "break_glass": False,
    }
    assert refusals(**everything, subjects=frozenset({"C3"}), recipient="abroad") == {"c3-stays-in-the-country"}


def test_c2_goes_abroad_only_after_both_assessments():
    abroad = {"subjects": frozenset({"C2"}), "recipient": "abroad", "agreement": True, "anonymised": True}
    assert "c2-abroad" in refusals(**abroad, export_assessment=True)
    assert "c2-abroad" in refusals(**abroad, provincial_assessment=True)
    assert roles(asked(**abroad, export_assessment=True, provincial_assessment=True))[-1] == "key_holder"


def test_confidential_needs_a_state_approval():
    assert refusals(sensitivity="confidential") == {"confidential-state-approval"}
    assert roles(asked(sensitivity="confidential", state_approval=True)) == ["department_head", "dso"]


def test_a_state_secret_is_refused():
    assert "state-secret" in refusals(state_secret=True)


def test_internal_and_personal_data_stay_inside():
    assert refusals(recipient="outside", agreement=True) == {"internal-stays-inside", "c1-across-institutions"}


def test_a_referral_with_consent_goes_out_identified():
    found = asked(purpose="care", legal_basis="consent", recipient="outside", consented=True, agreement=True)
    assert roles(found) == ["department_head", "dso", "legal"]


def test_an_outsider_signs_an_agreement_first():
    assert "outside-needs-agreement" in refusals(recipient="outside", anonymised=True)


@pytest.mark.parametrize(
    ("purpose", "basis"), [("research", "contract"), ("care", "statutory_duty"), ("maintenance", "contract")]
)
def test_a_purpose_without_its_legal_basis_is_refused(purpose, basis):
    assert refusals(purpose=purpose, legal_basis=basis) == {"no-permit"}


def test_research_has_a_project():
    assert refusals(project=False) == {"no-permit"}


def test_data_nobody_is_in_charge_of_cannot_be_asked_for():
    assert refusals(departments_in_charge=()) == {"nobody-in-charge"}


def test_a_grant_has_a_longest_period():
    assert refusals(period_days=91) == {"longest-period"}
    assert roles(asked(period_days=90))


BREAK_GLASS = {
    "purpose": "care",
    "legal_basis": "vital_interest",
    "break_glass": True,
    "treating": True,
    "period_days": 1,
}


def test_break_glass_asks_nobody_first_and_is_reviewed_within_72_hours():
    (step,) = asked(**BREAK_GLASS).steps
    assert (step.role, step.acts, step.within_hours) == ("dso", "review", 72)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"treating": False}, "break-glass-treating"),
        ({"purpose": "research", "legal_basis": "consent"}, "break-glass-treating"),
        ({"recipient": "outside"}, "break-glass-treating"),
        ({"subjects": frozenset({"C2"})}, "break-glass-c1-only"),
        ({"subjects": frozenset({"C3"}), "recipient_authorised": True}, "break-glass-c3"),
        ({"period_days": 2}, "break-glass-short"),
    ],
)
def test_break_glass_is_narrow(changes, rule):
    assert rule in refusals(**(BREAK_GLASS | changes))


def test_every_rule_gives_its_reason_in_both_languages_and_its_clauses():
    for rule in request_policy().rules:
        assert set(rule.reason) == {"en", "zh"}
        assert re.search("[一-龥]", rule.reason["zh"])
        assert all(re.fullmatch(r"(MEASURES|DIGITAL|INTERNET|NEWS)-[0-9a-z.]+", clause) for clause in rule.clauses)
        assert rule.clauses


def test_a_decision_lists_what_fired():
    decision = decide(RESEARCH)
    assert decision.allowed
    assert [rule.id for rule in decision.fired] == ["research", "department-head", "dso"]
