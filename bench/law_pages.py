"""The law's pages over 513 clauses and 2,000 subjects: p95 of the head's page and the heat map under 200 ms.

Twice: a hospital's 2,000 subjects spread over the kinds the duties are about, and the worst there could be, every duty
answered for 2,000 subjects. Wall time, and CPU time of this process. Warm: nothing changed since the last page; cold:
an answer turned just before each.
Run: python bench/law_pages.py
"""

import os
import statistics
import time
from datetime import timedelta

from _platform import platform, say

SUBJECTS, ROUNDS = 2_000, 15
# How a hospital's subjects are spread; kinds that are not named have ten each.
SPREAD = {
    "institution": 1,
    "dataset": 900,
    "person": 600,
    "device": 150,
    "application": 60,
    "network": 40,
    "system": 60,
}
ADDRESSES = (
    "/law/",
    "/law/agenda/",
    "/law/clauses/",
    "/law/clauses/?on={past}",
    "/law/clauses/MEASURES-6.4b/",
    "/law/duties/",
    "/law/scores/",
    "/law/timeline/?days=365",
    "/law/oversight/",
)
FILL = """
WITH facts AS (
    SELECT n, 'data.dataset:' || md5(n::text) AS subject,
        (ARRAY['met','met','met','met','due','overdue','violated','unknown','not_applicable'])[1 + (n * 7919) %% 9]
            AS state,
        now() - n %% 90 * interval '1 day' AS at, now() + n %% 365 * interval '1 day' AS due_at,
        '{"zh":"没有评估报告。","en":"There is no report."}'::jsonb AS detail,
        CASE WHEN n %% 10 = 0 THEN '[]' ELSE '["data.dataset:' || md5(n::text) || '"]' END::jsonb AS evidence
    FROM generate_series(1, %(number)s) n
), kept AS (
    INSERT INTO obligations_posture (id, institution_id, duty, subject, kind, subject_name, force, documents,
        department_id, state, since, due_at, detail, evidence, measured_at)
    SELECT gen_random_uuid(), %(institution)s, %(duty)s, subject, %(kind)s, 'subject ' || n, 'normative', 'MEASURES',
        %(department)s, state, at, due_at, detail, evidence, now() FROM facts
)
INSERT INTO obligations_posturechange (id, institution_id, duty, subject, was, state, at, due_at, detail, evidence)
SELECT uuidv7(), %(institution)s, %(duty)s, subject, was, state, at, due_at, detail, evidence FROM (
    SELECT facts.*, CASE WHEN n %% 3 = 0 THEN 'due' ELSE '' END AS was FROM facts
    UNION ALL
    SELECT n, subject, 'due', at - interval '90 days', due_at, detail, evidence, '' FROM facts WHERE n %% 3 = 0
) AS steps
"""


def main():
    os.environ["XINGDUN_SECOND_FACTOR"] = "optional"
    with platform():
        from django.contrib.auth import get_user_model
        from django.db import connection
        from django.test import Client

        account = get_user_model().objects.get(login="auditor")
        account.must_change_password = False
        account.save()
        for name, spread in (("2,000 subjects", SPREAD), ("2,000 subjects to every duty", {})):
            grow(account.institution_id, spread)
            with connection.cursor() as cursor:
                cursor.execute("RESET ROLE")
                cursor.execute("VACUUM ANALYZE")
                cursor.execute("SELECT count(*) FROM obligations_posture")
                (answers,) = cursor.fetchone()
                cursor.execute("SET ROLE xingdun_web")
            client = Client(SERVER_NAME="localhost")
            client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
            say(f"{name}: {answers:,} answers")
            measure(client, account.institution_id)


def grow(institution, spread):
    """The posture of such a hospital, in place of what stood before."""
    from django.db import connection
    from django.utils import timezone

    from xingdun.frame.context import acting_in
    from xingdun.obligations.catalogue import load
    from xingdun.obligations.models import PostureProgress
    from xingdun.organisation.models import Department

    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("TRUNCATE obligations_posture, obligations_posturechange")
        with acting_in(institution):
            department = Department.objects.filter(institution=institution).first()
            PostureProgress.objects.update_or_create(
                institution_id=institution, defaults={"measured_at": timezone.now()}
            )
        for duty in load().duties.values():
            most = 10 if spread else SUBJECTS
            facts = {"institution": institution, "duty": duty.key, "kind": duty.subject, "department": department.pk}
            number = 1 if duty.subject == "institution" else spread.get(duty.subject, most)
            cursor.execute(FILL, {**facts, "number": number})


def turn(institution):
    """One answer turns, as a measurement would turn it."""
    from django.utils import timezone

    from xingdun.frame.context import acting_in
    from xingdun.obligations.models import PostureChange

    with acting_in(institution):
        duty = {"duty": "network-filing", "subject": "assets.network:1", "state": "met", "was": "due"}
        PostureChange.objects.create(institution_id=institution, at=timezone.now(), **duty)


def measure(client, institution):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    past = timezone.localdate(timezone.now() - timedelta(days=30)).isoformat()
    for address in ADDRESSES:
        where = address.format(past=past)
        client.get(where)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(where)
            asked = len(queries)
        assert answer.status_code == 200, (where, answer.status_code, answer.content[:300])
        for name, before in (("warm", lambda: None), ("cold", lambda: turn(institution))):
            wall, cpu = [], []
            for _ in range(ROUNDS):
                before()
                began, worked = time.perf_counter(), time.process_time()
                client.get(where)
                wall.append(time.perf_counter() - began)
                cpu.append(time.process_time() - worked)
            say(
                f"  {address:<29} {name} p95 {sorted(wall)[int(ROUNDS * 0.95)] * 1e3:5.0f} ms, median"
                f" {statistics.median(wall) * 1e3:4.0f} ms, least {min(wall) * 1e3:4.0f} ms, CPU"
                f" {statistics.median(cpu) * 1e3:4.0f} ms, {asked} queries, {len(answer.content) // 1024} kB"
            )


main()
