"""Free text as records have it: templates filled for whole columns, identifiers and all."""

import re
from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from xingdun.sample.draw import Draw

_SLOT = re.compile(r"\{(\w+)\}")
_WIDE_DIGITS = dict(zip("0123456789", "０１２３４５６７８９", strict=True))


def _filled(template: str) -> pl.Expr:
    """The template as an expression over columns named like its slots; a missing value leaves its slot empty."""
    parts = [pl.col(part) if place % 2 else pl.lit(part) for place, part in enumerate(_SLOT.split(template))]
    return pl.concat_str(parts, ignore_nulls=True)


def fill(
    draw: Draw, templates: Sequence[str], slots: Mapping[str, pl.Series], weights: ArrayLike | None = None
) -> pl.Series:
    """One template a row, drawn evenly or by weight, its slots filled from the row."""
    frame = pl.DataFrame({name: column.cast(pl.String) for name, column in slots.items()})
    chosen = draw.places(frame.height, len(templates), weights)
    written = np.empty(frame.height, dtype=object)
    for place, template in enumerate(templates):
        rows = np.flatnonzero(chosen == place)
        written[rows] = frame[rows].select(_filled(template).alias("text"))["text"].to_list()
    return pl.Series(written.tolist(), dtype=pl.String)


def wide(numbers: pl.Series) -> pl.Series:
    """Digits in full width, as some input methods leave them."""
    return numbers.str.replace_many(_WIDE_DIGITS)


def dashed(numbers: pl.Series) -> pl.Series:
    """Mobile numbers written 138-0000-0000."""
    return numbers.str.slice(0, 3) + "-" + numbers.str.slice(3, 4) + "-" + numbers.str.slice(7)


def told_day(moments: pl.Series) -> pl.Series:
    """Days as notes write them."""
    return moments.dt.strftime("%Y年%m月%d日")
