"""How the duties about networks are measured; each module declares some when it is imported."""

from xingdun.assets.checks import evaluating, filing, grading, inventory, protecting

__all__ = ["evaluating", "filing", "grading", "inventory", "protecting"]
