"""One pass over a column's bytes: digit runs with their check digits, character classes, distinct count.

The pass sees UTF-8 bytes only and allocates nothing per value, so a scan costs about as much as reading the
bytes twice. Everything that needs a dictionary or a regular expression happens later, on a sample.
"""
# ruff: noqa: PLR2004 - ASCII and UTF-8 codes, and the constants of the hash

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt
from numba import njit, types

from xingdun.kernel.discovery.kinds import (
    AT,
    COLON,
    DASH,
    DATE,
    DATE8,
    DATETIME,
    DECIMAL,
    DIGIT,
    HAN,
    INTEGER,
    LANDLINE,
    LOWER,
    MOBILE,
    NOTHING,
    OTHER,
    PUNCTUATION,
    REGISTERS,
    SPACE,
    STAMP14,
    STAR,
    UPPER,
    WIDE,
)
from xingdun.kernel.discovery.numbers import (
    chain_kind,
    digits_kind,
    is_digit,
    is_letter,
    kind_of_mixed,
    number,
    zone_end,
)

KERNEL: Final = 3  # counted up when numbers.py changes


_SIGNATURE = types.int64(
    types.uint8[::1],
    types.Array(types.int64, 1, "C", readonly=True),
    types.uint16[::1],
    types.int32[::1],
    types.uint32[::1],
    types.uint32[::1],
    types.uint8[::1],
    types.float64[::1],
    types.int64[:, ::1],
)


def _compiled(function: Callable[..., int]) -> Callable[..., int]:
    """The function compiled; kept on disk (beside this file or in the user's cache) where either can be written."""
    try:
        made: Callable[..., int] = njit(_SIGNATURE, cache=True, nogil=True)(function)
    except RuntimeError:  # nowhere to keep it: compiled anew in each process, in about 10 s
        made = njit(_SIGNATURE, nogil=True)(function)
    return made


@_compiled
def scan_values(  # noqa: C901, PLR0912, PLR0915, PLR0917 - one loop on purpose: each byte is looked at once
    data: npt.NDArray[np.uint8],
    offsets: npt.NDArray[np.int64],
    flags: npt.NDArray[np.uint16],
    lengths: npt.NDArray[np.int32],
    whole: npt.NDArray[np.uint32],
    inside: npt.NDArray[np.uint32],
    sketch: npt.NDArray[np.uint8],
    facts: npt.NDArray[np.float64],
    spans: npt.NDArray[np.int64],
) -> int:
    """Fill the outputs for each value `data[offsets[r]:offsets[r+1]]`; return the number of spans found.

    flags: character classes; lengths: characters (not bytes) of the trimmed value; whole and inside: bits of KINDS;
    sketch: HyperLogLog registers, kept between calls; facts: [least number, greatest number, least year,
    greatest year, numbers seen, values with a leading zero], kept between calls; spans: (row, byte start in the
    value, byte length, kind) for up to len(spans) finds; the return value may be larger, then call again with room.
    """
    found = 0
    digits = np.empty(64, np.uint8)
    begins = np.empty(8, np.int64)
    sizes = np.empty(8, np.int64)
    separators = np.empty(8, np.uint8)
    for r in range(len(offsets) - 1):
        s, e = offsets[r], offsets[r + 1]
        origin = s
        while s < e and data[s] <= 32:
            s += 1
        while e > s and data[e - 1] <= 32:
            e -= 1
        seen = 0
        chars = 0
        hashed = np.uint64(14695981039346656037)
        for i in range(s, e):
            byte = data[i]
            hashed = (hashed ^ np.uint64(byte)) * np.uint64(1099511628211)
            if byte < 128:
                chars += 1
                if is_digit(byte):
                    seen |= DIGIT
                elif byte <= 32:
                    seen |= SPACE
                elif byte >= 97:
                    seen |= LOWER if byte <= 122 else PUNCTUATION
                elif 65 <= byte <= 90:
                    seen |= UPPER
                elif byte == 64:
                    seen |= AT
                elif byte == 58:
                    seen |= COLON
                elif byte == 42:
                    seen |= STAR
                elif byte == 45:
                    seen |= DASH
                else:
                    seen |= PUNCTUATION
            elif byte >= 0xC0:
                chars += 1
                if 0xE4 <= byte <= 0xE9:
                    seen |= HAN
                elif byte == 0xEF and i + 1 < e and data[i + 1] in (0xBC, 0xBD):
                    seen |= WIDE
                else:
                    seen |= OTHER
        flags[r] = seen
        lengths[r] = chars
        whole[r] = 0
        inside[r] = 0
        if s == e:
            continue
        hashed ^= hashed >> np.uint64(33)
        hashed *= np.uint64(0xFF51AFD7ED558CCD)
        hashed ^= hashed >> np.uint64(33)
        register = np.int64(hashed & np.uint64(REGISTERS - 1))
        rest = hashed >> np.uint64(10)
        rank = 1
        while rank < 54 and (rest & np.uint64(1)) == 0:
            rest >>= np.uint64(1)
            rank += 1
        sketch[register] = max(sketch[register], rank)
        if seen & DIGIT == 0:
            continue
        i = s
        while i < e:
            byte = data[i]
            if not (is_digit(byte) or is_letter(byte)):
                i += 1
                continue
            j = i
            letters = 0
            while j < e and (is_digit(data[j]) or is_letter(data[j])):
                if not is_digit(data[j]):
                    letters += 1
                j += 1
            kind, begin, end = NOTHING, i, j
            if letters == 0 or (is_digit(byte) and letters <= 3 and j - i <= 12):
                groups, total, k = 0, 0, i
                while groups < 8 and k < e and is_digit(data[k]) and total < 40:
                    begins[groups] = total
                    while k < e and is_digit(data[k]) and total < 40:
                        digits[total] = data[k]
                        total += 1
                        k += 1
                    sizes[groups] = total - begins[groups]
                    groups += 1
                    if k + 1 < e and data[k] in (32, 45, 46, 47, 58, 84, 41) and is_digit(data[k + 1]):
                        separators[groups - 1] = data[k]
                        k += 1
                    else:
                        break
                used = 1
                if groups > 1:
                    kind, used = chain_kind(digits, total, groups, begins, sizes, separators)
                if kind == NOTHING and letters == 0 and j - i <= 19:
                    fraction = i - 2 >= s and data[i - 1] == 46 and is_digit(data[i - 2])
                    if not fraction:
                        kind = digits_kind(data, i, j - i)
                    used = 1
                if kind != NOTHING:
                    if used > 1:
                        end = i + begins[used - 1] + sizes[used - 1] + used - 1
                        if kind == DATETIME:
                            end = zone_end(data, end, e)
                        j = max(j, end)
                    if kind in (DATE, DATETIME):
                        year = number(digits, begins[0], 4) if sizes[0] == 4 else number(digits, begins[2], 4)
                        facts[2], facts[3] = min(facts[2], year), max(facts[3], year)
                    elif kind in (DATE8, STAMP14):
                        year = number(digits, 0, 4)
                        facts[2], facts[3] = min(facts[2], year), max(facts[3], year)
                elif groups == 2 and separators[0] == 46 and letters == 0 and i <= s + 1:
                    stop = i + sizes[0] + 1 + sizes[1]
                    if stop == e and (i == s or data[s] in (43, 45)):
                        value = number(digits, 0, min(sizes[0], 18)) * 1.0
                        value = -value if data[s] == 45 else value
                        facts[0], facts[1] = min(facts[0], value), max(facts[1], value)
                        facts[4] += 1
                        whole[r] |= 1 << DECIMAL
                        j = stop
                if letters == 0 and groups == 1 and j == e and (i == s or (i == s + 1 and data[s] in (43, 45))):
                    whole[r] |= 1 << INTEGER
                    value = number(digits, 0, min(sizes[0], 18)) * 1.0
                    value = -value if data[s] == 45 else value
                    facts[0], facts[1] = min(facts[0], value), max(facts[1], value)
                    facts[4] += 1
                    if data[i] == 48 and sizes[0] > 1:
                        facts[5] += 1
            elif letters:
                kind, begin = kind_of_mixed(data, i, j)
            if kind != NOTHING:
                before = begin
                if kind in (MOBILE, LANDLINE) and before > s and data[before - 1] in (40, 43):
                    before -= 1
                if before == s and end == e:
                    whole[r] |= 1 << kind
                else:
                    inside[r] |= 1 << kind
                if found < len(spans):
                    spans[found, 0], spans[found, 1] = r, begin - origin
                    spans[found, 2], spans[found, 3] = end - begin, kind
                found += 1
            i = max(j, i + 1)
    return found
