import time
from datetime import timedelta

import psycopg
import pytest
from django.db import transaction

from xingdun.access import services
from xingdun.access.enforcement import difference, snapshot
from xingdun.access.errors import (
    AlreadyClosed,
    AlreadyReviewed,
    KeysGoneCold,
    NotAdmissible,
    NotApproved,
    NotYours,
    OwnReview,
    SourceRefused,
)
from xingdun.access.models import Grant, Protection
from xingdun.audit.models import Entry
from xingdun.data import services as data
from xingdun.data.models import Column
from xingdun.keys import services as keys
from xingdun.organisation import services as organisation
from xingdun.organisation.selectors import roles_of

pytestmark = pytest.mark.django_db

COLUMNS = (("patient", "patient_id"), ("patient", "姓名"), ("patient", "身份证号"), ("visit", "诊断名称"))


@pytest.fixture
def opened(ask, approve, hospital):
    return services.grant_open(request=approve(ask(*COLUMNS)), by=hospital.applicant, now=hospital.now)


def test_through_a_window_values_are_masked_and_the_tables_out_of_reach(opened, through, id_number):
    with through(opened) as client:
        rows = client.execute("SELECT * FROM patient").fetchall()
        assert len(rows) == 300
        assert id_number(1) not in str(rows)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            client.execute("SELECT * FROM his.patient")


def test_a_row_rule_is_kept_by_the_database(ask, approve, hospital, through):
    rule = {"column": ("patient", "patient_id"), "operator": "<=", "values": ["10"]}
    request = approve(ask(*COLUMNS, rows=[rule]))
    opened = services.grant_open(request=request, by=hospital.applicant, now=hospital.now)
    with through(opened) as client:
        assert client.execute("SELECT count(*) FROM patient").fetchone() == (10,)


def test_a_revoked_window_ends_under_an_open_connection(opened, through, watch, hospital):
    with through(opened) as client:
        client.execute("SELECT 1")
        services.grant_close(grant=opened["grant"], reason="项目终止", by=hospital.dso, now=hospital.now)
        watch()
        with pytest.raises(psycopg.OperationalError):
            client.execute("SELECT count(*) FROM patient")
    with pytest.raises(psycopg.OperationalError), through(opened):
        pass
    grant = Grant.objects.get(pk=opened["grant"].pk)
    assert grant.gone_at
    assert Entry.objects.filter(under=grant.reference).order_by("-id").first().action == "grant.gone"
    with pytest.raises(AlreadyClosed):
        services.grant_close(grant=grant, reason="再次", by=hospital.dso, now=hospital.now)


def test_a_window_past_its_term_is_closed_by_the_watch(opened, through, watch):
    grant = opened["grant"]
    with through(opened) as client:
        watch(grant.expires_at + timedelta(seconds=1))
        with pytest.raises(psycopg.OperationalError):
            client.execute("SELECT 1")
    grant.refresh_from_db()
    assert (grant.ending, type(grant.request).objects.get(pk=grant.request_id).state) == ("expired", "ended")


def test_whoever_leaves_has_no_window(opened, through, watch, hospital):
    organisation.person_leave(person=hospital.applicant, by=hospital.system_admin, now=hospital.now)
    watch()
    with pytest.raises(psycopg.OperationalError), through(opened):
        pass
    assert Grant.objects.get(pk=opened["grant"].pk).ending == "left"


def test_whoever_is_suspended_has_no_window_and_decides_nothing(opened, through, watch, hospital):
    organisation.person_suspend(
        person=hospital.applicant, reason="异常行为调查", by=hospital.security_admin, now=hospital.now
    )
    watch()
    with pytest.raises(psycopg.OperationalError), through(opened):
        pass
    assert Grant.objects.get(pk=opened["grant"].pk).ending == "suspended"
    assert not roles_of(hospital.applicant, now=hospital.now)
    organisation.person_restore(person=hospital.applicant, by=hospital.security_admin, now=hospital.now)
    assert roles_of(hospital.applicant, now=hospital.now)


def test_only_the_applicant_opens_and_only_once(ask, approve, hospital):
    request = approve(ask(*COLUMNS))
    with pytest.raises(NotYours):
        services.grant_open(request=request, by=hospital.dso, now=hospital.now)
    services.grant_open(request=request, by=hospital.applicant, now=hospital.now)
    with pytest.raises(NotApproved):
        services.grant_open(request=request, by=hospital.applicant, now=hospital.now)


def test_what_is_not_approved_is_not_opened(ask, hospital):
    with pytest.raises(NotApproved):
        services.grant_open(request=ask(*COLUMNS), by=hospital.applicant, now=hospital.now)


def test_the_hospital_systems_own_roles_notice_nothing(ask, approve, hospital, clinic, through):
    with psycopg.connect(clinic, autocommit=True) as administrator:
        before = snapshot(administrator)
        opened = services.grant_open(request=approve(ask(*COLUMNS)), by=hospital.applicant, now=hospital.now)
        with through(opened) as client:
            client.execute("SELECT count(*) FROM patient")
        assert not difference(before, snapshot(administrator))


def test_a_source_that_changed_meanwhile_refuses_and_nothing_is_half_open(ask, approve, hospital, sql, clinic):
    request = approve(ask(*COLUMNS))
    sql("DROP TABLE his.visit")
    with pytest.raises(SourceRefused), transaction.atomic():
        services.grant_open(request=request, by=hospital.applicant, now=hospital.now)
    assert not Grant.objects.exists()
    with psycopg.connect(clinic) as administrator:
        assert administrator.execute("SELECT count(*) FROM xingdun.grants").fetchone() == (0,)


def test_what_is_done_comes_back_tied_to_the_grant_and_sealed(opened, through, watch, hospital, log_folder):
    Protection.objects.update(log_folder=str(log_folder))
    with through(opened) as client:
        client.execute("SELECT 姓名 FROM patient LIMIT 7")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            client.execute("SELECT * FROM his.visit")
    grant = opened["grant"]

    def uses():
        watch()
        return list(Entry.objects.filter(under=grant.reference, action="data.use").order_by("id"))

    told = eventually(uses, lambda found: len(found) >= 2)
    assert [use.outcome for use in told[-2:]] == ["done", "failed"]
    assert "LIMIT 7" not in told[-2].content
    words = keys.open_personal_words(hospital.institution.pk, told[-2].sealed)
    assert words == "SELECT 姓名 FROM patient LIMIT 7"
    assert len(uses()) == len(told)


def eventually(look, holds, *, seconds=240):
    """What `look` finds once it `holds`: the source's log is written by a process of its own."""
    ends = time.monotonic() + seconds
    while not holds(found := look()) and time.monotonic() < ends:
        time.sleep(0.1)
    return found


class TestTwoKeys:
    """C2 data open when two distinct key holders have turned their keys (DIGITAL-4.3.2a)."""

    @pytest.fixture
    def important(self, protected, hospital):
        """The diagnosis graded C2."""
        column = Column.objects.get(dataset__name="visit", name="诊断名称")
        data.column_override(
            column=column,
            business="clinical",
            subject=["C1", "C2"],
            sensitivity="internal",
            level=4,
            national_class="important",
            reason="罕见病诊断",
            by=hospital.dso,
            now=hospital.now,
        )

    @pytest.fixture
    def asked(self, important, key_holders, ask):
        return ask(*COLUMNS)

    def test_one_key_is_not_enough(self, asked, approve, hospital, key_holders):
        request = approve(asked, hospital.department_head, hospital.dso, key_holders[0])
        with pytest.raises(NotApproved):
            services.grant_open(request=request, by=hospital.applicant, now=hospital.now)

    def test_two_keys_open(self, asked, approve, hospital, key_holders):
        request = approve(asked, hospital.department_head, hospital.dso, *key_holders)
        assert services.grant_open(request=request, by=hospital.applicant, now=hospital.now)["password"]

    def test_keys_turned_long_ago_do_not(self, asked, approve, hospital, key_holders):
        request = approve(asked, hospital.department_head, hospital.dso, *key_holders)
        with pytest.raises(KeysGoneCold):
            services.grant_open(request=request, by=hospital.applicant, now=hospital.now + timedelta(hours=9))

    def test_break_glass_never_skips_the_locks(self, important, protected, hospital):
        with pytest.raises(NotAdmissible):
            services.grant_break_glass(
                source=protected,
                columns=Column.objects.filter(dataset__name="visit"),
                patient={"column": "patient_id", "values": ["7"]},
                reason="抢救",
                by=hospital.applicant,
                now=hospital.now,
            )


class TestBreakGlass:
    @pytest.fixture
    def opened(self, protected, hospital):
        return services.grant_break_glass(
            source=protected,
            columns=Column.objects.filter(dataset__name="patient"),
            patient={"column": "patient_id", "values": ["7"]},
            reason="患者昏迷,需既往史",
            by=hospital.applicant,
            now=hospital.now,
        )

    def test_it_opens_at_once_for_one_patient_in_clear(self, opened, through, id_number):
        with through(opened) as client:
            rows = client.execute("SELECT * FROM patient").fetchall()
        assert len(rows) == 1
        assert id_number(7) in rows[0]

    def test_it_must_be_reviewed_within_72_hours_by_somebody_else(self, opened, hospital):
        grant = opened["grant"]
        assert grant.review_due_at == hospital.now + timedelta(hours=72)
        with pytest.raises(OwnReview):
            services.grant_review(grant=grant, justified=True, comment="是", by=hospital.applicant, now=hospital.now)
        services.grant_review(grant=grant, justified=True, comment="属实", by=hospital.dso, now=hospital.now)
        with pytest.raises(AlreadyReviewed):
            services.grant_review(grant=grant, justified=False, comment="再审", by=hospital.dso, now=hospital.now)

    def test_a_review_that_is_late_is_found(self, opened, hospital):
        from scenarios import state
        from xingdun.access.checks import emergencies_are_reviewed
        from xingdun.frame.checks import Facts

        late = Facts(hospital.institution.pk, hospital.now + timedelta(hours=73))
        assert state(next(emergencies_are_reviewed(late)), late.now) == "broken"
        services.grant_review(grant=opened["grant"], justified=True, comment="属实", by=hospital.dso, now=late.now)
        assert state(next(emergencies_are_reviewed(late)), late.now) == "met"
