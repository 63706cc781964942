"""The form of a pack: a ZIP archive of stored members in one order, so that every byte of it can be told.

Nothing is compressed and no member carries a time: who reads a pack puts it together again from its members and
compares byte by byte. docs/proofs.md describes each member.
"""

import hashlib
import io
import json
import struct
import zipfile
import zlib
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
MOST_MEMBERS: Final = 0xFFFE  # what the plain form of ZIP counts
# The parts of a ZIP archive (PKWARE's APPNOTE, 4.3.7, 4.3.12, 4.3.16): nothing compressed, 1 January 1980.
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s4B4H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_VERSION, _UNIX, _DAY, _MODE = 20, 3, 0x21, 0o100644 << 16


def write(members: Mapping[str, bytes]) -> bytes:
    """The archive of `members`; the same members give the same bytes."""
    body, directory, offset = [], [], 0
    for path in in_order(members):
        name, content = path.encode("ascii"), members[path]
        crc, size = zlib.crc32(content), len(content)
        body += [_LOCAL.pack(b"PK\x03\x04", _VERSION, 0, 0, 0, _DAY, crc, size, size, len(name), 0), name, content]
        head = (b"PK\x01\x02", _VERSION, _UNIX, _VERSION, 0, 0, 0, 0, _DAY, crc, size, size, len(name), 0, 0, 0, 0)
        directory += [_CENTRAL.pack(*head, _MODE, offset), name]
        offset += _LOCAL.size + len(name) + size
    listed = b"".join(directory)
    end = _END.pack(b"PK\x05\x06", 0, 0, len(members), len(members), len(listed), offset, 0)
    return b"".join([*body, listed, end])


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
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            listed = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, UnicodeDecodeError) as error:
        raise PackUnreadable(problem=error) from error
    for one in listed:
        if one.compress_type != zipfile.ZIP_STORED or not one.filename.isascii():
            raise PackUnreadable(problem=f"{one.filename!r} is not kept as packs keep their members")
    if len(listed) > MOST_MEMBERS or sum(one.file_size for one in listed) > len(data):
        raise PackUnreadable(problem="it claims to hold more than it can")
    for one in listed:
        start = one.header_offset + _LOCAL.size + len(one.filename)
        members[one.filename] = data[start : start + one.file_size]
    return members, _altered_places(data, members)


def _altered_places(data: bytes, members: Mapping[str, bytes]) -> list[str]:
    again = write(members)
    if again == data:
        return []
    at = next((n for n, (one, two) in enumerate(zip(data, again, strict=False)) if one != two), len(again))
    with zipfile.ZipFile(io.BytesIO(again)) as archive:
        listed = archive.infolist()
    before = [one for one in listed if one.header_offset <= at]
    last = listed[-1] if listed else None
    within = last is not None and at < last.header_offset + _LOCAL.size + len(last.filename) + last.file_size
    return [before[-1].filename if before and within else "(archive)"]


def digests(content: bytes) -> dict[str, Any]:
    """What pack.json says of a member."""
    return {"sha256": hashlib.sha256(content).hexdigest(), "sm3": sm3.digest(content).hex(), "size": len(content)}


def text(told: Mapping[str, Any]) -> bytes:
    """JSON for people and programs: keys sorted, indented, UTF-8, one line feed at the end."""
    return json.dumps(told, ensure_ascii=False, sort_keys=True, indent=1, default=str).encode() + b"\n"


def lines_digest(lines: bytes) -> str:
    """The digest of a posture: SHA-256 in hex of its sorted lines, each ended by a line feed."""
    return hashlib.sha256(lines).hexdigest()
