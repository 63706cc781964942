# noqa: INP001 - a script of the tree, not of a package
"""Writes docs/catalogue.md from the catalogue: each clause, the duty that answers it, its mode, and its check.

python scripts/catalogue_page.py           writes the page
python scripts/catalogue_page.py --check   says by its exit code whether the page is current
"""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from xingdun.obligations.catalogue import Catalogue, Clause, Contradiction, Document, Duty, load

PAGE = Path(__file__).parents[1] / "docs" / "catalogue.md"
INTRODUCTION = """\
# Catalogue of obligations

Made by `scripts/catalogue_page.py` from `src/xingdun/obligations/catalogue/data/`; a test fails when the two differ.

Each clause is answered by one duty or several, or it only informs and is shown at the place named. A duty whose
register is still to come waits for it: its check answers *unknown*, never *met*. Expressions are in CEL over the facts
of `vocabulary.toml`.
"""


def page(catalogue: Catalogue) -> str:
    """The whole page, in Markdown."""
    inner = [document for document in catalogue.documents.values() if not document.outside]
    parts = [INTRODUCTION, *_summary(catalogue, inner)]
    for document in inner:
        parts.extend(_document(catalogue, document))
    parts.extend(_duties(catalogue))
    parts.extend(_contradictions(catalogue))
    parts.extend(_outside(catalogue))
    return "\n".join(parts).rstrip() + "\n"


def _summary(catalogue: Catalogue, inner: list[Document]) -> Iterator[str]:
    modes = Counter(duty.mode for duty in catalogue.duties.values())
    waiting = sum(bool(duty.waits_for) for duty in catalogue.duties.values())
    yield f"Version {catalogue.version}: {len(catalogue.clauses)} clauses, {len(catalogue.duties)} duties"
    kept = ", ".join(f"{count} {mode}" for mode, count in sorted(modes.items()))
    yield f"({kept}); {waiting} wait for their register."
    yield ""
    yield _head("document", "force", "clauses", "answered", "shown only")
    for document in inner:
        clauses = [clause for clause in catalogue.clauses.values() if clause.document == document.key]
        answered = sum(bool(catalogue.answering(clause.id)) for clause in clauses)
        title = f"{document.key}: {document.title.zh} / {document.title.en}"
        yield f"| {title} | {document.force} | {len(clauses)} | {answered} | {len(clauses) - answered} |"


def _document(catalogue: Catalogue, document: Document) -> Iterator[str]:
    yield f"\n## {document.key}\n"
    yield _head("clause", "text", "numbers", "duty", "mode", "check or what it waits for")
    for clause in catalogue.clauses.values():
        if clause.document == document.key:
            yield _clause(catalogue, clause)


def _clause(catalogue: Catalogue, clause: Clause) -> str:
    duties = catalogue.answering(clause.id)
    text = _cell(f"{clause.text.zh} / {clause.text.en}") + (" (advised)" if clause.advised else "")
    first = f"| {clause.id} | {text} | {_cell(clause.numbers.en)} |"
    if not duties:
        return f"{first} shown | inform | {catalogue.vocabulary.places[clause.shown].en} |"
    keys = "<br>".join(f"[{duty.key}](#duties)" for duty in duties)
    return f"{first} {keys} | {'<br>'.join(duty.mode for duty in duties)} | {'<br>'.join(map(_measured, duties))} |"


def _measured(duty: Duty) -> str:
    return f"waits for {duty.waits_for}" if duty.waits_for else f"check `{duty.check}`"


def _duties(catalogue: Catalogue) -> Iterator[str]:
    yield "\n## Duties\n"
    yield _head("duty", "title", "mode", "about", "applies", "clocks", "check", "clauses")
    for duty in sorted(catalogue.duties.values(), key=lambda each: each.key):
        applies = _cell(f"`{duty.applies}`")
        title = _cell(f"{duty.title.zh} / {duty.title.en}")
        clocks, clauses = ", ".join(duty.clocks), ", ".join(duty.clauses)
        row = (duty.key, title, duty.mode, duty.subject, applies, clocks, _measured(duty), clauses)
        yield f"| {' | '.join(row)} |"


def _contradictions(catalogue: Catalogue) -> Iterator[str]:
    yield "\n## Contradictions\n"
    yield _head("key", "clauses", "question", "reading", "an institution may set")
    for each in catalogue.contradictions.values():
        yield f"| {each.key} | {', '.join(each.clauses)} | {_cell(_both(each.question))} | {_choice(each)} |"


def _choice(each: Contradiction) -> str:
    others = "<br>".join(_cell(f"{other.key}: {_both(other.text)}") for other in each.alternatives)
    return f"{_cell(_both(each.reading))} | {others}"


def _outside(catalogue: Catalogue) -> Iterator[str]:
    yield "\n## Rules outside the five documents\n"
    yield _head("key", "rule", "force", "in force", "certainty", "by default")
    for each in catalogue.documents.values():
        if each.outside:
            on = "on" if each.confirmed else "off"
            since = str(each.in_force or "")
            yield f"| {each.key} | {_both(each.title)} | {each.force} | {since} | {each.certainty} | {on} |"


def _head(*columns: str) -> str:
    return f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}"


def _both(text: tuple[str, str]) -> str:
    return " / ".join(text)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main(arguments: list[str]) -> int:
    """Write the page, or with --check compare it."""
    made = page(load())
    if arguments == ["--check"]:
        return int(not PAGE.exists() or PAGE.read_text(encoding="utf-8") != made)
    PAGE.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
