"""The yearly review as a signed act, and how the duties about the inventory are measured."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from scenarios import state
from xingdun.data import checks, services
from xingdun.data.errors import InventoryEmpty
from xingdun.data.models import InventoryReview
from xingdun.data.services.reviews import SIGNED_AS
from xingdun.frame.checks import Facts, Verdict
from xingdun.kernel.merkle.note import Note, NoteSigner, verify_note
from xingdun.keys import services as keys

pytestmark = pytest.mark.django_db


@pytest.fixture
def review(hospital):
    """The data security officer reviews the inventory."""

    def made(**facts):
        return services.review_create(**({"by": hospital.dso, "now": hospital.now} | facts))

    return made


def measured(check, hospital, *, after=timedelta()):
    """The worst state among the verdicts of a check; none when it has nothing to say."""
    now = hospital.now + after
    found = check(Facts(institution=hospital.institution.pk, now=now))
    states = {state(each, now) for each in ([found] if isinstance(found, Verdict) else found)}
    return next((each for each in ("broken", "due", "unknown", "met") if each in states), None)


def test_an_empty_inventory_is_not_reviewed(review, hospital):
    with pytest.raises(InventoryEmpty):
        review()
    assert measured(checks.inventory_reviewed, hospital) == "unknown"
    assert measured(checks.columns_graded, hospital) is None
    assert measured(checks.sources_scanned, hospital) is None


def test_a_review_says_what_was_there_and_what_changed(scanned, review, scan, sql, hospital):
    first = review(statement="已逐项核对")
    assert (first.number, first.datasets_total, first.columns_total, first.columns_open) == (1, 3, 11, 11)
    assert first.datasets.count() == 3
    again = review()
    assert (again.number, again.content_digest) == (2, first.content_digest)
    sql(
        "DROP TABLE his.department; CREATE TABLE his.drug (drug_name text);"
        " ALTER TABLE his.visit ADD COLUMN fee numeric"
    )
    scan(scanned)
    third = review()
    assert (third.datasets_new, third.datasets_changed, third.datasets_gone) == (1, 1, 1)
    assert third.content_digest != first.content_digest


def test_a_decision_changes_what_was_reviewed(scanned, review, hospital, column):
    before = review()
    services.column_confirm(column=column("patient", "姓名"), by=hospital.dso, now=hospital.now)
    after = review()
    assert after.columns_open == before.columns_open - 1
    assert after.content_digest != before.content_digest


def test_a_review_is_signed_with_both_algorithms(scanned, review, hospital, as_owner):
    with as_owner():
        keys.signing_keys_ensure(name=keys.LEDGER, now=hospital.now)
    made = review()
    known = [NoteSigner(SIGNED_AS, signer).key for signer in keys.signers(keys.LEDGER)]
    note = Note.parse(made.signature)
    assert {signed.key.public.algorithm for signed in verify_note(note, known)} == {"ed25519", "sm2"}
    assert note.text == services.signed_text(InventoryReview.objects.get(pk=made.pk))
    assert made.content_digest in note.text


def test_a_review_cannot_be_changed(scanned, review):
    review()
    for statement in ("UPDATE data_inventoryreview SET year = 2000", "DELETE FROM data_revieweddataset"):
        with pytest.raises(Exception, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_duties_follow_the_records(scanned, review, hospital):
    assert measured(checks.sources_scanned, hospital) == "met"
    assert measured(checks.sources_scanned, hospital, after=timedelta(days=800)) == "broken"
    assert measured(checks.inventory_reviewed, hospital) == "due"
    review()
    assert measured(checks.inventory_reviewed, hospital) == "met"
    assert measured(checks.inventory_reviewed, hospital, after=timedelta(days=800)) == "broken"
    assert measured(checks.columns_graded, hospital) == "broken"
    for dataset in scanned.datasets.all():
        services.dataset_confirm(dataset=dataset, by=hospital.dso, now=hospital.now)
    assert measured(checks.columns_graded, hospital) == "met"
