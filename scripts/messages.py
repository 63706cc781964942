# noqa: INP001 - a script of the tree, not of a package
"""Collects the texts of each package into its catalogue, and compiles them.

Name packages (`runtime audit`) to touch only those; `--check` changes nothing and says what is missing.

src/xingdun/<package>/locale/zh_Hans/LC_MESSAGES/django.po is what translators edit; django.mo beside it is what
the program reads. Texts in the source are English, so English needs no catalogue. No gettext programs are needed.
"""

import ast
import re
import struct
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent / "src" / "xingdun"
CATALOGUE = Path("locale/zh_Hans/LC_MESSAGES/django.po")
HEADER = (
    "MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n"
    "Language: zh_Hans\nPlural-Forms: nplurals=1; plural=0;\n"
)
# How many leading arguments each marking function takes: context, singular, plural.
CALLS = {"_": "s", "marked": "s", "ngettext": "sp", "pgettext": "cs", "npgettext": "csp"}
CALLS |= {f"{name}_lazy": order for name, order in CALLS.items() if name.endswith("gettext")}
CALLS |= dict.fromkeys(("gettext", "gettext_lazy", "gettext_noop"), "s")
_STRING = r"""u?(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
_TEMPLATE_CALL = re.compile(rf"(?<!\w)({'|'.join(CALLS)})\(((?:\s*{_STRING}\s*,?)+)")
_FIELD = re.compile(r"\{(\w*)[^{}]*\}|%\((\w+)\)[a-z]")


class Message(NamedTuple):
    """A text to translate: what its translation is looked up by."""

    context: str
    text: str
    plural: str

    @property
    def key(self) -> str:
        """Its key in the compiled catalogue (gettext's .mo layout)."""
        return (f"{self.context}\4" if self.context else "") + self.text + (f"\0{self.plural}" if self.plural else "")


Found = dict[str, dict[Message, set[str]]]
Translations = dict[Message, str]


def collect() -> Found:
    """Each package's texts, and the files they stand in."""
    found: Found = defaultdict(lambda: defaultdict(set))
    for path in sorted(ROOT.rglob("*")):
        place = path.relative_to(ROOT)
        if path.suffix not in (".py", ".html", ".txt") or "migrations" in place.parts or "static" in place.parts:
            continue
        if path.suffix != ".py" and "templates" not in place.parts:
            continue
        texts = _in_python(path) if path.suffix == ".py" else _in_template(path)
        for message in texts:
            found[place.parts[0]][message].add(str(place))
    return found


def _in_python(path: Path) -> Iterator[Message]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            texts = [argument.value if isinstance(argument, ast.Constant) else None for argument in node.args]
            yield from _message(name, texts)


def _in_template(path: Path) -> Iterator[Message]:
    for call in _TEMPLATE_CALL.finditer(templatize(path.read_text(encoding="utf-8"), origin=str(path))):
        yield from _message(call[1], [ast.literal_eval(text) for text in re.findall(_STRING, call[2])])


def _message(name: str, texts: list[object]) -> Iterator[Message]:
    order = CALLS.get(name, "")
    given = dict(zip(order, texts, strict=False))
    if order and len(given) == len(order) and all(isinstance(text, str) and text for text in given.values()):
        yield Message(str(given.get("c", "")), str(given["s"]), str(given.get("p", "")))


def read(path: Path) -> Translations:
    """The translations in a .po file."""
    translations: Translations = {}
    entry: dict[str, str] = {}
    keyword = ""
    for line in [*(path.read_text(encoding="utf-8").splitlines() if path.exists() else []), "msgid "]:
        found = re.match(r"(msgctxt|msgid_plural|msgid|msgstr)(?:\[0\])? ?(.*)", line)
        if found:
            keyword = found[1]
            if keyword in ("msgctxt", "msgid") and "msgstr" in entry:
                translations[_entry_message(entry)] = entry["msgstr"]
                entry = {}
            line = found[2]  # noqa: PLW2901 - the rest of the line is a string like those that follow
            entry[keyword] = ""
        if line.startswith('"'):
            entry[keyword] += ast.literal_eval(line)
    translations.pop(Message("", "", ""), None)
    return translations


def _entry_message(entry: dict[str, str]) -> Message:
    return Message(entry.get("msgctxt", ""), entry["msgid"], entry.get("msgid_plural", ""))


def written(found: dict[Message, set[str]], translations: Translations) -> str:
    """The text of a .po file."""
    parts = [f'msgid ""\nmsgstr ""\n{_quoted(HEADER)}\n']
    for message in sorted(found, key=lambda one: (sorted(found[one]), one)):
        lines = [f"#: {place}" for place in sorted(found[message])]
        if message.context:
            lines.append(f"msgctxt {_quoted(message.context)}")
        lines.append(f"msgid {_quoted(message.text)}")
        if message.plural:
            lines.append(f"msgid_plural {_quoted(message.plural)}")
        lines.append(f"msgstr{'[0]' if message.plural else ''} {_quoted(translations.get(message, ''))}")
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    lines = escaped.split("\n")
    pieces = [f"{line}\\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] or len(lines) == 1 else [])
    quoted = "\n".join(f'"{piece}"' for piece in pieces)
    return quoted if len(pieces) == 1 else f'""\n{quoted}' if text != HEADER else quoted


def compiled(translations: Translations) -> bytes:
    """The bytes of a .mo file: sorted keys, no hash table (gettext manual, 10.3)."""
    pairs = [("", HEADER), *((message.key, text) for message, text in translations.items() if text)]
    entries = sorted((key.encode(), text.encode()) for key, text in pairs)
    start = 28 + 16 * len(entries)
    tables: list[list[int]] = [[], []]
    body = b""
    for column in (0, 1):
        for entry in entries:
            tables[column] += [len(entry[column]), start + len(body)]
            body += entry[column] + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(entries), 28, 28 + 8 * len(entries), 0, 0)
    return head + b"".join(struct.pack(f"<{len(table)}I", *table) for table in tables) + body


def problems(found: Found) -> Iterator[str]:
    """What keeps the translations from being complete and alike."""
    everywhere: dict[Message, dict[str, str]] = defaultdict(dict)
    for package in sorted({*found, *(path.parts[0] for path in _catalogues())}):
        path = ROOT / package / CATALOGUE
        translations = read(path)
        for message in sorted(set(found.get(package, {})) - {one for one, text in translations.items() if text}):
            yield f"{package}: not translated: {message.text!r}"
        for message in sorted(set(translations) - set(found.get(package, {}))):
            yield f"{package}: no longer used: {message.text!r}"
        for message, text in translations.items():
            if text and _fields(message.text, message.plural) < _fields(text):
                yield f"{package}: placeholders unknown in the source: {message.text!r}"
            everywhere[message][text] = package
        compiled_file = path.with_suffix(".mo")
        if translations and (not compiled_file.exists() or compiled_file.read_bytes() != compiled(translations)):
            yield f"{package}: django.mo is older than django.po"
    for message, texts in everywhere.items():
        if len(texts) > 1:
            yield f"translated differently: {message.text!r}: {texts}"


def _fields(*texts: str) -> set[str]:
    return {first or second for text in texts for first, second in _FIELD.findall(text)}


def _catalogues() -> Iterator[Path]:
    for path in ROOT.glob(f"*/{CATALOGUE}"):
        yield path.relative_to(ROOT)


def write(found: Found) -> int:
    """Bring every catalogue up to date; returns how many texts wait for a translation."""
    known = {message: text for place in _catalogues() for message, text in read(ROOT / place).items() if text}
    waiting = 0
    for package, messages in found.items():
        path = ROOT / package / CATALOGUE
        own = read(path)
        kept = {message: own.get(message) or known.get(message, "") for message in messages}
        waiting += sum(not text for text in kept.values())
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(written(messages, kept), encoding="utf-8")
        path.with_suffix(".mo").write_bytes(compiled(kept))
    return waiting


def main() -> int:
    """Collect and compile, or with --check say what is wrong; returns the exit status."""
    settings.configure(USE_I18N=False)
    named = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    found = {package: messages for package, messages in collect().items() if not named or package in named}
    if "--check" in sys.argv[1:]:
        wrong = [line for line in problems(found) if not named or line.partition(":")[0] in named]
        sys.stdout.writelines(f"{line}\n" for line in wrong)
        return 1 if wrong else 0
    sys.stdout.write(f"{write(found)} texts wait for a translation\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
