"""Results of scanners, read into one kind of value: Nessus, Greenbone, Trivy, SARIF, and the platform's own sheet."""

from xingdun.assets.scanners.found import Found, ScanResult, Severity
from xingdun.assets.scanners.reading import read_scan

__all__ = ["Found", "ScanResult", "Severity", "read_scan"]
