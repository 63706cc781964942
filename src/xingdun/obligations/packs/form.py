"""The form of a pack: a ZIP archive of stored members in one order, so that every byte of it can be told.

Nothing is compressed and no member carries a time: who reads a pack puts it together again from its members and
compares byte by byte. docs/proofs.md describes each member.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any, Final

from xingdun.kernel.crypto import sm3
from xingdun.obligations.packs.errors import PackUnreadable

FORM: Final = "xingdun/pack/v1"
INDEX: Final = "pack.json"
READ_ME: Final = "READ-ME.txt"
CHECKPOINT: Final = "checkpoint"
KEYS: Final = "keys.txt"
POSTURE: Final = "posture.ndjson"
SEAL_ENTRY: Final = "seal/entry.json"
SEAL_PROOF: Final = "seal/entry.tlog-proof"
OWN: Final = frozenset({INDEX, SEAL_ENTRY, SEAL_PROOF})
"""Members that pack.json cannot list: itself, and what proves it."""
SEALED_BY: Final = "pack.create"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_MODE = 0o644 << 16
_UNIX = 3
MOST_MEMBERS: Final = 200_000


def write(members: Mapping[str, bytes]) -> bytes:
    """The archive of `members`; the same members give the same bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for path in in_order(members):
            archive.writestr(_entry(path), members[path])
    return made.getvalue()


def in_order(paths: Iterable[str]) -> list[str]:
    """Paths as they follow each other: what people open first, then by name."""
    first = {READ_ME: 0, INDEX: 1, "report.pdf": 2, "report.docx": 3}
    return sorted(paths, key=lambda path: (first.get(path, len(first)), path))


def read(data: bytes) -> tuple[dict[str, bytes], list[str]]:
    """The members, and the paths of those whose place in the archive was altered. Raises PackUnreadable.

    Altered is what the archive says about a member outside of its content (a name, a time, a length), found by putting
    the archive together again; `(archive)` stands for what belongs to no member.
    """
    members: dict[str, bytes] = {}
    broken: list[str] = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            listed = archive.infolist()
            if len(listed) > MOST_MEMBERS or sum(one.file_size for one in listed) > len(data):
                raise PackUnreadable(problem="it claims to hold more than it can")
            for one in listed:
                if one.compress_type != zipfile.ZIP_STORED:
                    raise PackUnreadable(problem=f"{one.filename} is compressed")
                try:
                    content = archive.read(one)
                except (zipfile.BadZipFile, NotImplementedError, OSError, RuntimeError):
                    broken.append(one.filename)
                    continue
                if one.filename in members:
                    broken.append(one.filename)
                members[one.filename] = content
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, UnicodeDecodeError) as error:
        raise PackUnreadable(problem=error) from error
    return members, broken or _altered_places(data, members)


def _altered_places(data: bytes, members: Mapping[str, bytes]) -> list[str]:
    again = write(members)
    if again == data:
        return []
    at = next((n for n, (one, two) in enumerate(zip(data, again, strict=False)) if one != two), len(again))
    with zipfile.ZipFile(io.BytesIO(again)) as archive:
        listed = archive.infolist()
    before = [one for one in listed if one.header_offset <= at]
    last = listed[-1] if listed else None
    within = last is not None and at < last.header_offset + 30 + len(last.filename.encode()) + last.file_size
    return [before[-1].filename if before and within else "(archive)"]


def _entry(path: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, _EPOCH)
    entry.create_system, entry.external_attr = _UNIX, _MODE
    return entry


def digests(content: bytes) -> dict[str, Any]:
    """What pack.json says of a member."""
    return {"sha256": hashlib.sha256(content).hexdigest(), "sm3": sm3.digest(content).hex(), "size": len(content)}


def text(told: Mapping[str, Any]) -> bytes:
    """JSON for people and programs: keys sorted, indented, UTF-8, one line feed at the end."""
    return json.dumps(told, ensure_ascii=False, sort_keys=True, indent=1, default=str).encode() + b"\n"


def lines_digest(lines: bytes) -> str:
    """The digest of a posture: SHA-256 in hex of its sorted lines, each ended by a line feed."""
    return hashlib.sha256(lines).hexdigest()
