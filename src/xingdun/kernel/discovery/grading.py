"""From what a column holds to a suggested grade on every axis, by rules that are data (data/grading.toml).

The axes never mix (A5): business class, subject categories (several may hold), sensitivity, and the national level
with its class. Rules only raise; what nobody recognised starts at the stricter. A grade is a suggestion until the
data security officer confirms it, and until then the stricter counts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from xingdun.kernel.discovery import resources
from xingdun.kernel.discovery.column_names import table_role, table_roles
from xingdun.kernel.discovery.entities import UNCLASSIFIED, Identifier, entities
from xingdun.kernel.discovery.reasons import Reason

if TYPE_CHECKING:  # a grade is read in every process, the scan with its compiled kernels only in workers
    from xingdun.kernel.discovery.verdicts import Verdict

Business = Literal["clinical", "research", "operations", "public_health"]
Sensitivity = Literal["public", "internal", "confidential"]
NationalClass = Literal["general", "important", "core"]

SENSITIVITIES: tuple[Sensitivity, ...] = ("public", "internal", "confidential")
CLASSES: tuple[NationalClass, ...] = ("general", "important", "core")
IDENTIFIERS: tuple[Identifier, ...] = ("none", "sensitive", "quasi", "direct")
BUSINESSES: tuple[Business, ...] = ("clinical", "research", "operations", "public_health")


@dataclass(frozen=True, slots=True)
class Grade:
    """A place on every axis (DIGITAL-4; GB/T 39725 6.2; GB/T 43697).

    subject: C1 personal health, C2 important medical, C3 public health; level: 1 (public) to 5 (strictest);
    national_class: general, important or core.
    """

    business: Business
    subject: tuple[str, ...]
    sensitivity: Sensitivity
    level: int
    national_class: NationalClass

    def as_json(self) -> dict[str, Any]:
        """The form of the command's JSON: national is {"level", "class"}."""
        return {
            "business": self.business,
            "subject": list(self.subject),
            "sensitivity": self.sensitivity,
            "national": {"level": self.level, "class": self.national_class},
        }


@dataclass(frozen=True, slots=True)
class Graded:
    """A suggested grade with the rules that fired, in their order. clauses: every clause they cite."""

    grade: Grade
    identifier: Identifier
    reasons: tuple[Reason, ...]

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses behind the grade, each once."""
        return tuple(dict.fromkeys(clause for reason in self.reasons for clause in reason.clauses))


@dataclass(frozen=True, slots=True)
class TableContext:
    """What a column's neighbours say about it.

    linked: something in the table leads to a patient or another natural person. rows: as far as known.
    reference: only published terms, leading to nobody.
    """

    business: Business
    linked: bool
    staff_only: bool
    reference: bool
    rows: int


def strictest(grades: Iterable[Grade]) -> Grade:
    """The union of grades: every subject category, the highest of each ladder; business of the first."""
    every = list(grades)
    if not every:
        raise ValueError("no grade to combine")
    return Grade(
        business=every[0].business,
        subject=tuple(sorted({one for grade in every for one in grade.subject})),
        sensitivity=max((grade.sensitivity for grade in every), key=SENSITIVITIES.index),
        level=max(grade.level for grade in every),
        national_class=max((grade.national_class for grade in every), key=CLASSES.index),
    )


def rules_version() -> str:
    """The version of the rules, to be kept with every grade."""
    version: str = resources.table("grading")["version"]
    return version


def table_context(table: str, verdicts: Sequence["Verdict"], *, rows: int = 0) -> TableContext:
    """What the content and the name of a table (its schema's too, as schema.table) say about all of its columns."""
    rules = resources.table("grading")
    held = {code for verdict in verdicts for code in verdict.entities}
    patients, staff = held & set(rules["link"]["patient"]), held & set(rules["link"]["staff"])
    role = table_role(table)
    votes: dict[str, float] = dict.fromkeys(BUSINESSES, 0.0)
    if role in rules["business"]["role"]:
        votes[rules["business"]["role"][role]] += 2
    if "research" in table_roles(table):
        votes["research"] += 3
    for business in BUSINESSES:
        votes[business] += sum(verdict.entity in rules["business"][business] for verdict in verdicts)
    strong = {"infectious_disease": "public_health", "gene_sequence": "research"}
    for verdict in verdicts:
        if verdict.entity in strong:
            votes[strong[verdict.entity]] += 4
    business = max(BUSINESSES, key=lambda one: votes[one])
    mains = {verdict.entity for verdict in verdicts}
    reference = (
        not (patients or staff)
        and bool(mains & set(rules["reference"]["telling"]))
        and mains <= {*rules["reference"]["entities"], "free_text", "quantity", "record_id"}
        and business == "clinical"
    )
    return TableContext(business, bool(patients or staff), bool(staff) and not patients, reference, rows)


def _is_special(column: str, verdict: "Verdict") -> bool:
    rules = resources.table("grading")["special"]
    said = f"{column} {' '.join(verdict.entities)}".lower()
    return any(name in said for name in rules["names"])


def _applies(rule: dict[str, Any], verdict: "Verdict", context: TableContext, identifier: Identifier) -> bool:
    least = resources.table("grading")["sure"]["least"]
    facts: dict[str, Any] = {
        "linked": context.linked,
        "unknown": verdict.entity == UNCLASSIFIED,
        "sure": verdict.confidence >= least,
        "texts": verdict.entity == "free_text" and any(_is_direct(code) for code in verdict.entities[1:]),
        "special": _is_special(verdict.column, verdict),
        "table": context.business,
    }
    if any(key in rule and rule[key] != fact for key, fact in facts.items()):
        return False
    if "entities" in rule and not set(rule["entities"]) & set(verdict.entities):
        return False
    return "identifiers" not in rule or identifier in rule["identifiers"]


def _is_direct(code: str) -> bool:
    return entities()[code].identifier == "direct"


def _reason(rule: dict[str, Any]) -> Reason:
    return Reason(rule["id"], rule["zh"], rule["en"], tuple(rule["clauses"]))


def _business(verdict: "Verdict", context: TableContext) -> tuple[Business, Reason]:
    rules = resources.table("grading")["business"]
    own = next((one for one in BUSINESSES if verdict.entity in rules[one]), None)
    specific = own in ("public_health", "research") or (own == "operations" and context.business == "clinical")
    if own and specific:
        why = Reason("GR-BUSINESS", "业务类别由列的内容决定", "business class by the column", tuple(rules["clauses"]))
        return own, why
    why = Reason("GR-BUSINESS", "业务类别由表的内容决定", "business class by the table", tuple(rules["clauses"]))
    return context.business, why


def grade_column(verdict: "Verdict", context: TableContext) -> Graded:
    """The suggested grade of one column in its table, with the rules that fired."""
    data = resources.table("grading")
    identifier = max((entities()[code].identifier for code in verdict.entities), key=IDENTIFIERS.index)
    business, why_business = _business(verdict, context)
    floor = data["floor"]
    reasons = [why_business]
    if context.reference:
        reference = data["reference"]
        reasons.append(_reason(reference))
        plain = Grade(business, (), reference["sensitivity"], reference["level"], floor["class"])
        return Graded(plain, "none", tuple(reasons))
    reasons.append(Reason("GR-FLOOR", floor["zh"], floor["en"], tuple(floor["clauses"])))
    subject: set[str] = set()
    level, national_class, sensitivity = floor["level"], floor["class"], floor["sensitivity"]
    fired = [rule for rule in data["rule"] if _applies(rule, verdict, context, identifier)]
    for rule in data["volume"]:
        about = set(rule.get("entities", verdict.entities)) & set(verdict.entities)
        if about and context.linked and context.rows >= rule["rows"]:
            fired.append(rule)
    for rule in fired:
        subject |= set(rule.get("subject", ()))
        level = max(level, rule.get("level", 1))
        national_class = max(national_class, rule.get("class", "general"), key=CLASSES.index)
        sensitivity = max(sensitivity, rule.get("sensitivity", "public"), key=SENSITIVITIES.index)
        reasons.append(_reason(rule))
    grade = Grade(business, tuple(sorted(subject)), sensitivity, level, national_class)
    return Graded(grade, identifier, tuple(reasons))


def grade_table(table: str, verdicts: Sequence["Verdict"], *, rows: int = 0) -> list[Graded]:
    """The suggested grades of a table's columns, in their order. rows: the table's rows as far as known."""
    context = table_context(table, verdicts, rows=rows)
    return [grade_column(verdict, context) for verdict in verdicts]


def table_grade(graded: Sequence[Graded]) -> Grade:
    """The grade of a table as a whole: the union of its columns' (the stricter wins, DIGITAL-4.2.1)."""
    return strictest(one.grade for one in graded)
