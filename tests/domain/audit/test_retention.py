"""A month leaves at the end of its retention, no sooner; what stays is proven, and no other gap is explained by it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import Error, connection, transaction

from ledger import Ledger
from xingdun.audit import retention, retired
from xingdun.audit import services as audit
from xingdun.audit.errors import MonthNotSealed, NoSuchMonth, RetentionTooShort
from xingdun.audit.export import export
from xingdun.audit.export_file import verify_export
from xingdun.audit.models import Entry, Leaf, Retirement
from xingdun.audit.trust import policy_of
from xingdun.frame.context import acting_in
from xingdun.frame.models import SEALER, WEB
from xingdun.kernel.crypto.signing import Signer
from xingdun.kernel.merkle.errors import LogMismatchError
from xingdun.kernel.merkle.note import NoteSigner

pytestmark = pytest.mark.django_db

NOW = datetime.now(UTC)
OLD = [date(NOW.year - 4, month, 1) for month in (1, 2, 3)]


def write(hospital, at, count=40):
    with transaction.atomic():
        for number in range(count):
            audit.record(actor=hospital.dso, action="test.write", about=f"test.thing:{number}", now=at)


def open_month(month):
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_month_open(%s)", [month])


def become(role):
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")


def tamper(statement):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        cursor.execute(statement)


@pytest.fixture
def aged(hospital, as_owner, tmp_path):
    """A ledger with three months of four years ago, whose borders interleave, and today's entries."""
    made = Ledger(tmp_path, hospital)
    made.signers = [NoteSigner("xingdun/test", Signer.generate(algorithm)) for algorithm in ("ed25519", "sm2")]
    with as_owner():
        made.running = made.sealer()
        made.running.open()
        for month in OLD:
            open_month(month)
        for month in OLD:
            start = retired.starts(month)
            write(hospital, start + timedelta(days=3))
            write(hospital, retired.ends(month) - timedelta(seconds=1), count=3)
            write(hospital, retired.ends(month) + timedelta(seconds=1), count=2)
            write(hospital, retired.ends(month) - timedelta(seconds=1), count=1)
            made.running.seal()
        write(hospital, NOW)
        made.running.seal()
        yield made


def retire(ledger, month, now=None):
    done = retention.month_retire(month=month, by="system:test", now=now or datetime.now(UTC))
    ledger.running.seal()
    return done


def test_the_numbers_carry_their_clauses():
    assert retired.at_least_months() == 6
    assert retired.kept_months() >= retired.at_least_months()
    assert retired.ends(date(2025, 12, 9)) == datetime(2026, 1, 1, tzinfo=retired.ZONE)
    assert retired.ends(date(2025, 8, 31), after_months=6) == datetime(2026, 3, 1, tzinfo=retired.ZONE)


def test_old_months_may_leave_and_young_ones_are_not_even_offered(aged):
    assert retention.months_past(now=NOW) == OLD


def test_a_month_leaves_and_the_rest_is_still_proven(aged):
    before = Entry.objects.count()
    done = retire(aged, OLD[0])
    assert done.entries == 44
    assert Entry.objects.count() == before - 44 + 1
    assert Leaf.objects.count() == before + 1
    report = aged.verify()
    assert report.sound, report.problems
    assert (report.retired, report.months) == (44, [f"{OLD[0]:%Y-%m}"])


def test_the_newest_order_explains_all_months_that_left(aged):
    for month in OLD:
        retire(aged, month)
    report = aged.verify()
    assert report.sound, report.problems
    assert report.months == [f"{month:%Y-%m}" for month in OLD]
    assert list(Retirement.objects.order_by("month").values_list("month", flat=True)) == OLD


@pytest.mark.parametrize("place", ["a month that stays", "between the runs of the month that left", "today"])
def test_an_entry_deleted_from_another_month_is_still_named(aged, place):
    retire(aged, OLD[0])
    entries = Entry.objects.order_by("id")
    month = retired.ends(OLD[0])
    victim = {
        "a month that stays": entries.filter(at__gt=month + timedelta(days=2)).first(),
        "between the runs of the month that left": entries.filter(at__gt=month).first(),
        "today": entries.filter(at=NOW).last(),
    }[place]
    tamper(f"DELETE FROM audit_entry WHERE id = {victim.pk}")
    problem = aged.verify().problems[0]
    assert (problem.kind, problem.entry) == ("deleted", victim.pk)


def test_an_order_that_claims_too_much_explains_nothing_young(aged):
    """Whoever owns the database may seal a false order; the neighbours of what it claims tell their true age."""
    victim = Entry.objects.order_by("id").last()
    index = Leaf.objects.get(entry_id=victim.pk).index
    false = {"month": f"{OLD[0]:%Y-%m}", "entries": 1, "at": audit.moment(NOW), "runs": [[index, index]]}
    with transaction.atomic(), acting_in(None):
        audit.record(
            actor="system:test", action=retired.RETIRE, about="audit.month:x", now=NOW, details={"retired": [false]}
        )
    aged.running.seal()
    tamper(f"DELETE FROM audit_entry WHERE id = {victim.pk}")
    problem = aged.verify().problems[0]
    assert (problem.kind, problem.entry) == ("deleted", victim.pk)


def test_an_order_that_was_altered_explains_nothing(aged):
    retire(aged, OLD[0])
    tamper("UPDATE audit_entry SET content = replace(content, '\"entries\":44', '\"entries\":45')")
    assert not aged.verify().sound


@pytest.mark.parametrize("months", [0, 1, 5, 6])
def test_a_young_month_is_refused(aged, months):
    young = retired.starts((NOW - timedelta(days=30 * months)).date()).date()
    open_month(young)
    with pytest.raises(RetentionTooShort):
        retention.month_retire(month=young, by="system:test", now=NOW)


def test_the_database_refuses_a_young_month_by_itself(aged):
    """Even the owner, through the one function that may drop a month, whatever the caller's clock says."""
    young = (NOW - timedelta(days=30)).date()
    open_month(young)
    with pytest.raises(Error, match="must be kept until"), transaction.atomic():
        retention.month_retire(month=young, by="system:test", now=NOW + timedelta(days=900))


def test_the_sealer_may_let_a_month_go_and_the_web_server_may_not(aged):
    become(WEB)
    with pytest.raises(Error, match="permission denied"), transaction.atomic():
        retention.month_retire(month=OLD[0], by="system:test", now=NOW)
    become(SEALER)
    assert retire(aged, OLD[0]).entries == 44


def test_a_month_with_unsealed_entries_stays(aged):
    write(aged.hospital, retired.starts(OLD[0]), count=1)
    with pytest.raises(MonthNotSealed):
        retention.month_retire(month=OLD[0], by="system:test", now=NOW)


def test_a_month_leaves_once(aged):
    retire(aged, OLD[0])
    with pytest.raises(NoSuchMonth):
        retire(aged, OLD[0])


def test_the_record_of_a_retirement_cannot_be_changed(aged):
    retire(aged, OLD[0])
    with pytest.raises(Error, match="append-only"), transaction.atomic():
        Retirement.objects.update(entries=1)


def test_a_leaf_past_the_newest_checkpoint_is_named(aged):
    last = Leaf.objects.order_by("-index").first()
    tamper("CREATE TEMP TABLE copied AS SELECT * FROM audit_entry ORDER BY id LIMIT 1")
    tamper("UPDATE copied SET id = 900000")
    tamper("INSERT INTO audit_entry SELECT * FROM copied")
    first = Leaf.objects.order_by("index").first()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_leaf VALUES (%s, 900000, now(), %s, %s)", [last.index + 1, first.sha256, first.sm3]
        )
    problem = aged.verify().problems[0]
    assert (problem.kind, problem.entry) == ("inserted", 900000)


def test_an_export_is_proven_whole_where_a_month_has_left(aged, tmp_path):
    retire(aged, OLD[0])
    size = export(tmp_path / "ledger.zip", keys=aged.keys)
    report, _ = verify_export(tmp_path / "ledger.zip", policy=policy_of(aged.keys))
    assert report.sealed == size == Leaf.objects.count()


def test_an_export_with_a_gap_that_no_order_explains_is_refused(aged, tmp_path):
    retire(aged, OLD[0])
    tamper(f"DELETE FROM audit_entry WHERE id = {Entry.objects.filter(at=NOW).latest('id').pk}")
    export(tmp_path / "ledger.zip", keys=aged.keys)
    with pytest.raises(LogMismatchError, match="no order explains"):
        verify_export(tmp_path / "ledger.zip", policy=policy_of(aged.keys))
