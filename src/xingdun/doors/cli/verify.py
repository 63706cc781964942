"""`xingdun verify`: check the ledger, or a file that was taken from it, trusting nobody."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import xingdun
from xingdun.doors.cli.packs import check_pack, is_pack, tell_pack
from xingdun.doors.cli.platform import as_sealer, connected
from xingdun.doors.cli.telling import tells_refusals
from xingdun.runtime.environment import load

if TYPE_CHECKING:
    from xingdun.kernel.merkle.checkpoint import TrustPolicy

ALTERED = 3
"""Exit status when something is wrong with the ledger."""


@click.command
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--keys", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Public keys you trust.")
@click.option(
    "--entry", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The entry of a proof FILE."
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@tells_refusals
def verify(file: Path | None, keys: Path | None, entry: Path | None, form: str) -> None:
    """Check the database's ledger against tiles, checkpoints and witnesses; or FILE offline.

    FILE is an export (`xingdun ledger export`), a pack (`xingdun prove`) or a proof with its --entry. Ends with
    status 3 when something is wrong, and names the first bad entry, or of a pack each bad member.
    """
    told = _file(file, keys, entry) if file else _database()
    if form == "json":
        # half of a pair of surrogates stands in JSON by its escape alone
        click.echo(json.dumps(told, ensure_ascii=False, indent=2).encode(errors="backslashreplace").decode())
    else:
        _tell(told)
    if told["problems"]:
        raise SystemExit(ALTERED)


def _tell(told: dict[str, Any]) -> None:
    if "pack" in told:
        tell_pack(told)
        return
    click.echo(f"{told['what']}: {told['entries']} entries read, checkpoint at {told['size']}, root {told['root']}")
    left = told.get("retired", {})
    if left.get("entries"):
        click.echo(f"{left['entries']} entries left with their months: {', '.join(left['months'])}")
    for problem in told["problems"]:
        click.secho(f"  {problem['kind']}: {problem['told']}", fg="red", err=True)
    click.echo("sound" if not told["problems"] else f"{len(told['problems'])} problem(s)")


def _database() -> dict[str, Any]:
    as_sealer(load(os.environ))
    environment = connected("verify")
    from xingdun.audit.verification import verify_ledger
    from xingdun.runtime import ledger

    report = verify_ledger(
        policy=ledger.policy(environment),
        store=ledger.store(environment),
        witnesses=ledger.witnesses(environment),
    )
    return {
        "what": "ledger",
        "entries": report.entries,
        "size": report.size,
        "root": report.root.hex(),
        "retired": {"entries": report.retired, "months": report.months},
        "problems": [
            {"kind": each.kind, "told": each.told, "index": each.index, "entry": each.entry} for each in report.problems
        ],
    }


def _file(file: Path, keys: Path | None, entry: Path | None) -> dict[str, Any]:
    """What a file shows; needs neither a database nor settings."""
    _speak()
    from xingdun.kernel.merkle.errors import LogMismatchError, MerkleError

    policy = _trusted(keys) if keys else None
    try:
        if entry:
            return _proof(file, entry, policy)
        return check_pack(file, policy) if is_pack(file) else _export(file, policy)
    except MerkleError as error:
        kind, index = (error.kind, error.first) if isinstance(error, LogMismatchError) else ("signature", None)
        problem = {"kind": kind, "told": str(error), "index": index, "entry": None}
        return {"what": str(file), "entries": index or 0, "size": 0, "root": "", "problems": [problem]}


def _trusted(keys: Path) -> "TrustPolicy":
    """What a file of public keys tells. Raises click.BadParameter, before anything is judged by it."""
    from xingdun.audit.trust import policy_of
    from xingdun.kernel.merkle.errors import MerkleError

    try:
        return policy_of(keys.read_text(encoding="utf-8-sig"))
    except (MerkleError, UnicodeDecodeError) as error:
        raise click.BadParameter(f"{keys} holds no public keys of a ledger: {error}", param_hint="--keys") from error


def _speak() -> None:
    """Words without the platform's settings, and without what `django.setup` loads besides: pages and models."""
    from django.apps import apps
    from django.conf import settings

    if not settings.configured:
        language = os.environ.get("XINGDUN_LANGUAGE") or "zh-hans"
        catalogues = sorted(Path(xingdun.__file__).parent.glob("*/locale"))
        settings.configure(LANGUAGE_CODE=language, LOCALE_PATHS=catalogues, USE_TZ=True)
        apps.populate(())


def _export(file: Path, policy: Any) -> dict[str, Any]:
    from xingdun.audit.export_file import verify_export

    report, checkpoint = verify_export(file, policy=policy)
    return {
        "what": str(file),
        "entries": report.size,
        "size": checkpoint.size,
        "root": checkpoint.root.hex(),
        "problems": [],
    }


def _proof(file: Path, entry: Path, policy: Any) -> dict[str, Any]:
    from xingdun.kernel.merkle.proof_file import LogProof

    if policy is None:
        raise click.UsageError("a proof is checked against public keys you trust: give --keys")
    opened = LogProof.parse(file.read_bytes()).verify(entry.read_bytes().removesuffix(b"\n"), policy)
    checkpoint = opened.checkpoint
    return {
        "what": str(file),
        "entries": 1,
        "size": checkpoint.size,
        "root": checkpoint.root.hex(),
        "problems": [],
    }
