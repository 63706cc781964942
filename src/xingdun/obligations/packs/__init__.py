"""Proof packs: everything that shows how one clause stood on one day, in a file that checks itself.

`form` and `checking` are pure: they need neither database nor settings.
"""
