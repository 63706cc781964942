"""Making a proof pack: what it tells is read at one moment, and its own digest goes into the ledger."""

import base64
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from xingdun.approvals import signatures
from xingdun.approvals.models import Decision
from xingdun.audit import services as audit
from xingdun.audit.errors import NotSealedYet
from xingdun.audit.models import Entry
from xingdun.audit.proofs import prove, prove_all
from xingdun.frame.roles import Role
from xingdun.kernel.merkle.note import Note
from xingdun.kernel.merkle.proof_file import LogProof
from xingdun.kernel.merkle.tiles import TileStore
from xingdun.obligations.canonical import line
from xingdun.obligations.models import EvidenceFile
from xingdun.obligations.packs import form
from xingdun.obligations.packs.gathering import Gathered, gather
from xingdun.obligations.packs.reading_me import TOLD
from xingdun.obligations.selectors.evidence import readable_by
from xingdun.obligations.services.evidence import content_of

PATIENCE = timedelta(seconds=15)
MOST_EVIDENCE = 200 * 1024 * 1024
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}$")


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger packs are proven by: its tiles, and its public keys as C2SP vkey lines.

    settle: what to do while entries wait to be sealed; the sealer works beside.
    """

    store: TileStore
    keys: str
    settle: Callable[[], None] = lambda: time.sleep(0.1)


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack as it is handed out. digest: SHA-256 of its pack.json, as the ledger holds it."""

    name: str
    content: bytes
    digest: str
    entries: int


def pack_create(
    *,
    clause: str,
    by: Any,
    roles: frozenset[Role | str],
    ledger: Ledger,
    now: datetime,
    institution: UUID,
    on: date | None = None,
) -> Pack:
    """Everything that shows how `clause` stood on a day (today when none is named), as one file that checks itself.

    roles: of who asks; evidence they may not read goes along by its digests alone. Two transactions: reading, and the
    entry that seals the pack; the sealer must run. Raises NotSealedYet, and what `gather` refuses.
    """
    deadline = _in_time()
    while True:
        with _one_moment():
            gathered = gather(institution, clause, on=on, now=now)
            note, proofs = prove_all([each.pk for each in gathered.entries], ledger.store)
            if note is not None and len(proofs) == len(gathered.entries):
                members, index = _assemble(gathered, note, proofs, ledger, roles=roles, by=by, now=now)
                break
        _wait(ledger, deadline)
    digest = form.digests(members[form.INDEX])["sha256"]
    with transaction.atomic():
        written = audit.record(
            actor=by,
            action=form.SEALED_BY,
            about=f"obligations.clause:{clause}",
            now=now,
            details={
                "clause": clause,
                "on": index["on"],
                "pack": digest,
                "members": len(members),
                "evidence": [each["sha256"] for each in index["evidence"] if each["path"]],
            },
        )
    entry = Entry.objects.get(pk=written.pk)
    members[form.SEAL_ENTRY] = entry.content.encode()
    members[form.SEAL_PROOF] = str(_proven(entry, ledger)).encode()
    return Pack(f"{clause}-{index['on']}.zip", form.write(members), digest, len(proofs))


@contextmanager
def _one_moment() -> Iterator[None]:
    """One state of the database throughout; inside a transaction, that one's."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def _in_time() -> float:
    """Until when to wait for the sealer, from now."""
    return time.monotonic() + PATIENCE.total_seconds()


def _wait(ledger: Ledger, deadline: float) -> None:
    if time.monotonic() > deadline:
        raise NotSealedYet
    ledger.settle()


def _proven(entry: Entry, ledger: Ledger) -> LogProof:
    deadline = _in_time()
    while True:
        try:
            return prove(entry, ledger.store)
        except NotSealedYet:
            _wait(ledger, deadline)


def _assemble(
    gathered: Gathered,
    note: Note,
    proofs: Mapping[int, LogProof],
    ledger: Ledger,
    *,
    roles: frozenset[Role | str],
    by: Any,
    now: datetime,
) -> tuple[dict[str, bytes], dict[str, Any]]:
    """Every member but the seal, and the index."""
    from xingdun.obligations.packs.report import report  # Word and print are loaded where a pack is made

    stems = {entry: f"entries/{proof.index:012}" for entry, proof in proofs.items()}
    members: dict[str, bytes] = {
        form.READ_ME: TOLD.encode(),
        form.KEYS: ledger.keys.encode(),
        form.CHECKPOINT: str(note).encode(),
        form.POSTURE: "".join(f"{each}\n" for each in gathered.lines).encode(),
        **report(gathered, {entry: proof.index for entry, proof in proofs.items()}, made_at=now),
    }
    for entry in gathered.entries:
        members[f"{stems[entry.pk]}.json"] = entry.content.encode()
        members[f"{stems[entry.pk]}.tlog-proof"] = str(proofs[entry.pk]).encode()
    by_about = _by_about(gathered, stems)
    index: dict[str, Any] = {
        "form": form.FORM,
        "on": gathered.on.isoformat(),
        "made_at": audit.moment(now),
        "made_by": audit.reference(by),
        "institution": {"id": str(gathered.institution.pk), "name": gathered.institution.name},
        "catalogue": gathered.edition.version,
        "clause": _clause(gathered),
        "duties": [
            {
                "key": each.key,
                "title": each.title._asdict(),
                "mode": each.mode,
                "clauses": list(each.clauses),
                "applies": gathered.applies[each.key].answer,
                "because": gathered.applies[each.key].reason,
            }
            for each in gathered.duties
        ],
        "answers": [_answer(gathered, each) for each in gathered.answers],
        "posture": {
            "digest": gathered.digest,
            "answers": len(gathered.lines),
            "entry": stems.get(gathered.sealed.entry, "") if gathered.sealed else "",
        },
        "entries": [stems[each.pk] for each in gathered.entries],
        "records": {about: [stem for _, stem, _ in told] for about, told in by_about.items()},
        "left_out": gathered.left_out,
        "decisions": [_decision(each, by_about, members) for each in gathered.decisions],
        "evidence": list(_evidence(gathered, by_about, members, roles=roles, by=by)),
    }
    index["members"] = {path: form.digests(content) for path, content in sorted(members.items())}
    members[form.INDEX] = form.text(index)
    return members, index


ByAbout = Mapping[str, list[tuple[str, str, dict[str, Any]]]]


def _by_about(gathered: Gathered, stems: Mapping[int, str]) -> ByAbout:
    """Of each record what happened to it: (action, stem of the entry, details)."""
    found = defaultdict(list)
    for entry in gathered.entries:
        found[entry.about].append((entry.action, stems[entry.pk], entry.details))
    return dict(sorted(found.items()))


def _first(by_about: ByAbout, about: str, action: str, **details: Any) -> str:
    """The stem of the first such entry; empty when it has left the ledger with its month."""
    for told, stem, facts in by_about.get(about, ()):
        if told == action and all(facts.get(key) == value for key, value in details.items()):
            return stem
    return ""


def _clause(gathered: Gathered) -> dict[str, Any]:
    clause, document = gathered.clause, gathered.document
    return {
        "id": clause.id,
        "document": {"key": document.key, "title": document.title._asdict()},
        "article": clause.article,
        "force": clause.force,
        "kind": clause.kind,
        "text": clause.text._asdict(),
        "numbers": clause.numbers._asdict(),
        "shown": clause.shown,
    }


def _answer(gathered: Gathered, answer: Any) -> dict[str, Any]:
    since = getattr(answer, "since", None) or answer.at
    return {
        "duty": answer.duty,
        "subject": answer.subject,
        "name": gathered.names.get(answer.subject, ""),
        "state": answer.state,
        "since": audit.moment(since),
        "due_at": audit.moment(answer.due_at) if answer.due_at else "",
        "detail": answer.detail,
        "evidence": answer.evidence,
        "line": line(answer),
    }


def _decision(decision: Decision, by_about: ByAbout, members: dict[str, bytes]) -> dict[str, Any]:
    stem = f"decisions/{decision.pk}"
    members[f"{stem}.json"] = signatures.message(decision)
    key_path = key_entry = signature = ""
    if decision.key is not None:
        signature, key_path = f"{stem}.sig", f"signature-keys/{decision.key.pk}.pem"
        members[signature] = base64.b64decode(decision.signature)
        members[key_path] = decision.key.public.encode()
        key_entry = _first(by_about, decision.key.reference, "personalkey.create")
    action = "approval.approve" if decision.approves else "approval.refuse"
    process = f"approvals.process:{decision.process_id}"
    return {
        "process": process,
        "about": decision.process.about,
        "title": decision.process.title,
        "person": decision.person.name,
        "seat": decision.seat.name,
        "approves": decision.approves,
        "at": audit.moment(decision.at),
        "statement": f"{stem}.json",
        "signature": signature,
        "key": key_path,
        "key_entry": key_entry,
        "entry": _first(by_about, process, action, decision=decision.reference),
    }


def _evidence(
    gathered: Gathered, by_about: ByAbout, members: dict[str, bytes], *, roles: frozenset[Role | str], by: Any
) -> Any:
    room = MOST_EVIDENCE
    for each in gathered.evidence:
        withheld = _withheld(each, roles, by, room)
        path = ""
        if not withheld:
            suffix = _SUFFIX.search(each.name)
            path = f"evidence/{each.pk}{suffix[0].lower() if suffix else ''}"
            members[path] = content_of(each)
            room -= each.size
        yield {
            "title": each.title,
            "name": each.name,
            "media_type": each.media_type,
            "classification": each.classification,
            "counts_from": audit.moment(each.counts_from),
            "expires_at": audit.moment(each.expires_at) if each.expires_at else "",
            "sha256": each.sha256,
            "sm3": each.sm3,
            "size": each.size,
            "path": path,
            "withheld": withheld,
            "entry": _first(by_about, each.reference, "evidencefile.create"),
        }


def _withheld(evidence: EvidenceFile, roles: frozenset[Role | str], by: Any, room: int) -> str:
    """Why the content does not go along; empty when it does."""
    if not readable_by(evidence, roles, person=getattr(by, "pk", None)):
        return "classification"
    return "size" if evidence.size > room else ""
