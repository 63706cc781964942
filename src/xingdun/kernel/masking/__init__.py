"""Masks: how a column is shown by its entity, grade and purpose (DIGITAL-3.4, INTERNET-9.3c2).

`choose_mask` decides; `mask_column` applies the mask to an Arrow column for a release, `mask_sql` writes it as an
expression of a PostgreSQL view. Both have one meaning, held together by a property test on a real server.
"""

from typing import TYPE_CHECKING, Any

from xingdun.kernel.masking.choice import Chosen, choose_mask
from xingdun.kernel.masking.masks import (
    AddressToCity,
    AgeBand,
    Clear,
    ColumnKind,
    DateTo,
    KeepEnds,
    Mask,
    MaskError,
    MissingKeyError,
    Null,
    NumberBand,
    Pseudonym,
    PseudonymKey,
    Redact,
    UnsuitableMaskError,
    fit,
    suits,
)
from xingdun.kernel.masking.sql import KeySql, mask_sql, quote_identifier, quote_literal

if TYPE_CHECKING:
    from xingdun.kernel.masking.columns import column_kind, mask_column

__all__ = [
    "AddressToCity",
    "AgeBand",
    "Chosen",
    "Clear",
    "ColumnKind",
    "DateTo",
    "KeepEnds",
    "KeySql",
    "Mask",
    "MaskError",
    "MissingKeyError",
    "Null",
    "NumberBand",
    "Pseudonym",
    "PseudonymKey",
    "Redact",
    "UnsuitableMaskError",
    "choose_mask",
    "column_kind",
    "fit",
    "mask_column",
    "mask_sql",
    "quote_identifier",
    "quote_literal",
    "suits",
]


def __getattr__(name: str) -> Any:
    """The Arrow side, loaded when it is first used: polars and pyarrow are half of every process's start."""
    if name not in ("column_kind", "mask_column"):
        raise AttributeError(name)
    from xingdun.kernel.masking import columns

    return getattr(columns, name)
