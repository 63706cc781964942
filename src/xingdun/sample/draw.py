"""The lot: everything random in the sample hospital is drawn here, from one seed a table."""

from collections.abc import Sequence
from datetime import date
from zlib import crc32

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from xingdun.sample import identifiers
from xingdun.sample.vocabulary import persons, places

# The hospital's records run over these days whatever the clock says, so that a seed gives the same hospital forever.
FIRST_DAY = date(2024, 1, 1)
LAST_DAY = date(2026, 10, 31)


def either(condition: ArrayLike, yes: str | None, no: str | None) -> pl.Series:
    """One of two words a row."""
    return pl.Series([no, yes], dtype=pl.String).gather(np.asarray(condition, dtype=np.int64))


class Draw:
    """Random columns for one table: the same seed and table name give the same columns."""

    def __init__(self, seed: int, table: str) -> None:
        self.rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, crc32(table.encode())])))

    def chance(self, rows: int, share: float) -> NDArray[np.bool_]:
        """True in about `share` of the rows."""
        return self.rng.random(rows) < share

    def numbers(self, rows: int, low: int, high: int) -> NDArray[np.int64]:
        """Whole numbers from low up to, not including, high."""
        return self.rng.integers(low, high, rows)

    def pick(self, rows: int, values: Sequence[str], weights: ArrayLike | None = None) -> pl.Series:
        """One of `values` a row, evenly or by weight."""
        return pl.Series(values, dtype=pl.String).gather(self.places(rows, len(values), weights))

    def places(self, rows: int, among: int, weights: ArrayLike | None = None) -> NDArray[np.int64]:
        """One position below `among` a row, evenly or by weight."""
        if weights is None:
            return self.rng.integers(0, among, rows)
        edges = np.cumsum(np.asarray(weights, dtype=float))
        return np.searchsorted(edges, self.rng.random(rows) * edges[-1], side="right")

    def rows_of(self, frame: pl.DataFrame, rows: int) -> pl.DataFrame:
        """`rows` rows of `frame`, drawn with repetition."""
        return frame[self.rng.integers(0, frame.height, rows)]

    def digits(self, rows: int, width: int, lead: str = "") -> pl.Series:
        """Strings of random digits behind a fixed beginning."""
        return lead + identifiers.digits(self.rng, rows, width)

    def sometimes(self, column: pl.Series, share: float) -> pl.Series:
        """The column with values in about `share` of the rows and nothing in the others."""
        return column.to_frame("x").select(pl.when(pl.lit(self.kept(len(column), share))).then("x"))["x"]

    def kept(self, rows: int, share: float) -> pl.Series:
        """`chance` as a column."""
        return pl.Series(self.chance(rows, share))

    def days(self, rows: int, first: date = FIRST_DAY, last: date = LAST_DAY) -> pl.Series:
        """Dates between two days, both included."""
        start = np.datetime64(first, "D")
        return pl.Series(start + self.numbers(rows, 0, (last - first).days + 1).astype("timedelta64[D]"))

    def moments(self, rows: int, first: date = FIRST_DAY, last: date = LAST_DAY) -> pl.Series:
        """Times of day in the wards' waking hours on days between two days."""
        seconds = self.numbers(rows, 7 * 3600, 21 * 3600).astype("timedelta64[s]")
        return pl.Series(self.days(rows, first, last).to_numpy().astype("datetime64[us]") + seconds)

    def later(self, moments: pl.Series, low: int, high: int) -> pl.Series:
        """Each moment plus a number of minutes from low up to, not including, high."""
        minutes = self.numbers(len(moments), low, high).astype("timedelta64[m]").astype("timedelta64[us]")
        return moments + pl.Series(minutes)

    def names(self, male: ArrayLike) -> pl.Series:
        """Names of people who do not exist: a common surname and one or two characters of given names."""
        man = pl.Series(np.asarray(male, dtype=bool))
        rows = len(man)
        surnames = [*persons.SURNAMES, *persons.COMPOUND_SURNAMES]
        weights = 1 / (np.arange(len(surnames)) + 12.0)
        family = self.pick(rows, surnames, weights)
        given = [
            self.pick(rows, list(persons.GIVEN_MALE)).zip_with(man, self.pick(rows, list(persons.GIVEN_FEMALE)))
            for _ in range(2)
        ]
        second = self.sometimes(given[1], 0.8).fill_null("")
        return family + given[0] + second

    def resident_ids(self, births: pl.Series, male: ArrayLike) -> pl.Series:
        """Identity numbers that pass their check, of people born on these days."""
        return identifiers.resident_ids(
            self.rng, places.PROVINCE_CODES, births.to_numpy().astype("datetime64[D]"), np.asarray(male, dtype=bool)
        )

    def phones(self, rows: int) -> pl.Series:
        """Mobile numbers."""
        return identifiers.mobile_phones(self.rng, rows, persons.MOBILE_PREFIXES)

    def landlines(self, rows: int) -> pl.Series:
        """Fixed-line numbers with area code."""
        return self.pick(rows, persons.AREA_CODES) + "-" + self.pick(rows, list("2345678")) + self.digits(rows, 7)

    def cards(self, rows: int) -> pl.Series:
        """Bank card numbers that pass the Luhn check."""
        return identifiers.bank_cards(self.rng, rows, persons.CARD_PREFIXES)

    def homes(self, rows: int) -> pl.Series:
        """Postal addresses in towns and villages."""
        district = self.pick(rows, places.DISTRICTS)
        number = pl.Series(self.numbers(rows, 1, 400)).cast(pl.String)
        flat = (
            pl.Series(self.numbers(rows, 1, 30)).cast(pl.String)
            + "幢"
            + pl.Series(self.numbers(rows, 1, 25)).cast(pl.String)
            + pl.Series(self.numbers(rows, 1, 5)).cast(pl.String).str.zfill(2)
            + "室"
        )
        town = district + self.pick(rows, places.ROADS) + number + "号" + self.pick(rows, places.ESTATES) + flat
        village = district + self.pick(rows, places.VILLAGES) + number + "号"
        return village.zip_with(self.kept(rows, 0.15), town)

    def mails(self, rows: int) -> pl.Series:
        """E-mail addresses in domains kept for examples."""
        return (
            self.pick(rows, ["user", "ming", "xiao", "li", "hz", "q"])
            + self.digits(rows, 6)
            + "@"
            + self.pick(rows, persons.MAIL_DOMAINS)
        )
