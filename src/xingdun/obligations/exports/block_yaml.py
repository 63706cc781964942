"""YAML in block style: enough for what we write, and exact.

Every scalar is written as JSON writes it, which YAML 1.2 reads alike, so that no text can be taken for a number, a date
or a `no`. Block style rather than plain JSON because libraries of the field are read and compared line by line; by hand
because a YAML library would be a dependency of the running platform for one file.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_PLAIN = re.compile(r"(?!(?:y|n|yes|no|on|off|true|false|null)$)[a-z][a-z0-9_]*")


def dump(value: Mapping[str, Any]) -> str:
    """The document, ending with a line feed."""
    return "".join(f"{line}\n" for line in _mapping(value))


def _mapping(value: Mapping[str, Any]) -> Iterator[str]:
    for name, inner in value.items():
        key = name if _PLAIN.fullmatch(name) else _scalar(name)
        if isinstance(inner, Mapping | list | tuple) and inner:
            yield f"{key}:"
            yield from (f"  {line}" for line in _block(inner))
        else:
            yield f"{key}: {_scalar(inner)}"


def _block(value: Mapping[str, Any] | Sequence[Any]) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from _mapping(value)
        return
    for item in value:
        lines = _mapping(item) if isinstance(item, Mapping) else iter([_scalar(item)])
        yield f"- {next(lines)}"
        yield from (f"  {line}" for line in lines)


def _scalar(value: Any) -> str:
    """As JSON; the line and byte marks that YAML 1.1 takes for line ends or refuses are escaped."""
    text = json.dumps(value, ensure_ascii=False)
    return re.sub(r"[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]", lambda found: f"\\u{ord(found[0]):04x}", text)
