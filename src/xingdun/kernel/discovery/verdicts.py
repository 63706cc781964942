"""From a table's profile to what each column holds, how sure that is, and why."""
# ruff: noqa: PLR2004 - shares and weights of evidence, read best where they stand

from dataclasses import dataclass, replace

from xingdun.kernel.discovery import reasons
from xingdun.kernel.discovery.column_names import NameEvidence, name_evidence
from xingdun.kernel.discovery.entities import UNCLASSIFIED, Entity, entities
from xingdun.kernel.discovery.profile import ColumnProfile, TableProfile
from xingdun.kernel.discovery.reasons import Reason

CLAIM = 0.3  # least confidence at which an entity is named
EMPTY_COLUMN = 0.7  # what a name keeps of its confidence when there is no value at all
SHAPE_SHARE = 0.4  # least part of the values in an admissible form
CONFIRMING = 0.05  # least part of the values that pass a check for "some do"
ALSO = 0.2  # least part of the values for an entity beside the main one
CERTAIN = frozenset({"resident_id", "email", "credit_code", "plate"})  # signals that a few values suffice for
CONTACTS = frozenset({"mobile_phone", "landline_phone", "email"})  # kept in one column by many systems
OTHER_NAME = 0.6  # from this strength a name that says something else halves what running text says
ALSO_WEIGHT = 0.6  # signals weaker than this do not add an entity beside the main one
FEW = 12  # distinct values of a category at most, however long the column
BIRTH_BEFORE, BIRTH_SPREAD = 1965, 45  # years: dates that begin so early and reach so far are birth dates

# Identifiers looked for inside texts: signal of the profile -> entity.
INSIDE = {
    "resident_id": "resident_id",
    "resident_id_bad_check": "resident_id",
    "resident_id_15": "resident_id",
    "mobile": "mobile_phone",
    "landline": "landline_phone",
    "card": "bank_card",
    "email": "email",
    "ipv4": "ip_address",
    "plate": "plate",
    "passport": "passport",
    "zh_name": "person_name",
    "address": "address",
    "mrn": "medical_record_number",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a column holds. entity: the main content; entities: all of them, the main first; confidence: 0..1."""

    column: str
    entity: str
    entities: tuple[str, ...]
    confidence: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    entity: Entity
    confidence: float
    named: float
    seen: float
    reasons: tuple[Reason, ...]


def _name_discount(column: ColumnProfile) -> float:
    """How far values that look like names are trusted to be names: many different ones are, a few repeated are not."""
    if column.filled < 2 * FEW:
        return 1.0
    if column.distinct <= FEW:
        return 0.35
    return min(1.0, 0.6 + column.distinct / 100)


def _value_score(entity: Entity, column: ColumnProfile) -> tuple[float, list[Reason]]:
    score, why = 0.0, []
    for signal, weight in entity.values.items():
        share = _share(column, signal)
        if signal in ("sex", "marital", "blood") and column.share(f"{signal}_proof") == 0:
            continue
        if signal in ("zh_name", "en_name"):
            weight *= _name_discount(column)  # noqa: PLW2901 - the weight of this column
        if signal in ("boolean", "sex", "marital", "blood", "unit", "dosage") and column.distinct > 10 * FEW:
            continue
        if share > 0:
            score += weight * share
            if share >= CONFIRMING / 5:
                why.append(reasons.values_say(signal, share))
    return min(score, 0.99), why


def _share(column: ColumnProfile, signal: str) -> float:
    """A signal's share; dates that are written with a time but never have one are dates."""
    if signal == "birth_range":
        return _birth_share(column)
    if signal in ("datetime", "midnight"):
        at_midnight = column.share("midnight")
        always = at_midnight > 0.95 and column.filled > 1
        return column.share("datetime") if (signal == "midnight") == always else 0.0
    return column.share(signal)


def _birth_share(column: ColumnProfile) -> float:
    low, high = column.facts[2], column.facts[3]
    dated = column.share("date") + column.share("date8") + column.share("native_date")
    return dated if low < BIRTH_BEFORE and high - low >= BIRTH_SPREAD and high < low + 130 else 0.0


def _shape_fits(entity: Entity, column: ColumnProfile) -> bool:
    total = sum(column.shapes.values())
    if not total:
        return True
    return sum(column.shapes[shape] for shape in entity.shapes) / total >= SHAPE_SHARE


def _candidate(entity: Entity, said: NameEvidence | None, column: ColumnProfile) -> _Candidate:
    seen, seen_why = _value_score(entity, column)
    why: list[Reason] = []
    named = 0.0
    if said:
        named = entity.named * said.strength
        why.append(reasons.name_says(said.phrase, (entity.zh, entity.en), said.strength))
        for general in entity.kind_of:
            more, more_why = _value_score(entities()[general], column)
            if more > seen:
                seen, seen_why = more, more_why
        if not column.filled:
            named *= EMPTY_COLUMN
            why.append(reasons.NO_VALUES)
        elif not _shape_fits(entity, column) and seen < CONFIRMING:
            named *= 0.5
            why.append(reasons.SHAPE_DIFFERS)
        elif entity.checked and seen < CONFIRMING:
            named *= 0.5
            why.append(reasons.MASKED if column.share("masked") > CONFIRMING else reasons.UNCONFIRMED)
    confidence = 1 - (1 - named) * (1 - seen)
    return _Candidate(entity, confidence, named, seen, (*why, *seen_why))


def _fallback(column: ColumnProfile) -> tuple[str, float, Reason]:  # noqa: PLR0911 - one way out a form
    """What the form of the values alone suggests."""
    if not column.filled:
        return UNCLASSIFIED, 0.0, reasons.UNKNOWN
    total = sum(column.shapes.values())
    part = {shape: count / total for shape, count in column.shapes.items()}
    distinct, varied = column.distinct, column.distinct / column.filled
    if column.share("hexadecimal") > 0.8:
        return "record_id", 0.4, reasons.by_form("十六进制串或 UUID", "hexadecimal strings or UUIDs")
    if part.get("number", 0) > 0.5:
        return "quantity", 0.35, reasons.by_form("小数", "decimal numbers")
    if part.get("digits", 0) + part.get("number", 0) > 0.8:
        if varied > 0.3 and column.mean_length >= 5:
            return "opaque_number", 0.4, reasons.by_form("长度较大且多不相同的数字", "long and mostly different digits")
        if distinct <= 2:
            return "flag", 0.35, reasons.by_form("至多两种取值", "at most two values")
        return "quantity", 0.3, reasons.by_form("整数", "whole numbers")
    if column.mean_length >= 30 and varied > 0.2:
        return "free_text", 0.4, reasons.by_form("较长文本", "long texts")
    if part.get("code", 0) > 0.6 and varied > 0.3:
        return "opaque_number", 0.35, reasons.by_form("字母数字编号", "codes of letters and digits")
    if distinct <= max(FEW, column.filled**0.5):
        return "category", 0.35, reasons.by_form("取值种类少", "few different values")
    return UNCLASSIFIED, 0.0, reasons.UNKNOWN


def _others(column: ColumnProfile, main: _Candidate | None, candidates: list[_Candidate]) -> list[tuple[str, Reason]]:
    """Entities beside the main one: by their own values, or inside texts."""
    found: dict[str, Reason] = {}
    kinds = set(main.entity.kind_of) if main else set()
    for one in candidates:
        strong = [name for name, weight in one.entity.values.items() if weight >= ALSO_WEIGHT]
        share = max((column.share(name) for name in strong), default=0.0)
        certain = any(name in CERTAIN and column.share(name) > 0.005 for name in strong)
        contact = main is not None and {main.entity.code, one.entity.code} <= CONTACTS and share > 0.01
        few_names = one.entity.code == "person_name" and column.distinct <= 4 * FEW
        if one is main or one.entity.code in kinds or not one.entity.checked or few_names:
            continue
        if share >= ALSO or certain or contact:
            found[one.entity.code] = reasons.values_say(strong[0], share)
    for kind, code in INSIDE.items():
        share = column.share_inside(kind)
        if share > 0 and (main is None or code != main.entity.code):
            label = entities()[code]
            found.setdefault(code, reasons.values_contain(kind, share, (label.zh, label.en)))
    infectious = column.share("infectious")
    if infectious >= 0.2 and main and main.entity.code != "infectious_disease":
        found.setdefault("infectious_disease", reasons.values_say("infectious", infectious))
    return list(found.items())


def _inside_counts(column: ColumnProfile) -> bool:
    """Whether identifiers inside the values mean anything here: texts, not codes, dates or numbers."""
    total = sum(column.shapes.values())
    return bool(total) and column.shapes["text"] / total > SHAPE_SHARE and column.longest >= 8


def _less_prose(one: _Candidate) -> _Candidate:
    seen = one.seen / 2
    return replace(one, seen=seen, confidence=1 - (1 - one.named) * (1 - seen))


def column_verdict(column: ColumnProfile, *, table: str = "") -> Verdict:
    """What one column holds, by its name, its comment and its values."""
    said = {one.entity: one for one in name_evidence(column.name, table=table, comment=column.comment)}
    candidates = [_candidate(entity, said.get(code), column) for code, entity in entities().items()]
    if max((one.strength for code, one in said.items() if code != "free_text"), default=0) >= OTHER_NAME:
        candidates = [_less_prose(one) if one.entity.code == "free_text" else one for one in candidates]
    candidates = sorted((one for one in candidates if one.confidence > 0), key=lambda one: -one.confidence)
    best = candidates[0] if candidates and candidates[0].confidence >= CLAIM else None
    beside = _others(column, best, candidates)
    if not _inside_counts(column):
        beside = [(code, why) for code, why in beside if not why.code.startswith("INSIDE-")]
    if best is None:
        code, confidence, why = _fallback(column)
        if code in (UNCLASSIFIED, "category") and any(reason.code.startswith("INSIDE-") for _, reason in beside):
            code, confidence = "free_text", 0.4
        return Verdict(
            column.name,
            code,
            (code, *(other for other, _ in beside if other != code)),
            round(confidence, 3),
            (why, *(reason for _, reason in beside)),
        )
    main = best.entity.code
    return Verdict(
        column.name,
        main,
        (main, *(code for code, _ in beside if code != main)),
        round(best.confidence, 3),
        (*best.reasons, *(why for _, why in beside)),
    )


def table_verdicts(profile: TableProfile) -> list[Verdict]:
    """What each column of a table holds, in the table's order."""
    return [column_verdict(column, table=profile.name) for column in profile.columns.values()]
