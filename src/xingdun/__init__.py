"""Xingdun (杏盾): network and data security platform of a healthcare institution."""

__version__ = "0.1.0"
