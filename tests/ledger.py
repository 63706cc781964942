"""A ledger to seal and to attack: the owner's connection, a folder of tiles, fresh keys."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from xingdun.audit import services as audit
from xingdun.audit.sealer import Sealer
from xingdun.audit.storage import FolderTileStore
from xingdun.audit.trust import policy_of
from xingdun.audit.verification import Report, verify_ledger
from xingdun.audit.witnesses import FolderWitness
from xingdun.kernel.crypto.signing import Signer
from xingdun.kernel.merkle.note import NoteSigner


@dataclass
class Ledger:
    """What a test does to a ledger."""

    folder: Path
    hospital: Any
    signers: list[NoteSigner] = field(default_factory=list)

    @property
    def store(self) -> FolderTileStore:
        return FolderTileStore(self.folder / "tiles")

    @property
    def witness(self) -> FolderWitness:
        return FolderWitness(self.folder / "witness")

    @property
    def keys(self) -> str:
        return "".join(f"{signer.key}\n" for signer in self.signers)

    def sealer(self) -> Sealer:
        return Sealer("xingdun/test", self.signers, self.store, [self.witness])

    def write(self, count: int = 1) -> None:
        with transaction.atomic():
            for number in range(count):
                audit.record(
                    actor=self.hospital.dso,
                    action="test.write",
                    about=f"test.thing:{number}",
                    now=datetime.now(UTC),
                    details={"number": number},
                )

    def verify(self) -> Report:
        return verify_ledger(policy=policy_of(self.keys), store=self.store, witnesses=[self.witness])

    def kinds(self) -> list[str]:
        return [problem.kind for problem in self.verify().problems]


@pytest.fixture
def ledger(hospital, as_owner, tmp_path):
    """A ledger with 600 sealed entries, in the owner's hands (an attacker who has the database)."""
    made = Ledger(tmp_path, hospital)
    made.signers = [NoteSigner("xingdun/test", Signer.generate(algorithm)) for algorithm in ("ed25519", "sm2")]
    with as_owner():
        sealer = made.sealer()
        sealer.open()
        for _ in range(3):
            made.write(200)
            sealer.seal()
        made.running = sealer
        yield made
