"""A pack of one clause over a year's records under 10 s, its check under 2 s.

A ledger of 200,000 entries; 10,000 answers stand in the posture, 200 of them behind the clause, whose evidence names
250 records with 5,000 entries, 20 signed decisions and 5 files of 1 MB. Best of three; the check runs in a process of
its own that loads nothing else, so its time holds the start of Python too. Beside the wall the CPU time of this process
is told, which a busy machine leaves alone.
Run: python bench/packs.py [entries]
"""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from _platform import fill, platform, say

ENTRIES = int(sys.argv[1]) if sys.argv[1:] else 200_000
ANSWERS, OF_CLAUSE, RECORDS, DECISIONS, FILES = 10_000, 200, 250, 20, 5
CLAUSE = "MEASURES-11a"
PDF = b"%PDF-1.7\n1 0 obj\n" + b"%" * 1_000_000 + b"\n%%EOF\n"


def main():
    with platform() as environment:
        from django.db import connection

        from xingdun.frame.context import acting_in
        from xingdun.frame.roles import Role
        from xingdun.obligations.services.packs import Ledger, pack_create
        from xingdun.organisation.models import Person
        from xingdun.runtime import ledger

        connection.ensure_connection()
        by = Person.objects.get(staff_number="0003")
        with acting_in(by.institution_id):
            references = grow(by)
            sealer = ledger.sealer(environment)
            sealer.open()
            while sealer.seal():
                pass
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")
            keys = (ledger.folder(environment) / ledger.KEYS_FILE).read_text()
            book = Ledger(ledger.store(environment), keys, sealer.seal)
            taken = []
            for _ in range(3):
                begin, spent = time.perf_counter(), time.process_time()
                pack = pack_create(
                    clause=CLAUSE,
                    by=by,
                    roles=frozenset({Role.AUDITOR}),
                    ledger=book,
                    now=datetime.now(UTC),
                    institution=by.institution_id,
                )
                taken.append((time.perf_counter() - begin, time.process_time() - spent))
            file = Path(environment.data) / "pack.zip"
            file.write_bytes(pack.content)
            kept = Path(environment.data) / "trusted-keys.txt"
            kept.write_text(keys)
            say(f"ledger {ENTRIES:,} entries; {len(references)} records; pack {len(pack.content) / 1e6:.1f} MB")
            wall, spent = min(taken)
            say(f"made: {wall:.2f} s (bound 10 s; {spent:.2f} s of CPU), {pack.entries:,} entries proven")
            verify(file, kept)


def grow(by):
    """The year's ledger, the posture, decisions and files."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.db import connection, transaction

    from xingdun.approvals.services import StepWanted, process_approve, process_open
    from xingdun.frame.roles import Role
    from xingdun.obligations import services
    from xingdun.obligations.catalogue import load
    from xingdun.obligations.models import Posture
    from xingdun.organisation.services import appointment_create, person_create

    now = datetime.now(UTC)
    fill(ENTRIES, by.institution_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT about FROM audit_entry WHERE action = 'data.use' ORDER BY about LIMIT %s", [RECORDS]
        )
        references = [about for (about,) in cursor.fetchall()]
    people = {}
    for number, role in enumerate((Role.DSO, Role.APPLICANT)):
        made = person_create(
            name=f"p{number}", staff_number=f"9{number}", department=by.department, login=f"p{number}", by=by, now=now
        )
        people[role] = made["person"]
        appointment_create(person=made["person"], role=role, by=by, now=now)
    duty = load().answering(CLAUSE)[0].key
    for number in range(DECISIONS):
        with transaction.atomic():
            process = process_open(
                about=references[number],
                title=f"{number}",
                content={"number": number},
                steps=[StepWanted(Role.DSO)],
                by=people[Role.APPLICANT],
                now=now,
            )
            process_approve(process=process, by=people[Role.DSO], now=now)
    for number in range(FILES):
        file = SimpleUploadedFile(f"{number}.pdf", PDF + b"%%EOF" * number, "application/pdf")
        services.evidencefile_create(title=f"{number}", file=file, duties=[duty], by=by, now=now)
    of_others = [each for each in load().duties if each != duty]
    Posture.objects.bulk_create(
        (
            Posture(
                institution_id=by.institution_id,
                duty=duty if number < OF_CLAUSE else of_others[number % len(of_others)],
                subject=f"assets.network:{number}",
                subject_name=f"网络 {number}",
                state="met",
                detail={"zh": "已完成年度测评", "en": "evaluated this year"},
                evidence=references[number % RECORDS : number % RECORDS + 10] if number < OF_CLAUSE else [],
                kind="network",
                force="normative",
                documents="measures",
                since=now,
                measured_at=now,
            )
            for number in range(ANSWERS)
        ),
        batch_size=2_000,
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT about FROM audit_entry WHERE about = ANY(%s) GROUP BY about", [references])
        return cursor.fetchall()


def verify(file, keys):
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("XINGDUN_", "DJANGO_"))}
    taken = []
    for _ in range(3):
        begin = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "xingdun", "verify", str(file), "--keys", str(keys)],
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
        taken.append(time.perf_counter() - begin)
        if done.returncode:
            say(done.stdout + done.stderr)
    say(f"verified: {min(taken):.2f} s (bound 2 s): {done.stdout.splitlines()[-1]}")


if __name__ == "__main__":
    main()
