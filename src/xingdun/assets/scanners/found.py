"""What a scanner found, in one form whatever the scanner."""

import hashlib
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

_UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff]")  # controls but tab and line feed; half surrogates
MOST_TITLE, MOST_TEXT, MOST_NAME = 300, 4000, 300


class Severity(models.TextChoices):
    """How grave a finding is, on the scale that scanners and evaluations share."""

    CRITICAL = "critical", pgettext_lazy("severity", "critical")
    HIGH = "high", pgettext_lazy("severity", "high")
    MEDIUM = "medium", pgettext_lazy("severity", "medium")
    LOW = "low", pgettext_lazy("severity", "low")
    INFO = "info", _("for information")


# Lowest score of each word: CVSS v3.1 specification, section 5, and v4.0, section 6 (FIRST).
_SCALE = (
    (Decimal("9.0"), Severity.CRITICAL),
    (Decimal("7.0"), Severity.HIGH),
    (Decimal("4.0"), Severity.MEDIUM),
    (Decimal("0.1"), Severity.LOW),
)
HIGHEST_SCORE = Decimal(10)


def severity_of(score: Decimal) -> Severity:
    """The word for a CVSS base score of 0 to 10 (FIRST's qualitative scale)."""
    return next((word for lowest, word in _SCALE if score >= lowest), Severity.INFO)


def score_of(words: object) -> Decimal | None:
    """A CVSS base score with one decimal, or None for what is none."""
    try:
        score = Decimal(str(words).strip())
    except InvalidOperation:
        return None
    return score.quantize(Decimal("0.1")) if score.is_finite() and 0 <= score <= HIGHEST_SCORE else None


def cut(words: object, most: int) -> str:
    """Text with the signs PostgreSQL and XML cannot hold left out, at most `most` signs."""
    clean = _UNSTORABLE.sub("", str(words or "")).strip()
    return clean if len(clean) <= most else f"{clean[: most - 1]}…"


@dataclass(frozen=True, slots=True)
class Found:
    """One finding of one scanner.

    tool: format and product (`nessus`, `sarif:CodeQL`). target: host, image or file; port: `443/tcp` or empty;
    component: package or place within the target. identifier: CVE, plugin or rule. cvss: base score, None if not given.
    own: the scanner's own fingerprint, which outlives moved lines; empty if it gives none.
    """

    tool: str
    target: str
    identifier: str
    title: str
    severity: Severity
    port: str = ""
    component: str = ""
    cvss: Decimal | None = None
    references: tuple[str, ...] = ()
    description: str = ""
    solution: str = ""
    own: str = ""

    @property
    def fingerprint(self) -> str:
        """What makes it the same finding next time, as SHA-256 in hex: where and what, not how it was worded."""
        where = (self.own,) if self.own else (self.port, self.component)
        told = "\x1f".join(part.strip().casefold() for part in (self.tool, self.target, self.identifier, *where))
        return hashlib.sha256(told.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ScanResult:
    """What one file says. covered: the targets it looked at; None says all that the tool ever looked at.

    informational: entries of no severity; dismissed: those the scanner itself calls passed, false or suppressed.
    Neither is a finding.
    """

    tool: str
    findings: tuple[Found, ...]
    covered: frozenset[str] | None = None
    informational: int = 0
    dismissed: int = 0
