"""Deciding on grades: confirm, decide otherwise with a reason, send back; what counts meanwhile; history."""

import pytest
from django.db import IntegrityError, connection, transaction

from xingdun.audit.models import Entry
from xingdun.data import grades, selectors, services
from xingdun.data.errors import (
    ColumnIsGone,
    NothingToConfirm,
    ReasonMissing,
    StateSecretRefused,
    StateSecretUnanswered,
)
from xingdun.data.models import Column, GradeDecision, ScanTable
from xingdun.frame.errors import BadInput

pytestmark = pytest.mark.django_db

LOOSER = {"business": "operations", "subject": [], "sensitivity": "public", "level": 1, "national_class": "general"}


@pytest.fixture
def number(scanned, column):
    """The column of identity numbers."""
    return column("patient", "身份证号")


@pytest.fixture
def act(hospital):
    """Who decides, and when."""
    return {"by": hospital.dso, "now": hospital.now}


def test_confirming_makes_the_suggestion_count(number, act):
    services.column_confirm(column=number, **act)
    number.refresh_from_db()
    assert (number.state, number.decided_by) == (Column.State.CONFIRMED, act["by"])
    assert grades.read(number) == grades.read(number, "confirmed_") == grades.read(number, "suggested_")
    assert number.dataset.columns.exclude(state=Column.State.CONFIRMED).count() == 4
    assert selectors.datasets().get(pk=number.dataset_id).columns_open == 4


def test_deciding_otherwise_takes_a_reason_and_leaves_the_suggestion_visible(number, act):
    with pytest.raises(ReasonMissing):
        services.column_override(column=number, **LOOSER, reason="  ", **act)
    services.column_override(column=number, **LOOSER, reason="测试数据，非真实个人", **act)
    number.refresh_from_db()
    assert (number.level, number.sensitivity, number.holds_c1) == (1, "public", False)
    assert number.suggested_subject == ["C1"]
    entry = Entry.objects.order_by("-id").first()
    assert entry.details == {
        "grade": "operations - public 1 general",
        "suggested": grades.shown(grades.read(number, "suggested_")),
    }
    assert "测试数据" not in entry.content  # a person's words are sealed
    assert entry.sealed


def test_sending_back_keeps_the_stricter(number, act, scanned, scan):
    services.column_override(column=number, **LOOSER, reason="误判", **act)
    services.column_send_back(column=number, reason="请信息中心核实", **act)
    number.refresh_from_db()
    assert (number.state, number.level, number.confirmed_level) == (Column.State.SENT_BACK, 4, None)
    scan(scanned)
    number.refresh_from_db()
    assert number.state == Column.State.SUGGESTED
    kinds = [one.kind for one in number.decisions.order_by("number")]
    assert kinds == ["overridden", "sent_back", "reopened"]


def test_a_whole_dataset_is_confirmed_at_once(number, act):
    services.column_send_back(column=number, reason="核实", **act)
    dataset = services.dataset_confirm(dataset=number.dataset, **act)
    assert dataset.columns_open == 1  # what was sent back stays
    with pytest.raises(NothingToConfirm):
        services.dataset_confirm(dataset=dataset, **act)


def test_a_datasets_grade_is_the_union_of_its_columns(number, act):
    services.column_override(
        column=number,
        business="research",
        subject=["C2", "C3"],
        sensitivity="internal",
        level=5,
        national_class="important",
        reason="含基因样本编号",
        **act,
    )
    dataset = selectors.datasets().get(pk=number.dataset_id)
    assert dataset.subject == ["C1", "C2", "C3"]
    assert (dataset.level, dataset.national_class) == (5, "important")
    assert (dataset.holds_c1, dataset.holds_c2, dataset.holds_c3) == (True, True, True)
    assert "research" in dataset.business_classes
    assert selectors.grade_of(dataset.columns.all()).subject == ("C1", "C2", "C3")


def test_confidential_asks_whether_it_is_a_state_secret(number, act):
    wanted = LOOSER | {"sensitivity": "confidential", "reason": "涉密项目"}
    with pytest.raises(StateSecretUnanswered):
        services.column_override(column=number, **wanted, **act)
    with pytest.raises(StateSecretRefused) as refused:
        services.column_override(column=number, **wanted, state_secret=True, **act)
    assert "MEASURES-33a" in refused.value.clauses
    services.column_override(column=number, **wanted, state_secret=False, **act)
    Column.objects.filter(pk=number.pk).update(
        suggested_sensitivity="confidential",
        state="suggested",
        confirmed_business="",
        confirmed_subject=[],
        confirmed_sensitivity="",
        confirmed_level=None,
        confirmed_national_class="",
        decided_by=None,
        decided_at=None,
        decided_reason="",
    )
    with pytest.raises(StateSecretUnanswered):
        services.dataset_confirm(dataset=number.dataset, **act)
    assert services.dataset_confirm(dataset=number.dataset, state_secret=False, **act).columns_open == 0


def test_an_axis_has_its_places_and_no_others(number, act):
    for axis, value in (
        ("business", "gossip"),
        ("subject", ["C4"]),
        ("sensitivity", "secret"),
        ("level", 6),
        ("level", 0),
        ("national_class", "vital"),
    ):
        with pytest.raises(BadInput):
            services.column_override(column=number, **(LOOSER | {axis: value}), reason="x", **act)
        with pytest.raises(IntegrityError), transaction.atomic():
            Column.objects.filter(pk=number.pk).update(**{axis: value})


def test_the_database_refuses_half_a_decision(number):
    for half in ({"state": "confirmed"}, {"state": "overridden", "confirmed_level": 3}, {"confirmed_level": 3}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Column.objects.filter(pk=number.pk).update(**half)


def test_a_gone_column_is_not_decided_on(number, act, scanned, scan, sql):
    sql("ALTER TABLE his.patient DROP COLUMN 身份证号")
    scan(scanned)
    with pytest.raises(ColumnIsGone):
        services.column_confirm(column=number, **act)


def test_history_is_only_added(number, act):
    services.column_confirm(column=number, **act)
    for statement in ("UPDATE data_gradedecision SET level = 1", "DELETE FROM data_gradedecision"):
        with pytest.raises(Exception, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert GradeDecision.objects.get().level == 4


def test_a_dataset_is_put_under_its_department(number, act, hospital):
    services.dataset_assign(dataset=number.dataset, department=hospital.departments["RES"], **act)
    assert selectors.datasets().get(pk=number.dataset_id).department == hospital.departments["RES"]


def test_each_institution_sees_its_own(number, hospital):
    other = hospital.other
    with other.acting():
        for rows in (selectors.sources, selectors.scans, selectors.datasets, selectors.columns, selectors.decisions):
            assert not rows().exists()
        for model in (Column, ScanTable):
            assert not model.objects.exists()  # without the query's own filter row security says the same
        assert not Column.objects.filter(pk=number.pk).update(level=1)
        assert selectors.datasets_by("level") == []
    assert selectors.columns().count() == 11
