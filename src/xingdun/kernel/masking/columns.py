"""Masks over Arrow columns, for what is released: vectorised by polars, equal to the SQL form."""

import hashlib
from collections.abc import Callable
from typing import Any

import polars as pl
import pyarrow as pa

from xingdun.kernel.masking.masks import (
    PSEUDONYM_DIGITS,
    AddressToCity,
    AgeBand,
    Clear,
    ColumnKind,
    DateTo,
    KeepEnds,
    Mask,
    MissingKeyError,
    Null,
    NumberBand,
    Pseudonym,
    PseudonymKey,
    require_suits,
)
from xingdun.kernel.masking.patterns import (
    ADDRESS_CITY,
    ADDRESS_FINER,
    ADDRESS_PREFECTURE,
    REDACTIONS,
    TEXT_MONTH_COMPACT,
    TEXT_MONTH_SIGNED,
    TEXT_YEAR,
    ZONE,
)


def column_kind(arrow_type: pa.DataType) -> ColumnKind:
    """The kind of an Arrow column; a dictionary counts as what it holds."""
    if pa.types.is_dictionary(arrow_type):
        return column_kind(arrow_type.value_type)
    if pa.types.is_timestamp(arrow_type):
        return ColumnKind.TIMESTAMP if arrow_type.tz is None else ColumnKind.TIMESTAMPTZ
    for test, kind in _KINDS:
        if test(arrow_type):
            return kind
    return ColumnKind.OTHER


def mask_column(
    mask: Mask, column: pa.Array | pa.ChunkedArray, *, key: PseudonymKey | None = None
) -> pa.Array | pa.ChunkedArray:
    """`column` as `mask` shows it: same length, nulls stay null.

    Text masks give strings, `DateTo` on dates and times gives date32, `Null` keeps the column's type. Raises
    UnsuitableMaskError when the mask has no meaning on this type, MissingKeyError for a pseudonym without a key.
    """
    require_suits(mask, column_kind(column.type))
    if isinstance(mask, Clear):
        return column
    if isinstance(mask, Null):
        return pa.nulls(len(column), column.type)
    if isinstance(mask, Pseudonym):
        if key is None:
            raise MissingKeyError("a pseudonym needs its key")
        return _pseudonyms(key, column)
    frame = _series(column).to_frame().select(_expression(mask, column_kind(column.type)).alias("v"))
    return frame.to_series().to_arrow()


def _expression(mask: Mask, kind: ColumnKind) -> pl.Expr:
    value = pl.col("v")
    match mask:
        case KeepEnds():
            return _keep_ends(value.cast(pl.String), mask)
        case DateTo():
            return _text_date(value, mask) if kind is ColumnKind.TEXT else _date(value, kind, mask)
        case AgeBand():
            return _band(_age(_local_date(value, kind), mask), mask.width, mask.top)
        case NumberBand():
            return _band(value, mask.width, mask.top)
        case AddressToCity():
            return _city(value)
        case _:
            return _redact(value)


def _redact(text: pl.Expr) -> pl.Expr:
    for pattern, label, tag in REDACTIONS:
        text = text.str.replace_all(pattern, (f"${{{label}}}" if label else "") + tag)
    return text


def _city(text: pl.Expr) -> pl.Expr:
    city = text.str.extract(f"({ADDRESS_CITY})", 1).str.replace(ADDRESS_FINER, ADDRESS_PREFECTURE)
    return pl.when(city != "").then(city)


def _keep_ends(text: pl.Expr, mask: KeepEnds) -> pl.Expr:
    length = text.str.len_chars().cast(pl.Int64)
    fill = mask.fill.replace("$", "$$")
    whole = text.str.replace_all("(?s).", fill)
    middle = text.str.slice(mask.head, pl.max_horizontal(length - mask.head - mask.tail, pl.lit(0)))
    # A tail of nothing is said apart: a slice from -0 would be the whole text.
    tail = text.str.tail(mask.tail) if mask.tail else pl.lit("")
    ends = text.str.head(mask.head) + middle.str.replace_all("(?s).", fill) + tail
    return pl.when(length > mask.head + mask.tail).then(ends).otherwise(whole)


def _local_date(value: pl.Expr, kind: ColumnKind) -> pl.Expr:
    if kind is ColumnKind.TIMESTAMPTZ:
        value = value.dt.convert_time_zone(ZONE)
    return value.cast(pl.Date) if kind is ColumnKind.DATE else value.dt.date()


def _date(value: pl.Expr, kind: ColumnKind, mask: DateTo) -> pl.Expr:
    return _local_date(value, kind).dt.truncate("1y" if mask.unit == "year" else "1mo")


def _text_date(text: pl.Expr, mask: DateTo) -> pl.Expr:
    year = text.str.extract(TEXT_YEAR, 1)
    if mask.unit == "year":
        return year
    month = pl.coalesce(text.str.extract(TEXT_MONTH_SIGNED, 1), text.str.extract(TEXT_MONTH_COMPACT, 1))
    return year + "-" + month.str.pad_start(2, "0")


def _age(day: pl.Expr, mask: AgeBand) -> pl.Expr:
    as_of = mask.as_of.year * 10000 + mask.as_of.month * 100 + mask.as_of.day
    born = day.dt.year().cast(pl.Int64) * 10000 + day.dt.month().cast(pl.Int64) * 100 + day.dt.day()
    return pl.when(born <= as_of).then((as_of - born) // 10000)


def _band(number: pl.Expr, width: int, top: int) -> pl.Expr:
    low = number.cast(pl.Int64, strict=False) // width * width
    label = low.cast(pl.String) + "-" + (low + (width - 1)).cast(pl.String)
    return pl.when(number >= top).then(pl.lit(f"{top}+")).when(number >= 0).then(label)


def _pseudonyms(key: PseudonymKey, column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Each distinct value is hashed once; the two padded keys are absorbed once for all."""
    inner, outer = hashlib.new(key.algorithm, key.inner), hashlib.new(key.algorithm, key.outer)

    def one(text: str) -> str:
        first = inner.copy()
        first.update(text.encode())
        second = outer.copy()
        second.update(first.digest())
        return second.hexdigest()[:PSEUDONYM_DIGITS]

    encoded = _as_text(_series(column), column_kind(column.type)).to_arrow().dictionary_encode()
    names = pa.array([one(name) for name in encoded.dictionary.to_pylist()], pa.large_string())
    return names.take(encoded.indices)


def _series(column: pa.Array | pa.ChunkedArray) -> pl.Series:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    return pl.Series("v", pl.from_arrow(column))


def _as_text(series: pl.Series, kind: ColumnKind) -> pl.Series:
    if kind is ColumnKind.DATE:
        return series.cast(pl.Date).dt.strftime("%Y-%m-%d")
    if kind is ColumnKind.TIMESTAMP:
        return series.dt.cast_time_unit("us").dt.strftime("%Y-%m-%dT%H:%M:%S%.6f")
    return series.cast(pl.String)


_KINDS: tuple[tuple[Callable[[Any], bool], ColumnKind], ...] = (
    (pa.types.is_string, ColumnKind.TEXT),
    (pa.types.is_large_string, ColumnKind.TEXT),
    (pa.types.is_string_view, ColumnKind.TEXT),
    (pa.types.is_integer, ColumnKind.INTEGER),
    (pa.types.is_decimal, ColumnKind.DECIMAL),
    (pa.types.is_floating, ColumnKind.FLOAT),
    (pa.types.is_boolean, ColumnKind.BOOLEAN),
    (pa.types.is_date, ColumnKind.DATE),
    (pa.types.is_binary, ColumnKind.BINARY),
    (pa.types.is_large_binary, ColumnKind.BINARY),
)
