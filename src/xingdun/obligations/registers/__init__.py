"""Pages of the law: what is asked, how it stands, and what shows that it is met."""

from xingdun.obligations.registers import calendar, decisions, evidence, posture

__all__ = ["calendar", "decisions", "evidence", "posture"]
