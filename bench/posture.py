"""The posture of an institution with two thousand networks and data sets: all duties, one changed record, the pages.

Limits: all duties over 2,000 subjects under 5 s; one changed record under 200 ms; heat map and first page under 200 ms.
Every duty of the catalogue is measured; those whose register is still to come get a check of this file's own, one query
for any number of subjects, so that the whole catalogue works as it will.
Run: python bench/posture.py [subjects]
"""

import statistics
import sys
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from _platform import platform, say

SUBJECTS = int(sys.argv[1]) if sys.argv[1:] else 2_000
ROUNDS = 5
LABELS = {"network": "organisation.department", "dataset": "organisation.person"}


def main():
    with platform():
        from django.db import connection

        from xingdun.frame.context import acting_in
        from xingdun.organisation.models import Account

        account = Account.objects.get(login="auditor")
        with acting_in(account.institution_id):
            grow(account.institution_id)
            declare()
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")
                cursor.execute("SET ROLE xingdun_web")
            measure(account.institution_id)


def grow(institution):
    """Departments stand in for networks, half of the subjects, and people for data sets, the other half."""
    from xingdun.organisation.models import Department, Person

    now = datetime.now(UTC)
    half = SUBJECTS // 2
    departments = Department.objects.bulk_create(
        Department(institution_id=institution, code=f"n{number}", name=f"网络 {number}") for number in range(half)
    )
    Person.objects.bulk_create(
        Person(
            institution_id=institution,
            name=f"数据集 {number}",
            staff_number=f"d{number}",
            department=departments[number],
            joined_at=now,
        )
        for number in range(SUBJECTS - half)
    )


def rows(kind, facts):
    """The records that stand for a kind, all or those asked about."""
    from xingdun.organisation.models import Department, Person

    model, label = (Department, LABELS[kind]) if kind == "network" else (Person, LABELS[kind])
    found = model.objects.filter(institution=facts.institution)
    keys = facts.keys(label)
    return found if keys is None else found.filter(pk__in=keys)


def networks(facts):
    from xingdun.frame.checks import Subject

    for number, each in enumerate(rows("network", facts).only("name")):
        level = {"mlps_level": 1 + number % 4, "persons_held": 1_000 * number, "network_new": number % 7 == 0}
        yield Subject(each.reference, each.name, each.pk, level)


def datasets(facts):
    from xingdun.frame.checks import Subject

    for number, each in enumerate(rows("dataset", facts).only("name", "department_id")):
        sensitivity = ("public", "internal", "confidential")[number % 3]
        graded = {"sensitivity": sensitivity, "sensitive_data": number % 3 == 2}
        yield Subject(each.reference, each.name, each.department_id, graded)


def check_of(kind, day):
    """One query, a verdict a subject, every outcome there is."""
    from xingdun.frame.checks import pending, satisfied, violated

    outcomes = (
        satisfied,
        violated,
        lambda **about: pending(day, **about),
        lambda **about: satisfied(due_at=day, **about),
    )
    number = "code" if kind == "network" else "staff_number"

    def check(facts):
        if kind not in LABELS:
            return satisfied(due_at=day)
        answers = rows(kind, facts).values_list("pk", number)
        return [outcomes[int(key[1:]) % 4](subject=f"{LABELS[kind]}:{pk}") for pk, key in answers if key[1:].isdigit()]

    return check


def declare():
    """Subjects with facts, and a check for every duty of the catalogue."""
    from xingdun.frame import checks
    from xingdun.obligations import catalogue

    checks.subjects.clear()
    checks.subjects["network"] = networks, frozenset({LABELS["network"]})
    checks.subjects["dataset"] = datasets, frozenset({LABELS["dataset"]})
    day = datetime.now(UTC) + timedelta(days=60)
    real = catalogue.load()
    duties = {key: replace(each, waits_for="") for key, each in real.duties.items()}
    for duty in duties.values():
        reads = frozenset({LABELS[duty.subject]} if duty.subject in LABELS else ())
        checks.checks[duty.check] = checks.Check(duty.check, check_of(duty.subject, day), reads)
    whole = replace(real, duties=duties)
    for name, module in list(sys.modules.items()):
        if name.startswith("xingdun.obligations") and getattr(module, "load", None) is not None:
            module.load = lambda: whole


def timed(what, limit, action, rounds=ROUNDS, before=lambda: None):
    wall, cpu, found = [], [], None
    for _ in range(rounds):
        before()
        began, worked = time.perf_counter(), time.process_time()
        found = action()
        wall.append(time.perf_counter() - began)
        cpu.append(time.process_time() - worked)
    say(
        f"  {what:<50} median {statistics.median(wall) * 1e3:7.0f} ms, worst {max(wall) * 1e3:7.0f} ms,"
        f" CPU here {statistics.median(cpu) * 1e3:6.0f} ms  (limit {limit})"
    )
    return found


@contextmanager
def counted():
    """The queries within, as a list of nothing but their number: keeping their texts would cost as much as some."""
    from django.db import connection

    queries = []

    def count(execute, sql, params, many, context):
        queries.append(None)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        yield queries


def measure(institution):
    from xingdun.obligations import selectors, services
    from xingdun.obligations.models import Posture, PostureProgress
    from xingdun.obligations.triggers import Triggers
    from xingdun.organisation.models import Department

    now = datetime.now(UTC)

    def whole():
        return services.posture_measure(institution=institution, now=datetime.now(UTC))

    with counted() as queries:
        first = timed("all duties, the first time (every answer written)", "5 s", whole, rounds=1)
    say(
        f"    {first.answers:,} answers of {len(set(Posture.objects.values_list('duty', flat=True)))} duties,"
        f" {len(queries)} queries"
    )
    with counted() as queries:
        timed("all duties again, nothing changed", "5 s", whole)
    say(f"    {len(queries) // ROUNDS} queries each")

    record = Department.objects.filter(code__startswith="n").first()

    def follow():
        progress = PostureProgress.objects.get(institution=institution)
        wanted = Triggers(institution, [record.reference], progress.facts, now).read()
        return services.posture_measure(institution=institution, now=datetime.now(UTC), wanted=wanted)

    def rename():
        Department.objects.filter(pk=record.pk).update(name=f"{time.time()}")
        Posture.objects.filter(subject=record.reference).update(state="unknown")

    with counted() as queries:
        timed("one changed record (all of its answers turn)", "200 ms", follow, rounds=20, before=rename)
    say(f"    {len(queries) // 20} queries each, those of the change included")
    timed("what has fallen due, none has", "-", lambda: services.posture_turn(institution=institution, now=now))
    timed("heat map of 513 clauses", "200 ms", lambda: selectors.heat_map(institution))
    timed("scores by document, force, chapter, department", "200 ms", lambda: selectors.scores(institution))
    timed("red items, the first 50", "200 ms", lambda: list(selectors.red(institution)[:50]))
    timed("due next, the first 50", "200 ms", lambda: list(selectors.due_next(institution, now=now)[:50]))
    timed("one clause's page", "200 ms", lambda: selectors.clause(institution, "MEASURES-11a", now=now))
    timed(
        "the posture of a past day, rebuilt",
        "-",
        lambda: sum(1 for _ in selectors.posture_at(institution, datetime.now(UTC))),
    )
    day = (now + timedelta(hours=8)).date()
    timed("a day sealed", "-", lambda: services.day_seal(institution=institution, day=day, now=now), rounds=1)


main()
