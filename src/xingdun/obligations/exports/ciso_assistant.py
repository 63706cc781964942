"""The catalogue as a library of CISO Assistant: one framework, a requirement node a document, article and clause.

What its format has no place for (clocks, recipients, the exact condition of applicability) stands in `annotation`.
Texts of several lines are Markdown lists: the program draws every text of a node as Markdown, where a bare line break
is a space. docs/exports.md says what is lost.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Any

from xingdun.kernel.clocks import Bilingual, clocks
from xingdun.kernel.clocks.wording import listed
from xingdun.obligations.catalogue import Catalogue, Clause, Duty, facts_of
from xingdun.obligations.exports.block_yaml import dump
from xingdun.obligations.exports.oscal import clock_text, day_of
from xingdun.obligations.exports.oscal_catalog import TITLE

NAME = "xingdun-cn-health-security"
BASE = Bilingual("基本义务", "Duties of every institution")
_BASE_TEXT = Bilingual("不取决于机构画像的条款。", "Clauses that do not hang on the profile of the institution.")
_COPYRIGHT = "The project's own wording of public rules; Apache-2.0"
_FORCES = {
    "law": Bilingual("法律", "law"),
    "normative": Bilingual("规范性文件", "normative document"),
    "standard": Bilingual("标准", "standard"),
    "commentary": Bilingual("解读", "commentary"),
}
_NEGATED = re.compile(r"!\s*[a-z_]+")
Node = dict[str, Any]


def urn(kind: str, key: str = "") -> str:
    """The URN of the library or of something in it: ASCII and lower case, as the loader keeps it."""
    return f"urn:xingdun:risk:{kind}:{NAME}{f':{key.lower()}' if key else ''}"


def library(catalogue: Catalogue) -> str:
    """The library's YAML. Chinese is its language, English its translation."""
    year, month, number = (int(part) for part in catalogue.version.split("."))
    return dump(
        {
            "urn": urn("library"),
            "locale": "zh",
            "ref_id": NAME,
            "name": TITLE.zh,
            "description": TITLE.zh,
            "copyright": _COPYRIGHT,
            "version": year * 10000 + month * 100 + number,
            "publication_date": day_of(catalogue.version).date().isoformat(),
            "provider": "xingdun",
            "packager": "xingdun",
            "translations": {"en": {"name": TITLE.en, "description": TITLE.en}},
            "objects": {
                "framework": {
                    "urn": urn("framework"),
                    "ref_id": NAME,
                    "name": TITLE.zh,
                    "description": TITLE.zh,
                    "translations": {"en": {"name": TITLE.en, "description": TITLE.en}},
                    "implementation_groups_definition": _groups(catalogue),
                    "requirement_nodes": _nodes(catalogue),
                }
            },
        }
    )


def groups_of(clause: Clause, catalogue: Catalogue) -> list[str]:
    """The implementation groups of a clause: the facts about the institution that it asks to hold, else `base`.

    Choosing one of them is enough to see the clause, so a clause that asks two facts at once is shown too often rather
    than too seldom. Facts about records (a network's level, an incident) choose nothing: every institution has some.
    """
    about = catalogue.vocabulary.facts
    asked = facts_of(_NEGATED.sub("false", clause.applies), about)
    return sorted(key for key in asked if about[key].about == "institution") or ["base"]


def _groups(catalogue: Catalogue) -> list[Node]:
    used = {key for clause in catalogue.clauses.values() for key in groups_of(clause, catalogue)} - {"base"}
    found = [_group("base", BASE, _BASE_TEXT) | {"default_selected": True}]
    return found + [
        _group(key, fact.text, fact.text) for key, fact in catalogue.vocabulary.facts.items() if key in used
    ]


def _group(key: str, name: Bilingual, text: Bilingual) -> Node:
    return {
        "ref_id": key,
        "name": name.zh,
        "description": text.zh,
        "translations": {"en": {"name": name.en, "description": text.en}},
    }


def _nodes(catalogue: Catalogue) -> list[Node]:
    """Every parent stands before its children, as the loader's order is the order on the page."""
    places: dict[str, dict[str, list[Clause]]] = defaultdict(lambda: defaultdict(list))
    for clause in catalogue.clauses.values():
        places[clause.document][clause.article].append(clause)
    nodes: list[Node] = []
    for key, articles in places.items():
        title = catalogue.documents[key].title
        clauses = [clause for each in articles.values() for clause in each]
        nodes.append(_heading(key, "", 1, title, _all_groups(clauses, catalogue)))
        for article, inside in articles.items():
            stem = f"{key}-art-{article}"
            name = Bilingual(f"第 {article} 条", f"Article {article}")
            nodes.append(_heading(stem, key, 2, name, _all_groups(inside, catalogue)))
            nodes += [_clause(each, stem, catalogue) for each in inside]
    return nodes


def _all_groups(clauses: Iterable[Clause], catalogue: Catalogue) -> list[str]:
    return sorted({group for each in clauses for group in groups_of(each, catalogue)})


def _heading(key: str, parent: str, depth: int, name: Bilingual, groups: list[str]) -> Node:
    return {
        "urn": urn("req_node", key),
        "assessable": False,
        "depth": depth,
        **({"parent_urn": urn("req_node", parent)} if parent else {}),
        "ref_id": key,
        "name": name.zh,
        "implementation_groups": groups,
        "translations": {"en": {"name": name.en}},
    }


def _clause(clause: Clause, parent: str, catalogue: Catalogue) -> Node:
    duties = catalogue.answering(clause.id)
    texts = {"description": clause.text, "annotation": _annotation(clause, duties, catalogue)}
    wanted = [
        catalogue.vocabulary.evidence[key] for key in dict.fromkeys(key for one in duties for key in one.evidence)
    ]
    if wanted:
        texts["typical_evidence"] = _listed(wanted)
    return {
        "urn": urn("req_node", clause.id),
        "assessable": clause.kind != "inform",
        "depth": 3,
        "parent_urn": urn("req_node", parent),
        "ref_id": clause.id,
        **{name: text.zh for name, text in texts.items()},
        "implementation_groups": groups_of(clause, catalogue),
        "importance": "recommended" if clause.advised or clause.force == "commentary" else "mandatory",
        "translations": {"en": {name: text.en for name, text in texts.items()}},
    }


def _annotation(clause: Clause, duties: Iterable[Duty], catalogue: Catalogue) -> Bilingual:
    """Everything the format has no field for, a line each."""
    actor = catalogue.vocabulary.actors.get(clause.actor, Bilingual(clause.actor, clause.actor))
    force = _FORCES[clause.force]
    lines = [
        Bilingual(f"责任主体：{actor.zh}", f"Owed by: {actor.en}"),
        Bilingual(f"效力：{force.zh}", f"Force: {force.en}"),
        _condition(clause, catalogue),
    ]
    if clause.advised:  # `importance` says so too, but is not kept when a library is loaded
        lines.append(Bilingual("约束：建议", "Binding: advised only"))
    if clause.numbers.en:
        lines.append(Bilingual(f"数值：{clause.numbers.zh}", f"Numbers: {clause.numbers.en}"))
    if clause.same_as:
        same = ", ".join(clause.same_as)
        lines.append(Bilingual(f"同义条款：{same}", f"Same as: {same}"))
    if clause.erratum:
        lines.append(Bilingual(f"勘误：{clause.erratum.zh}", f"Erratum: {clause.erratum.en}"))
    for duty in duties:
        lines += _owed(duty)
    return _listed(lines)


def _condition(clause: Clause, catalogue: Catalogue) -> Bilingual:
    """When the clause applies: the exact expression, and what its facts are called, in its order."""
    about = catalogue.vocabulary.facts
    asked = sorted(facts_of(clause.applies, about), key=clause.applies.index)
    if not asked:
        return Bilingual("适用条件：无", "Applies: always")
    zh, en = "；".join(about[key].text.zh for key in asked), "; ".join(about[key].text.en for key in asked)
    return Bilingual(f"适用条件：`{clause.applies}`（{zh}）", f"Applies if: `{clause.applies}` ({en})")


def _owed(duty: Duty) -> list[Bilingual]:
    """A duty, its deadlines, and those it is owed to."""
    lines = [Bilingual(f"义务：{duty.title.zh}（`{duty.key}`）", f"Duty: {duty.title.en} (`{duty.key}`)")]
    for key in duty.clocks:
        clock = clock_text(key)
        lines.append(Bilingual(f"时限：{clock.zh}", f"Deadline: {clock.en}"))
    if duty.recipients:
        to = listed(_recipients()[key] for key in duty.recipients)
        lines.append(Bilingual(f"报送对象：{to.zh}", f"Owed to: {to.en}"))
    return lines


@cache
def _recipients() -> dict[str, Bilingual]:
    """What those are called to whom something is owed: duties name none that no clock knows."""
    return {each.key: each.name for clock in clocks().values() for each in clock.recipients}


def _listed(lines: Iterable[Bilingual]) -> Bilingual:
    """A Markdown list: a line each in both languages."""
    kept = list(lines)
    return Bilingual("\n".join(f"- {each.zh}" for each in kept), "\n".join(f"- {each.en}" for each in kept))
