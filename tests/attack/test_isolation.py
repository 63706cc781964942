"""Institutions apart, administrators apart, the ledger untouched: held by the database, whatever the program asks."""

from contextlib import contextmanager

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, models, transaction

from xingdun.approvals import services as approvals
from xingdun.approvals.selectors import processes
from xingdun.audit.models import Entry
from xingdun.frame.context import SETTING, acting_in
from xingdun.frame.ids import uuid7
from xingdun.frame.models import SEALER, WEB
from xingdun.frame.roles import SEPARATED, Role
from xingdun.frame.security import institution_column, own_models
from xingdun.keys import services as keys
from xingdun.organisation import services
from xingdun.organisation.errors import Taken
from xingdun.organisation.models import Account, Appointment, Department, Person

pytestmark = pytest.mark.django_db
VISIBLE = f"NULLIF(current_setting('{SETTING}'::text, true), ''::text))::uuid"


def ask(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else cursor.rowcount


@contextmanager
def refused(*kinds):
    """The database refuses what is done here, and the transaction around it goes on."""
    with pytest.raises(kinds or ProgrammingError), transaction.atomic():
        yield


def held():
    """Every table that says whose its rows are, with that column; accounts are looked at by themselves."""
    named = [(model, institution_column(model)) for model in own_models() if model is not Account]
    return [(model, column) for model, column in named if column]


@pytest.fixture
def two(hospital):
    """Both institutions have departments, people, roles, keys, approvals and ledger entries."""
    for one in (hospital, hospital.other):
        with one.acting():
            services.department_create(code="ICU", name="重症医学科", by=one.system_admin, now=one.now)
            keys.seal(institution=one.institution.pk, purpose="test", plaintext=b"x", place=("x",))
            approvals.process_open(
                about=one.departments["MED"],
                title="t",
                content={"a": 1},
                steps=[approvals.StepWanted(Role.DSO)],
                by=one.applicant,
                now=one.now,
            )
    return hospital


def test_every_table_with_an_institution_is_guarded(hospital):
    for model, column in held():
        table = model._meta.db_table
        ((secured, owner),) = ask(
            "SELECT relrowsecurity, pg_get_userbyid(relowner) FROM pg_class WHERE oid = %s::regclass", table
        )
        assert secured, table
        assert owner not in (WEB, SEALER), table
        policies = ask("SELECT roles::text[], cmd, qual, with_check FROM pg_policies WHERE tablename = %s", table)
        web = [(command, using, check) for roles, command, using, check in policies if roles == [WEB]]
        assert len(web) == 1, table
        command, using, check = web[0]
        assert command == "ALL", table
        assert using == check == f"({column} = ({VISIBLE})", table
        assert all(roles == [SEALER] for roles, *_ in policies if roles != [WEB]), table


def test_every_own_table_is_guarded_or_says_why_not():
    """Tables without an institution are named here, so that a new one is thought about."""
    open_tables = {model._meta.label for model in own_models() if not institution_column(model)}
    assert open_tables == {
        "organisation.Token",  # asked before anyone is known; digests only
        "identity.CachedValue",  # failed sign-ins by digest
        "audit.Pending",  # numbers of entries
        "audit.Leaf",  # hashes of entries
        "audit.Checkpoint",  # the tree is one for all
        "keys.SigningKey",  # the platform's own; the private half is sealed
        "audit.Retirement",  # months of entries that left
        "obligations.CatalogueVersion",  # the platform's texts of the law
    }


def test_without_a_filter_nothing_of_the_others_is_seen(two):
    theirs = two.other.institution.pk
    for model, column in held():
        assert not model._default_manager.filter(**{column: theirs}).exists(), model
        ((count,),) = ask(f'SELECT count(*) FROM "{model._meta.db_table}" WHERE "{column}" <> %s', two.institution.pk)
        assert count == 0, model
    for model in (Person, Department, Appointment, Entry):
        assert model.objects.count() > 0


def test_each_sees_its_own(two):
    for one in (two, two.other):
        with one.acting():
            assert {person.institution_id for person in Person.objects.all()} == {one.institution.pk}
            assert Entry.objects.filter(action="department.create").count() == 1


def test_accounts_are_seen_by_nobody_yet_and_then_by_their_own(two):
    """Sign-in finds any account; a call of someone finds those of their institution, and changes no other."""
    theirs = two.other.dso.account_id
    assert {account.institution_id for account in Account.objects.all()} == {two.institution.pk}
    assert ask("UPDATE organisation_account SET is_active = false WHERE id = %s", theirs) == 0
    with refused():
        ask("UPDATE organisation_account SET institution_id = %s WHERE login = 'dso'", two.other.institution.pk)
    with acting_in(None):
        assert Account.objects.filter(pk=theirs).exists()


def test_a_login_that_another_institution_uses_is_taken_all_the_same(two):
    with pytest.raises(Taken):
        services.person_create(
            name="x",
            staff_number="x",
            department=two.departments["MED"],
            login="other-dso",
            by=two.system_admin,
            now=two.now,
        )


def test_nowhere_means_nothing(two):
    with acting_in(None):
        for model, _ in held():
            assert not model._default_manager.exists(), model


def test_joins_counts_and_functions_see_nothing_either(two):
    theirs = two.other.dso
    assert ask("SELECT p.name FROM organisation_account a JOIN organisation_person p ON p.account_id = a.id"
               " WHERE a.id = %s", theirs.account_id) == []  # fmt: skip
    assert ask("SELECT 1 FROM organisation_person WHERE id = %s FOR SHARE", theirs.pk) == []
    assert ask("WITH p AS (SELECT * FROM organisation_person) SELECT * FROM p WHERE id = %s", theirs.pk) == []
    ((text,),) = ask("SELECT coalesce(string_agg(p::text, ','), '') FROM organisation_person p")
    assert str(theirs.pk) not in text
    with refused():
        ask("SELECT * FROM pg_read_file('/etc/hostname')")
    with refused():
        ask("COPY organisation_person TO PROGRAM 'cat'")


def test_rows_of_the_others_cannot_be_changed(two):
    theirs, ours = two.other.institution.pk, two.institution.pk
    assert ask("UPDATE organisation_person SET name = 'x' WHERE institution_id = %s", theirs) == 0
    assert ask("DELETE FROM organisation_department WHERE institution_id = %s", theirs) == 0
    assert ask("UPDATE organisation_person SET institution_id = %s WHERE institution_id = %s", ours, theirs) == 0
    with refused():
        ask("UPDATE organisation_department SET institution_id = %s WHERE code = 'ICU'", theirs)
    with refused():
        Department.objects.create(institution_id=theirs, code="X", name="X")
    with refused():
        ask("INSERT INTO audit_entry (institution_id, at, actor, action, about, under, outcome, address, details,"
            " sealed, content) VALUES (%s, now(), 'a', 'a', 'a', '', 'done', '', '{}', '', '')", theirs)  # fmt: skip


def test_nobody_can_insert_into_a_table_of_the_others(two):
    """Each guarded table refuses a copy of one of our rows under their name."""
    theirs = two.other.institution.pk
    for model, column in held():
        row = model._default_manager.first()
        if row is None or model._meta.label == "organisation.Institution":
            continue
        row.pk = uuid7() if isinstance(model._meta.pk, models.UUIDField) else None
        setattr(row, column, theirs)
        with refused(ProgrammingError, IntegrityError) as _:
            row.save(force_insert=True)


def test_the_web_role_can_become_nobody_else(hospital):
    ((superuser, bypass, create_role, create_db),) = ask(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = %s", WEB
    )
    assert not any((superuser, bypass, create_role, create_db))
    assert ask("SELECT roleid::regrole::text FROM pg_auth_members WHERE member = %s::regrole", WEB) == []
    with refused():
        ask("CREATE TABLE public.mine (a int)")
    with refused():
        ask("ALTER TABLE organisation_person DISABLE ROW LEVEL SECURITY")
    with refused():
        ask("DROP POLICY own_institution ON organisation_person")
    with refused():
        ask("CREATE POLICY all_of_it ON organisation_person USING (true)")


def test_no_function_lends_the_web_role_more_rights(hospital):
    lent = ask(
        "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'public'"
        " AND p.prosecdef AND p.prorettype <> 'trigger'::regtype AND has_function_privilege(%s, p.oid, 'EXECUTE')",
        WEB,
    )
    assert lent == []


def ledger_tables():
    rows = ask(
        "SELECT c.relname FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid"
        " WHERE c.relkind IN ('r', 'p') AND (c.relname LIKE 'audit\\_%%' OR i.inhparent = 'audit_entry'::regclass)"
    )
    return {name for (name,) in rows}


def test_the_ledger_takes_entries_and_gives_nothing_up(hospital):
    partitions = {name for name in ledger_tables() if name.startswith("audit_entry_")}
    assert partitions
    for table in ledger_tables():
        rights = {
            right
            for right in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
            if ask("SELECT has_table_privilege(%s, %s, %s)", WEB, table, right) == [(True,)]
        }
        assert rights <= ({"SELECT", "INSERT"} if table == "audit_entry" else {"SELECT"}), table
        assert table not in partitions or not rights, table


@pytest.mark.parametrize("table", ["audit_entry", "audit_leaf", "audit_checkpoint"])
def test_the_ledger_refuses_its_owner_as_well(hospital, as_owner, table):
    services.department_create(code="ICU", name="重症医学科", by=hospital.system_admin, now=hospital.now)
    with as_owner():
        if table != "audit_entry":
            column = "index" if table == "audit_leaf" else "size"
            extra = ", entry_id, sha256, sm3" if table == "audit_leaf" else ", root, sm3_root, note"
            values = ", 1, '', ''" if table == "audit_leaf" else ", '', '', ''"
            ask(f'INSERT INTO {table} ("{column}", at{extra}) VALUES (1, now(){values})')
        for statement in (f"UPDATE {table} SET at = now()", f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
            with refused():
                ask(statement)


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET actor = 'x'", "DELETE FROM audit_entry",
                                       "TRUNCATE audit_entry", "DELETE FROM audit_entry_other"])  # fmt: skip
def test_the_web_role_changes_no_entry(two, statement):
    with refused():
        ask(statement)


def test_two_administrators_in_one_pair_of_hands_are_refused_by_the_database(hospital, as_owner):
    for first in SEPARATED:
        for second in SEPARATED:
            if first == second:
                continue
            values = (uuid7(), hospital.institution.pk, hospital.people[first].pk, second.value)
            statement = (
                "INSERT INTO organisation_appointment (id, institution_id, person_id, role, starts_at)"
                " VALUES (%s, %s, %s, %s, now())"
            )
            with refused(IntegrityError):
                ask(statement, *values)
            with as_owner(), refused(IntegrityError):
                ask(statement, *values)


def test_an_ended_role_cannot_come_back_beside_another(hospital):
    person = hospital.auditor
    services.appointment_end(appointment=person.appointments.get(), by=hospital.security_admin, now=hospital.now)
    services.appointment_create(person=person, role=Role.SYSTEM_ADMIN, by=hospital.security_admin, now=hospital.now)
    with refused(IntegrityError):
        ask("UPDATE organisation_appointment SET closed_at = NULL WHERE person_id = %s", person.pk)
    with refused(IntegrityError):
        ask(
            "UPDATE organisation_appointment SET person_id = %s WHERE role = 'system_admin'", hospital.security_admin.pk
        )


def decide(process, step, *, person, requested_by):
    ask(
        "INSERT INTO approvals_decision (id, institution_id, process_id, step_id, requested_by_id, person_id, seat_id,"
        " approves, reason, changes, content_digest, at, signature)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, true, '', '{}', '', now(), '')",
        uuid7(), process.institution_id, process.pk, step.pk, requested_by.pk, person.pk, person.pk,
    )  # fmt: skip
    ask("SET CONSTRAINTS ALL IMMEDIATE")


def test_an_applicant_who_decides_is_refused_by_the_database(two):
    process = processes().get()
    step = process.steps.get()
    with refused(IntegrityError):
        decide(process, step, person=two.applicant, requested_by=two.applicant)
    with refused(IntegrityError):  # lying about who asked helps nobody
        decide(process, step, person=two.applicant, requested_by=two.head)
    decide(process, step, person=two.dso, requested_by=two.applicant)
    with refused(IntegrityError):  # nobody counts twice
        decide(process, step, person=two.dso, requested_by=two.applicant)


def test_decisions_are_never_rewritten(two):
    with refused():
        ask("UPDATE approvals_decision SET approves = false")
    with refused():
        ask("DELETE FROM approvals_decision")


def test_every_model_of_ours_is_in_an_app_that_is_looked_at():
    ours = {model for model in apps.get_models() if model.__module__.startswith("xingdun.") and model._meta.managed}
    assert ours == set(own_models())


def test_a_closed_call_leaves_nothing_behind(two):
    with two.other.acting():
        pass
    assert Person.objects.first().institution_id == two.institution.pk
    with pytest.raises(DatabaseError), transaction.atomic(), two.other.acting():
        ask("SELECT 1 / 0")
    assert Person.objects.first().institution_id == two.institution.pk
