"""Pages of the law: what is asked, how it stands, and what shows that it is met."""

from xingdun.obligations.registers import decisions, evidence, posture

__all__ = ["decisions", "evidence", "posture"]
