"""The words of the forms. Papers for Chinese authorities are in Chinese, whatever language their maker reads."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone

SIGNS = "零一二三四五"
OBJECTS = {"citizens": "公民、法人和其他组织的合法权益", "society": "社会秩序、公共利益", "nation": "国家安全"}
DEGREES = {"general": "一般损害", "serious": "严重损害", "particular": "特别严重损害"}
SUBORDINATION = {
    "central": "中央",
    "province": "省(自治区、直辖市)",
    "city": "地(市)",
    "county": "县(区)",
    "other": "其他",
}
FORM = {"party": "党委机关", "government": "政府机关", "public": "事业单位", "enterprise": "企业", "other": "其他"}
BUSINESS = {
    "production": "生产作业",
    "dispatch": "指挥调度",
    "control": "管理控制",
    "office": "内部办公",
    "public": "公众服务",
    "other": "其他",
}
SCOPE = {
    "nation": "全国",
    "provinces": "跨省(区、市)",
    "province": "全省(区、市)",
    "cities": "跨地(市、区)",
    "city": "地(市、区)内",
    "other": "其他",
}
SERVED = {"staff": "单位内部人员", "public": "社会公众人员", "both": "两者均包括", "other": "其他"}
COVERAGE = {"local": "局域网", "metropolitan": "城域网", "wide": "广域网", "other": "其他"}
NATURE = {"dedicated": "业务专网", "internet": "互联网", "other": "其他"}
INTERCONNECTION = {
    "other_sectors": "与其他行业系统连接",
    "sector": "与本行业其他单位系统连接",
    "own": "与本单位其他系统连接",
    "none": "无",
}
SERVICES = {
    "evaluation": "等级测评",
    "risk": "风险评估",
    "recovery": "灾难恢复",
    "response": "应急响应",
    "integration": "系统集成",
    "consulting": "安全咨询",
    "training": "安全培训",
}
PRODUCTS = {
    "security": "安全专用产品",
    "network": "网络产品",
    "operating_system": "操作系统",
    "database": "数据库",
    "server": "服务器",
    "other": "其他",
}
OPINIONS = {"": "未出具", "consented": "同意", "refused": "不同意"}
SEVERITIES = {"critical": "严重", "high": "高", "medium": "中", "low": "低"}
ORIGINS = {
    "document_check": "文档核验",
    "vulnerability_scan": "漏洞扫描",
    "penetration_test": "渗透测试",
    "evaluation": "等级测评",
    "authority": "监管检查",
}
STATES = {
    "open": "未整改",
    "fixing": "整改中",
    "fixed": "已整改待复测",
    "excepted": "暂缓整改",
    "closed": "已整改并复测通过",
}
INDUSTRY = "卫生健康"


def level_words(level: int) -> str:
    """第三级 for 3."""
    return f"第{SIGNS[level]}级"


def day_words(moment: date | datetime | None) -> str:
    """2026年11月22日, by the institution's clock; empty for none."""
    if moment is None:
        return ""
    day = timezone.localdate(moment) if isinstance(moment, datetime) else moment
    return f"{day.year}年{day.month}月{day.day}日"


def ticks(words: Mapping[str, str], chosen: str | Iterable[str]) -> list[dict[str, Any]]:
    """The boxes of a choice, those chosen ticked."""
    held = {chosen} if isinstance(chosen, str) else set(chosen)
    return [{"on": key in held, "words": label} for key, label in words.items()]
