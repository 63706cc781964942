"""How often the law asks for something, in days, with its clause."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Period:
    """At least once in `every`, because of `clause`."""

    every: timedelta
    clause: str


YEARLY_REVIEW = Period(timedelta(days=366), "MEASURES-20a")  # a year, a leap year's 366 days counted in
