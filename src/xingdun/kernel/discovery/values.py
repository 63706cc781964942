"""Arrow columns as text: what the one-pass scan and the signals read."""

import unicodedata
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from xingdun.kernel.discovery import kinds

NATIVE = "native_"
LARGEST_EXACT = 2**53  # the largest whole number a double tells apart from its neighbours


@dataclass(frozen=True, slots=True)
class Text:
    """A column's values as one byte buffer: value r is data[offsets[r]:offsets[r + 1]]; nulls are empty."""

    array: pa.LargeStringArray
    data: npt.NDArray[np.uint8]
    offsets: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Native:
    """A column whose type already tells what it is: dates, times, booleans, floats, bytes.

    shape: the form of its values; signal: what it says, or None; least and greatest: numbers or years.
    """

    shape: str
    signal: str | None
    count: int
    least: float | None = None
    greatest: float | None = None


def as_text(array: pa.Array) -> Text:
    """The byte buffer of a string array."""
    strings = array if pa.types.is_large_string(array.type) else pc.cast(array, pa.large_string())
    _, offsets, data = strings.buffers()
    size = len(strings)
    if offsets is None or size == 0:
        return Text(strings, np.zeros(0, np.uint8), np.zeros(size + 1, np.int64))
    places = np.frombuffer(offsets, np.int64, count=size + 1, offset=strings.offset * 8)
    content = np.zeros(0, np.uint8) if data is None else np.frombuffer(data, np.uint8)[places[0] : places[-1]].copy()
    places = places - places[0]
    return Text(strings, content, places)


def _whole_floats(array: pa.Array) -> bool:
    """Whether every number of a float column is a whole one: integers with gaps are read as floats by many tools."""
    numbers = array.drop_null()
    if len(numbers) == 0:
        return False
    values = np.asarray(numbers.to_numpy(zero_copy_only=False), np.float64)
    if not np.all(np.isfinite(values)):
        return False
    return bool(np.all(np.floor(values) == values) and np.max(np.abs(values)) < LARGEST_EXACT)


def _years(array: pa.Array, kind: pa.DataType) -> tuple[float | None, float | None]:
    ends = pc.min_max(pc.year(array)) if not pa.types.is_time(kind) else None
    if ends is None or not ends["min"].is_valid:
        return None, None
    return float(ends["min"].as_py()), float(ends["max"].as_py())


def _flatten(array: pa.Array) -> pa.Array:
    """The leaves of a nested array, one after the other, as text."""
    kind = array.type
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        return _flatten(pc.list_flatten(array))
    if pa.types.is_map(kind):
        return _flatten(pa.StructArray.from_arrays([array.keys, array.items], names=["key", "value"]))
    if pa.types.is_struct(kind):
        leaves = [_flatten(leaf) for leaf in array.flatten()]
        return pa.concat_arrays(leaves) if leaves else pa.array([], pa.large_string())
    return _readable(array)


def _readable(array: pa.Array) -> pa.Array:
    try:
        return pc.cast(array, pa.large_string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return pa.array([None if value is None else str(value) for value in array.to_pylist()], pa.large_string())


def read_column(array: pa.Array) -> Text | Native:  # noqa: C901, PLR0911 - one way out for each family of types
    """A column's values as text, or what its type says where the type says enough."""
    kind: pa.DataType = array.type
    if isinstance(array, pa.ExtensionArray):
        array, kind = array.storage, array.storage.type
    if pa.types.is_dictionary(kind):
        return read_column(array.dictionary_decode())
    count = len(array) - array.null_count
    if pa.types.is_date(kind):
        return Native("date", f"{NATIVE}date", count, *_years(array, kind))
    if pa.types.is_timestamp(kind):
        return Native("date", f"{NATIVE}timestamp", count, *_years(array, kind))
    if pa.types.is_time(kind):
        return Native("date", f"{NATIVE}time", count)
    if pa.types.is_boolean(kind):
        return Native("text", "boolean", count)
    if pa.types.is_floating(kind) and not _whole_floats(array):
        ends = pc.min_max(array)
        return Native("number", None, count, ends["min"].as_py(), ends["max"].as_py())
    if pa.types.is_floating(kind):
        return as_text(pc.cast(pc.cast(array, pa.int64()), pa.large_string()))
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return Native("binary", None, count)
    if pa.types.is_nested(kind):
        return as_text(_flatten(array))
    return as_text(_readable(array))


@dataclass(frozen=True, slots=True)
class Pass:
    """What one pass over a column gave; arrays have one entry a value (see runs.scan_values)."""

    text: Text
    flags: npt.NDArray[np.uint16]
    lengths: npt.NDArray[np.int32]
    whole: npt.NDArray[np.uint32]
    inside: npt.NDArray[np.uint32]
    sketch: npt.NDArray[np.uint8]
    facts: npt.NDArray[np.float64]
    spans: npt.NDArray[np.int64]


def _run(text: Text, room: int) -> tuple[Pass, int]:
    size = len(text.array)
    result = Pass(
        text,
        np.zeros(size, np.uint16),
        np.zeros(size, np.int32),
        np.zeros(size, np.uint32),
        np.zeros(size, np.uint32),
        np.zeros(kinds.REGISTERS, np.uint8),
        kinds.new_facts(),
        np.zeros((room, 4), np.int64),
    )
    from xingdun.kernel.discovery import runs  # compiled code: loaded when something is scanned, not before

    found = runs.scan_values(
        text.data,
        text.offsets,
        result.flags,
        result.lengths,
        result.whole,
        result.inside,
        result.sketch,
        result.facts,
        result.spans,
    )
    return result, int(found)


def scan_text(text: Text, *, with_spans: bool = False) -> Pass:
    """One pass over a column; full-width letters and digits are folded first where there are any."""
    result, found = _run(text, 0)
    if np.any(result.flags & kinds.WIDE):
        folded = pl.Series(text.array).str.normalize("NFKC")
        text = as_text(folded.to_arrow())
        result, found = _run(text, 0)
    if with_spans and found:
        result, _ = _run(text, found)
    return result


def masked(value: Any) -> str:
    """The form of a value and nothing else: digits as 9, Chinese as 某, letters as x, at most 24 characters."""
    out = []
    for char in unicodedata.normalize("NFC", str(value))[:24]:
        if char.isdigit():
            out.append("9")
        elif "\u3400" <= char <= "\u9fff":
            out.append("某")
        elif char.isalpha():
            out.append("x")
        else:
            out.append(char if char.isprintable() and char.isascii() else "·")
    return "".join(out)
