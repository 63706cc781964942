"""How the duties about networks and findings are measured; each module declares some when it is imported."""

from xingdun.assets.checks import evaluating, filing, grading, inspecting, inventory, mending, protecting

__all__ = ["evaluating", "filing", "grading", "inspecting", "inventory", "mending", "protecting"]
