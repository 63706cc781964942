import pytest
from django.db import IntegrityError, transaction

from xingdun.access import services
from xingdun.access.errors import CannotWithdraw, NotAdmissible, NothingAsked, NotYours, WidensRequest
from xingdun.access.models import Request
from xingdun.approvals.errors import ApproverIsApplicant, DecidedAlready, NoApprover, NotYourTurn
from xingdun.approvals.models import Decision, Process
from xingdun.approvals.selectors import waiting_for
from xingdun.audit.models import Entry
from xingdun.frame.roles import Role
from xingdun.organisation import services as organisation

pytestmark = pytest.mark.django_db

PATIENT = (("patient", "姓名"), ("patient", "身份证号"))


def test_a_request_for_personal_data_goes_to_the_department_then_the_dso(ask, hospital):
    request = ask(*PATIENT)
    process = Process.objects.get(about=request.reference)
    assert [step.role for step in process.steps.all()] == ["department_head", "dso"]
    assert process in waiting_for(hospital.department_head, now=hospital.now)
    assert process not in waiting_for(hospital.dso, now=hospital.now)


def test_approved_by_both_it_can_be_opened(ask, approve):
    assert approve(ask(*PATIENT)).state == Request.State.APPROVED


def test_nobody_approves_their_own_request(ask, hospital):
    hospital.person("second-head", Role.DEPARTMENT_HEAD, department="MED")
    request = ask(*PATIENT, by=hospital.department_head)
    with pytest.raises(ApproverIsApplicant):
        services.request_approve(request=request, by=hospital.department_head, now=hospital.now)


def test_the_database_itself_refuses_a_decision_by_the_applicant(ask, hospital):
    process = Process.objects.get(about=ask(*PATIENT).reference)
    with pytest.raises(IntegrityError, match=r"applicant_(does_not_decide|has_no_seat)"), transaction.atomic():
        Decision.objects.create(
            institution=hospital.institution,
            process=process,
            step=process.steps.first(),
            requested_by=hospital.applicant,
            person=hospital.applicant,
            seat=hospital.applicant,
            approves=True,
            content_digest=process.content_digest,
            at=hospital.now,
        )


def test_nobody_counts_twice(ask, hospital):
    hospital.appoint(hospital.department_head, Role.DSO)
    request = ask(*PATIENT)
    services.request_approve(request=request, by=hospital.department_head, now=hospital.now)
    with pytest.raises(DecidedAlready):
        services.request_approve(request=request, by=hospital.department_head, now=hospital.now)


def test_steps_come_in_their_order(ask, hospital):
    with pytest.raises(NotYourTurn):
        services.request_approve(request=ask(*PATIENT), by=hospital.dso, now=hospital.now)


def test_an_empty_list_of_approvers_refuses(ask, hospital):
    organisation.person_leave(person=hospital.dso, by=hospital.system_admin, now=hospital.now)
    with pytest.raises(NoApprover):
        ask(*PATIENT)
    assert not Request.objects.exists()


def test_a_refusal_says_why_and_ends_it(ask, hospital):
    request = services.request_refuse(
        request=ask(*PATIENT), reason="范围过大", by=hospital.department_head, now=hospital.now
    )
    assert request.state == Request.State.REFUSED
    with pytest.raises(CannotWithdraw):
        services.request_withdraw(request=request, by=hospital.applicant, now=hospital.now)


def test_an_approver_cuts_columns_and_days_and_never_widens(ask, hospital):
    request = ask(*PATIENT)
    cut = request.columns.get(column__name="身份证号")
    request = services.request_approve(
        request=request, by=hospital.department_head, now=hospital.now, cut=[cut.pk], days=3
    )
    assert request.days == 3
    assert list(request.columns.filter(cut_by__isnull=True).values_list("column__name", flat=True)) == ["姓名"]
    with pytest.raises(WidensRequest):
        services.request_approve(request=request, by=hospital.dso, now=hospital.now, days=30)
    rest = request.columns.get(column__name="姓名")
    with pytest.raises(NothingAsked):
        services.request_approve(request=request, by=hospital.dso, now=hospital.now, cut=[rest.pk])


def test_a_purpose_without_its_legal_basis_is_refused_with_nothing_written(ask):
    with pytest.raises(NotAdmissible):
        ask(*PATIENT, purpose="quality", legal_basis="consent")
    assert not Request.objects.exists()


def test_personal_data_do_not_leave_the_institution_in_clear(ask):
    with pytest.raises(NotAdmissible) as refused:
        ask(*PATIENT, recipient="outside", recipient_name="某大学")
    assert "DIGITAL-4.3.1a" in refused.value.explain().what


def test_a_request_names_columns(ask):
    with pytest.raises(NothingAsked):
        ask()


def test_only_the_applicant_withdraws(ask, hospital):
    request = ask(*PATIENT)
    with pytest.raises(NotYours):
        services.request_withdraw(request=request, by=hospital.dso, now=hospital.now)
    assert services.request_withdraw(request=request, by=hospital.applicant, now=hospital.now).state == "withdrawn"


def test_every_act_is_in_the_ledger_and_the_reason_is_sealed(ask, approve):
    request = approve(ask(*PATIENT))
    acts = list(Entry.objects.filter(about=request.reference).order_by("id").values_list("action", flat=True))
    assert acts == ["request.create", "request.approved"]
    assert not Entry.objects.filter(content__contains="回顾性研究").exists()
