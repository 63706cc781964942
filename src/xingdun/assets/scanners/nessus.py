"""Nessus: the .nessus file, version 2 (NessusClientData_v2), as Tenable's file format describes it."""

from collections.abc import Iterator
from typing import BinaryIO

from django.utils.translation import gettext as _

from xingdun.assets.scanners.errors import ScanBroken
from xingdun.assets.scanners.found import MOST_NAME, MOST_TEXT, MOST_TITLE, Found, ScanResult, Severity, cut, score_of
from xingdun.assets.scanners.gathering import Gathered
from xingdun.assets.scanners.xml import Element, elements

ROOTS = frozenset({"NessusClientData_v2"})
TOOL = "nessus"
# The attribute `severity` of a ReportItem.
_SEVERITIES = {
    "0": Severity.INFO,
    "1": Severity.LOW,
    "2": Severity.MEDIUM,
    "3": Severity.HIGH,
    "4": Severity.CRITICAL,
}


def read(file: BinaryIO) -> ScanResult:
    """The result of a .nessus file. Raises ScanBroken, ScanHostile, ScanTooLarge."""
    gathered = Gathered(TOOL, set())
    host = ""
    for element in elements(file, whole=frozenset({"ReportItem"}), opened=frozenset({"ReportHost"})):
        if element.name == "ReportHost":
            host = cut(element.attributes.get("name"), MOST_NAME)
            if not host:
                raise ScanBroken(place=_place(element), problem=_("a host without its name"))
            gathered.cover(host)
        elif element.name == "ReportItem":
            gathered.add(_found(element, host))
    return gathered.result()


def _found(item: Element, host: str) -> Found:
    told = item.attributes
    plugin, severity = told.get("pluginID", "").strip(), _SEVERITIES.get(told.get("severity", "").strip())
    if not (host and plugin and severity):
        raise ScanBroken(place=_place(item), problem=_("a result without its host, plugin or severity"))
    port, protocol = told.get("port", "0").strip(), told.get("protocol", "").strip()
    scores = (score_of(item.words(f"cvss{version}_base_score")) for version in ("4", "3", ""))
    return Found(
        tool=TOOL,
        target=host,
        port="" if port in ("", "0") else cut(f"{port}/{protocol}", MOST_NAME),
        identifier=cut(plugin, MOST_NAME),
        title=cut(told.get("pluginName") or item.words("synopsis") or plugin, MOST_TITLE),
        severity=severity,
        cvss=next((score for score in scores if score is not None), None),
        references=tuple(_references(item)),
        description=cut(item.words("description") or item.words("synopsis"), MOST_TEXT),
        solution=cut(item.words("solution"), MOST_TEXT),
    )


def _references(item: Element) -> Iterator[str]:
    return (cut(cve.text, MOST_NAME) for cve in item.all("cve") if cve.text)


def _place(element: Element) -> str:
    return _("line %(line)d") % {"line": element.line}
