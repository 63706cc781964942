"""What a scan found in one table, as it comes to the inventory: no value of the source beyond masked examples."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xingdun.kernel.discovery.grading import Graded

if TYPE_CHECKING:
    from xingdun.kernel.discovery.profile import ColumnProfile
    from xingdun.kernel.discovery.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class TableSeen:
    """A table as the source lists it; `rows` is the source's own estimate."""

    schema: str
    name: str
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class ColumnFinding:
    """What one column holds: counts, the verdict on its content, the suggested grade."""

    profile: "ColumnProfile"
    verdict: "Verdict"
    graded: Graded


@dataclass(frozen=True, slots=True)
class TableFinding:
    """What one table holds. rows: how many it has, None when nobody knows; sampled: fewer were read than it has."""

    rows: int | None
    rows_scanned: int
    sampled: bool
    columns: tuple[ColumnFinding, ...] = ()
