"""Masks as PostgreSQL expressions, for views: the same meaning as over Arrow columns.

Every expression is total: none can raise an error that carries a value, and none depends on a setting the reader of
a view may change (TimeZone, DateStyle, extra_float_digits). Only functions of pg_catalog are used, all of them
callable by everyone, because functions in a view run with the reader's rights.
"""

from dataclasses import dataclass
from datetime import date, timedelta

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

LAST_TIMESTAMP = "294276-12-31"  # PostgreSQL, table of date/time types


@dataclass(frozen=True, slots=True)
class KeySql:
    """Two SQL expressions of type bytea: the padded keys of `PseudonymKey`, read with the view owner's rights.

    The database needs no more than its own `sha256`: HMAC is that function twice (RFC 2104). PostgreSQL has no SM3,
    so a pseudonym with HMAC-SM3 exists for releases only.
    """

    inner: str
    outer: str


def quote_identifier(name: str) -> str:
    """A name as PostgreSQL reads it back unchanged; raises ValueError on an empty name or a zero byte."""
    if not name or "\0" in name:
        raise ValueError("an identifier is not empty and has no zero byte")
    return '"' + name.replace('"', '""') + '"'


def quote_literal(text: str) -> str:
    """A string constant that means the same whatever standard_conforming_strings says."""
    if "\0" in text:
        raise ValueError("a string constant has no zero byte")
    quoted = "'" + text.replace("'", "''").replace("\\", "\\\\") + "'"
    return "E" + quoted if "\\" in text else quoted


def mask_sql(mask: Mask, column: str, kind: ColumnKind, *, key: KeySql | None = None, type_name: str = "text") -> str:
    """The SQL expression that shows `column` (an expression, already quoted) as `mask` does.

    type_name: the column's type as PostgreSQL prints it; `Null` keeps it. Raises UnsuitableMaskError and
    MissingKeyError like `mask_column`.
    """
    require_suits(mask, kind)
    if isinstance(mask, Clear):
        return column
    if isinstance(mask, Null):
        return f"NULL::{type_name}"
    if isinstance(mask, Pseudonym):
        if key is None:
            raise MissingKeyError("a pseudonym needs its key")
        return _pseudonym(_canonical(column, kind), key)
    return _generalised(mask, column, kind)


def _generalised(mask: Mask, column: str, kind: ColumnKind) -> str:
    match mask:
        case KeepEnds():
            return _keep_ends(f"{column}::text", mask)
        case DateTo():
            return _text_date(f"{column}::text", mask) if kind is ColumnKind.TEXT else _date(column, kind, mask)
        case AgeBand():
            return _age_band(_local(column, kind), mask, "date" if kind is ColumnKind.DATE else "timestamp")
        case NumberBand():
            return _band(column, mask)
        case AddressToCity():
            return _city(f"{column}::text")
        case _:
            return _redact(f"{column}::text")


def _keep_ends(text: str, mask: KeepEnds) -> str:
    length, ends = f"char_length({text})", mask.head + mask.tail
    fill = quote_literal(mask.fill)
    parts = [f"left({text}, {mask.head})"] if mask.head else []
    parts.append(f"repeat({fill}, {length} - {ends})")
    parts += [f"right({text}, {mask.tail})"] if mask.tail else []
    return f"CASE WHEN {length} > {ends} THEN {' || '.join(parts)} ELSE repeat({fill}, {length}) END"


def _text_date(text: str, mask: DateTo) -> str:
    year = f"substring({text} from {quote_literal(TEXT_YEAR)})"
    if mask.unit == "year":
        return year
    signed, compact = quote_literal(TEXT_MONTH_SIGNED), quote_literal(TEXT_MONTH_COMPACT)
    month = f"coalesce(substring({text} from {signed}), substring({text} from {compact}))"
    return f"{year} || '-' || lpad({month}, 2, '0')"


def _local(column: str, kind: ColumnKind) -> str:
    """The moment as a timestamp on the wall of the hospital, whatever zone the reader sets."""
    return f"timezone({quote_literal(ZONE)}, {column})" if kind is ColumnKind.TIMESTAMPTZ else column


def _date(column: str, kind: ColumnKind, mask: DateTo) -> str:
    unit = quote_literal(mask.unit)
    if kind is not ColumnKind.DATE:
        return f"date_trunc({unit}, {_local(column, kind)})::date"
    # A date reaches further than a timestamp; beyond, the cast would fail.
    return f"CASE WHEN {column} <= '{LAST_TIMESTAMP}'::date THEN date_trunc({unit}, {column}::timestamp)::date END"


def _city(text: str) -> str:
    found = f"substring({text} from {quote_literal(ADDRESS_CITY)})"
    cut = f"regexp_replace({found}, {quote_literal(ADDRESS_FINER)}, {quote_literal(ADDRESS_PREFECTURE)})"
    return f"nullif({cut}, '')"


def _age_band(born: str, mask: AgeBand, type_name: str) -> str:
    """The band's label, picked by where the birth lies among the days on which one gets too young for a band."""
    days = [_first_day_younger(mask.as_of, years) for years in range(mask.top, -1, -mask.width)]
    labels = list(reversed(_labels(mask.width, mask.top)))
    bounds = ", ".join(quote_literal(day.isoformat()) for day in days)
    return f"({_text_array(labels)})[width_bucket({born}, ARRAY[{bounds}]::{type_name}[]) + 1]"


def _band(number: str, mask: NumberBand) -> str:
    """The band's label, picked by where the number lies among the bands' beginnings; below nought there is none."""
    bounds = ", ".join(str(low) for low in range(0, mask.top + 1, mask.width))
    return f"({_text_array(_labels(mask.width, mask.top))})[width_bucket({number}, ARRAY[{bounds}])]"


def _labels(width: int, top: int) -> list[str]:
    return [f"{low}-{low + width - 1}" for low in range(0, top, width)] + [f"{top}+"]


def _text_array(texts: list[str]) -> str:
    return f"ARRAY[{', '.join(quote_literal(text) for text in texts)}]"


def _first_day_younger(as_of: date, years: int) -> date:
    """The earliest birthday of those who are not yet `years` old on `as_of` (born on it: they are)."""
    try:
        return as_of.replace(year=as_of.year - years) + timedelta(days=1)
    except ValueError:  # 29 February, in a year without one
        return date(as_of.year - years, 3, 1)


def _pseudonym(text: str, key: KeySql) -> str:
    inner = f"sha256({key.inner} || convert_to({text}, 'UTF8'))"
    return f"left(encode(sha256({key.outer} || {inner}), 'hex'), {PSEUDONYM_DIGITS})"


def _canonical(column: str, kind: ColumnKind) -> str:
    if kind is ColumnKind.DATE:
        return f"to_char({column}, 'YYYY-MM-DD')"
    if kind is ColumnKind.TIMESTAMP:
        return f"to_char({column}, 'YYYY-MM-DD\"T\"HH24:MI:SS.US')"
    return f"{column}::text"


def _redact(text: str) -> str:
    for pattern, label, tag in REDACTIONS:
        replacement = quote_literal((f"\\{label}" if label else "") + tag)
        text = f"regexp_replace({text}, {quote_literal(pattern)}, {replacement}, 'g')"
    return text
