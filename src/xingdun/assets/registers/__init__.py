"""The pages of networks, their protection, and what is found on them; they stand in the menu in this order."""

from xingdun.assets.registers import networks, protection, findings, inspections, particulars, imports  # noqa: I001 - the menu's order

__all__ = ["findings", "imports", "inspections", "networks", "particulars", "protection"]
