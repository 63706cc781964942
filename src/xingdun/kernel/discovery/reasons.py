"""Why a verdict or a grade is what it is: a stable code, and the sentence in both languages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of the reasoning. code: stable; clauses: ids in the catalogue, empty for plain observations."""

    code: str
    zh: str
    en: str
    clauses: tuple[str, ...] = ()

    def text(self, language: str) -> str:
        """The sentence in `zh` or `en`."""
        return self.zh if language.startswith("zh") else self.en


_SIGNALS: dict[str, tuple[str, str]] = {
    "resident_id": ("是身份证号且校验码正确", "are resident identity numbers with a right check digit (GB 11643)"),
    "resident_id_bad_check": ("像身份证号但校验码错误", "look like identity numbers with a wrong check digit"),
    "resident_id_15": ("像 15 位旧身份证号", "look like old 15-digit identity numbers"),
    "mobile": ("是手机号", "are mobile numbers"),
    "landline": ("是固定电话号", "are landline numbers"),
    "card": ("是通过 Luhn 校验的银行卡号", "are card numbers that pass the Luhn check"),
    "card_bad_check": ("像银行卡号但校验位错误", "look like card numbers with a wrong check digit"),
    "credit_code": ("是校验正确的统一社会信用代码", "are social credit codes with a right check (GB 32100)"),
    "credit_code_bad_check": ("像统一社会信用代码但校验错误", "look like social credit codes with a wrong check"),
    "date": ("是日期", "are dates"),
    "datetime": ("是日期时间", "are dates with times"),
    "zh_name": ("像中文姓名(姓氏表)", "look like Chinese names (surname list)"),
    "drug": ("含药品名词", "hold names of drugs"),
    "test": ("含检验检查名词", "hold names of tests"),
    "disease": ("含疾病名词", "hold names of diseases"),
    "gene": ("由碱基字母组成", "are made of nucleotide letters"),
    "infectious": ("含法定传染病名称", "name notifiable infectious diseases"),
    "prose": ("是成句的文字", "are running text"),
}


TENTH = 0.1


def percent(share: float) -> str:
    """A share for people: 0.5 % and less keep a decimal."""
    return f"{share:.1%}" if 0 < share < TENTH else f"{share:.0%}"


def values_say(signal: str, share: float) -> Reason:
    """Part of the values carries a signal."""
    zh, en = _SIGNALS.get(signal, (f"符合“{signal}”特征", f"match the signal '{signal}'"))
    return Reason(f"VALUES-{signal.upper()}", f"{percent(share)} 的值{zh}", f"{percent(share)} of values {en}")


def values_contain(kind: str, share: float, label: tuple[str, str]) -> Reason:
    """Part of the values contains an identifier among other text."""
    zh, en = label
    return Reason(
        f"INSIDE-{kind.upper()}",
        f"{percent(share)} 的文本中夹有{zh}",
        f"{percent(share)} of texts contain a {en}",
    )


def name_says(phrase: str, label: tuple[str, str], strength: float) -> Reason:
    """The column's name speaks for an entity."""
    zh, en = label
    return Reason(
        "NAME",
        f"列名或注释中的“{phrase}”指向{zh}(强度 {strength:.2f})",
        f"'{phrase}' in the column's name or comment says {en} (strength {strength:.2f})",
    )


NO_VALUES = Reason("NO-VALUES", "没有非空值可以印证", "there is no value to confirm it")
SHAPE_DIFFERS = Reason(
    "SHAPE-DIFFERS", "值的形式与该名称不符,可信度减半", "values have another form; confidence halved"
)
UNCONFIRMED = Reason("UNCONFIRMED", "没有值通过该类型的校验,可信度减半", "no value passes its check; confidence halved")
MASKED = Reason("MASKED", "部分值已遮蔽", "some values are already masked")
UNKNOWN = Reason("UNKNOWN", "未能识别,按较严处理", "not recognised; treated as the stricter")


def by_form(zh: str, en: str) -> Reason:
    """Nothing but the form of the values tells."""
    return Reason("FORM", f"仅由值的形式推断:{zh}", f"told by the form of the values only: {en}")
