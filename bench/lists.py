"""Pages and API lists over a million ledger entries and ten thousand datasets: p95 under 200 ms, queries constant.

Each address is asked in turn, so that all meet the same machine; wall time, and CPU time of this process.
Run: python bench/lists.py [entries]
"""

import os
import statistics
import sys
import time
from datetime import UTC, datetime

from _platform import fill, platform, say

ENTRIES = int(sys.argv[1]) if sys.argv[1:] else 1_000_000
DATASETS, ROUNDS = 10_000, 40
ADDRESSES = (
    "/console/audit.entry/",
    "/console/audit.entry/?about={about}",
    "/console/audit.entry/?actor={actor}",
    "/console/audit.entry/?q={about}",
    "/console/audit.entry/?action=data.use&page=2",
    "/console/data.dataset/",
    "/console/data.dataset/?q=table_77",
    "/console/data.dataset/?page=40",
    "/api/v1/audit.entry/",
    "/api/v1/audit.entry/?about={about}",
    "/api/v1/data.dataset/",
    "/api/v1/data.dataset/?q=table_77",
)


def main():
    os.environ["XINGDUN_SECOND_FACTOR"] = "optional"
    with platform():
        from django.contrib.auth import get_user_model
        from django.db import connection
        from django.test import Client

        from xingdun.frame.context import acting_in

        account = get_user_model().objects.get(login="auditor")
        account.must_change_password = False
        account.save()
        facts = {}
        for size in (ENTRIES // 100, ENTRIES):
            with acting_in(account.institution_id):
                grow(account.institution_id, size, DATASETS * size // ENTRIES)
                facts = example()
            with connection.cursor() as cursor:
                cursor.execute("RESET ROLE")
                cursor.execute("VACUUM ANALYZE")
                cursor.execute("SET ROLE xingdun_web")
            client = Client(SERVER_NAME="localhost")
            client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
            measure(client, facts, size)


def grow(institution, entries, datasets):
    from django.db import connection

    from xingdun.audit.models import Entry
    from xingdun.data.models import Dataset, Source
    from xingdun.organisation.models import Department

    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    fill(entries - Entry.objects.count(), institution)
    now = datetime.now(UTC)
    department = Department.objects.filter(institution=institution).first()
    source, _ = Source.objects.get_or_create(
        institution_id=institution,
        name="HIS",
        defaults={"kind": "postgresql", "address": "127.0.0.1/his", "department": department, "created_at": now},
    )
    there = Dataset.objects.count()
    Dataset.objects.bulk_create(
        (
            Dataset(
                institution_id=institution,
                source=source,
                schema="his",
                name=f"table_{number}",
                department=department,
                first_seen_at=now,
                last_seen_at=now,
            )
            for number in range(there, datasets)
        ),
        batch_size=1000,
    )


def example():
    from xingdun.audit.models import Entry

    entry = Entry.objects.filter(action="data.use").order_by("-id").first()
    return {"about": entry.about, "actor": entry.actor}


def measure(client, facts, size):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    addresses = [address.format(**facts) for address in ADDRESSES]
    counts, wall, cpu = {}, {each: [] for each in addresses}, {each: [] for each in addresses}
    for address in addresses:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code, answer.content[:300])
        counts[address] = len(queries)
    for _ in range(ROUNDS):
        for address in addresses:
            began, worked = time.perf_counter(), time.process_time()
            client.get(address)
            wall[address].append(time.perf_counter() - began)
            cpu[address].append(time.process_time() - worked)
    say(f"{size:,} entries")
    for address, plain in zip(addresses, ADDRESSES, strict=True):
        p95 = sorted(wall[address])[int(ROUNDS * 0.95)]
        say(
            f"  {plain:<48} p95 {p95 * 1e3:6.0f} ms, median {statistics.median(wall[address]) * 1e3:5.0f} ms,"
            f" CPU {statistics.median(cpu[address]) * 1e3:5.0f} ms, {counts[address]} queries"
        )


main()
