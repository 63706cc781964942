"""Checking a pack with nothing else: every digest, proof and signature; what is wrong is named at its member."""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from xingdun.audit.trust import policy_of
from xingdun.kernel.crypto.errors import CryptoError
from xingdun.kernel.crypto.signing import Verifier
from xingdun.kernel.merkle.checkpoint import OpenedCheckpoint, TrustPolicy, open_checkpoint
from xingdun.kernel.merkle.errors import MerkleError
from xingdun.kernel.merkle.hashing import SHA256
from xingdun.kernel.merkle.proof_file import LogProof
from xingdun.kernel.merkle.verify import verify_inclusion
from xingdun.obligations.packs import form


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: at which member, of which kind, told in a sentence.

    kind: `altered`, `missing`, `added`, `signature`, `proof`, `contradiction`.
    """

    member: str
    kind: str
    told: str


@dataclass(slots=True)
class PackReport:
    """What a check found. trust: `given` when keys one trusts were used, `inside` when only the pack's own were.

    sealed_at: when the ledger took the pack in, by its own entry. It is sound when nothing is wrong.
    """

    clause: str = ""
    day: str = ""
    institution: str = ""
    made_at: str = ""
    sealed_at: str = ""
    trust: str = "inside"
    origin: str = ""
    keys: list[str] = field(default_factory=list)
    size: int = 0
    root: bytes = b""
    members: int = 0
    entries: int = 0
    decisions: int = 0
    evidence: int = 0
    withheld: int = 0
    unproven: int = 0
    left_out: int = 0
    states: dict[str, int] = field(default_factory=dict)
    posture_sealed: bool = False
    faults: list[Fault] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def verify_pack(data: bytes, *, policy: TrustPolicy | None = None) -> PackReport:
    """Check the bytes of a pack. policy: the ledger's keys that one trusts; without it, those inside are believed.

    Raises PackUnreadable when there is no pack to speak of.
    """
    members, altered = form.read(data)
    report = PackReport(members=len(members))
    report.faults += [Fault(path, "altered", f"{path} was altered") for path in altered]
    check = _Check(members, report)
    try:
        check.run(policy)
    except _StopError as stop:
        if stop.fault.member not in {each.member for each in report.faults}:
            report.faults.append(stop.fault)
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        report.faults.append(Fault(form.INDEX, "altered", f"{form.INDEX} is not of its form: {error!r}"))
    return report


class _StopError(Exception):
    """What is wrong is so deep that nothing more can be checked."""

    def __init__(self, member: str, kind: str, told: str) -> None:
        super().__init__(told)
        self.fault = Fault(member, kind, told)


class _Check:
    """One check of one pack."""

    def __init__(self, members: Mapping[str, bytes], report: PackReport) -> None:
        self._members = members
        self._report = report
        self._index: dict[str, Any] = {}
        self._entries: dict[str, dict[str, Any]] = {}  # by path, those whose proofs hold

    def run(self, policy: TrustPolicy | None) -> None:
        self._index = self._read_index()
        policy = self._trust(policy)
        self._open_seal(policy)
        self._compare_members()
        self._entries_stand(policy)
        self._posture_is_the_one_sealed()
        self._decisions_are_signed()
        self._evidence_is_what_was_brought()

    def _fault(self, member: str, kind: str, told: str) -> None:
        self._report.faults.append(Fault(member, kind, told))

    def _is_bad(self, *paths: str) -> bool:
        """Whether one of these members is known to be wrong: what follows from that is not told again."""
        return not {fault.member for fault in self._report.faults}.isdisjoint(paths)

    def _json(self, path: str) -> Any:
        try:
            return json.loads(self._members[path])
        except KeyError:
            raise _StopError(path, "missing", f"{path} is missing") from None
        except (ValueError, RecursionError):
            raise _StopError(path, "altered", f"{path} cannot be read") from None

    def _read_index(self) -> dict[str, Any]:
        index = self._json(form.INDEX)
        if not isinstance(index, dict) or index.get("form") != form.FORM:
            raise _StopError(form.INDEX, "altered", f"{form.INDEX} is no index of the form {form.FORM}")
        report = self._report
        try:
            report.clause, report.day = index["clause"]["id"], index["on"]
            report.left_out = index["left_out"]
            report.institution, report.made_at = index["institution"]["name"], index["made_at"]
            for answer in index["answers"]:
                report.states[answer["state"]] = report.states.get(answer["state"], 0) + 1
        except (KeyError, TypeError) as error:
            raise _StopError(form.INDEX, "altered", f"{form.INDEX} lacks {error}") from None
        return index

    def _compare_members(self) -> None:
        listed: dict[str, Any] = self._index["members"]
        for path in sorted(listed.keys() - self._members.keys()):
            if not self._is_bad(path):
                self._fault(path, "missing", f"{path} is missing")
        for path in sorted(self._members.keys() - listed.keys() - form.OWN):
            self._fault(path, "added", f"{path} was added")
        for path, said in listed.items():
            content = self._members.get(path)
            if content is not None and form.digests(content) != said and not self._is_bad(path):
                self._fault(path, "altered", f"{path} is not the file that pack.json lists")

    def _trust(self, policy: TrustPolicy | None) -> TrustPolicy:
        try:
            own = policy_of(self._members.get(form.KEYS, b"").decode())
        except (MerkleError, UnicodeDecodeError) as error:
            raise _StopError(form.KEYS, "altered", f"{form.KEYS} holds no keys: {error}") from None
        used = policy or own
        self._report.trust = "given" if policy else "inside"
        self._report.origin, self._report.keys = used.origin, [str(key) for key in used.log_keys]
        return used

    def _open_seal(self, policy: TrustPolicy) -> None:
        """The pack's own entry stands in the ledger, and says which index it is about."""
        entry = self._members.get(form.SEAL_ENTRY)
        proof = self._members.get(form.SEAL_PROOF)
        if entry is None or proof is None:
            path = form.SEAL_ENTRY if entry is None else form.SEAL_PROOF
            raise _StopError(path, "missing", f"{path} is missing: nothing proves {form.INDEX}")
        try:
            opened = LogProof.parse(proof).verify(entry, policy)
        except MerkleError as error:
            self._fault(self._which(form.SEAL_ENTRY, form.SEAL_PROOF, proof, policy), "proof", str(error))
            return
        self._report.size, self._report.root = opened.checkpoint.size, opened.checkpoint.root
        told = self._json(form.SEAL_ENTRY)
        self._report.sealed_at = told["at"]
        digest = form.digests(self._members[form.INDEX])["sha256"]
        if told["action"] != form.SEALED_BY or told["details"].get("pack") != digest:
            raise _StopError(form.INDEX, "altered", f"{form.INDEX} is not the one that the ledger took in")
        if told["institution"] != self._index["institution"]["id"]:
            self._fault(form.SEAL_ENTRY, "contradiction", "the pack was sealed by another institution")

    @staticmethod
    def _which(entry: str, proof: str, note: bytes, policy: TrustPolicy) -> str:
        """Whether the signed statement in the proof is what is wrong, or the entry it is about."""
        try:
            open_checkpoint(LogProof.parse(note).note, policy)
        except MerkleError:
            return proof
        return entry

    def _checkpoint(self, policy: TrustPolicy) -> OpenedCheckpoint:
        try:
            return open_checkpoint(self._members.get(form.CHECKPOINT, b""), policy)
        except MerkleError as error:
            raise _StopError(form.CHECKPOINT, "signature", str(error)) from None

    def _entries_stand(self, policy: TrustPolicy) -> None:
        """Every entry stands in the ledger under the one checkpoint."""
        if not self._index["entries"]:
            return
        opened = self._checkpoint(policy)
        checkpoint = opened.checkpoint
        for stem in self._index["entries"]:
            entry, proof = _of_entry(stem)
            content, told = self._members.get(entry), self._members.get(proof)
            if content is None or told is None or self._is_bad(entry, proof):
                continue
            try:
                parsed = LogProof.parse(told, opened.note)
                if parsed.note is not opened.note:
                    self._fault(proof, "contradiction", f"{proof} speaks of another checkpoint")
                    continue
                verify_inclusion(
                    SHA256,
                    leaf_hash=SHA256.leaf(content),
                    index=parsed.index,
                    size=checkpoint.size,
                    path=parsed.path,
                    root=checkpoint.root,
                )
                self._entries[stem] = json.loads(content)
            except (MerkleError, ValueError) as error:
                self._fault(entry, "proof", f"{entry} is not proven: {error}")
        self._report.entries = len(self._entries)

    def _posture_is_the_one_sealed(self) -> None:
        """The answers of the clause are lines of the day's posture, whose digest the ledger took in."""
        posture = self._index["posture"]
        lines = self._members.get(form.POSTURE, b"")
        if self._is_bad(form.POSTURE):
            return
        if form.lines_digest(lines) != posture["digest"]:
            self._fault(form.POSTURE, "altered", f"{form.POSTURE} does not give the digest of the day")
        sealed = posture.get("entry")
        if sealed and not self._is_bad(*_of_entry(sealed)):
            told = self._entries.get(sealed, {}).get("details", {})
            if (told.get("digest"), told.get("day")) != (posture["digest"], self._index["on"]):
                self._fault(f"{sealed}.json", "contradiction", "the day was sealed with another posture")
            else:
                self._report.posture_sealed = True
        found = _answers(lines, {duty["key"] for duty in self._index["duties"]})
        told = {(each["duty"], each["subject"]): each["line"] for each in self._index["answers"]}
        if found != told:
            self._fault(form.INDEX, "contradiction", f"the answers are not those of {form.POSTURE}")

    def _decisions_are_signed(self) -> None:
        """Each decision is signed by its person's key, which the ledger knew as theirs, over what the ledger holds."""
        for decision in self._index["decisions"]:
            for path, kind, told in self._of_decision(decision):
                self._fault(path, kind, told)
        self._report.decisions = len(self._index["decisions"])

    def _of_decision(self, decision: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
        path = decision["statement"]
        statement = self._members.get(path)
        parts = [path, decision["signature"], decision["key"]]
        parts += [each for stem in (decision["key_entry"], decision["entry"]) for each in _of_entry(stem)]
        if statement is None or self._is_bad(*parts):
            return
        if not decision["signature"]:
            return  # made before people signed; the ledger's entry alone shows it
        try:
            key = Verifier.from_pem(self._members.get(decision["key"], b""))
            key.verify(statement, self._members.get(decision["signature"], b""))
        except CryptoError as error:
            yield path, "signature", f"{path}: {error}"
            return
        told = json.loads(statement)
        if not (decision["key_entry"] and decision["entry"]):
            self._report.unproven += 1  # an entry of it left the ledger with its month
            return
        made = self._entries.get(decision["key_entry"], {})
        if (made.get("details", {}).get("public"), made.get("details", {}).get("person")) != (str(key), told["person"]):
            yield decision["key"], "contradiction", "the ledger does not know this key as that person's"
        entry = self._entries.get(decision["entry"], {})
        signature = base64.b64encode(self._members[decision["signature"]]).decode()
        if entry.get("details", {}).get("signature") != signature or entry.get("actor") != told["person"]:
            yield path, "contradiction", "the ledger holds another decision"

    def _evidence_is_what_was_brought(self) -> None:
        """Each file is the one whose digests the ledger took in when it was brought."""
        for file in self._index["evidence"]:
            if not file["entry"]:
                self._report.unproven += 1  # its entry left the ledger with its month
                continue
            if self._is_bad(file["path"], *_of_entry(file["entry"])):
                continue
            told = self._entries.get(file["entry"], {}).get("details", {})
            if (told.get("sha256"), told.get("sm3"), told.get("size")) != (file["sha256"], file["sm3"], file["size"]):
                self._fault(file["path"] or form.INDEX, "contradiction", f"“{file['title']}” is not the file brought")
            if not file["path"]:
                self._report.withheld += 1
                continue
            content = self._members.get(file["path"])
            if content is not None and form.digests(content)["sha256"] != file["sha256"]:
                self._fault(file["path"], "contradiction", f"{file['path']} is not the file brought")
        self._report.evidence = len(self._index["evidence"])


def _of_entry(stem: str) -> tuple[str, str]:
    """The members of an entry: its content and its proof."""
    return f"{stem}.json", f"{stem}.tlog-proof"


def _answers(lines: bytes, duties: set[str]) -> dict[tuple[str, str], str]:
    """The lines of a posture about some duties, by duty and subject."""
    found = {}
    for line in lines.decode(errors="replace").splitlines():
        try:
            told = json.loads(line)
        except ValueError:
            continue
        if told["duty"] in duties:
            found[told["duty"], told["subject"]] = line
    return found
