"""How `xingdun verify` checks a proof pack, and what it says of it; needs neither a database nor settings."""

import zipfile
from pathlib import Path
from typing import Any

import click

from xingdun.kernel.merkle.checkpoint import TrustPolicy


def is_pack(file: Path) -> bool:
    """Whether the file is meant to be a pack: an archive that names an index of one, or an entry that seals it."""
    from xingdun.obligations.packs.form import INDEX, POSTURE, SEAL_ENTRY

    with file.open("rb") as opened:
        if b"A proof pack of Xingdun" in opened.read(200):
            return True
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False
    return not {INDEX, POSTURE, SEAL_ENTRY}.isdisjoint(names)


def check_pack(file: Path, policy: TrustPolicy | None) -> dict[str, Any]:
    """What a check of the pack found, as the command tells it. Raises PackUnreadable."""
    from xingdun.obligations.packs.checking import verify_pack

    report = verify_pack(file.read_bytes(), policy=policy)
    return {
        "what": str(file),
        "pack": {
            "clause": report.clause,
            "on": report.day,
            "institution": report.institution,
            "made_at": report.made_at,
            "sealed_at": report.sealed_at,
            "states": report.states,
            "members": report.members,
            "decisions": report.decisions,
            "evidence": report.evidence,
            "withheld": report.withheld,
            "unproven": report.unproven,
            "left_out": report.left_out,
            "day_sealed": report.posture_sealed,
        },
        "trust": {"keys": report.trust, "origin": report.origin, "lines": report.keys},
        "entries": report.entries,
        "size": report.size,
        "root": report.root.hex(),
        "problems": [{"kind": each.kind, "told": each.told, "member": each.member} for each in report.faults],
    }


def _say(line: str, **style: Any) -> None:
    """One line and no more, whatever a pack that nobody has judged yet puts into its names."""
    click.secho("".join(sign if sign.isprintable() else "\ufffd" for sign in line), **style)


def tell_pack(told: dict[str, Any]) -> None:
    """The same in words."""
    pack, trust = told["pack"], told["trust"]
    states = ", ".join(f"{number} {state}" for state, number in sorted(pack["states"].items())) or "informs"
    _say(f"{told['what']}: {pack['clause']} of {pack['institution']} on {pack['on']}: {states}")
    _say(
        f"made {pack['made_at']}, sealed {pack['sealed_at'] or 'never'}: {told['entries']} entries,"
        f" {pack['decisions']} decisions, {pack['evidence']} evidence files ({pack['withheld']} by digest alone)"
    )
    if pack["day_sealed"]:
        _say("the day's posture was sealed in the ledger at its end")
    if pack["unproven"] or pack["left_out"]:
        _say(f"{pack['unproven']} records left the ledger with their months; {pack['left_out']} entries left out")
    if trust["keys"] == "given":
        _say(f"trust: the keys you gave, of {trust['origin']}")
    else:
        _say(f"trust: the keys inside the pack, of {trust['origin']}; give --keys with a copy you know", bold=True)
        for line in trust["lines"]:
            _say(f"  {line}")
    for problem in told["problems"]:
        _say(f"  {problem['member']}: {problem['kind']}: {problem['told']}", fg="red", err=True)
    _say("sound" if not told["problems"] else f"{len(told['problems'])} problem(s)")
