"""SARIF 2.1.0 (OASIS): results of static analysis of any tool."""

from collections import Counter
from dataclasses import replace

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
from xingdun.assets.scanners.json import Node

VERSION = "2.1.0"
# 3.27.10: the levels; `warning` is the default of a result whose kind is `fail`.
_LEVELS = {
    "error": Severity.HIGH,
    "warning": Severity.MEDIUM,
    "note": Severity.LOW,
    "none": Severity.INFO,
}
_DEFAULT_LEVEL = "warning"
_FAILS = ("", "fail")  # 3.27.9: other kinds are passed, open or not applicable


def claims(root: Node) -> bool:
    """Whether the document says it is SARIF 2.1.0."""
    told = root.value
    return isinstance(told, dict) and "runs" in told and told.get("version") == VERSION


def read(root: Node) -> ScanResult:
    """The result of a SARIF log; its runs are taken together. Raises ScanBroken, ScanTooLarge."""
    names = sorted({run.get("tool").get("driver").get("name").needed() for run in root.get("runs").items()})
    gathered = Gathered(cut(f"sarif:{'+'.join(names)}", 80))
    for run in root.get("runs").items():
        seen: Counter[str] = Counter()
        named = {rule.get("id").words(): rule for rule in run.get("tool").get("driver").get("rules").items()}
        for result in run.get("results").items():
            if _dismissed(result):
                gathered.dismissed += 1
                continue
            found = _found(result, run, named, gathered.tool)
            if not found.own:  # the same words twice in one file are two findings; lines move, their order stays
                seen[found.fingerprint] += 1
                found = replace(found, port=str(seen[found.fingerprint]) if seen[found.fingerprint] > 1 else "")
            gathered.add(found)
    return gathered.result()


def _dismissed(result: Node) -> bool:
    """Whether it is no failure, was mended before this run, or is suppressed (3.27.9, 3.27.24, 3.27.23, 3.35.3)."""
    suppressed = any(one.get("status").words() in ("", "accepted") for one in result.get("suppressions").items())
    return result.get("kind").words() not in _FAILS or result.get("baselineState").words() == "absent" or suppressed


def _found(result: Node, run: Node, named: dict[str, Node], tool: str) -> Found:
    rule = _rule(result, run, named)
    identifier = result.get("ruleId").words() or result.get("rule").get("id").words() or rule.get("id").needed()
    location = next(iter(result.get("locations").items()), Node(None)).get("physicalLocation")
    target = _uri(location.get("artifactLocation"), run)
    line = location.get("region").get("startLine").words()
    message = _message(result.get("message"), rule)
    title = rule.get("shortDescription").get("text").words() or rule.get("name").words() or message or identifier
    score = score_of(rule.get("properties").get("security-severity").words())
    own = _own(result)
    return Found(
        tool=tool,
        target=cut(target or "-", MOST_NAME),
        component="" if own else cut(message, MOST_NAME),
        identifier=cut(identifier, MOST_NAME),
        title=cut(title, MOST_TITLE),
        severity=severity_of(score) if score else _LEVELS.get(_level(result, rule), Severity.MEDIUM),
        cvss=score,
        description=cut("\n".join(filter(None, (f"{target}:{line}" if line else target, message))), MOST_TEXT),
        solution=cut(
            rule.get("help").get("text").words() or rule.get("fullDescription").get("text").words(), MOST_TEXT
        ),
        own=own,
    )


def _rule(result: Node, run: Node, named: dict[str, Node]) -> Node:
    """The rule's descriptor: by its number in the driver or extension meant, else by its id in the driver."""
    reference, tool = result.get("rule"), run.get("tool")
    extension = reference.get("toolComponent").get("index")
    component = tool.get("extensions").at(extension) if extension.value is not None else tool.get("driver")
    number = result.get("ruleIndex") if result.get("ruleIndex").value is not None else reference.get("index")
    found = component.get("rules").at(number)
    if found.value is not None:
        return found
    wanted = result.get("ruleId").words() or reference.get("id").words()
    return named.get(wanted, Node(None, f"{result.place}.rule"))


def _level(result: Node, rule: Node) -> str:
    default = rule.get("defaultConfiguration").get("level").words()
    return result.get("level").words() or default or _DEFAULT_LEVEL


def _message(message: Node, rule: Node) -> str:
    """The text, or the rule's text of that name with its arguments filled in (3.11)."""
    text = message.get("text").words()
    if not text and message.get("id").words():
        text = rule.get("messageStrings").get(message.get("id").words()).get("text").words()
    for place, argument in enumerate(message.get("arguments").items()):
        text = text.replace(f"{{{place}}}", argument.words())
    return text


def _uri(artifact: Node, run: Node) -> str:
    """The file, named here or by its number among the run's artifacts."""
    return (
        artifact.get("uri").words() or run.get("artifacts").at(artifact.get("index")).get("location").get("uri").words()
    )


def _own(result: Node) -> str:
    """The tool's own fingerprints (3.27.16 and 3.27.17), which outlive moved lines."""
    told = sorted(
        f"{name}={value.words()}"
        for kind in ("fingerprints", "partialFingerprints")
        for name, value in result.get(kind).members()
    )
    return cut("|".join(told), MOST_TEXT)
