"""Which mask a column gets, and masks as values of a JSON column."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from xingdun.data.models import Column
from xingdun.kernel import masking
from xingdun.kernel.masking import Mask
from xingdun.kernel.masking.choice import choose_mask

_KINDS: dict[str, type[Any]] = {
    "clear": masking.Clear,
    "null": masking.Null,
    "keep_ends": masking.KeepEnds,
    "date_to": masking.DateTo,
    "age_band": masking.AgeBand,
    "number_band": masking.NumberBand,
    "address_to_city": masking.AddressToCity,
    "pseudonym": masking.Pseudonym,
    "redact": masking.Redact,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


@dataclass(frozen=True, slots=True)
class Chosen:
    """A mask and why it was chosen."""

    mask: Mask
    reason: str


def choose(column: Column, *, purpose: str, on: date) -> Chosen:
    """The mask of `column` for `purpose`, by its entity, how identifying it is, and its grade in force.

    on: the day from which age bands are reckoned.
    """
    found = choose_mask(
        entity=column.entity,
        identifier=column.identifier,
        subjects=frozenset(column.subject),
        sensitivity=column.sensitivity,
        purpose=purpose,
        as_of=on,
    )
    return Chosen(found.mask, f"{found.rule} ({', '.join(found.clauses)})")


def unmasked() -> Mask:
    """The mask that shows what there is, for treating a patient."""
    return masking.Clear()


def to_json(mask: Mask) -> dict[str, Any]:
    """A mask as JSON: its kind and its facts."""
    facts = {name: str(value) if isinstance(value, date) else value for name, value in asdict(mask).items()}
    return {"kind": _NAMES[type(mask)], **facts}


def from_json(value: dict[str, Any]) -> Mask:
    """The mask `to_json` wrote; raises KeyError for another kind, so that nothing unknown is shown in clear."""
    facts = dict(value)
    kind = _KINDS[facts.pop("kind")]
    if "as_of" in facts:
        facts["as_of"] = date.fromisoformat(facts["as_of"])
    made: Mask = kind(**facts)
    return made
