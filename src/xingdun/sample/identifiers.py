"""Identifiers drawn at random with the check digits their standards ask for, whole columns at a time."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.random import Generator
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
ZERO = ord("0")

_ID_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_ID_CHECK = np.frombuffer(b"10X98765432", dtype=np.uint8)
_CREDIT_ALPHABET = np.frombuffer(b"0123456789ABCDEFGHJKLMNPQRTUWXY", dtype=np.uint8)
_CREDIT_WEIGHTS = np.array([3**place % 31 for place in range(17)])
_ORGANISATION_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2])
_ORGANISATION_CHECK = np.frombuffer(b"0X987654321", dtype=np.uint8)
# In GB/T 2260 the third and fourth digits run 01-20 and 51-70 for cities, 21-50 for prefectures and 90 for
# counties under a province. 71-89 belong to no place, hence to no living person's number.
_UNASSIGNED_CITY = (71, 90)
_SHARE_OF_NEW_ENERGY = 0.2
_SHARE_OF_OUTSIDE_ADDRESSES = 0.1


def _series(matrix: Bytes) -> pl.Series:
    """A string column from one row of ASCII bytes a value."""
    width = matrix.shape[1]
    return pl.Series(np.ascontiguousarray(matrix).view(f"S{width}").ravel().astype(f"U{width}"))


def _random_digits(rng: Generator, rows: int, width: int) -> Bytes:
    return rng.integers(ZERO, ZERO + 10, size=(rows, width), dtype=np.uint8)


def _picked(rng: Generator, rows: int, choices: Sequence[str]) -> Bytes:
    """Rows of ASCII bytes picked from strings of one length."""
    table = np.array([list(choice.encode()) for choice in choices], dtype=np.uint8)
    return table[rng.integers(0, len(table), rows)]


def _decimal(numbers: NDArray[np.integer], width: int) -> Bytes:
    """ASCII digits of non-negative numbers, padded with zeros to `width`."""
    powers = 10 ** np.arange(width - 1, -1, -1)
    return (numbers[:, None] // powers % 10 + ZERO).astype(np.uint8)


def digits(rng: Generator, rows: int, width: int) -> pl.Series:
    """Strings of `width` random digits."""
    return _series(_random_digits(rng, rows, width))


def resident_ids(
    rng: Generator, provinces: Sequence[str], births: NDArray[np.datetime64], male: NDArray[np.bool_]
) -> pl.Series:
    """Resident identity numbers of 18 characters with the check digit of GB 11643 (ISO 7064 MOD 11-2)."""
    rows = len(births)
    days = births.astype("datetime64[D]")
    years = days.astype("datetime64[Y]").astype(int) + 1970
    months = days.astype("datetime64[M]").astype(int) % 12 + 1
    month_days = (days - days.astype("datetime64[M]")).astype(int) + 1
    order = rng.integers(0, 500, rows) * 2 + male
    body = np.hstack(
        [
            _picked(rng, rows, provinces),
            _decimal(rng.integers(*_UNASSIGNED_CITY, rows), 2),
            _decimal(rng.integers(1, 30, rows), 2),
            _decimal(years * 10_000 + months * 100 + month_days, 8),
            _decimal(order, 3),
        ]
    )
    check = _ID_CHECK[(body.astype(int) - ZERO) @ _ID_WEIGHTS % 11]
    return _series(np.hstack([body, check[:, None]]))


def with_wrong_check_digit(rng: Generator, numbers: pl.Series) -> pl.Series:
    """The same identity numbers, each with one of the ten wrong check digits."""
    matrix = np.array(numbers.to_list(), dtype="S18").view(np.uint8).reshape(-1, 18).copy()
    places = np.argmax(matrix[:, 17][:, None] == _ID_CHECK[None, :], axis=1)
    matrix[:, 17] = _ID_CHECK[(places + rng.integers(1, 11, len(matrix))) % 11]
    return _series(matrix)


def first_generation(numbers: pl.Series) -> pl.Series:
    """The 15-digit form that identity numbers had before 1999: no century, no check digit."""
    return numbers.str.slice(0, 6) + numbers.str.slice(8, 9)


def mobile_phones(rng: Generator, rows: int, prefixes: Sequence[str]) -> pl.Series:
    """Mobile numbers of eleven digits."""
    return _series(np.hstack([_picked(rng, rows, prefixes), _random_digits(rng, rows, 8)]))


def bank_cards(rng: Generator, rows: int, prefixes: Sequence[str]) -> pl.Series:
    """Card numbers of 19 digits that pass the Luhn check (ISO/IEC 7812-1)."""
    body = np.hstack([_picked(rng, rows, prefixes), _random_digits(rng, rows, 12)])
    values = body.astype(int) - ZERO
    doubled = values[:, 1::2] * 2
    total = values[:, 0::2].sum(axis=1) + (doubled // 10 + doubled % 10).sum(axis=1)
    return _series(np.hstack([body, _decimal(-total % 10, 1)]))


def credit_codes(rng: Generator, rows: int, provinces: Sequence[str]) -> pl.Series:
    """Unified social credit codes (GB 32100) around an organisation code (GB 11714), both checks right."""
    organisation = rng.integers(0, 10, size=(rows, 8))
    inner = _ORGANISATION_CHECK[organisation @ _ORGANISATION_WEIGHTS % 11]
    body = np.hstack(
        [
            _picked(rng, rows, ("91", "52", "12")),
            _picked(rng, rows, provinces),
            _decimal(rng.integers(*_UNASSIGNED_CITY, rows), 2),
            _decimal(rng.integers(1, 30, rows), 2),
            (organisation + ZERO).astype(np.uint8),
            inner[:, None],
        ]
    )
    values = np.argmax(body[:, :, None] == _CREDIT_ALPHABET, axis=2)
    check = _CREDIT_ALPHABET[-(values @ _CREDIT_WEIGHTS) % 31]
    return _series(np.hstack([body, check[:, None]]))


def passports(rng: Generator, rows: int) -> pl.Series:
    """Chinese passport numbers: E with eight digits, or E, a letter and seven digits."""
    second = _picked(rng, rows, list("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"))
    lead = np.full((rows, 1), ord("E"), dtype=np.uint8)
    return _series(np.hstack([lead, second, _random_digits(rng, rows, 7)]))


def plates(rng: Generator, rows: int, provinces: Sequence[str]) -> pl.Series:
    """Licence plates (GA 36): five places after the authority's letter, six for new energy vehicles."""
    letters = list("ABCDEFGHJKLMNPQRSTUVWXYZ")
    province = pl.Series(provinces).gather(rng.integers(0, len(provinces), rows))
    authority = _series(_picked(rng, rows, list("ABCDEFGH")))
    usual = np.hstack([_random_digits(rng, rows, 1), _picked(rng, rows, letters), _random_digits(rng, rows, 3)])
    green = np.hstack([_picked(rng, rows, ["D", "F"]), _random_digits(rng, rows, 5)])
    electric = pl.Series(rng.random(rows) < _SHARE_OF_NEW_ENERGY)
    return province + authority + _series(green).zip_with(electric, _series(usual))


def addresses_v4(rng: Generator, rows: int) -> pl.Series:
    """IPv4 addresses: private ones, with one in ten from the ranges kept for documentation (RFC 5737)."""
    heads = ["10.20", "10.21", "172.16", "192.168", "10.8", "10.20", "10.21", "172.17", "192.168"]
    head = pl.Series(heads).gather(rng.integers(0, len(heads), rows)) + "."
    third = pl.Series(rng.integers(0, 256, rows)).cast(pl.String)
    outside = pl.Series(["203.0.113", "198.51.100"]).gather(rng.integers(0, 2, rows))
    network = outside.zip_with(pl.Series(rng.random(rows) < _SHARE_OF_OUTSIDE_ADDRESSES), head + third)
    return network + "." + pl.Series(rng.integers(1, 255, rows)).cast(pl.String)


def hardware_addresses(rng: Generator, rows: int) -> pl.Series:
    """MAC addresses with the bit of local administration set, so none belongs to a maker."""
    pairs = _picked(rng, rows * 5, [f"{value:02X}" for value in range(256)]).reshape(rows, 5, 2)
    colons = np.full((rows, 5, 1), ord(":"), dtype=np.uint8)
    head = np.tile(np.frombuffer(b"02", dtype=np.uint8), (rows, 1))
    return _series(np.hstack([head, np.concatenate([colons, pairs], axis=2).reshape(rows, 15)]))


def dna(rng: Generator, lengths: NDArray[np.integer]) -> list[str]:
    """Random sequences of A, C, G and T, one of each length asked for."""
    letters = np.frombuffer(b"ACGT", dtype=np.uint8)[rng.integers(0, 4, int(lengths.sum()))].tobytes().decode()
    ends = np.cumsum(lengths)
    return [letters[end - length : end] for end, length in zip(ends, lengths, strict=True)]
