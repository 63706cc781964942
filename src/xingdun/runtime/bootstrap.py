"""The first people who may sign in, and where their one-time passwords are kept."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from xingdun.frame.roles import Role
from xingdun.runtime.language import marked as _
from xingdun.runtime.language import translate

SIGN_IN_FILE = "first-sign-in.txt"

# Three administrators in three pairs of hands (MEASURES-5f), and nothing else: they appoint the rest.
NEW_INSTITUTION = {"name": "新机构", "english_name": "New institution"}
NEW_DEPARTMENTS = ({"code": "IT", "name": "信息中心", "english_name": "Information centre"},)
NEW_PEOPLE = (
    {"name": "安全管理员", "staff_number": "0001", "login": "security", "roles": [Role.SECURITY_ADMIN]},
    {"name": "系统管理员", "staff_number": "0002", "login": "system", "roles": [Role.SYSTEM_ADMIN]},
    {"name": "审计员", "staff_number": "0003", "login": "auditor", "roles": [Role.AUDITOR]},
)

SAMPLE_INSTITUTION = {
    "name": "杏林示例医院（合成数据）",
    "english_name": "Xinglin Sample Hospital (synthetic)",
    "kind": "hospital",
    "tier": "tertiary",
    "region_code": "330100",
    "persons_held": 20000,
    "synthetic": True,
}
SAMPLE_DEPARTMENTS = (
    *NEW_DEPARTMENTS,
    {"code": "MED", "name": "医务处", "english_name": "Medical affairs"},
    {"code": "RES", "name": "科研处", "english_name": "Research office"},
    {"code": "PH", "name": "公共卫生科", "english_name": "Public health"},
    {"code": "LAW", "name": "法务部", "english_name": "Legal"},
)
SAMPLE_PEOPLE = (
    *NEW_PEOPLE,
    {"name": "数据安全官", "staff_number": "0004", "login": "dso", "roles": [Role.DSO]},
    {
        "name": "医务处长",
        "staff_number": "0005",
        "login": "medical-head",
        "department": "MED",
        "roles": [(Role.DEPARTMENT_HEAD, "MED")],
    },
    {
        "name": "科研人员",
        "staff_number": "0006",
        "login": "researcher",
        "department": "RES",
        "roles": [Role.APPLICANT],
    },
    {"name": "甲钥匙", "staff_number": "0007", "login": "key-one", "department": "PH", "roles": [Role.KEY_HOLDER]},
    {"name": "乙钥匙", "staff_number": "0008", "login": "key-two", "department": "MED", "roles": [Role.KEY_HOLDER]},
    {"name": "法务", "staff_number": "0009", "login": "legal", "department": "LAW", "roles": [Role.LEGAL]},
    {"name": "院长", "staff_number": "0010", "login": "head", "roles": [Role.HEAD]},
)


def first_people(data: Path, *, sample: bool) -> Path | None:
    """Found the first institution and its people, unless there is one; with `sample`, the synthetic hospital.

    Returns the file (mode 0600) that holds the one-time passwords, or None when nothing was to do.
    """
    from django.db import transaction

    from xingdun.organisation import services

    people = SAMPLE_PEOPLE if sample else NEW_PEOPLE
    file = data / SIGN_IN_FILE
    with transaction.atomic():
        made = services.bootstrap(
            profile=dict(SAMPLE_INSTITUTION if sample else NEW_INSTITUTION),
            departments=[dict(one) for one in (SAMPLE_DEPARTMENTS if sample else NEW_DEPARTMENTS)],
            people=[{"department": "IT", **person} for person in people],
            now=datetime.now(UTC),
        )
        if not made:
            return None
        _keep(file, made)  # before the commit: people without their passwords could never sign in
    return file


def _keep(file: Path, made: Sequence[dict[str, Any]]) -> None:
    lines = [
        translate(_("One-time passwords: each works once, then a new one must be chosen. Delete this file after.")),
        "",
        *(f"{one['login']:<14} {one['password']}   {one['roles']}" for one in made),
    ]
    draft = file.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as opened:
        opened.write("\n".join(lines) + "\n")
        opened.flush()
        os.fsync(opened.fileno())
    draft.replace(file)
