"""Trivy: its JSON report (schema version 2) of images, file systems, repositories and clusters."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from xingdun.assets.scanners.errors import ScanBroken
from xingdun.assets.scanners.found import MOST_NAME, MOST_TEXT, MOST_TITLE, Found, ScanResult, Severity, cut, score_of
from xingdun.assets.scanners.gathering import Gathered
from xingdun.assets.scanners.json import Node

TOOL = "trivy"
_SEVERITIES = {
    "CRITICAL": Severity.CRITICAL,
    "HIGH": Severity.HIGH,
    "MEDIUM": Severity.MEDIUM,
    "LOW": Severity.LOW,
    "UNKNOWN": Severity.INFO,
    "": Severity.INFO,
}
_VERSIONS = ("V40Score", "V3Score", "V2Score")
_SOURCES = ("nvd", "redhat", "ghsa")
_OS_PACKAGES = "os-pkgs"


def claims(root: Node) -> bool:
    """Whether the document is Trivy's."""
    told = root.value
    return isinstance(told, dict) and (
        ("SchemaVersion" in told and "ArtifactName" in told) or ("ClusterName" in told and "Resources" in told)
    )


def read(root: Node) -> ScanResult:
    """The result of a Trivy report. Raises ScanBroken, ScanTooLarge."""
    gathered = Gathered(TOOL, set())
    if "ClusterName" in root.value:
        for resource in root.get("Resources").items():
            name = "/".join(resource.get(part).words() for part in ("Namespace", "Kind", "Name"))
            _read_results(resource, cut(name, MOST_NAME), gathered)
    else:
        _read_results(root, _without_tag(root.get("ArtifactName").needed()), gathered)
    return gathered.result()


def _without_tag(name: str) -> str:
    """An image's name without tag and digest: the same finding in the next build is the same finding."""
    stem = name.partition("@")[0]
    head, slash, last = stem.rpartition("/")
    return cut(f"{head}{slash}{last.partition(':')[0]}" or name, MOST_NAME)


def _read_results(root: Node, target: str, gathered: Gathered) -> None:
    gathered.cover(target)
    for result in root.get("Results").items():
        place = "" if result.get("Class").words() == _OS_PACKAGES else result.get("Target").words()
        for kind in (_vulnerabilities, _misconfigurations, _secrets):
            for found in kind(result, target, place, gathered):
                gathered.add(found)


def _vulnerabilities(result: Node, target: str, place: str, gathered: Gathered) -> Iterator[Found]:
    del gathered
    for one in result.get("Vulnerabilities").items():
        identifier, package = one.get("VulnerabilityID").needed(), one.get("PkgName").needed()
        fixed, installed = one.get("FixedVersion").words(), one.get("InstalledVersion").words()
        solution = _("Update %(package)s to %(version)s.") % {"package": package, "version": fixed} if fixed else ""
        yield Found(
            tool=TOOL,
            target=target,
            component=cut(" ".join(filter(None, (package, one.get("PkgPath").words() or place))), MOST_NAME),
            identifier=cut(identifier, MOST_NAME),
            title=cut(one.get("Title").words() or f"{identifier} {package}", MOST_TITLE),
            severity=_severity(one),
            cvss=score_of(_score(one)),
            references=(cut(identifier, MOST_NAME),) if identifier.startswith("CVE-") else (),
            description=cut(
                "\n".join(filter(None, (f"{package} {installed}", one.get("Description").words()))), MOST_TEXT
            ),
            solution=cut(solution, MOST_TEXT),
        )


def _misconfigurations(result: Node, target: str, place: str, gathered: Gathered) -> Iterator[Found]:
    for one in result.get("Misconfigurations").items():
        if one.get("Status").words() not in ("", "FAIL"):
            gathered.dismissed += 1
            continue
        cause = one.get("CauseMetadata").get("Resource").words()
        yield Found(
            tool=TOOL,
            target=target,
            component=cut(" ".join(filter(None, (place, cause))), MOST_NAME),
            identifier=cut(one.get("ID").words() or one.get("AVDID").needed(), MOST_NAME),
            title=cut(one.get("Title").needed(), MOST_TITLE),
            severity=_severity(one),
            description=cut(one.get("Message").words() or one.get("Description").words(), MOST_TEXT),
            solution=cut(one.get("Resolution").words(), MOST_TEXT),
        )


def _secrets(result: Node, target: str, place: str, gathered: Gathered) -> Iterator[Found]:
    """Places that hold a secret; the secret itself (`Match`, `Code`) is never taken over."""
    del gathered
    for one in result.get("Secrets").items():
        yield Found(
            tool=TOOL,
            target=target,
            component=cut(place, MOST_NAME),
            identifier=cut(one.get("RuleID").needed(), MOST_NAME),
            title=cut(one.get("Title").needed(), MOST_TITLE),
            severity=_severity(one),
            description=_("line %(line)s") % {"line": one.get("StartLine").words()},
            solution=_("Withdraw the secret, then take it out of the artifact."),
        )


def _severity(one: Node) -> Severity:
    word = one.get("Severity")
    found = _SEVERITIES.get(word.words().upper())
    if found is None:
        raise ScanBroken(place=word.place, problem=_("“%(word)s” is no severity") % {"word": cut(word.words(), 40)})
    return found


def _score(one: Node) -> str:
    """The base score, of the newest version and the most trusted source that gives one."""
    told = dict(one.get("CVSS").members())
    order = [*(source for source in _SOURCES if source in told), *(source for source in told if source not in _SOURCES)]
    return next(
        (score for version in _VERSIONS for source in order if (score := told[source].get(version).words())), ""
    )
