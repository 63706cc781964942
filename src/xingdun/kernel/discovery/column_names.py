"""What the names of tables and columns say, in Chinese, pinyin, its initials, and English."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from xingdun.kernel.discovery import resources

LONGEST_PHRASE = 8
# How much a name convinces by where the telling phrase stands in it.
WHOLE, TAIL, INNER, WEAK, OWN_ROLE, TABLE_ROLE, NO_ROLE = 1.0, 0.95, 0.45, 0.6, 0.9, 0.75, 0.6
COVERED = 0.6  # of a phrase that is part of a longer telling phrase
NO_MOMENT = frozenset({"candidate", "validate", "update", "mandate", "runtime", "lifetime", "overtime", "downtime"})
VAGUE = frozenset({"record", "research"})
SHORT = 2  # pinyin initials of two letters tell nothing inside a longer name
_GENERIC_TAIL = re.compile(r"^(?:号码|号|编号|编码|代码|码|名称|名|信息|内容|情况|字段|\d+)+$")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_TOKEN = re.compile(r"[a-z]+\d*|\d+|[\u4e00-\u9fff]+")
_HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class NameEvidence:
    """A name speaks for `entity` with `strength` (0..1) because of `phrase`."""

    entity: str
    strength: float
    phrase: str


@dataclass(frozen=True, slots=True)
class _Index:
    """Phrases by their tokens; a Chinese phrase is one token."""

    latin: Mapping[tuple[str, ...], tuple[tuple[str, bool], ...]]
    han: Mapping[str, tuple[tuple[str, bool], ...]]
    roles: Mapping[str, str]
    heads: Mapping[tuple[str, ...], str]
    words: frozenset[str]


def _tokens(name: str) -> list[str]:
    """Lower-case words of a name: letters with trailing digits, numbers, runs of Chinese."""
    plain = unicodedata.normalize("NFKC", name)
    return _TOKEN.findall(_CAMEL.sub(" ", plain).lower())


@cache
def _index() -> _Index:
    data = resources.table("column_names")
    latin: dict[tuple[str, ...], list[tuple[str, bool]]] = {}
    han: dict[str, list[tuple[str, bool]]] = {}
    for section, weak in (("phrases", False), ("weak", True)):
        for entity, phrases in data[section].items():
            for phrase in phrases:
                if _HAN.search(phrase):
                    han.setdefault(phrase, []).append((entity, weak))
                else:
                    latin.setdefault(tuple(_tokens(phrase)), []).append((entity, weak))
    roles = {word: role for role, words in data["roles"].items() for word in words}
    heads = {
        (word,) if _HAN.search(word) else tuple(_tokens(word)): head
        for head, words in data["heads"].items()
        for word in words
    }
    words = {word for phrase in latin for word in phrase if len(word) > SHORT}
    words |= {word for word in roles if not _HAN.search(word) and len(word) > SHORT}
    words |= {word for head in heads for word in head if not _HAN.search(word)} | {"id", "no", "cd"}
    return _Index(
        {key: tuple(rows) for key, rows in latin.items()},
        {key: tuple(rows) for key, rows in han.items()},
        roles,
        heads,
        frozenset(words),
    )


@cache
def _pieces(token: str) -> tuple[str, ...]:
    """A run-together word cut into known words, fewest first; the word itself when it cannot be."""
    index = _index()
    if len(token) <= SHORT or token in index.words or not token.isascii():
        return (token,)
    if token.endswith("s") and token[:-1] in index.words:
        return (token[:-1],)
    best: dict[int, tuple[str, ...]] = {0: ()}
    for end in range(2, len(token) + 1):
        for start in range(end - 1):
            piece = token[start:end]
            if start in best and piece in index.words and (len(piece) > SHORT or end == len(token)):
                cut = (*best[start], piece)
                if end not in best or len(cut) < len(best[end]):
                    best[end] = cut
    if len(token) in best:
        return best[len(token)]
    for suffix in ("time", "date"):  # storetime, regdate
        if token.endswith(suffix) and token not in NO_MOMENT:
            return (token.removesuffix(suffix), suffix)
    return (token,)


def _split(name: str) -> list[str]:
    return [piece for token in _tokens(name) for piece in _pieces(token)]


def _is_tail(rest: str) -> bool:
    return not rest or bool(_GENERIC_TAIL.match(rest))


def _han_evidence(name: str) -> Iterable[NameEvidence]:
    index = _index()
    compact = re.sub(r"[^0-9a-z\u4e00-\u9fff]", "", unicodedata.normalize("NFKC", name).lower())
    hits = [(phrase, rows, compact.rfind(phrase)) for phrase, rows in index.han.items() if phrase in compact]
    spans = [(at, at + len(phrase)) for phrase, _, at in hits]
    for phrase, rows, at in hits:
        tail = _is_tail(compact[at + len(phrase) :])
        place = (WHOLE if at == 0 else TAIL) if tail else INNER
        place *= COVERED if _is_covered((at, at + len(phrase)), spans) else 1
        length = min(len(phrase), 9) / 1000  # of two phrases at the tail the longer says more
        for entity, weak in rows:
            yield NameEvidence(entity, place * (WEAK if weak else 1) * (1 - 0.009 + length), phrase)


def _is_covered(span: tuple[int, int], spans: list[tuple[int, int]]) -> bool:
    """Whether a longer phrase of the same name contains this one."""
    return any(start <= span[0] and span[1] <= end and (start, end) != span for start, end in spans)


def _latin_evidence(words: list[str]) -> Iterable[NameEvidence]:
    index = _index()
    last = len(words)
    while last > 1 and words[last - 1].isdigit():
        last -= 1
    spans = [
        (start, end)
        for start in range(last)
        for end in range(start + 1, min(last, start + LONGEST_PHRASE) + 1)
        if tuple(words[start:end]) in index.latin
    ]
    for start, end in spans:
        if end < last and end - start == 1 and len(words[start]) <= SHORT:
            continue
        place = (WHOLE if start == 0 else TAIL) if end == last else INNER
        place *= COVERED if _is_covered((start, end), spans) else 1
        length = (end - start) / 1000
        for entity, weak in index.latin[tuple(words[start:end])]:
            strength = place * (WEAK if weak else 1) * (1 - 0.009 + length)
            yield NameEvidence(entity, strength, " ".join(words[start:end]))


def _roles_in(words: list[str]) -> list[str]:
    """Every role that the words name, in their order."""
    roles = _index().roles
    found: list[str] = []
    for word in words:
        if word in roles:
            found.append(roles[word])
        elif _HAN.search(word):
            inside = [(word.rfind(known), len(known), role) for known, role in roles.items() if known in word]
            found += [role for *_, role in sorted(inside)]
    return found


def _role_of(words: list[str]) -> str | None:
    """The role that counts: the last one, but a vague one (record, research) only when there is no other."""
    found = _roles_in(words)
    telling = [role for role in found if role not in VAGUE]
    chosen = telling or found
    return chosen[-1] if chosen else None


def _head_of(words: list[str]) -> tuple[str, list[str]] | None:
    """The head a name ends in, and the words before it."""
    heads = _index().heads
    for size in (2, 1):
        if len(words) >= size and tuple(words[-size:]) in heads:
            return heads[tuple(words[-size:])], words[:-size]
    if words and _HAN.search(words[-1]):
        for cut in range(1, len(words[-1])):
            if (words[-1][cut:],) in heads:
                return heads[(words[-1][cut:],)], [*words[:-1], words[-1][:cut]]
    return None


def table_role(table: str) -> str | None:
    """What a table is about, by its name: patient, visit, staff, drug, diagnosis, test, money, gene, infection."""
    return _role_of(_split(table))


def table_roles(table: str) -> frozenset[str]:
    """Every role that a table's name, with its schema, speaks of."""
    return frozenset(_roles_in(_split(table)))


def _combined(words: list[str], about: str | None) -> Iterable[NameEvidence]:
    found = _head_of(words)
    if not found:
        return
    head, before = found
    table = resources.table("column_names")["combine"].get(head, {})
    own = _role_of(before)
    phrase = f"{own or about or ''}+{head}".strip("+")
    if own in VAGUE and about in table and about not in VAGUE:
        yield NameEvidence(table[about], TABLE_ROLE, phrase)
    elif own and own in table:
        yield NameEvidence(table[own], OWN_ROLE, phrase)
    elif not own and about in table and len(before) == 0:
        yield NameEvidence(table[about], TABLE_ROLE, phrase)
    elif "" in table:
        yield NameEvidence(table[""], NO_ROLE, phrase)
    elif head == "id":
        yield NameEvidence("record_id", NO_ROLE, phrase)


def name_evidence(column: str, *, table: str = "", comment: str = "") -> list[NameEvidence]:
    """What a column's name, its comment and its table's name say, the strongest for each entity, best first.

    A comment counts as a second name, a tenth less sure than the name itself.
    """
    about = table_role(table)
    words = _split(column)
    said = [*_han_evidence(column), *_latin_evidence(words), *_combined(words, about)]
    if comment:
        short = re.split(r"[,，;；:：(（\n]", comment.strip(), maxsplit=1)[0][:40]
        pieces = _split(short)
        more = [*_han_evidence(short), *_latin_evidence(pieces), *_combined(pieces, about)]
        said += [NameEvidence(one.entity, one.strength * 0.9, one.phrase) for one in more]
    swaps = resources.table("column_names")["swap"].get(about or "", {})
    best: dict[str, NameEvidence] = {}
    for one in said:
        entity = swaps.get(one.entity, one.entity)
        if entity not in best or best[entity].strength < one.strength:
            best[entity] = NameEvidence(entity, one.strength, one.phrase)
    return sorted(best.values(), key=lambda one: -one.strength)
