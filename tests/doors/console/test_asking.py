"""Asking for data in a hospital of many tables: found by name, chosen ones stay, a row rule names its column."""

from datetime import timedelta

import pytest

from xingdun.access.forms import RequestForm
from xingdun.access.widgets import MOST_DATASETS
from xingdun.data.models import Column, Dataset, Source
from xingdun.frame.roles import Role

pytestmark = pytest.mark.django_db
FOUND = "/console/access.request/-/columns/"


@pytest.fixture
def many(hospital):
    """As many tables as a page shows, and ten more; each has a patient's number, one has a column of its own."""
    whose = {"institution": hospital.institution}
    seen = {"first_seen_at": hospital.now, "last_seen_at": hospital.now + timedelta(minutes=1)}
    department = hospital.departments["MED"]
    source = Source.objects.create(
        **whose, name="HIS", kind="postgresql", address="db/his", department=department, created_at=hospital.now
    )
    tables = Dataset.objects.bulk_create(
        Dataset(**whose, **seen, source=source, schema="his", name=f"table_{n:03}", department=department)
        for n in range(MOST_DATASETS + 10)
    )
    axes = {"business": "clinical", "subject": [], "sensitivity": "internal", "level": 3, "national_class": "general"}
    plain = {**whose, **axes, **{f"suggested_{name}": value for name, value in axes.items()}, "confidence": 1.0}
    plain |= {"last_seen_at": hospital.now, "identifier": "none"}
    Column.objects.bulk_create(
        [
            *(Column(**plain, dataset=table, name="patient_id", position=1) for table in tables),
            Column(**plain, dataset=tables[-1], name="allergy_note", position=2),
        ]
    )
    return tables


def test_a_table_past_the_first_page_is_found_and_what_was_chosen_stays(many, hospital):
    client = hospital.client(Role.APPLICANT)
    form = client.get("/console/access.request/-/create/").content.decode()
    assert many[0].name in form
    assert many[-1].name not in form
    chosen = many[3].columns.get()
    answer = client.get(FOUND, {"words": "allergy", "columns": [str(chosen.pk), "no-key"]}).content.decode()
    assert "allergy_note" in answer
    assert f'value="{chosen.pk}" checked' in answer
    assert many[0].name not in answer
    assert "<script" not in client.get(FOUND, {"words": "<script>"}).content.decode()


def test_only_those_who_may_ask_are_answered(many, hospital):
    assert hospital.client(Role.AUDITOR).get(FOUND, {"words": "allergy"}).status_code == 403


@pytest.mark.parametrize(
    ("named", "refused"),
    [("patient_id", ""), ("table_005.patient_id", ""), ("his.table_004.patient_id", ""), ("nothing", "row_column")],
)
def test_a_row_rule_names_its_column(many, named, refused):
    form = asked(many[4], named)
    assert form.is_valid() is not bool(refused), form.errors
    assert set(form.errors) == ({refused} if refused else set())
    if not refused:
        table = named.split(".")[-2] if "." in named else many[4].name
        assert form.cleaned_data["rows"][0]["column"].dataset.name == table


def test_a_name_that_several_tables_have_is_asked_again(many):
    two = [many[4].columns.get(), many[5].columns.get()]
    assert set(asked(many[4], "patient_id", columns=two).errors) == {"row_column"}


def asked(table, named, columns=None):
    form = RequestForm(
        {
            "source": table.source_id,
            "columns": [column.pk for column in columns or table.columns.all()],
            "row_column": named,
            "row_operator": "in",
            "row_values": "7",
            "purpose": "research",
            "legal_basis": "ethics_approval",
            "reason": "-",
            "days": 3,
            "recipient": "own_department",
        }
    )
    form.fields["source"].queryset = Source.objects.all()  # a protected one is another test's story
    return form
