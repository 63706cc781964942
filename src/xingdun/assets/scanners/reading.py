"""Which scanner a file is of, by its content alone; its name is not believed."""

from typing import BinaryIO

from django.utils.translation import gettext as _

from xingdun.assets.scanners import greenbone, nessus, sarif, sheet, trivy
from xingdun.assets.scanners.errors import ScanTooLarge, ScanUnknown
from xingdun.assets.scanners.found import ScanResult, cut
from xingdun.assets.scanners.json import document
from xingdun.assets.scanners.xml import elements

MOST_BYTES = 64 << 20
_HEAD = 1024
_ZIP = b"PK\x03\x04"
_SPACE = b" \t\r\n\xef\xbb\xbf"
_WIDE = (b"\xff\xfe", b"\xfe\xff")  # UTF-16: XML alone


def read_scan(file: BinaryIO) -> ScanResult:
    """What a file of findings says; `file` is read from its start and must be seekable.

    Nessus v2, Greenbone XML, Trivy JSON, SARIF 2.1.0 or the platform's sheet. Raises ScanUnknown, ScanTooLarge,
    ScanBroken, ScanHostile, RowsWrong.
    """
    size = file.seek(0, 2)
    file.seek(0)
    if size > MOST_BYTES:
        told = {"size": size >> 20, "most": MOST_BYTES >> 20}
        raise ScanTooLarge(problem=_("%(size)d MB, at most %(most)d") % told)
    head = file.read(_HEAD)
    file.seek(0)
    stem = head.lstrip(_SPACE)
    if head.startswith(_ZIP):
        return sheet.read(file)
    if stem.startswith(b"<") or head.startswith(_WIDE):
        return _xml(file)
    if stem.startswith((b"{", b"[")):
        return _json(file)
    raise ScanUnknown(problem=_("it is empty") if not stem else _("it is neither XML, JSON nor XLSX"))


def _xml(file: BinaryIO) -> ScanResult:
    root = next(elements(file, whole=frozenset())).name
    file.seek(0)
    if root in nessus.ROOTS:
        return nessus.read(file)
    if root in greenbone.ROOTS:
        return greenbone.read(file)
    raise ScanUnknown(problem=_("XML with the root “%(root)s”") % {"root": cut(root, 40)})


def _json(file: BinaryIO) -> ScanResult:
    root = document(file)
    for reader in (sarif, trivy):
        if reader.claims(root):
            return reader.read(root)
    raise ScanUnknown(problem=_("JSON of neither SARIF 2.1.0 nor Trivy"))
