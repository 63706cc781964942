"""What the print fonts can draw; what they cannot is printed as its code point, never as an empty box.

Names of people and places hold rare characters: a print that loses one silently would be a wrong document.
"""

import struct
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

_SEGMENTED = 12  # the cmap format that covers all of Unicode (OpenType, "cmap", format 12)
_JOINERS = frozenset([0x200B, 0x200C, 0x200D, 0xFEFF, *range(0xFE00, 0xFE10)])  # shape their neighbours, no sign


def font_files() -> tuple[Path, ...]:
    """The fonts that come with the platform: a serif and a sans for simplified Chinese."""
    from pylopdf_fonts_zh_cn import sans_path, serif_path

    return Path(serif_path()), Path(sans_path())


def printable(value: Any) -> Any:
    """`value` with every text in it as the fonts can print it: `〔U+20BB7〕` stands for what they cannot draw."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return {name: printable(one) for name, one in value.items()}
    if isinstance(value, Sequence):
        return [printable(one) for one in value]
    return value


def _text(words: str) -> str:
    drawn = _drawn()
    plain = words.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")
    if drawn.issuperset(map(ord, plain.replace("\n", ""))):
        return plain
    return "".join(_sign(sign, drawn) for sign in plain)


def _sign(sign: str, drawn: frozenset[int]) -> str:
    if sign == "\n":
        return sign
    if ord(sign) in _JOINERS or unicodedata.category(sign) in ("Cc", "Cs"):
        return ""
    return sign if ord(sign) in drawn else f"〔U+{ord(sign):04X}〕"


@cache
def _drawn() -> frozenset[int]:
    """The code points that all the fonts draw, without those that turn the direction of text."""
    common = frozenset.intersection(*(_covered(path.read_bytes()) for path in font_files()))
    return frozenset(code for code in common if unicodedata.category(chr(code)) not in ("Cf", "Cc"))


def _covered(font: bytes) -> frozenset[int]:
    """The code points of an OpenType font, from the format 12 table of its cmap."""
    (tables,) = struct.unpack_from(">H", font, 4)
    records = (struct.unpack_from(">4sIII", font, 12 + 16 * place) for place in range(tables))
    cmap = next(offset for tag, _sum, offset, _length in records if tag == b"cmap")
    (subtables,) = struct.unpack_from(">H", font, cmap + 2)
    for place in range(subtables):
        _platform, _encoding, offset = struct.unpack_from(">HHI", font, cmap + 4 + 8 * place)
        start = cmap + offset
        (layout,) = struct.unpack_from(">H", font, start)
        if layout == _SEGMENTED:
            (groups,) = struct.unpack_from(">I", font, start + 12)
            spans = struct.iter_unpack(">III", font[start + 16 : start + 16 + 12 * groups])
            return frozenset(code for first, last, _glyph in spans for code in range(first, last + 1))
    raise ValueError("the font has no map of all of Unicode")
