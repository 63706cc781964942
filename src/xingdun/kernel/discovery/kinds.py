"""What the one-pass scan tells apart: kinds of runs, classes of characters, and the sketch of distinct values."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

# Kinds of runs, as bit positions. `whole` means the run is the entire trimmed value, `inside` that it is part.
KINDS: Final = (
    "resident_id",
    "resident_id_bad_check",
    "resident_id_15",
    "mobile",
    "landline",
    "card",
    "card_bad_check",
    "credit_code",
    "credit_code_bad_check",
    "date",
    "datetime",
    "time",
    "date8",
    "stamp14",
    "ipv4",
    "integer",
    "decimal",
)
ID, ID_BAD, ID15, MOBILE, LANDLINE, CARD, CARD_BAD, USCC, USCC_BAD = range(9)
DATE, DATETIME, TIME, DATE8, STAMP14, IPV4, INTEGER, DECIMAL = range(9, 17)
NOTHING: Final = -1

# Character classes seen in a value, as bits.
DIGIT, UPPER, LOWER, HAN, AT, COLON, SPACE, WIDE, PUNCTUATION, STAR, OTHER, DASH = (1 << n for n in range(12))

REGISTERS: Final = 1024  # of the distinct-count sketch: standard error 1.04 / sqrt(1024), 3 %


def new_facts() -> npt.NDArray[np.float64]:
    """The starting value of `facts`: no number and no year seen yet."""
    return np.array([np.inf, -np.inf, np.inf, -np.inf, 0.0, 0.0])


def distinct_estimate(sketch: npt.NDArray[np.uint8]) -> int:
    """Distinct values behind a sketch (Flajolet et al., 2007, with linear counting for small numbers)."""
    alpha = 0.7213 / (1 + 1.079 / REGISTERS)
    estimate = float(alpha * REGISTERS**2 / np.sum(2.0 ** -sketch.astype(np.float64)))
    empty = int(np.count_nonzero(sketch == 0))
    if estimate <= 2.5 * REGISTERS and empty:
        estimate = REGISTERS * float(np.log(REGISTERS / empty))
    return round(estimate)


def fraction_of(bits: npt.NDArray[Any], kind: int) -> int:
    """How many values carry that kind."""
    return int(np.count_nonzero(bits & np.uint32(1 << kind)))
