"""Collecting findings of one file within bounds, each once."""

from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from xingdun.assets.scanners.errors import ScanTooLarge
from xingdun.assets.scanners.found import Found, ScanResult, Severity

MOST_FINDINGS = 50_000
MOST_TARGETS = 20_000
MOST_REFERENCES = 50


@dataclass(slots=True)
class Gathered:
    """What has been read so far. covered: None when the file does not say what was looked at."""

    tool: str
    covered: set[str] | None = None
    findings: dict[str, Found] = field(default_factory=dict)
    informational: int = 0
    dismissed: int = 0

    def cover(self, target: str) -> None:
        """A target was looked at, whether or not something was found."""
        if self.covered is not None:
            self.covered.add(target)
            if len(self.covered) > MOST_TARGETS:
                raise ScanTooLarge(problem=_("more than %(most)d targets") % {"most": MOST_TARGETS})

    def add(self, found: Found) -> None:
        """Take a finding; the graver of two with one fingerprint stays. What only informs is counted alone."""
        if found.severity == Severity.INFO:
            self.informational += 1
            return
        found = replace(found, references=tuple(dict.fromkeys(found.references))[:MOST_REFERENCES])
        before = self.findings.get(found.fingerprint)
        if before is None or _gravity(found) < _gravity(before):
            self.findings[found.fingerprint] = found
        if len(self.findings) > MOST_FINDINGS:
            raise ScanTooLarge(problem=_("more than %(most)d findings") % {"most": MOST_FINDINGS})

    def result(self) -> ScanResult:
        """What was gathered."""
        covered = None if self.covered is None else frozenset(self.covered)
        return ScanResult(self.tool, tuple(self.findings.values()), covered, self.informational, self.dismissed)


def _gravity(found: Found) -> int:
    return Severity.values.index(found.severity.value)
