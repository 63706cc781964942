"""What applicability and posture say to people, in both languages."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext, override

from xingdun.kernel.clocks import Bilingual, day_text, local
from xingdun.kernel.clocks.wording import listed
from xingdun.obligations.catalogue import Duty, load
from xingdun.obligations.expressions import Answered, Value
from xingdun.obligations.knowledge import Known
from xingdun.obligations.models import Exemption

Texts = dict[str, str]

APPLIES = Bilingual("适用：{facts}。", "It applies: {facts}.")
APPLIES_TO_ALL = Bilingual("适用于所有机构。", "It applies to every institution.")
APPLIES_NOT = Bilingual("不适用：{facts}。", "It does not apply: {facts}.")
OPEN = Bilingual("按适用处理，待答复：{facts}。", "Not answered, so it counts as applying until it is: {facts}.")
NONE_OF_THEM = Bilingual(
    "不适用：在册的{kind}（{count}）均不符合条件。",
    "It does not apply: no {kind} on record ({count}) is of the sort it asks for.",
)
NO_EVENT = Bilingual("不适用：没有在册的{kind}。", "It does not apply: there is no {kind} on record.")
NONE_KNOWN = Bilingual("无法衡量：没有登记任何{kind}。", "It cannot be measured: no {kind} is on record.")
WAITS = Bilingual(
    "无法衡量：待“{register}”登记启用。", "It cannot be measured: it waits for the register of {register}."
)
NO_CHECK = Bilingual("无法衡量：尚无检查项。", "It cannot be measured: there is no check yet.")
BROKE = Bilingual("检查出错（{error}），结果未知。", "The check broke ({error}), so the answer is not known.")
AGAIN = Bilingual("上次已完成，到期应当重做而未做。", "It was done before, and has to be done again by now.")
SILENT = Bilingual("检查未给出该对象的结果。", "The check said nothing about it.")
EXEMPT = Bilingual("经两人签署豁免，至{until}。", "Exempted under two signatures until {until}.")
EXPRESSION = Bilingual("适用条件无法识别（{problem}）。", "Its condition of applicability cannot be read ({problem}).")
_SUBJECT = Bilingual("对象台账", "its record")
_YES, _NO = Bilingual("是", "yes"), Bilingual("否", "no")


def texts(text: Bilingual) -> Texts:
    """A text as records keep it."""
    return {"en": text.en, "zh": text.zh}


def value_text(value: Value) -> Bilingual:
    """A fact's value in words."""
    if isinstance(value, bool):
        return _YES if value else _NO
    if isinstance(value, list):
        return Bilingual("、".join(value) or "无", ", ".join(value) or "none")
    return Bilingual(str(value), str(value))


def fact_text(key: str, value: Value, origin: Bilingual) -> Bilingual:
    """A fact with its value and where it comes from."""
    said = value_text(value)
    name = load().vocabulary.facts[key].text
    return Bilingual(f"{name.zh}＝{said.zh}（{origin.zh}）", f"{name.en} = {said.en} ({origin.en})")


def reason_of(answered: Answered, known: Mapping[str, Known], own: Mapping[str, Value], name: str = "") -> Bilingual:
    """Why a duty applies or does not: which facts with which values decided.

    own: the facts of the subject itself; name: what the subject is called.
    """
    if answered.applies is None:
        names = (load().vocabulary.facts[key].text for key in answered.missing)
        return OPEN.filled(facts=listed(names))
    if not answered.deciding:
        return APPLIES_TO_ALL
    subject = Bilingual(name, name) if name else _SUBJECT
    told = listed(
        fact_text(key, own[key], subject) if key in own else fact_text(key, known[key].value, known[key].origin.text)
        for key in answered.deciding
    )
    return (APPLIES if answered.applies else APPLIES_NOT).filled(facts=told)


def kind_text(kind: str) -> Bilingual:
    """What subjects of a kind are called."""
    return load().vocabulary.subjects.get(kind, Bilingual(kind, kind))


def waits_text(duty: Duty) -> Bilingual:
    """Which register a duty without a check waits for."""
    if not duty.waits_for:
        return NO_CHECK
    register = load().vocabulary.registers.get(duty.waits_for, Bilingual(duty.waits_for, duty.waits_for))
    return WAITS.filled(register=register)


def exempt_text(exemption: Exemption) -> Bilingual:
    """Until when a duty is exempted."""
    return EXEMPT.filled(until=day_text(local(exemption.expires_at).date()))


def told(detail: str | Promise) -> Texts:
    """A check's detail in both languages: as it translates now, or through the catalogues of texts."""
    if not detail:
        return {}
    said = {}
    for key, language in (("en", "en"), ("zh", "zh-hans")):
        with override(language):
            said[key] = str(detail) if isinstance(detail, Promise) else gettext(detail)
    return said
