"""What is known of a table's columns after some of its rows: counts only, mergeable, storable as JSON."""

import base64
import math
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from xingdun.kernel.discovery import kinds, signals, values

STATE_VERSION = 1
EXAMPLES = 3
DATE_KINDS = (kinds.DATE, kinds.DATETIME, kinds.TIME, kinds.STAMP14)
IN = "in:"


class StateError(ValueError):
    """A stored profile that this version cannot read."""


@dataclass(slots=True)
class ColumnProfile:
    """Counts of one column. No value is kept: `examples` hold forms (digits as 9, Chinese as 某, letters as x).

    rows: values seen, nulls included. filled: values that are neither null nor empty. whole, inside: values that
    are, or contain, a kind of kinds.KINDS. sampled: signal -> count out of `examined` values. shapes: form -> values.
    """

    name: str
    declared: str = ""
    comment: str = ""
    rows: int = 0
    filled: int = 0
    characters: int = 0
    longest: int = 0
    examined: int = 0
    whole: Counter[str] = field(default_factory=Counter)
    inside: Counter[str] = field(default_factory=Counter)
    sampled: Counter[str] = field(default_factory=Counter)
    shapes: Counter[str] = field(default_factory=Counter)
    facts: list[float] = field(default_factory=lambda: kinds.new_facts().tolist())
    sketch: np.ndarray[Any, np.dtype[np.uint8]] = field(
        default_factory=lambda: np.zeros(kinds.REGISTERS, np.uint8), repr=False, compare=False
    )
    examples: list[str] = field(default_factory=list)

    @property
    def distinct(self) -> int:
        """Estimated number of distinct values (3 % standard error); 0 for native dates, floats and bytes."""
        return min(kinds.distinct_estimate(self.sketch), self.filled)

    @property
    def mean_length(self) -> float:
        """Characters a filled value has on average."""
        return self.characters / self.filled if self.filled else 0.0

    def share(self, signal: str) -> float:
        """The part (0..1) of the filled or examined values that carries a signal, whole."""
        if signal in self.whole:
            return self.whole[signal] / self.filled
        return self.sampled[signal] / self.examined if self.examined else 0.0

    def share_inside(self, kind: str) -> float:
        """The part (0..1) of values that contain an identifier of that kind among other text."""
        exact = self.inside[kind] / self.filled if self.filled else 0.0
        return max(exact, self.sampled[IN + kind] / self.examined if self.examined else 0.0)

    def observe(self, array: pa.Array) -> pl.Series | None:
        """Take in the values of one batch; return those that dictionary and patterns are still to look at."""
        column = values.read_column(array)
        self.rows += len(array)
        if isinstance(column, values.Native):
            self._observe_native(column)
            return None
        return self._observe_text(column)

    def add_signals(self, found: dict[str, int], examined: int) -> None:
        """Take in what dictionary and patterns said of a sample of the batch."""
        self.sampled.update(found)
        self.examined += examined

    def _observe_native(self, column: values.Native) -> None:
        self.filled += column.count
        self.examined += column.count
        self.shapes[column.shape] += column.count
        if column.signal:
            self.sampled[column.signal] += column.count
        if column.least is not None and column.greatest is not None:
            low, high = (2, 3) if column.shape == "date" else (0, 1)
            self.facts[low] = min(self.facts[low], column.least)
            self.facts[high] = max(self.facts[high], column.greatest)

    def _observe_text(self, text: values.Text) -> pl.Series:
        seen = values.scan_text(text)
        full = seen.lengths > 0
        self.filled += int(np.count_nonzero(full))
        self.characters += int(seen.lengths.sum())
        self.longest = max(self.longest, int(seen.lengths.max(initial=0)))
        for bit, kind in enumerate(kinds.KINDS):
            if count := kinds.fraction_of(seen.whole, bit):
                self.whole[kind] += count
            if count := kinds.fraction_of(seen.inside, bit):
                self.inside[kind] += count
        self._count_shapes(seen)
        np.maximum(self.sketch, seen.sketch, out=self.sketch)
        self._merge_facts(seen.facts.tolist())
        series = pl.Series(seen.text.array)
        if len(self.examples) < EXAMPLES:
            forms = (
                values.masked(value) for value in series.drop_nulls().head(200).unique(maintain_order=True).head(30)
            )
            self.examples = list(dict.fromkeys([*self.examples, *filter(str.strip, forms)]))[:EXAMPLES]
        return series

    def _count_shapes(self, seen: values.Pass) -> None:
        full = seen.lengths > 0
        dates = np.zeros(len(full), np.bool_)
        for kind in DATE_KINDS:
            dates |= (seen.whole & np.uint32(1 << kind)) != 0
        digits = (seen.whole & np.uint32(1 << kinds.INTEGER) != 0) & ~dates
        decimals = (seen.whole & np.uint32(1 << kinds.DECIMAL) != 0) & ~dates
        plain = full & ~dates & ~digits & ~decimals
        has_digit = (seen.flags & kinds.DIGIT) != 0
        spoken = (seen.flags & (kinds.HAN | kinds.SPACE | kinds.OTHER)) != 0
        codes = plain & has_digit & ~spoken
        counts = {"date": dates, "digits": digits, "number": decimals, "code": codes, "text": plain & ~codes}
        self.shapes.update({shape: int(mask.sum()) for shape, mask in counts.items() if mask.any()})

    def _merge_facts(self, other: list[float]) -> None:
        mine = self.facts
        self.facts = [
            min(mine[0], other[0]),
            max(mine[1], other[1]),
            min(mine[2], other[2]),
            max(mine[3], other[3]),
            mine[4] + other[4],
            mine[5] + other[5],
        ]

    def merge(self, other: "ColumnProfile") -> None:
        """Add what another part of the same column showed."""
        self.rows += other.rows
        self.filled += other.filled
        self.characters += other.characters
        self.longest = max(self.longest, other.longest)
        self.examined += other.examined
        for mine, theirs in (
            (self.whole, other.whole),
            (self.inside, other.inside),
            (self.sampled, other.sampled),
            (self.shapes, other.shapes),
        ):
            mine.update(theirs)
        self._merge_facts(other.facts)
        np.maximum(self.sketch, other.sketch, out=self.sketch)
        self.examples = list(dict.fromkeys([*self.examples, *other.examples]))[:EXAMPLES]

    def to_state(self) -> dict[str, Any]:
        """A JSON value that `from_state` reads back."""
        return {
            "name": self.name,
            "declared": self.declared,
            "comment": self.comment,
            "rows": self.rows,
            "filled": self.filled,
            "characters": self.characters,
            "longest": self.longest,
            "examined": self.examined,
            "whole": dict(self.whole),
            "inside": dict(self.inside),
            "sampled": dict(self.sampled),
            "shapes": dict(self.shapes),
            "facts": [fact if math.isfinite(fact) else None for fact in self.facts],
            "sketch": base64.b64encode(self.sketch.tobytes()).decode("ascii"),
            "examples": list(self.examples),
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> "ColumnProfile":
        """The profile that `to_state` wrote. Raises StateError when it cannot be read."""
        try:
            empty = kinds.new_facts().tolist()
            sketch = np.frombuffer(base64.b64decode(state["sketch"]), np.uint8).copy()
            if sketch.shape != (kinds.REGISTERS,):
                raise StateError("the distinct-count sketch has another size")
            return cls(
                name=state["name"],
                declared=state["declared"],
                comment=state["comment"],
                rows=int(state["rows"]),
                filled=int(state["filled"]),
                characters=int(state["characters"]),
                longest=int(state["longest"]),
                examined=int(state["examined"]),
                whole=Counter(state["whole"]),
                inside=Counter(state["inside"]),
                sampled=Counter(state["sampled"]),
                shapes=Counter(state["shapes"]),
                facts=[
                    missing if fact is None else float(fact)
                    for fact, missing in zip(state["facts"], empty, strict=True)
                ],
                sketch=sketch,
                examples=list(state["examples"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise StateError(f"unreadable column profile: {error}") from error


@dataclass(slots=True)
class TableProfile:
    """Profiles of a table's columns, in their order."""

    name: str
    comment: str = ""
    rows: int = 0
    columns: dict[str, ColumnProfile] = field(default_factory=dict)

    def observe(self, batch: pa.RecordBatch) -> None:
        """Take in one batch; columns that a batch lacks stay as they are."""
        self.rows += batch.num_rows
        waiting: list[tuple[ColumnProfile, pl.Series]] = []
        for place, name in enumerate(batch.schema.names):
            key = name if batch.schema.names.index(name) == place else f"{name}#{place + 1}"
            if key not in self.columns:
                self.columns[key] = ColumnProfile(key, declared=str(batch.schema.types[place]))
            series = self.columns[key].observe(batch.column(place))
            if series is not None:
                waiting.append((self.columns[key], series))
        found = signals.read_signals([series for _, series in waiting])
        for (column, _), (counts, examined) in zip(waiting, found, strict=True):
            column.add_signals(counts, examined)

    def merge(self, other: "TableProfile") -> None:
        """Add what another part of the same table showed."""
        self.rows += other.rows
        for name, column in other.columns.items():
            if name in self.columns:
                self.columns[name].merge(column)
            else:
                self.columns[name] = column

    def to_state(self) -> dict[str, Any]:
        """A JSON value that `from_state` reads back: enough to go on with a scan that stopped."""
        return {
            "version": STATE_VERSION,
            "name": self.name,
            "comment": self.comment,
            "rows": self.rows,
            "columns": [column.to_state() for column in self.columns.values()],
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> "TableProfile":
        """The profile that `to_state` wrote. Raises StateError when it cannot be read."""
        if state.get("version") != STATE_VERSION:
            raise StateError(f"profile of version {state.get('version')!r}, this one reads {STATE_VERSION}")
        columns = [ColumnProfile.from_state(column) for column in state["columns"]]
        return cls(state["name"], state["comment"], state["rows"], {one.name: one for one in columns})


def profile_batch(batch: pa.RecordBatch, *, table: str = "") -> TableProfile:
    """The profile of one record batch, to be merged with those of the others."""
    profile = TableProfile(table)
    profile.observe(batch)
    return profile
