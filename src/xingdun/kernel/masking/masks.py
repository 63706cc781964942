"""The masks: small values that say how one column is shown, independent of where it is computed."""

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal

BLOCK = 64  # bytes in a block of SHA-256 and of SM3 alike (FIPS 180-4; GB/T 32905-2016)
KEY_FLOOR = 16  # bytes; a shorter key could be searched
MAX_ENDS = 64  # characters kept at one end; more would be no mask
MAX_BANDS = 500


class MaskError(ValueError):
    """A mask that cannot be built or cannot be applied to a column."""


class UnsuitableMaskError(MaskError):
    """This mask has no meaning on a column of this kind."""


class MissingKeyError(MaskError):
    """A pseudonym was asked for without a key, or with one of another algorithm."""


class ColumnKind(StrEnum):
    """What a mask has to know of a column's type; the same names for Arrow and PostgreSQL columns."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    FLOAT = "float"
    BOOLEAN = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp"
    TIMESTAMPTZ = "timestamptz"
    BINARY = "binary"
    OTHER = "other"


NUMBERS = frozenset({ColumnKind.INTEGER, ColumnKind.DECIMAL, ColumnKind.FLOAT})
MOMENTS = frozenset({ColumnKind.DATE, ColumnKind.TIMESTAMP, ColumnKind.TIMESTAMPTZ})
WORDS = frozenset({ColumnKind.TEXT, ColumnKind.INTEGER, ColumnKind.DECIMAL})


@dataclass(frozen=True, slots=True)
class Clear:
    """The value as it is."""


@dataclass(frozen=True, slots=True)
class Null:
    """Nothing; the column stays so that queries keep working."""


@dataclass(frozen=True, slots=True)
class KeepEnds:
    """The first `head` and last `tail` characters, one `fill` for each character between.

    A value no longer than both ends together is filled whole: a short value has no middle to hide.
    """

    head: int
    tail: int
    fill: str = "*"

    def __post_init__(self) -> None:
        if not (0 <= self.head <= MAX_ENDS and 0 <= self.tail <= MAX_ENDS):
            raise MaskError(f"ends of {self.head} and {self.tail} characters; each must be 0 to {MAX_ENDS}")
        if len(self.fill) != 1:
            raise MaskError("the fill is exactly one character")


@dataclass(frozen=True, slots=True)
class DateTo:
    """A date or time cut down to the first day of its month or year, in the zone Asia/Shanghai.

    Dates kept as text become `YYYY` or `YYYY-MM`; text that is no date becomes null.
    """

    unit: Literal["year", "month"]

    def __post_init__(self) -> None:
        if self.unit not in {"year", "month"}:
            raise MaskError(f"a date is cut to year or month, not to {self.unit!r}")


@dataclass(frozen=True, slots=True)
class AgeBand:
    """A date of birth as the age band it gives on the day `as_of`: `30-39`, and `90+` from `top` on.

    width, top: years. A birth after `as_of` becomes null. A birthday on 29 February comes on 1 March.
    """

    as_of: date
    width: int = 10
    top: int = 90

    def __post_init__(self) -> None:
        _check_band(self.width, self.top)
        if self.top >= self.as_of.year:
            raise MaskError(f"nobody is {self.top} years old in the year {self.as_of.year}")


@dataclass(frozen=True, slots=True)
class NumberBand:
    """A number as the band it lies in: `30-39`, and `90+` from `top` on; a negative number becomes null."""

    width: int
    top: int

    def __post_init__(self) -> None:
        _check_band(self.width, self.top)


@dataclass(frozen=True, slots=True)
class AddressToCity:
    """A Chinese address cut down to province and city; an address of another form becomes null."""


@dataclass(frozen=True, slots=True)
class Pseudonym:
    """The first 32 hexadecimal digits (128 bits) of an HMAC over the value's text (RFC 2104).

    Equal values give equal pseudonyms under one key, so joins and counts keep working.
    """


@dataclass(frozen=True, slots=True)
class Redact:
    """Free text with the identifiers in it replaced by tags: numbers, e-mail addresses, labelled names.

    Names without a label before them stay: see the rules for where free text may be shown at all.
    """


Mask = Clear | Null | KeepEnds | DateTo | AgeBand | NumberBand | AddressToCity | Pseudonym | Redact

_SUITS: dict[type, frozenset[ColumnKind]] = {
    Clear: frozenset(ColumnKind),
    Null: frozenset(ColumnKind),
    KeepEnds: WORDS,
    DateTo: MOMENTS | {ColumnKind.TEXT},
    AgeBand: MOMENTS,
    NumberBand: NUMBERS,
    AddressToCity: frozenset({ColumnKind.TEXT}),
    Pseudonym: WORDS | {ColumnKind.BOOLEAN, ColumnKind.DATE, ColumnKind.TIMESTAMP},
    Redact: frozenset({ColumnKind.TEXT}),
}


def suits(mask: Mask, kind: ColumnKind) -> bool:
    """Whether `mask` has a meaning on a column of this kind."""
    return kind in _SUITS[type(mask)]


def fit(mask: Mask, kind: ColumnKind) -> Mask:
    """`mask` itself where it suits the column, else the stricter `Null`: a value never passes for want of a mask."""
    return mask if suits(mask, kind) else Null()


def require_suits(mask: Mask, kind: ColumnKind) -> None:
    """Raise UnsuitableMaskError unless `mask` has a meaning on a column of this kind."""
    if not suits(mask, kind):
        raise UnsuitableMaskError(f"{type(mask).__name__} has no meaning on a {kind} column")


@dataclass(frozen=True, slots=True)
class PseudonymKey:
    """The secret of a pseudonym and its algorithm: HMAC-SHA256, or HMAC-SM3 (GB/T 15852.2).

    secret: at least 16 bytes. `inner` and `outer` are the two padded keys of RFC 2104, 64 bytes each: with them a
    database computes the same HMAC from its plain hash function.
    """

    secret: bytes = field(repr=False)
    algorithm: Literal["sha256", "sm3"] = "sha256"

    def __post_init__(self) -> None:
        if self.algorithm not in {"sha256", "sm3"}:
            raise MaskError(f"no pseudonym algorithm is called {self.algorithm!r}")
        if len(self.secret) < KEY_FLOOR:
            raise MaskError(f"a pseudonym key has at least {KEY_FLOOR} bytes, this one {len(self.secret)}")

    @property
    def inner(self) -> bytes:
        """The key exclusive-or 0x36, one block long."""
        return bytes(byte ^ 0x36 for byte in self._block())

    @property
    def outer(self) -> bytes:
        """The key exclusive-or 0x5c, one block long."""
        return bytes(byte ^ 0x5C for byte in self._block())

    def pseudonym(self, text: str) -> str:
        """The pseudonym of one text: 32 hexadecimal digits."""
        return hmac.new(self.secret, text.encode(), self.algorithm).hexdigest()[:PSEUDONYM_DIGITS]

    def _block(self) -> bytes:
        key = self.secret
        if len(key) > BLOCK:
            key = hashlib.new(self.algorithm, key).digest()
        return key.ljust(BLOCK, b"\0")


PSEUDONYM_DIGITS = 32


def _check_band(width: int, top: int) -> None:
    if width < 1 or top < width or top % width:
        raise MaskError(f"a band of {width} up to {top}: the top is a multiple of a width of at least 1")
    if top // width > MAX_BANDS:
        raise MaskError(f"{top // width} bands; more than {MAX_BANDS} hide little")
