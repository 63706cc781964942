"""An entry travels with what follows it; what the database refuses undoes the write it tells."""

import psycopg
import pytest
from django.db import DataError, OperationalError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from xingdun.audit import services as audit
from xingdun.audit.models import Entry, Pending
from xingdun.organisation.models import Person
from xingdun.organisation.services import person_update

pytestmark = pytest.mark.django_db

TOO_LONG = "x" * 81


class StoppedError(Exception):
    """The caller changes its mind."""


@pytest.fixture
def tell(hospital):
    """Write one entry about the hospital's data security officer."""

    def told(action, **facts):
        return audit.record(
            **{"actor": hospital.dso, "about": hospital.dso, "now": hospital.now} | facts, action=action
        )

    return told


@pytest.fixture
def rename(hospital, tell):
    """Change a name and tell it, in one transaction, or in a savepoint of the one that runs."""

    @transaction.atomic
    def renamed(action, then=lambda _: None, **facts):
        Person.objects.filter(pk=hospital.dso.pk).update(name="改过")
        then(tell(action, **facts))

    return renamed


def stop(_):
    raise StoppedError


def name_of(person):
    return Person.objects.get(pk=person.pk).name


def actions():
    return list(Entry.objects.filter(action__startswith="test.").order_by("id").values_list("action", flat=True))


@pytest.mark.django_db(transaction=True)
def test_an_entry_that_is_refused_at_the_commit_undoes_its_write_and_the_caller_hears_why(hospital, rename):
    entries, name = Entry.objects.count(), hospital.dso.name
    with pytest.raises(DataError, match="too long"):
        rename(TOO_LONG)
    with pytest.raises(ProgrammingError, match="row-level security"):
        rename("test.other", about=hospital.other.institution)
    with pytest.raises(DataError, match="NUL"):
        rename("test.\0")
    assert Entry.objects.count() == entries
    assert name_of(hospital.dso) == name

    person_update(person=hospital.dso, by=hospital.dso, now=hospital.now, name="改过")
    assert Entry.objects.order_by("id").last().action == "person.update"
    assert name_of(hospital.dso) == "改过"


@pytest.mark.django_db(transaction=True)
def test_entries_of_one_write_are_committed_in_order_and_wait_for_the_sealer(hospital, tell):
    waiting = Pending.objects.count()
    with transaction.atomic():
        Person.objects.filter(pk=hospital.dso.pk).update(name="改过")
        first, second = tell("test.first", details={"said": "'; DROP TABLE \\'%s"}), tell("test.second")
        transaction.on_commit(lambda: afterwards(tell))
    assert actions() == ["test.first", "test.second", "test.afterwards"]
    assert first.pk < second.pk
    assert Entry.objects.get(pk=first.pk).details == {"said": "'; DROP TABLE \\'%s"}
    assert Pending.objects.count() == waiting + 3


@transaction.atomic
def afterwards(tell):
    tell("test.afterwards")


@pytest.mark.django_db(transaction=True)
def test_what_is_raised_after_an_entry_leaves_none_and_no_entry_slips_into_the_next_write(rename):
    recorded = []
    with pytest.raises(StoppedError):
        rename("test.stopped", then=lambda entry: stop(recorded.append(entry)))
    with pytest.raises(RuntimeError, match="rolled back"):
        _ = recorded[0].pk
    rename("test.next")
    assert actions() == ["test.next"]


@pytest.mark.django_db(transaction=True)
def test_a_server_that_goes_away_before_the_commit_takes_the_write_with_it(hospital, rename, postgres_server):
    def go_away(_):
        with psycopg.connect(postgres_server.url(), autocommit=True) as superuser:
            superuser.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])

    with pytest.raises(OperationalError):
        rename("test.lost", then=go_away)
    assert actions() == []
    assert name_of(hospital.dso) == hospital.dso.name


def test_a_savepoint_takes_back_its_own_entries_alone(hospital, tell, rename):
    def go_on(_):
        rename("test.inmost")
        tell("test.last")
        raise StoppedError

    tell("test.before")
    with pytest.raises(StoppedError):
        rename("test.inside", then=go_on)
    tell("test.after")
    assert actions() == ["test.before", "test.after"]
    assert name_of(hospital.dso) == hospital.dso.name


def test_a_savepoint_taken_back_is_not_held_up_by_an_entry_that_would_be_refused(tell, rename):
    with pytest.raises(StoppedError):
        rename(TOO_LONG, then=stop)
    tell("test.after")
    assert actions() == ["test.after"]


def test_an_entry_refused_in_a_savepoint_takes_that_savepoint_back(hospital, tell, rename):
    tell("test.before")
    with pytest.raises(DataError):
        rename(TOO_LONG)
    tell("test.after")
    assert actions() == ["test.before", "test.after"]
    assert name_of(hospital.dso) == hospital.dso.name


def test_an_entry_is_there_for_whatever_asks_next(hospital, tell):
    with connection.cursor() as opened_before:
        recorded = tell("test.asked")
        opened_before.execute("SELECT max(id) FROM audit_entry")
        assert opened_before.fetchone() == (recorded.pk,)
    assert recorded.reference == f"audit.entry:{recorded.pk}"
    for number in range(250):
        tell(f"test.{number}")
    assert actions() == ["test.asked", *(f"test.{number}" for number in range(250))]


def test_an_entry_goes_before_statements_that_do_not_wait_for_each_other(tell):
    first = tell("test.first")
    with connection.cursor() as cursor, connection.connection.pipeline():
        cursor.execute("SELECT count(*) FROM audit_entry WHERE action = 'test.first'")
        inside = tell("test.inside")
        assert cursor.fetchone() == (1,)
    with connection.cursor() as cursor:
        second = tell("test.second")
        cursor.executemany("SELECT set_config('application_name', %s, true)", [("one",), ("two",)])
    assert first.pk < inside.pk < second.pk
    assert actions() == ["test.first", "test.inside", "test.second"]


def test_who_watches_the_queries_sees_the_entry(hospital, tell):
    with CaptureQueriesContext(connection) as seen:
        tell("test.seen")
    assert "INSERT INTO audit_entry" in seen.captured_queries[0]["sql"]


def test_a_session_whose_statements_were_dropped_prepares_again(tell, rename):
    tell("test.prepared")
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    with pytest.raises(ProgrammingError, match="does not exist"):
        rename("test.unknown")
    tell("test.known")
    assert actions() == ["test.prepared", "test.known"]
