"""The plan of `plan.toml`, and which of its steps a duty has reached."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from xingdun.frame.roles import Role
from xingdun.kernel.clocks import WorkingDays


@dataclass(frozen=True, slots=True)
class Rise:
    """One step up: `role` is told `after_days` working days after something was due or broke."""

    after_days: int
    role: Role


@dataclass(frozen=True, slots=True)
class Plan:
    """When people are reminded. before_days: working days before something is due, the longest first."""

    from_hour: int
    before_days: tuple[int, ...]
    rises: tuple[Rise, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A step that is reached: its mark, and whom it is for (None: who answers for the duty)."""

    mark: str
    role: Role | None = None


@cache
def plan() -> Plan:
    """The plan as it is shipped."""
    read = tomllib.loads(Path(__file__).with_name("plan.toml").read_text(encoding="utf-8"))
    rises = (Rise(each["after_days"], Role(each["role"])) for each in read["escalation"])
    return Plan(
        from_hour=read["hour"]["from_hour"],
        before_days=tuple(sorted(read["before"]["days"], reverse=True)),
        rises=tuple(sorted(rises, key=lambda each: each.after_days)),
    )


def before(due: date, today: date, working: WorkingDays) -> Step | None:
    """The last step reached on the way to `due`; earlier ones that nobody was told of are left out."""
    reached = [days for days in (*plan().before_days, 0) if _on_or_before(due, days, today, working)]
    return Step(f"before-{reached[-1]}") if reached else None


def _on_or_before(due: date, days: int, today: date, working: WorkingDays) -> bool:
    return today >= (working.add(due, -days) if days else due)


def since(broke: date, today: date, working: WorkingDays) -> Iterator[Step]:
    """Every step up that is reached, for what was due on `broke` or broke then."""
    passed = working.count(broke, today) - working.works(broke)
    for rise in plan().rises:
        if passed >= rise.after_days:
            yield Step(f"since-{rise.after_days}", rise.role)


def horizon(today: date, working: WorkingDays) -> date:
    """The last day anything due on which is reminded of today."""
    return working.add(today, plan().before_days[0])
