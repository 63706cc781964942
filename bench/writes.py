"""A service's write with its ledger entry, beside the same transaction without: at least 0.7 of its rate.

Interleaved in blocks, so that both meet the same machine; wall time has the commit's fsync in it, CPU time is this
process's own. Run: python bench/writes.py
"""

import statistics
import time
from datetime import UTC, datetime
from unittest.mock import patch

from _platform import platform, say

BLOCK, ROUNDS = 25, 24


def main():
    with platform():
        from django.db import connection, transaction

        from xingdun.audit import services as audit
        from xingdun.frame.context import acting_in
        from xingdun.organisation.models import Account, Person
        from xingdun.organisation.services import department_create, person_update

        institution = Account.objects.values_list("institution", flat=True).first()
        with acting_in(institution):
            by = Person.objects.get(account__login="system")
            with connection.cursor() as cursor:
                cursor.execute("SET ROLE xingdun_web")
            number = iter(range(10**9))

            def create():
                department_create(code=f"B{next(number)}", name="科室", by=by, now=datetime.now(UTC))

            def update():
                person_update(person=by, by=by, now=datetime.now(UTC), name=f"系统管理员{next(number)}")

            def entry_alone():
                with transaction.atomic():
                    audit.record(actor=by, action="test", about=by, now=datetime.now(UTC))

            for name, write in (("department_create", create), ("person_update", update)):
                told, plain = [], []
                for _ in range(ROUNDS):
                    told.append(block(write))
                    with patch.object(audit, "record", nothing):
                        plain.append(block(write))
                report(name, told, plain)
            alone = [block(entry_alone) for _ in range(ROUNDS)]
            say(f"an entry alone: {statistics.median(wall for wall, _ in alone) / BLOCK * 1e3:.2f} ms wall")


def nothing(**_):
    """In place of `audit.record`: a plain function, because calling a mock would itself cost as much as an entry."""


def block(write):
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(BLOCK):
        write()
    return time.perf_counter() - wall, time.process_time() - cpu


def report(name, told, plain):
    for kind, place in (("wall", 0), ("CPU", 1)):
        with_entry, without = ([each[place] for each in side] for side in (told, plain))
        ratio = statistics.median(a / b for a, b in zip(without, with_entry, strict=True))
        say(
            f"{name:<18} {kind:<4} with {statistics.median(with_entry) / BLOCK * 1e3:6.2f} ms,"
            f" without {statistics.median(without) / BLOCK * 1e3:6.2f} ms: {ratio:.2f} of the rate (at least 0.7)"
        )


main()
