"""Numbers that carry a meaning in their digits: identity numbers, phones, cards, codes, dates, addresses.

Compiled. A change here reaches the cached scan only when runs.py changes too (numba watches one file), so change its
KERNEL with it.
"""
# ruff: noqa: PLR2004 - ASCII codes, widths and ranges of the numbering standards named beside them

import numpy as np
import numpy.typing as npt
from numba import njit

from xingdun.kernel.discovery.kinds import (
    CARD,
    CARD_BAD,
    DATE,
    DATE8,
    DATETIME,
    ID,
    ID15,
    ID_BAD,
    IPV4,
    LANDLINE,
    MOBILE,
    NOTHING,
    STAMP14,
    TIME,
    USCC,
    USCC_BAD,
)

_PROVINCES = np.zeros(100, np.uint8)
_PROVINCES[
    [*range(11, 16), 21, 22, 23, *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82, 83]
] = 1
_ID_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], np.int64)  # GB 11643
_USCC_WEIGHTS = np.array([1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28], np.int64)  # GB 32100
_USCC_VALUES = np.full(256, -1, np.int64)
for _value, _letter in enumerate(b"0123456789ABCDEFGHJKLMNPQRTUWXY"):
    _USCC_VALUES[_letter] = _value
_USCC_FIRST = np.zeros(256, np.uint8)
_USCC_FIRST[list(b"123456789AEFGNY")] = 1  # registering departments of GB 32100, table 1


@njit
def is_digit(byte: int) -> bool:
    """An ASCII digit."""
    return 48 <= byte <= 57


@njit
def is_letter(byte: int) -> bool:
    """An ASCII letter."""
    return 65 <= byte <= 90 or 97 <= byte <= 122


@njit
def number(digits: npt.NDArray[np.uint8], start: int, length: int) -> int:
    """The value of `length` digits."""
    value = 0
    for k in range(start, start + length):
        value = value * 10 + (digits[k] - 48)
    return value


@njit
def is_day(year: int, month: int, day: int) -> bool:
    """A day that exists."""
    if month < 1 or month > 12 or day < 1:
        return False
    if month == 2:
        leap = (year % 4 == 0 and year % 100 != 0) or year % 400 == 0
        return day <= (29 if leap else 28)
    return day <= (30 if month in (4, 6, 9, 11) else 31)


@njit
def resident(digits: npt.NDArray[np.uint8], start: int) -> int:
    """ID, ID_BAD or NOTHING for the 18 characters at `start` (17 digits and a digit or X)."""
    region = number(digits, start, 2)
    if region // 10 == 9:  # permanent residence card of a foreigner: 9, then the province
        region = number(digits, start + 1, 2)
    if _PROVINCES[region] == 0:
        return NOTHING
    year = number(digits, start + 6, 4)
    if year < 1850 or year > 2099:
        return NOTHING
    if not is_day(year, number(digits, start + 10, 2), number(digits, start + 12, 2)):
        return NOTHING
    total = 0
    for k in range(17):
        total += (digits[start + k] - 48) * _ID_WEIGHTS[k]
    last = digits[start + 17]
    check = 10 if last in (88, 120) else last - 48
    return ID if (total + check) % 11 == 1 else ID_BAD


@njit
def luhn(digits: npt.NDArray[np.uint8], start: int, length: int) -> bool:
    """The check of ISO/IEC 7812."""
    total = 0
    for k in range(length):
        value = digits[start + length - 1 - k] - 48
        if k % 2 == 1:
            value *= 2
            if value > 9:
                value -= 9
        total += value
    return total % 10 == 0


@njit
def credit_code(data: npt.NDArray[np.uint8], start: int) -> int:
    """USCC, USCC_BAD or NOTHING for the 18 characters at `start` (GB 32100)."""
    if _USCC_FIRST[data[start]] == 0:
        return NOTHING
    for k in range(2, 8):
        if not is_digit(data[start + k]):
            return NOTHING
    if _PROVINCES[number(data, start + 2, 2)] == 0 and number(data, start + 2, 2) != 10:
        return NOTHING
    total = 0
    for k in range(17):
        value = _USCC_VALUES[data[start + k]]
        if value < 0:
            return NOTHING
        total += value * _USCC_WEIGHTS[k]
    check = _USCC_VALUES[data[start + 17]]
    if check < 0:
        return NOTHING
    return USCC if (31 - total % 31) % 31 == check else USCC_BAD


@njit
def digits_kind(digits: npt.NDArray[np.uint8], start: int, length: int) -> int:  # noqa: C901, PLR0911, PLR0912 - one branch a kind
    """What a run of `length` digits is by itself."""
    first = digits[start] - 48
    second = digits[start + 1] - 48 if length > 1 else -1
    if length == 18:
        kind = resident(digits, start)
        if kind == ID:
            return kind
        code = credit_code(digits, start)
        if code == USCC or kind != NOTHING:
            return code if code == USCC else kind
    if length == 11 and first == 1 and second >= 3:
        return MOBILE
    if length == 13 and first == 8 and second == 6 and digits[start + 2] == 49 and digits[start + 3] >= 51:
        return MOBILE
    if 10 <= length <= 12 and first == 0 and second >= 1:
        area = 3 if second in (1, 2) else 4
        if length - area in (7, 8) and digits[start + area] >= 50:
            return LANDLINE
        return NOTHING
    if length == 15 and _PROVINCES[number(digits, start, 2)]:
        year = 1900 + number(digits, start + 6, 2)
        if is_day(year, number(digits, start + 8, 2), number(digits, start + 10, 2)):
            return ID15
    if 15 <= length <= 19:
        union = first == 6 and second == 2
        other = (first == 4 and length == 16) or (first == 5 and 1 <= second <= 5 and length == 16)
        other = other or (first == 3 and second in (4, 7) and length == 15) or (first == 6 and length == 19)
        if (union and length >= 16) or other:
            if luhn(digits, start, length):
                return CARD
            return CARD_BAD if union and length in (16, 19) else NOTHING
    if length == 8:
        year = number(digits, start, 4)
        if 1900 <= year <= 2100 and is_day(year, number(digits, start + 4, 2), number(digits, start + 6, 2)):
            return DATE8
    if length == 14:
        year = number(digits, start, 4)
        if (
            1900 <= year <= 2100
            and is_day(year, number(digits, start + 4, 2), number(digits, start + 6, 2))
            and number(digits, start + 8, 2) < 24
            and number(digits, start + 10, 2) < 60
        ):
            return STAMP14
    return NOTHING


@njit
def chain_kind(  # noqa: C901, PLR0911, PLR0912, PLR0917 - one branch a kind
    digits: npt.NDArray[np.uint8],
    total: int,
    groups: int,
    begins: npt.NDArray[np.int64],
    lengths: npt.NDArray[np.int64],
    separators: npt.NDArray[np.uint8],
) -> tuple[int, int]:
    """Kind of the longest leading part of a chain of digit groups, and how many groups it takes."""
    dash, slash, dot, colon, space = 45, 47, 46, 58, 32
    first = separators[0]
    if groups >= 3 and first in (dash, slash, dot) and separators[1] == first:
        year, month, day = 0, 0, 0
        if lengths[0] == 4 and lengths[1] <= 2 and lengths[2] <= 2:
            year = number(digits, begins[0], lengths[0])
            month, day = number(digits, begins[1], lengths[1]), number(digits, begins[2], lengths[2])
        elif lengths[0] <= 2 and lengths[1] <= 2 and lengths[2] == 4 and first != dot:
            year = number(digits, begins[2], 4)
            month, day = number(digits, begins[0], lengths[0]), number(digits, begins[1], lengths[1])
            if month > 12:
                month, day = day, month
        if 1700 <= year <= 2300 and is_day(year, month, day):
            if groups >= 5 and separators[2] in (space, 84) and lengths[3] <= 2 and separators[3] == colon:
                used = 5
                while used < groups and separators[used - 1] in (colon, dot):
                    used += 1
                return DATETIME, used
            return DATE, 3
    if groups >= 4 and first == dot and separators[1] == dot and separators[2] == dot:
        right = True
        for k in range(4):
            right = right and lengths[k] <= 3 and number(digits, begins[k], lengths[k]) <= 255
        if right and (groups == 4 or separators[3] != dot):
            return IPV4, 4
    if groups >= 2 and first == colon and lengths[0] <= 2 and lengths[1] == 2:
        if number(digits, begins[0], lengths[0]) < 24 and number(digits, begins[1], 2) < 60:
            return TIME, 3 if groups >= 3 and separators[1] == colon else 2
        return NOTHING, 1
    if groups >= 2 and first in (dash, space, 41) and digits[begins[0]] == 48 and lengths[0] in (3, 4):
        if lengths[1] in (7, 8) and digits[begins[1]] >= 50 and digits[begins[0] + 1] > 48:
            return LANDLINE, 2
        return NOTHING, 1
    if groups >= 2 and first in (dash, space):
        skip = 1 if lengths[0] == 2 and digits[begins[0]] == 56 and digits[begins[0] + 1] == 54 else 0
        if groups == skip + 1 and digits_kind(digits, begins[skip], lengths[skip]) == MOBILE:
            return MOBILE, groups
        if (
            groups >= skip + 3
            and lengths[skip] == 3
            and lengths[skip + 1] == 4
            and lengths[skip + 2] == 4
            and digits[begins[skip]] == 49
            and digits[begins[skip] + 1] >= 51
        ):
            return MOBILE, skip + 3
        same = groups >= 4
        for k in range(groups - 1):
            same = same and separators[k] == first and lengths[k] == 4
        if same and 16 <= total <= 19:
            kind = digits_kind(digits, begins[0], total)
            if kind in (CARD, CARD_BAD):
                return kind, groups
        if total == 18 and groups == 3 and lengths[0] == 6 and lengths[1] == 8:
            return resident(digits, begins[0]), groups
    return NOTHING, 1


@njit
def zone_end(data: npt.NDArray[np.uint8], end: int, stop: int) -> int:
    """Where a date and time ends when its zone (Z, +08, +08:00) is counted in."""
    if end < stop and data[end] in (90, 122):
        return end + 1
    k = end
    if k + 2 < stop and data[k] in (43, 45) and is_digit(data[k + 1]):
        k += 1
        while k < stop and k - end < 6 and (is_digit(data[k]) or data[k] == 58):
            k += 1
    return k


@njit
def kind_of_mixed(data: npt.NDArray[np.uint8], i: int, j: int) -> tuple[int, int]:  # noqa: C901 - one branch a kind
    """Kind of a run of letters and digits, and where the part that has it begins."""
    length = j - i
    if length == 18:
        count = 0
        for k in range(i, i + 17):
            if is_digit(data[k]):
                count += 1
        if count == 17 and data[j - 1] in (88, 120):
            kind = resident(data, i)
            return (USCC if kind != ID and credit_code(data, i) == USCC else kind), i
        kind = credit_code(data, i)
        if kind == USCC or (kind == USCC_BAD and count >= 9):
            return kind, i
    tail = j
    while tail > i and (is_digit(data[tail - 1]) or (tail == j and data[tail - 1] in (88, 120))):
        tail -= 1
    for k in range(i, tail):
        if is_digit(data[k]):
            return NOTHING, i
    if 2 <= tail - i <= 6 and j - tail == 18:
        return resident(data, tail), tail
    if 2 <= tail - i <= 6 and j - tail == 11 and is_digit(data[j - 1]):
        kind = digits_kind(data, tail, 11)
        return (kind if kind == MOBILE else NOTHING), tail
    return NOTHING, i
