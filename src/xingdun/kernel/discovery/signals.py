"""Signals of a column's values that need a dictionary or a regular expression, on an even sample of each batch."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

import polars as pl

from xingdun.kernel.discovery import resources

SAMPLE = 2000  # values of a column examined here out of each batch
LONGEST = 2000  # characters of a value that are examined
BRIEF = 40  # characters of a code or a name at most
LONG_TEXT = 10  # characters; names and addresses are looked for inside values at least this long

_SURNAMES, _OTHER_SURNAMES, _COMPOUND = resources.lines("surnames")
_SINGLE = "[" + "".join(sorted(set(_SURNAMES + _OTHER_SURNAMES))) + "]"
_BOTH = "(?:" + "|".join(_COMPOUND.split()) + ")"
_PLACES = "|".join(" ".join(resources.lines("regions")).split())
_TRIGGER = (
    "(?:患者|病人|姓名|家属|联系人|监护人|医师|医生|护士|主任|签名|记录者|其子|其女|其妻|其夫|其母|其父|陪同者|报告人)"
)
_AFTER = r"(?:[，,。；;、：:（(\s先女小同男因于自诉系为主诉,]|$|，|前|今|昨|已|既|有|无|诉|家|电|身|年|住|入|出|到)"

_PROVINCE = "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"

# Whole values, anchored.
_WHOLE: Mapping[str, str] = {
    "email": r"^[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)*\.[A-Za-z]{2,}$",
    "ipv6": r"(?i)^(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}$|^(?:[0-9a-f]{1,4}:){1,6}:(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*)?$",
    "mac": r"(?i)^[0-9a-f]{2}(?:[:\-][0-9a-f]{2}){5}$",
    "plate": rf"^{_PROVINCE}[A-Z][·\- ]?[A-HJ-NP-Z0-9]{{4,5}}[A-HJ-NP-Z0-9挂学警港澳]$",
    "passport": r"^(?:[EGDSPKHM]\d{8}|[E][A-HJ-NP-Z]\d{7}|[HM]\d{10}|C[A-Z]?\d{7,8})$",
    "icd10_dotted": r"^[A-TV-Z]\d[0-9AB]\.[0-9A-TV-Zx]{1,4}(?:[x+]?\d{0,3})?[+*†]?$",
    "icd10": r"^[A-TV-Z]\d[0-9AB](?:\.?(?:[0-9Xx]{1,3}[0-9A-KMPQRSXx]?|[A-F]\d?))?(?:[xX]\d{2,3})?[+*†]?$",
    "icd9": r"^(?:\d{3}(?:\.?\d{1,2})?|V\d{2}(?:\.?\d{1,2})?|E\d{3}(?:\.?\d)?)$",
    "icd9cm3": r"^\d{2}\.\d{2,4}(?:x\d{1,3})?$",
    "path": r"^(?:[A-Za-z]:)?[/\\]?(?:[\w.\-]+[/\\])+[\w.\-]+\.[A-Za-z0-9]{2,5}$",
    "epoch": r"^1\d{9}(?:\d{3})?$",
    "midnight": r"\d[ T]00:00:00(?:\.0+)?(?:Z|[+\-]\d{2}(?::?\d{2})?)?$",
    "url": r"(?i)^(?:https?|ftp)://\S+$|^www\.\S+\.\S+$",
    "gene": r"(?i)^(?:>[^\n]*\n)?[ACGTUN\s]{20,}$",
    "variant": r"^rs\d{3,}$|\b[cgm]\.[\-*]?\d+[+\-_0-9]*(?:[ACGT]+>[ACGT]+|del|dup|ins)|\bp\.\(?[A-Z][a-z]{0,2}\d+",
    "zh_date": r"^\d{2,4}年\d{1,2}月(?:\d{1,2}日)?",
    "zh_age": r"^\d{1,3}\s*(?:岁|周岁|月|天|日|Y|y)(?:\d{1,2}(?:个?月|天))?$",
    "year": r"^(?:18|19|20|21|22)\d{2}年?$",
    "zh_name": rf"^(?:{_BOTH}\p{{Han}}{{1,2}}|{_SINGLE}\p{{Han}}{{1,2}}|{_SINGLE}{_SINGLE}\p{{Han}}{{1,2}}"
    rf"|{_SINGLE}[*＊某×xX]{{1,2}}\p{{Han}}?|\p{{Han}}{{1,7}}·\p{{Han}}{{1,7}})$",
    "en_name": r"^[A-Z][a-z]+(?:[ ,]+[A-Z]\.?)?[ ,]+[A-Z][a-z]+(?:-[A-Z][a-z]+)?$",
    "address": rf"^(?:中国|中华人民共和国)?(?:{_PLACES})?"
    r".{0,25}(?:区|县|旗|市|镇|乡|街道|村|路|街|巷|大道|屯).{0,25}"
    r"(?:号|路|街|村|组|室|栋|幢|单元|楼|小区|弄|苑|园|屯|大道|巷|社区|里)[\p{Han}A-Za-z0-9\-－#()（）]{0,20}$",
    "en_address": r"(?i)^\d{1,5} (?:[A-Za-z0-9.]+ ){1,4}"
    r"(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|blvd|boulevard|way|court|ct)\b",
    "region": rf"^(?:{_PLACES})(?:省|市|自治区|特别行政区|地区|自治州|壮族自治区|回族自治区|维吾尔自治区|县|区|盟|州)?"
    r"(?:\p{Han}{1,7}(?:市|县|区|旗|州|盟))*$|^\p{Han}{1,5}(?:县|区|自治县|旗|市)$",
    "prose": r"[\p{Han}\w].{4,}[，。；！？].{1,}|.{12,}。|^(?:\S+\s+){5,}\S+|^(?:\S+\s+){2,}\S+[.;]",
    "masked": r"\*{3,}|×{3,}|^_{3}$",
    "hexadecimal": r"(?i)^[0-9a-f]{32,128}$|^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
}
# Inside longer values, unanchored; each must tell by itself.
INSIDE: Mapping[str, str] = {
    "in:email": r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)*\.[A-Za-z]{2,}",
    "in:plate": rf"{_PROVINCE}[A-Z][·]?[A-HJ-NP-Z0-9]{{5,6}}",
    "in:passport": r"(?:护照|通行证|passport)(?:号码|号)?[:：\s]*[A-Z]{1,2}\d{7,8}",
    "in:zh_name": rf"{_TRIGGER}(?:姓名)?[\s:：]*(?:{_BOTH}|{_SINGLE})\p{{Han}}{{1,2}}{_AFTER}",
    "in:address": rf"(?:{_PLACES})(?:省|市|自治区|地区|自治州|盟)?"
    r"\p{Han}{0,12}(?:区|县|市|镇|乡|街道|旗)[\p{Han}A-Za-z0-9]{1,20}"
    r"(?:号|路|街|村|组|室|栋|单元|小区|弄)",
    "in:mrn": r"(?:病案号|住院号|门诊号|病历号|MRN)[:：\s]*[A-Za-z]{0,3}\d{5,}",
}


# What a value must have for a group of patterns to be tried on it; the rest is tried on all.
_NEEDS: Mapping[str, tuple[pl.Expr, tuple[str, ...]]] = {
    "at": (pl.col("value").str.contains("@", literal=True), ("email", "in:email")),
    "colon": (pl.col("value").str.contains(":", literal=True), ("ipv6", "midnight")),
    "slash": (pl.col("value").str.contains(r"[/\\]|^www"), ("path", "url")),
    "brief": (
        pl.col("value").str.len_chars() <= BRIEF,
        ("passport", "icd10_dotted", "icd10", "icd9", "icd9cm3", "epoch", "zh_age", "year", "en_name", "zh_name"),
    ),
    "han": (
        pl.col("value").str.contains(r"\p{Han}"),
        ("plate", "zh_date", "address", "region", "in:plate", "in:zh_name", "in:address"),
    ),
    "long": (
        pl.col("value").str.len_chars() >= LONG_TEXT,
        ("in:passport", "in:mrn", "mac", "gene", "prose", "hexadecimal", "en_address"),
    ),
}


def _fold(expression: pl.Expr) -> pl.Expr:
    return expression.str.to_lowercase().str.replace_all(r"[^0-9a-z\u0080-\u{10ffff}%#^+]+", " ").str.strip_chars(" ")


def _folded(term: str) -> str:
    return re.sub(r"[^0-9a-z\u0080-\U0010ffff%#^+]+", " ", term.lower()).strip()


@cache
def _terms() -> tuple[list[str], pl.DataFrame]:
    """All patterns of one automaton, and which list each belongs to."""
    rows: set[tuple[str, str]] = set()
    for signal, kinds in resources.table("terms").items():
        rows |= {(f"\x02 {_folded(term)} \x03", signal) for term in kinds.get("whole", ())}
        rows |= {(f"\x02 {_folded(term)} \x03", f"{signal}_proof") for term in kinds.get("proof", ())}
        rows |= {(f"{_folded(term)} \x03", signal) for term in kinds.get("tail", ())}
        for term in kinds.get("word", ()):
            rows.add((f" {_folded(term)} " if term.isascii() else _folded(term), signal))
    pairs = sorted(rows)
    frame = pl.DataFrame(pairs, schema={"term": pl.String, "signal": pl.String}, orient="row")
    return sorted({term for term, _ in pairs}), frame


def _sample(columns: Sequence[pl.Series]) -> pl.DataFrame:
    """An even, repeatable sample of each column's non-empty values, with how often each occurs in it."""
    frames = []
    for place, values in enumerate(columns):
        kept = values.drop_nulls()
        kept = kept.gather_every(max(1, len(kept) // SAMPLE))
        frames.append(pl.DataFrame({"column": pl.repeat(place, len(kept), dtype=pl.UInt32, eager=True), "value": kept}))
    stacked = (
        pl.concat(frames)
        .with_columns(pl.col("value").str.strip_chars().str.slice(0, LONGEST))
        .filter(pl.col("value") != "")
    )
    return stacked.group_by("column", "value").len("count").with_row_index("row")


def _dictionary(sample: pl.DataFrame) -> pl.DataFrame:
    """(row, signal) of each sampled value that a term list knows."""
    patterns, lists = _terms()
    padded = pl.lit("\x02 ") + _fold(pl.col("value").str.slice(0, 300)) + pl.lit(" \x03")
    return (
        sample.select("row", term=padded.str.extract_many(pl.lit(pl.Series(patterns).implode()), overlapping=True))
        .explode("term", empty_as_null=True)
        .drop_nulls()
        .join(lists, on="term")
        .select("row", "signal")
        .unique()
    )


def _groups() -> Iterator[tuple[pl.Expr, dict[str, str]]]:
    """Each condition with the patterns it admits."""
    every = {**_WHOLE, **INSIDE}
    for condition, names in _NEEDS.values():
        yield condition, {name: every.pop(name) for name in names}
    yield pl.lit(value=True), every


def _patterns(sample: pl.DataFrame, known: pl.DataFrame) -> Iterator[tuple[int, dict[str, int]]]:
    """(column, how many of its values match each pattern), a group at a time."""
    taken = known.filter(~pl.col("signal").is_in(["boolean", "boolean_proof"])).get_column("row").unique()
    for condition, patterns in _groups():
        some = sample.filter(condition)
        if some.is_empty():
            continue
        found = some.select(
            "column",
            "count",
            "row",
            *(pl.col("value").str.contains(pattern).alias(name) for name, pattern in patterns.items()),
        )
        if "zh_name" in patterns:  # a word of a term list is no person's name
            found = found.with_columns(pl.col("zh_name") & ~pl.col("row").is_in(taken.implode()))
        sums = [(pl.col(name).cast(pl.UInt32) * pl.col("count")).sum().alias(name) for name in patterns]
        for row in found.group_by("column").agg(sums).rows(named=True):
            yield row.pop("column"), {name: int(count) for name, count in row.items() if count}


def read_signals(columns: Sequence[pl.Series]) -> list[tuple[dict[str, int], int]]:
    """For each column: signal -> how many of its examined values carry it, and how many were examined.

    All columns of a batch go through the dictionary and the patterns together: starting either costs more than a
    few thousand values.
    """
    result: list[tuple[dict[str, int], int]] = [({}, 0) for _ in columns]
    if not columns:
        return result
    sample = _sample(columns)
    if sample.is_empty():
        return result
    known = _dictionary(sample)
    for place, total in sample.group_by("column").agg(pl.col("count").sum()).rows():
        result[place] = ({}, int(total))
    for place, found in _patterns(sample, known):
        result[place][0].update(found)
    by_list = known.join(sample, on="row").group_by("column", "signal").agg(pl.col("count").sum())
    for place, signal, count in by_list.rows():
        result[place][0][signal] = int(count)
    return result
