"""From the catalogue's TOML files to its value types; the only writer of a Catalogue."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, TypeVar, get_args

from xingdun.kernel.clocks import Bilingual
from xingdun.obligations.catalogue.errors import DuplicateError, EntryError, UnreadableError
from xingdun.obligations.catalogue.fields import Entry
from xingdun.obligations.catalogue.model import (
    Alternative,
    Catalogue,
    Certainty,
    Clause,
    Contradiction,
    Document,
    Duty,
    Fact,
    FactType,
    Force,
    Kind,
    Vocabulary,
)
from xingdun.obligations.catalogue.validation import validated

_DATA = files(__package__) / "data"
_ENTRIES = ("document", "clause", "duty", "contradiction")
_WORDS = ("evidence", "places", "subjects", "actors", "systems")

T = TypeVar("T")
Origin = dict[str, str]


@cache
def load() -> Catalogue:
    """The catalogue that comes with the platform. Raises CatalogueError when its data is not sound."""
    return parse(texts())


def texts() -> Mapping[str, str]:
    """The catalogue's files by name, as they come with the platform."""
    return {each.name: each.read_text(encoding="utf-8") for each in _DATA.iterdir() if each.name.endswith(".toml")}


def parse(data: Mapping[str, str]) -> Catalogue:
    """A catalogue from its files by name; `catalogue.toml` names the others.

    Raises CatalogueError naming the file and the entry.
    """
    head = Entry("catalogue.toml", "catalogue", _toml("catalogue.toml", data))
    version, names = head.text("version"), head.texts("files")
    head.done()
    spare = sorted(set(data) - set(names) - {"catalogue.toml"})
    if spare:
        raise head.fault(f"files does not name {', '.join(spare)}")
    tables = {name: _toml(name, data) for name in names}
    if "vocabulary.toml" not in tables:
        raise UnreadableError(file="vocabulary.toml", entry="-", problem="it is missing")
    vocabulary = _vocabulary(tables.pop("vocabulary.toml"))
    for name, table in tables.items():
        _only_entries(name, table)
    origin: Origin = {}
    documents = _keyed("document", "key", tables, _document, origin)
    clauses = _keyed("clause", "id", tables, lambda entry: _clause(entry, documents, vocabulary), origin)
    duties = _keyed("duty", "key", tables, _duty, origin)
    contradictions = _keyed("contradiction", "key", tables, _contradiction, origin)
    answers: dict[str, tuple[str, ...]] = {}
    for duty in duties.values():
        for clause in duty.clauses:
            answers[clause] = (*answers.get(clause, ()), duty.key)
    catalogue = Catalogue(
        version=version,
        vocabulary=vocabulary,
        documents=documents,
        clauses=clauses,
        duties=duties,
        contradictions=contradictions,
        answers=MappingProxyType(answers),
    )
    return validated(catalogue, origin)


def _toml(name: str, data: Mapping[str, str]) -> dict[str, Any]:
    if name not in data:
        raise UnreadableError(file=name, entry="-", problem="it is missing")
    try:
        return tomllib.loads(data[name])
    except tomllib.TOMLDecodeError as error:
        raise UnreadableError(file=name, entry="-", problem=str(error)) from error


def _only_entries(name: str, table: Mapping[str, Any]) -> None:
    for key, value in table.items():
        fits = key in _ENTRIES and isinstance(value, list) and all(isinstance(each, dict) for each in value)
        if not fits:
            raise EntryError(file=name, entry=key, problem=f"only lists of {', '.join(_ENTRIES)} stand in a file")


def _keyed(
    kind: str, by: str, tables: Mapping[str, Any], read: Callable[[Entry], T], origin: Origin
) -> Mapping[str, T]:
    found: dict[str, T] = {}
    for entry in _entries(kind, by, tables):
        if entry.name in found:
            raise DuplicateError(file=entry.file, entry=entry.name, problem=f"the {kind} stands twice")
        found[entry.name] = read(entry)
        entry.done()
        origin[f"{kind} {entry.name}"] = entry.file
    return MappingProxyType(found)


def _entries(kind: str, by: str, tables: Mapping[str, Any]) -> Iterator[Entry]:
    for file, table in tables.items():
        for number, each in enumerate(table.get(kind, []), start=1):
            entry = Entry(file, f"{kind} {number}", each)
            entry.name = entry.text(by)
            if not entry.name.isascii():
                raise entry.fault(f"{by} is not ASCII")
            yield entry


def _document(entry: Entry) -> Document:
    return Document(
        key=entry.name,
        title=Bilingual(entry.text("zh"), entry.text("en")),
        force=entry.choice("force", get_args(Force)),
        in_force=entry.day("in_force"),
        until=entry.day("until"),
        outside=entry.flag("outside", default=False),
        certainty=entry.choice("certainty", get_args(Certainty), "high"),
        confirmed=entry.flag("confirmed", default=True),
        provisions=entry.texts("provisions", ()),
        note=entry.text("note", ""),
    )


def _clause(entry: Entry, documents: Mapping[str, Document], vocabulary: Vocabulary) -> Clause:
    document = documents.get(entry.name.partition("-")[0])
    if document is None:
        raise entry.fault("its id begins with no document of the catalogue")
    numbers = entry.text("numbers", "")
    return Clause(
        id=entry.name,
        document=document.key,
        article=entry.text("article"),
        force=entry.choice("force", get_args(Force), document.force),
        actor=entry.text("actor"),
        kind=entry.choice("kind", get_args(Kind)),
        text=Bilingual(entry.text("zh"), entry.text("en")),
        numbers=Bilingual(vocabulary.numbers.get(numbers, numbers), numbers),
        applies=entry.text("applies"),
        object=entry.text("object"),
        same_as=entry.texts("same_as"),
        systems=entry.texts("systems"),
        shown=entry.text("shown", ""),
        advised=entry.flag("advised", default=False),
        erratum=entry.bilingual("erratum") if "erratum" in entry.table else None,
        correction=entry.text("correction", ""),
        how=entry.text("how", ""),
    )


def _duty(entry: Entry) -> Duty:
    return Duty(
        key=entry.name,
        title=Bilingual(entry.text("zh"), entry.text("en")),
        mode=entry.choice("mode", get_args(Kind)),
        subject=entry.text("subject"),
        clauses=entry.texts("clauses"),
        applies=entry.text("applies"),
        clocks=entry.texts("clocks", ()),
        recipients=entry.texts("recipients", ()),
        evidence=entry.texts("evidence"),
        check=entry.text("check"),
        waits_for=entry.text("waits_for", ""),
    )


def _contradiction(entry: Entry) -> Contradiction:
    return Contradiction(
        key=entry.name,
        clauses=entry.texts("clauses"),
        question=entry.bilingual("question"),
        reading=entry.bilingual("reading"),
        alternatives=tuple(_alternative(each) for each in entry.tables("alternative")),
    )


def _alternative(entry: Entry) -> Alternative:
    applies = entry.inner("applies").named() if "applies" in entry.table else {}
    return Alternative(key=entry.text("key"), applies=applies, text=entry.titled())


def _vocabulary(table: Mapping[str, Any]) -> Vocabulary:
    whole = Entry("vocabulary.toml", "vocabulary", table)
    registers = _words(whole, "registers", lambda entry: (entry.text("domain"), entry.titled()))
    found = Vocabulary(
        facts=_words(whole, "facts", _fact),
        registers={key: title for key, (_, title) in registers.items()},
        register_domains={key: domain for key, (domain, _) in registers.items()},
        numbers=_numbers(whole),
        **{name: _words(whole, name, Entry.titled) for name in _WORDS},
    )
    whole.done()
    return found


def _numbers(whole: Entry) -> dict[str, str]:
    """The Chinese of numbers by their English; versions before 2026.11.2 have none."""
    if "numbers" not in whole.table:
        return {}
    section = whole.inner("numbers")
    return {key: section.text(key) for key in section.table}


def _fact(entry: Entry) -> Fact:
    return Fact(
        key=entry.name,
        type=entry.choice("type", get_args(FactType)),
        about=entry.text("about"),
        text=entry.titled(),
    )


def _words(whole: Entry, name: str, read: Callable[[Entry], T]) -> dict[str, T]:
    section = whole.inner(name)
    words: dict[str, T] = {}
    for key in section.table:
        inner = section.inner(key)
        inner.name = key
        words[key] = read(inner)
    return words
