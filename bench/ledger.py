"""A ledger of a million entries: how fast it is sealed, how long a proof and a whole verification take.

Limits: sealing 20,000 entries/s; a proof under 2 ms and flat; verification under 30 s with flat memory.
Run: python bench/ledger.py [entries]
"""

import random
import resource
import statistics
import sys
import time

from _platform import fill, platform, say

ENTRIES = int(sys.argv[1]) if sys.argv[1:] else 1_000_000
PROOFS = 300


def main():
    with platform() as environment:
        from xingdun.organisation.models import Account
        from xingdun.runtime import ledger

        institution = Account.objects.values_list("institution", flat=True).first()
        sealer = ledger.sealer(environment)
        sealer.open()
        sealed = sealer.seal()
        for size in (ENTRIES // 100, ENTRIES // 10, ENTRIES):
            fill(size - sealed, institution)
            sealing(sealer)
            sealed = size
            prove(size, sealer.store)
            verify(environment)


def sealing(sealer):
    rounds = []
    while True:
        wall, cpu = time.perf_counter(), time.process_time()
        count = sealer.seal()
        if not count:
            break
        rounds.append((count, time.perf_counter() - wall, time.process_time() - cpu))
    count, wall, cpu = (sum(column) for column in zip(*rounds, strict=True))
    say(f"sealing {count:>9,}: {count / wall:8,.0f}/s wall, {count / cpu:8,.0f} per CPU second of the sealer")


def prove(size, store):
    from xingdun.audit import proofs
    from xingdun.audit.models import Entry

    first = Entry.objects.order_by("id").values_list("id", flat=True).first()
    chosen = [Entry.objects.get(pk=first + random.Random(7).randrange(size)) for _ in range(PROOFS)]
    wall, cpu = [], []
    for entry in chosen:
        began, worked = time.perf_counter(), time.process_time()
        str(proofs.prove(entry, store))
        wall.append(time.perf_counter() - began)
        cpu.append(time.process_time() - worked)
    say(
        f"proof in {size:>9,}: median {statistics.median(wall) * 1e3:.2f} ms wall,"
        f" {statistics.median(cpu) * 1e3:.2f} ms CPU, p95 {sorted(wall)[int(PROOFS * 0.95)] * 1e3:.2f} ms"
    )


def verify(environment):
    from django.db import connection

    from xingdun.audit.verification import verify_ledger
    from xingdun.runtime import ledger

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    wall, cpu = time.perf_counter(), time.process_time()
    report = verify_ledger(policy=ledger.policy(environment), store=ledger.store(environment))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert report.sound, report.problems
    say(
        f"verify {report.entries:>10,}: {wall:6.1f} s wall, {cpu:6.1f} s CPU; peak memory {peak / 1024:,.0f} MB"
        f" ({(peak - before) / 1024:+,.0f} MB)"
    )


main()
