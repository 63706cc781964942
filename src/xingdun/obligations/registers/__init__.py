"""Pages of the law: what is asked, and what shows that it is met."""

from xingdun.obligations.registers import decisions, posture

__all__ = ["decisions", "posture"]
