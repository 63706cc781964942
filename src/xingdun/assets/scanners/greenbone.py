"""Greenbone (OpenVAS): the XML report of the Greenbone Management Protocol."""

from typing import BinaryIO

from django.utils.translation import gettext as _

from xingdun.assets.scanners.errors import ScanBroken
from xingdun.assets.scanners.found import (
    MOST_NAME,
    MOST_TEXT,
    MOST_TITLE,
    Found,
    ScanResult,
    Severity,
    cut,
    score_of,
    severity_of,
)
from xingdun.assets.scanners.gathering import Gathered
from xingdun.assets.scanners.xml import Element, elements

ROOTS = frozenset({"report", "get_reports_response"})
TOOL = "greenbone"
_THREATS = {
    "critical": Severity.CRITICAL,
    "high": Severity.HIGH,
    "medium": Severity.MEDIUM,
    "low": Severity.LOW,
    "log": Severity.INFO,
    "debug": Severity.INFO,
    "alarm": Severity.HIGH,
}
_FALSE_POSITIVE, _FALSE_POSITIVE_SCORE = "false positive", "-1"


def read(file: BinaryIO) -> ScanResult:
    """The result of a Greenbone XML report. Raises ScanBroken, ScanHostile, ScanTooLarge."""
    gathered = Gathered(TOOL, set())
    for element in elements(file, whole=frozenset({"result", "host"})):
        if element.name == "host":
            host = cut(element.words("ip"), MOST_NAME)
            if host:
                gathered.cover(host)
        elif element.name == "result":
            _take(element, gathered)
    return gathered.result()


def _take(result: Element, gathered: Gathered) -> None:
    host, nvt = cut(result.words("host"), MOST_NAME), result.child("nvt")
    identifier = cut(nvt.attributes.get("oid"), MOST_NAME) if nvt is not None else ""
    if nvt is None or not host or not identifier:
        raise ScanBroken(
            place=_("line %(line)d") % {"line": result.line}, problem=_("a result without its host or test")
        )
    gathered.cover(host)
    threat, score = result.words("threat").casefold(), result.words("severity")
    if threat == _FALSE_POSITIVE or score.startswith(_FALSE_POSITIVE_SCORE):
        gathered.dismissed += 1
        return
    cvss = score_of(score)
    severity = severity_of(cvss) if cvss is not None else _THREATS.get(threat)
    if severity is None:
        raise ScanBroken(place=_("line %(line)d") % {"line": result.line}, problem=_("a result without its severity"))
    port = result.words("port")
    gathered.add(
        Found(
            tool=TOOL,
            target=host,
            port="" if port.startswith("general/") else cut(port, MOST_NAME),
            identifier=identifier,
            title=cut(result.words("name") or nvt.words("name") or identifier, MOST_TITLE),
            severity=severity,
            cvss=cvss,
            references=_references(nvt),
            description=cut(_tags(nvt).get("summary") or result.words("description"), MOST_TEXT),
            solution=cut(nvt.words("solution") or _tags(nvt).get("solution"), MOST_TEXT),
        )
    )


def _tags(nvt: Element) -> dict[str, str]:
    """`name=value|name=value`, as the feed writes it."""
    pairs = (part.partition("=") for part in nvt.words("tags").split("|"))
    return {name.strip(): value.strip() for name, _sign, value in pairs}


def _references(nvt: Element) -> tuple[str, ...]:
    """The CVEs, as reports of today and of before GMP 20 write them."""
    refs = nvt.child("refs")
    told = (
        [ref.attributes.get("id", "") for ref in refs.all("ref") if ref.attributes.get("type") == "cve"] if refs else []
    )
    told += nvt.words("cve").split(",")
    return tuple(cut(cve, MOST_NAME) for cve in told if cve.strip() and cve.strip() != "NOCVE")
