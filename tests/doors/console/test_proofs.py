"""The proof of an entry on its page, and as the files that leave with it."""

import pytest
from django.db import connection

from xingdun.audit.models import Entry
from xingdun.audit.trust import policy_of
from xingdun.frame.roles import Role
from xingdun.kernel.merkle import LogProof
from xingdun.runtime import ledger as place

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed(ledger, hospital, monkeypatch):
    """An auditor's browser, on a ledger that was sealed, and its 300th entry."""
    monkeypatch.setattr(place, "store", lambda _environment: ledger.store)
    monkeypatch.setattr(place, "policy", lambda _environment: policy_of(ledger.keys))
    return hospital.client(Role.AUDITOR), Entry.objects.filter(action="test.write").order_by("id")[299]


def test_a_sealed_entry_is_verified_before_the_reader(sealed):
    client, entry = sealed
    text = client.get(f"/console/audit.entry/{entry.pk}/").content.decode()
    assert "xd-state xd-good" in text
    assert "xd-violated" not in text


@pytest.mark.parametrize("tree", ["sha256", "sm3"])
def test_the_files_that_leave_check_with_nothing_but_the_keys(sealed, ledger, tree):
    client, entry = sealed
    proof = client.get(f"/console/audit.entry/{entry.pk}/{tree}.tlog-proof")
    content = client.get(f"/console/audit.entry/{entry.pk}/content.json").content
    assert LogProof.parse(proof.content).verify(content, policy_of(ledger.keys)).checkpoint.size == 600


def test_an_altered_entry_is_shown_as_violated(sealed):
    client, entry = sealed
    with connection.cursor() as cursor:  # an attacker who has the database
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        cursor.execute("UPDATE audit_entry SET content = replace(content, 'done', 'gone') WHERE id = %s", [entry.pk])
    text = client.get(f"/console/audit.entry/{entry.pk}/").content.decode()
    assert "xd-violated" in text


def test_a_tree_that_is_none_is_no_page(sealed):
    client, entry = sealed
    assert client.get(f"/console/audit.entry/{entry.pk}/md5.tlog-proof").status_code == 404


def test_references_that_lead_nowhere_cost_no_more(hospital, entries):
    from django.test.utils import CaptureQueriesContext

    client = hospital.client(Role.AUDITOR)

    def cost(page):
        with CaptureQueriesContext(connection) as seen:
            client.get("/console/audit.entry/", {"page": page})
        return len(seen)

    Entry.objects.bulk_create(
        Entry(
            institution=hospital.institution,
            at=hospital.now,
            actor=hospital.dso.reference,
            action="person.update",
            about=f"organisation.person:00000000-0000-0000-0000-{number:012}",
            content="{}",
        )
        for number in range(60)
    )
    cost(1)
    assert cost(1) == cost(2)
    entries(1)
    assert cost(1) == cost(2)
