"""Registers as files: complete, filtered, harmless, and told to the ledger."""

import io
import json
from functools import cache

import openpyxl
import pytest

from xingdun.audit.models import Entry
from xingdun.doors.console import export
from xingdun.frame.permissions import permitted
from xingdun.frame.registers import registers
from xingdun.frame.roles import Role

pytestmark = pytest.mark.django_db
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x","y")', "http://example.org/", "\t=1", "00123"]


def downloaded(response):
    return b"".join(response.streaming_content)


def sheet_of(response):
    return openpyxl.load_workbook(io.BytesIO(downloaded(response))).active


def test_each_register_is_exported_both_ways(hospital):
    signed_in = cache(hospital.client)
    for key, register in registers.items():
        client = signed_in(next(role for role in Role if permitted(f"{key}.view", {role})))
        assert isinstance(json.loads(downloaded(client.get(f"/console/{key}/export.json"))), list)
        sheet = sheet_of(client.get(f"/console/{key}/export.xlsx"))
        assert sheet.max_column == len(export.columns_of(register)), key


def test_the_filters_of_the_list_hold_for_its_export(hospital):
    client = hospital.client(Role.DSO)
    address = "/console/organisation.person/export.json"
    rows = json.loads(downloaded(client.get(address, {"department": str(hospital.departments["LAW"].pk)})))
    assert [row["reference"] for row in rows] == [hospital.legal.reference]
    assert rows[0]["department"] == {"reference": hospital.departments["LAW"].reference, "name": "法务部"}


@pytest.mark.parametrize("name", FORMULAS)
def test_text_is_text_in_a_spreadsheet(hospital, name):
    hospital.legal.name = name
    hospital.legal.save()
    sheet = sheet_of(hospital.client(Role.DSO).get("/console/organisation.person/export.xlsx"))
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value == name]
    assert cells
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.hyperlink is None for cell in cells)


def test_an_export_is_an_entry_that_does_not_repeat_what_was_searched(hospital):
    downloaded(hospital.client(Role.DSO).get("/console/organisation.person/export.xlsx", {"q": "张三"}))
    entry = Entry.objects.get(action="register.export")
    assert entry.actor == hospital.dso.reference
    assert entry.details == {"kind": "xlsx", "filters": ["q"]}
    assert "张三" not in entry.content


def test_an_export_is_refused_with_its_list(hospital):
    assert hospital.client(Role.APPLICANT).get("/console/audit.entry/export.json").status_code == 403


def test_a_sheet_that_is_full_goes_on_in_the_next(hospital, entries, monkeypatch):
    monkeypatch.setattr(export, "SHEET_ROWS", 6)
    entries(12)
    rows = registers["audit.entry"].rows().filter(action="person.update").order_by("id")
    book = openpyxl.load_workbook(export.workbook(registers["audit.entry"], rows))
    assert [sheet.max_row for sheet in book.worksheets] == [6, 6, 3]


def test_an_empty_register_is_an_empty_list(hospital):
    assert json.loads("".join(export.json_lines(registers["approvals.process"], []))) == []
