"""The catalogue as an OSCAL catalog: documents and articles are groups, clauses controls, duties objectives."""

from collections import defaultdict

from xingdun.kernel.clocks import Bilingual
from xingdun.obligations.catalogue import Catalogue, Clause, Contradiction, Document, Duty
from xingdun.obligations.exports.oscal import (
    NAMESPACE,
    Object,
    both,
    clock_text,
    day_of,
    document,
    filled,
    identifier,
    line,
    metadata,
    props,
)

TITLE = Bilingual(
    "医疗卫生机构网络安全与数据安全义务目录", "Duties of network and data security of health institutions"
)


def objective(clause: str, duty: str) -> str:
    """The id of what is assessed: one duty as far as it answers one clause."""
    return f"{clause}_obj.{duty}"


def catalog(catalogue: Catalogue) -> Object:
    """The whole catalogue. Controls bear the ids of their clauses; nothing of it depends on an institution."""
    readings: dict[str, list[Contradiction]] = defaultdict(list)
    for one in catalogue.contradictions.values():
        for key in one.clauses:
            readings[key].append(one)
    articles: dict[str, dict[str, list[Object]]] = defaultdict(lambda: defaultdict(list))
    for place, clause in enumerate(catalogue.clauses.values()):
        articles[clause.document][clause.article].append(
            _control(clause, place, catalogue.answering(clause.id), readings[clause.id], catalogue)
        )
    return document(
        "catalog",
        {
            "metadata": metadata(TITLE.zh, version=catalogue.version, at=day_of(catalogue.version)),
            "groups": [_group(catalogue.documents[key], found) for key, found in articles.items()],
            "back-matter": {"resources": [_resource(each) for each in catalogue.documents.values()]},
        },
    )


def _group(of: Document, articles: dict[str, list[Object]]) -> Object:
    return {
        "id": of.key,
        "class": "document",
        "title": line(of.title.zh),
        "props": props(title_en=of.title.en, force=of.force, in_force=of.in_force),
        "links": [{"href": f"#{identifier('document', of.key)}", "rel": "reference"}],
        "groups": [
            {
                "id": f"{of.key}_art.{article}",
                "class": "article",
                "title": f"{line(of.title.zh)} {article}",
                "controls": controls,
            }
            for article, controls in articles.items()
        ],
    }


def _resource(of: Document) -> Object:
    told = props(
        force=of.force,
        in_force=of.in_force,
        until=of.until,
        certainty=of.certainty,
        confirmed="yes" if of.confirmed else "no",
    )
    return filled(
        uuid=identifier("document", of.key),
        title=line(of.title.zh),
        description=of.title.en,
        props=told,
        document_ids=[{"identifier": of.key}],
        remarks=of.note,
    )


def _control(
    clause: Clause, place: int, duties: tuple[Duty, ...], readings: list[Contradiction], catalogue: Catalogue
) -> Object:
    actor = catalogue.vocabulary.actors.get(clause.actor, Bilingual(clause.actor, clause.actor))
    parts = [{"id": f"{clause.id}_smt", "name": "statement", "prose": both(clause.text)}]
    if clause.erratum:
        parts.append(
            {"id": f"{clause.id}_err", "name": "erratum", "ns": NAMESPACE, "prose": both(clause.erratum)},
        )
    parts += [interpretation(clause.id, one.key, one.question, one.reading) for one in readings]
    parts += [_objective(clause, duty, catalogue) for duty in duties]
    return filled(
        id=clause.id,
        class_=clause.force,
        title=line(clause.text.zh),
        props=[
            {"name": "label", "value": clause.id},
            {"name": "sort-id", "value": f"{place:04}"},
            *props(
                actor=actor.en,
                mode=clause.kind,
                object=clause.object,
                numbers=clause.numbers.en,
                applies=clause.applies,
                advised=clause.advised,
                shown=clause.shown,
                function=clause.systems,
            ),
        ],
        links=[{"href": f"#{one}", "rel": "related"} for one in clause.same_as],
        parts=parts,
    )


def interpretation(clause: str, key: str, question: Bilingual, reading: Bilingual) -> Object:
    """How a clause that conflicts with others, or leaves room, is read."""
    return {
        "id": f"{clause}_int.{key}",
        "name": "interpretation",
        "ns": NAMESPACE,
        "title": line(question.zh),
        "prose": f"{both(question)}\n\n{both(reading)}",
    }


def _objective(clause: Clause, duty: Duty, catalogue: Catalogue) -> Object:
    wanted = [catalogue.vocabulary.evidence[key] for key in duty.evidence]
    stem = objective(clause.id, duty.key)
    parts = [
        {"id": f"{stem}.{key}", "name": "deadline", "ns": NAMESPACE, "prose": both(clock_text(key))}
        for key in duty.clocks
    ]
    if wanted:
        objects = Bilingual("、".join(one.zh for one in wanted), ", ".join(one.en for one in wanted))
        parts.append({"id": f"{stem}.evidence", "name": "assessment-objects", "prose": both(objects)})
    return filled(
        id=stem,
        name="assessment-objective",
        props=props(
            duty=duty.key,
            mode=duty.mode,
            subject=duty.subject,
            applies=duty.applies,
            recipient=duty.recipients,
            waits_for=duty.waits_for,
        ),
        prose=both(duty.title),
        parts=parts,
    )
