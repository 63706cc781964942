"""The filing form (备案表): table 1 the institution, 2 the network, 3 its level, 4 what is handed in from level 3."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from xingdun.assets.filings import wording
from xingdun.assets.filings.asking import Asked, Missing
from xingdun.assets.filings.grading_report import REVIEWED_FROM, grading_in_force, harmed, particulars_of, places_of
from xingdun.assets.filings.wording import day_words, level_words, ticks
from xingdun.assets.models import (
    DEPARTMENTS,
    Evaluation,
    Filing,
    Grading,
    InstitutionParticulars,
    Network,
    NetworkParticulars,
    Recipient,
)
from xingdun.assets.rules import from_level
from xingdun.organisation.models import Institution

FOURTH_FROM = 3  # table 4 is filled in from this level on (the form's own instructions)
OWNER = (
    "address",
    "postal_code",
    "region",
    "head_name",
    "head_title",
    "head_phone",
    "department",
    "contact_name",
    "contact_title",
    "contact_phone",
    "contact_mobile",
    "contact_email",
    "subordination",
    "form",
)
CHOICES = ("business", "scope", "served", "coverage", "nature", "interconnection")
ATTACHED = {
    "topology": "系统拓扑结构及说明",
    "rules": "系统安全组织机构及管理制度",
    "design": "系统安全保护设施设计实施方案或改建实施方案",
    "product_list": "系统使用的安全产品清单及认证、销售许可证明",
    "evaluation_report": "系统等级测评报告",
    "expert_opinion": "专家评审情况",
    "authority_opinion": "上级主管部门审批意见",
}


def filing_form(network: Network, *, now: datetime) -> tuple[dict[str, Any], list[Missing]]:
    """What the form says, and the names of what it lacks. Raises NothingGraded."""
    asked = Asked(places_of(network))
    grading = grading_in_force(network)
    networks = list(
        Network.objects.filter(institution=network.institution_id, retired_at=None, level__gte=from_level("filing"))
        .order_by("code")
        .values_list("pk", "level")
    )
    keys = [key for key, _level in networks]
    number = f"{keys.index(network.pk) + 1}/{len(keys)}" if network.pk in keys else f"-/{len(keys)}"
    paper = {
        "number": number,
        "made_on": day_words(now),
        "receipt_number": _receipt(network),
        "one": _first(network, asked, Counter(level for _key, level in networks)),
        "two": _second(network, asked),
        "three": _third(network, grading, asked),
        "four": _fourth(network, grading, asked) if grading.level >= FOURTH_FROM else [],
    }
    return paper, asked.missing


def _receipt(network: Network) -> str:
    """The number the police gave at the first filing: 6 digits of the organ and 5 of the order; empty before."""
    received = network.filings.filter(recipient=Recipient.PUBLIC_SECURITY, kind=Filing.Kind.FILING)
    return (
        received.exclude(receipt_number="").order_by("-filed_on").values_list("receipt_number", flat=True).first() or ""
    )


def _first(network: Network, asked: Asked, levels: Counter[Any]) -> dict[str, Any]:
    particulars = InstitutionParticulars.objects.filter(institution=network.institution_id).first()
    told = asked.several(particulars, InstitutionParticulars, OWNER)
    return told | {
        "name": network.institution.name,
        "region_code": asked.of(network.institution, Institution, "region_code"),
        "department": str(told["department"]),
        "subordination": ticks(wording.SUBORDINATION, told["subordination"]),
        "form": ticks(wording.FORM, told["form"]),
        "industry": wording.INDUSTRY,
        "total": sum(levels.values()),
        "levels": [{"level": level_words(level), "count": levels[level]} for level in (2, 3, 4, 5)],
    }


def _second(network: Network, asked: Asked) -> dict[str, Any]:
    particulars = particulars_of(network)
    told = asked.several(particulars, NetworkParticulars, (*CHOICES, "business_description"))
    agency = network.evaluations.filter(kind=Evaluation.Kind.EVALUATION).order_by("-reported_on").first()
    started = network.in_operation_since or network.launch_planned_on
    products = [
        {
            "kind": words,
            "number": asked.of(particulars, NetworkParticulars, f"{kind}_number"),
            "share": _share(asked, particulars, kind),
        }
        for kind, words in wording.PRODUCTS.items()
    ]
    return {
        "name": network.name,
        "code": network.code,
        "business": ticks(wording.BUSINESS, told["business"]),
        "business_description": told["business_description"],
        "scope": ticks(wording.SCOPE, told["scope"]),
        "served": ticks(wording.SERVED, told["served"]),
        "coverage": ticks(wording.COVERAGE, told["coverage"]),
        "nature": ticks(wording.NATURE, told["nature"]),
        "interconnection": ticks(wording.INTERCONNECTION, told["interconnection"]),
        "products": products,
        "services": ticks(wording.SERVICES, particulars.services if particulars else []),
        "provider": (particulars.service_provider if particulars else "") or "无",
        "agency": str(agency.agency) if agency else "尚未测评",
        "started": day_words(asked.told(_("in operation since, or launch planned on"), started, Network) or None),
        "part": bool(particulars and particulars.parent_system),
        "parent": particulars.parent_system if particulars else "",
        "departments": [str(asked.of(network, Network, name)) for name in DEPARTMENTS],
    }


def _share(asked: Asked, particulars: NetworkParticulars | None, kind: str) -> str:
    """`60%`; a product that is not used has no share."""
    if particulars is not None and getattr(particulars, f"{kind}_number") == 0:
        return "—"
    share = asked.of(particulars, NetworkParticulars, f"{kind}_share")
    return "" if share == "" else f"{share}%"


def _third(network: Network, grading: Grading, asked: Asked) -> dict[str, Any]:
    if grading.level >= REVIEWED_FROM:
        asked.of(grading, Grading, "expert_review")
    return {
        "information": _harm(grading, "information"),
        "information_level": level_words(grading.information_level),
        "service": _harm(grading, "service"),
        "service_level": level_words(grading.service_level),
        "level": level_words(grading.level),
        "determined_on": day_words(grading.determined_earlier_on or grading.determined_at),
        "reviewed": ticks({"yes": "已评审", "no": "未评审"}, "yes" if grading.expert_review else "no"),
        "authority": ticks({"yes": "有", "no": "无"}, "yes" if grading.opinion else "no"),
        "opinion": f"{wording.OPINIONS[grading.opinion]} {grading.opinion_number}".strip(),
        "report": f"{network.name}网络安全等级保护定级报告",
        "proposer": str(grading.proposed_by),
    }


def _harm(grading: Grading, side: str) -> list[dict[str, Any]]:
    """All objects and degrees as boxes, those stated ticked."""
    stated = {(one["object"], one["degree"]) for one in harmed(grading, side)}
    return [
        {
            "object": thing,
            "degrees": [{"on": (thing, degree) in stated, "words": degree} for degree in wording.DEGREES.values()],
        }
        for thing in wording.OBJECTS.values()
    ]


def _fourth(network: Network, grading: Grading, asked: Asked) -> list[dict[str, str]]:
    """What is handed in; the evaluation report follows once the network runs."""
    particulars = particulars_of(network)
    found = []
    for name, words in ATTACHED.items():
        value = getattr(particulars, name, "") if particulars else ""
        if name == "evaluation_report" and not value:
            value = _evaluated(network)
            later = network.in_operation_since is None
            value = value or ("投入运行后三十日内提交" if later else "")
        if name == "authority_opinion" and not value and grading.opinion:
            value = grading.opinion_number
        if not value:
            asked.of(None, NetworkParticulars, name)
        found.append({"what": words, "attached": value})
    return found


def _evaluated(network: Network) -> str:
    last = network.evaluations.filter(kind=Evaluation.Kind.EVALUATION).order_by("-reported_on").first()
    return f"{last.report_number}({day_words(last.reported_on)})" if last else ""
