"""A catalogue with duties of the test's own, and departments that pose as networks."""

import sys
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

# This file is read before Django stands, so what needs the models is imported where it is used.


@pytest.fixture
def law(monkeypatch):
    """The catalogue for this test: duties of it changed, others left out."""
    from xingdun.obligations import catalogue as package
    from xingdun.obligations.selectors.scoring import places

    loading, real, stand_ins = package.load, package.load(), set()

    def become(**duties):
        made = replace(real, duties=duties, answers=_answers(duties))

        def stand_in():
            return made

        stand_ins.add(stand_in)
        for name, module in list(sys.modules.items()):
            if name.startswith("xingdun.obligations") and getattr(module, "load", None) is not None:
                monkeypatch.setattr(module, "load", stand_in)
        places.cache_clear()
        return made

    yield become
    for name, module in list(sys.modules.items()):  # one imported meanwhile took the stand-in for the real one
        if name.startswith("xingdun.") and vars(module).get("load") in stand_ins:
            module.load = loading
    places.cache_clear()


def _answers(duties):
    answers = {}
    for duty in duties.values():
        for clause in duty.clauses:
            answers[clause] = (*answers.get(clause, ()), duty.key)
    return answers


@pytest.fixture
def duty():
    """A duty as the catalogue has them."""
    from xingdun.kernel.clocks import Bilingual
    from xingdun.obligations.catalogue import Duty

    def made(key, *, subject="institution", applies="true", clauses=("MEASURES-20a",), **facts):
        return Duty(
            key=key,
            title=Bilingual(f"义务 {key}", f"Duty {key}"),
            mode="measure",
            subject=subject,
            clauses=clauses,
            applies=applies,
            evidence=("report",),
            check=key,
            **facts,
        )

    return made


@pytest.fixture
def networks(monkeypatch, hospital):
    """Departments stand in for networks: {code: its facts}; what is not named is no network."""
    from xingdun.frame import checks
    from xingdun.frame.checks import Subject
    from xingdun.organisation.models import Department

    levels = {}

    def find(facts):
        rows = Department.objects.filter(institution=facts.institution, code__in=levels)
        keys = facts.keys("organisation.department")
        rows = rows if keys is None else rows.filter(pk__in=keys)
        for each in rows.order_by("code"):
            yield Subject(each.reference, each.name, each.pk, levels[each.code])

    monkeypatch.setitem(checks.subjects, "network", (find, frozenset({"organisation.department"})))
    return levels


@pytest.fixture
def measure(monkeypatch):
    """Declare the check of a duty for this test."""
    from xingdun.frame import checks
    from xingdun.frame.checks import Check

    def declare(key, function, reads=()):
        monkeypatch.setitem(checks.checks, key, Check(key, function, frozenset(reads)))

    return declare


@pytest.fixture
def sealed(hospital, as_owner, tmp_path):
    """Put what is committed into the ledger's tree, as the sealer does."""
    from xingdun.audit.sealer import Sealer
    from xingdun.audit.storage import FolderTileStore
    from xingdun.kernel.crypto.signing import Signer
    from xingdun.kernel.merkle.note import NoteSigner

    signer = NoteSigner("xingdun/test", Signer.generate("ed25519"))
    with as_owner():
        sealer = Sealer("xingdun/test", [signer], FolderTileStore(tmp_path / "tiles"), [])
        sealer.open()

    def seal():
        with as_owner():
            sealer.seal()

    return seal


@pytest.fixture
def midday():
    """Noon in Shanghai of a plain Wednesday, so that days do not turn under a test."""
    return datetime(2026, 3, 18, 4, 0, tzinfo=UTC)


@pytest.fixture
def laws(law, duty, measure):
    """The three together: `become`, `duty`, `measure`."""
    return SimpleNamespace(become=law, duty=duty, measure=measure)
