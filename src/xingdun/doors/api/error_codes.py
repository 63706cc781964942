"""The page of every error code: `python -m xingdun.doors.api.error_codes > docs/errors.md`."""

import os
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages

import xingdun
from xingdun.frame.errors import Refusal

_LEFT_OUT = re.compile(r"\.(migrations|__main__|kernel)(\.|$)")  # the kernel knows no refusals, and has much to compile
_HEAD = """# Error codes

Every error that a person or a program may meet has a code that stays. Pages show it with what happened and what to
do; the API gives it as `code` in `application/problem+json`. This page is written by
`python -m xingdun.doors.api.error_codes`.

| code | HTTP | what happened | what to do | clauses |
|---|---|---|---|---|
"""


def refusals() -> Iterator[type[Refusal]]:
    """Every kind of refusal, by code. Raises ValueError when two kinds share one."""
    for found in walk_packages(xingdun.__path__, "xingdun."):
        if not _LEFT_OUT.search(found.name):
            import_module(found.name)
    kinds: dict[str, type[Refusal]] = {}
    waiting = [Refusal]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if "code" not in vars(kind):
            continue
        if kind.code in kinds and kinds[kind.code] is not kind:
            raise ValueError(f"{kind.code} is borne by {kinds[kind.code]} and {kind}")
        kinds[kind.code] = kind
    return iter(kinds[code] for code in sorted(kinds))


def page() -> str:
    """The page, in English."""
    from django.utils import translation

    with translation.override("en"):
        lines = [
            f"| {kind.code} | {kind.status} | {_cell(kind.what)} | {_cell(kind.todo)} | {', '.join(kind.clauses)} |"
            for kind in refusals()
        ]
    return _HEAD + "\n".join(lines) + "\n"


def _cell(words: object) -> str:
    return re.sub(r"\{(\w+)\}", r"*\1*", str(words)).replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xingdun.runtime.settings")
    django.setup()
    sys.stdout.write(page())
