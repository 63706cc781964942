r"""Patterns shared by both forms of a mask.

They keep to what Rust's regex (polars) and PostgreSQL's advanced regular expressions read alike: no lazy
quantifiers, no lookaround, no `\b`, `\s`, `\w`, and no alternatives that differ between first and longest match.
"""

ZONE = "Asia/Shanghai"

# Dates kept as text: the year, then the month after a sign or within eight digits.
TEXT_YEAR = "^ *([12][0-9]{3})"
TEXT_MONTH_SIGNED = "^ *[12][0-9]{3}[-/.年](1[0-2]|0?[1-9])"
TEXT_MONTH_COMPACT = "^ *[12][0-9]{3}(0[1-9]|1[0-2])[0-3][0-9]"

# Province or autonomous region, then city, prefecture or league; a municipality is a city at once. The classes leave
# out what ends a division, so first and longest match agree. A city inside an autonomous prefecture is finer than
# asked for, and the second pattern cuts it off.
_PART = "[^省市区县盟旗0-9A-Za-z \u3000,，\n]"
ADDRESS_CITY = f"^(?:{_PART}{{2,7}}(?:省|自治区|特别行政区))?(?:{_PART}{{1,12}}(?:市|自治州|盟))?"
ADDRESS_FINER = "自治州.*$"
ADDRESS_PREFECTURE = "自治州"

# Free text. Order matters: what an earlier line replaced, a later one no longer sees. Each replacement is what was
# caught as a label, if anything, then the tag.
_DIGIT = "[0-9０-９]"
REDACTIONS: tuple[tuple[str, str, str], ...] = (
    ("[0-9A-Za-z._%+-]+@[0-9A-Za-z-]+(?:[.][0-9A-Za-z-]+)+", "", "[邮箱]"),
    ("[0-9]{1,3}(?:[.][0-9]{1,3}){3}", "", "[网址]"),
    (f"{_DIGIT}{{3,}}(?:[ -]{_DIGIT}{{3,}})+[XxＸ]?", "", "[号码]"),
    (f"[A-Za-z]{{0,3}}{_DIGIT}{{6,}}[XxＸ]?", "", "[号码]"),
    ("((?:姓名|患者|病人|家属|联系人|医师|医生|护士|母亲|父亲|配偶)[ ]*[:：][ ]*)[一-龥·]{2,15}", "1", "[姓名]"),
    ("((?:住址|地址|籍贯|户籍|单位)[ ]*[:：][ ]*)[^ ,，。;；\n]+", "1", "[地址]"),
)
