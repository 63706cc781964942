"""Networks from a workbook: all of it, or nothing with every fault named."""

import json
import zipfile
from datetime import date
from io import BytesIO

import openpyxl
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from xingdun.assets.errors import ImportEnded, ImportRefused, WorkbookUnreadable, WrongColumns
from xingdun.assets.importing import running, workbook
from xingdun.assets.importing.columns import COLUMNS, template
from xingdun.assets.models import ImportContent, Network
from xingdun.assets.services import import_begin, import_stop, networks_import
from xingdun.assets.services.imports import MOST_RUNS
from xingdun.audit.models import Entry
from xingdun.frame.roles import Role

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("watched")]
HEADINGS = [column.zh for column in COLUMNS]
GOOD = {
    "网络编码": "HIS-01",
    "网络名称": "医院信息系统",
    "主管部门": "医务处",
    "运营部门": "IT",
    "信息化部门": "信息中心",
    "使用部门": "医务处",
    "新技术应用": "大数据、云计算",
    "涉及个人信息人数": 120000,
    "承载互联网诊疗": "是",
    "新建网络": "否",
    "投入运行日期": "2019年6月1日",
}


def book(*rows, headings=HEADINGS, arrange=None):
    """A workbook of these rows; a value that starts with = is a formula."""
    made = BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as made_of:
        page = made_of.add_worksheet()
        page.write_row(0, 0, headings)
        for line, row in enumerate(rows, start=1):
            for name, value in row.items():
                page.write(line, headings.index(name), value)
        if arrange:
            arrange(page)
    return SimpleUploadedFile("网络.xlsx", made.getvalue())


@pytest.fixture
def take(hospital):
    def taken(file):
        with translation.override("en"):
            return networks_import(file=file, by=hospital.security_admin, now=hospital.now)

    return taken


def faults(take, *rows, **more):
    """What is wrong, by place; nothing was written."""
    with pytest.raises(ImportRefused) as refused:
        take(book(*rows, **more))
    assert not Network.objects.exists()
    told = refused.value.facts["errors"]
    assert str(len(told)) in refused.value.explain().what
    return {each["field"]: each["problem"] for each in told}


def test_a_ledger_is_taken_over(take, hospital):
    other = GOOD | {
        "网络编码": "LIS-01",
        "投入运行日期": date(2020, 1, 2),
        "主管部门": None,
        "新技术应用": "5G、物联网",
        "新建网络": None,
    }
    done = take(book(GOOD, other))
    assert (done.state, done.rows_written, done.file_name) == ("finished", 2, "网络.xlsx")
    his, lis = Network.objects.order_by("code")
    assert (his.competent_department, his.operating_department) == (
        hospital.departments["MED"],
        hospital.departments["IT"],
    )
    assert (his.technologies, his.persons_held, his.carries_internet_care) == (["big_data", "cloud"], 120_000, True)
    assert lis.technologies == ["fifth_generation", "internet_of_things"]
    assert (his.in_operation_since, lis.in_operation_since, his.state) == (
        date(2019, 6, 1),
        date(2020, 1, 2),
        "operating",
    )
    assert (his.new, lis.new, lis.missing_departments) == (False, False, ["competent_department"])
    entries = Entry.objects.order_by("id").values_list("action", flat=True)
    assert list(entries) == ["network.import", "network.create", "network.create"]
    for entry in Entry.objects.all():
        told = json.loads(entry.content)
        assert (told["details"], told["about"], told["actor"]) == (entry.details, entry.about, entry.actor)
    assert {each.about for each in Entry.objects.filter(action="network.create")} == {his.reference, lis.reference}


def many(rows, **last):
    return book(*[GOOD | {"网络编码": f"N-{number}"} for number in range(1, rows)], GOOD | last)


def test_many_rows_wait_for_the_worker_and_take_a_few_statements(take):
    job = take(many(2_001))
    assert (job.state, job.rows_total, Network.objects.exists()) == ("queued", 2_001, False)
    with CaptureQueriesContext(connection) as asked:
        assert running.run(job)
    job.refresh_from_db()
    assert (job.state, job.rows_checked, job.rows_written, job.share_done) == ("finished", 2_001, 2_001, 1.0)
    assert Network.objects.count() == Entry.objects.filter(action="network.create").count() == 2_001
    assert len(asked) < 40, "rows and entries go a thousand at a time"
    assert not ImportContent.objects.exists(), "the workbook is removed afterwards"
    told = (
        Entry.objects.exclude(action__in=["key.create", "network.create"])
        .order_by("id")
        .values_list("action", flat=True)
    )
    assert list(told) == ["networkimport.queue", "networkimport.run", "network.import"]
    assert running.run(job)
    assert Network.objects.count() == 2_001, "what is done is not done again"


def test_faults_of_a_large_workbook_stand_on_its_page_and_in_the_api(take, hospital):
    job = take(many(600, 网络编码="N-7", 涉及个人信息人数="许多", 网络名称="=1+1"))
    assert running.run(job)
    assert not Network.objects.exists()
    assert not ImportContent.objects.exists()
    client = hospital.client(Role.SECURITY_ADMIN)
    page = client.get(f"/console/assets.networkimport/{job.pk}/").content.decode()
    for words in ("XD-ASSET-018", "row 601, 网络名称", "a formula where a value is wanted", "row 8 already"):
        assert words in page
    assert "hx-trigger" not in page
    told = client.get(f"/api/v1/assets.networkimport/{job.pk}").json()
    assert (told["state"], told["faults_total"], told["rows_written"], told["actions"]) == ("failed", 3, 0, [])
    listed = client.get(f"/api/v1/assets.importfault/?networkimport={job.pk}").json()["items"]
    assert next(each["place"] for each in listed) == "row 601, 网络名称"
    assert hospital.client(Role.AUDITOR).get(f"/console/assets.networkimport/{job.pk}/").status_code == 403


def test_a_workbook_that_ends_its_workers_is_given_up(take, hospital):
    job = take(many(501))
    for _ in range(MOST_RUNS):
        assert import_begin(networkimport=job, now=hospital.now)
    assert not import_begin(networkimport=job, now=hospital.now)
    job.refresh_from_db()
    assert (job.state, job.problem.code) == ("failed", "XD-ASSET-024")
    assert not ImportContent.objects.exists()
    with pytest.raises(ImportEnded):
        import_stop(networkimport=job, by=hospital.dso, now=hospital.now)


def test_every_fault_has_its_place_and_nothing_is_written(take):
    found = faults(
        take,
        GOOD | {"涉及个人信息人数": "=1+1"},
        GOOD,
        GOOD | {"网络编码": "A-3", "主管部门": "不存在的科室", "新建网络": "也许"},
        GOOD | {"网络编码": "A-4", "投入运行日期": "01/02/2024", "涉及个人信息人数": "许多"},
        GOOD | {"网络编码": date(2024, 1, 2), "涉及个人信息人数": 1.5},
        {"网络编码": "A-6"},
        GOOD | {"网络编码": "A\u200b-7", "涉及个人信息人数": "1,5"},
        GOOD | {"网络编码": "#3 CT-A", "涉及个人信息人数": "1_000"},
        GOOD | {"网络编码": "A-7", "网络名称": "长" * 121, "新技术应用": "量子", "投入运行日期": date(2999, 1, 1)},
    )
    assert found == {
        "row 2, 涉及个人信息人数": "a formula where a value is wanted",
        "row 3, 网络编码": "the code HIS-01 stands in row 2 already",
        "row 4, 主管部门": "no department is called “不存在的科室”",
        "row 4, 新建网络": "yes or no is wanted, not “也许”",
        "row 5, 投入运行日期": "a date such as 2026-01-31 is wanted, not “01/02/2024”",
        "row 5, 涉及个人信息人数": "a whole number is wanted, not “许多”",
        "row 6, 网络编码": "a text is wanted, not “2024-01-02 00:00:00”",
        "row 6, 涉及个人信息人数": "a whole number is wanted, not “1.5”",
        "row 7, 网络名称": "empty",
        "row 8, 网络编码": "it holds control characters",
        "row 8, 涉及个人信息人数": "a whole number is wanted, not “1,5”",
        "row 9, 涉及个人信息人数": "a whole number is wanted, not “1_000”",
        "row 10, 网络名称": "longer than 120 characters",
        "row 10, 新技术应用": found["row 10, 新技术应用"],
        "row 10": "in operation since a day that is still to come (2999-01-01)",
    }
    assert "“量子” is none of" in found["row 10, 新技术应用"]


def test_merged_cells_headings_and_codes_of_the_register(take):
    def merged(page):
        page.merge_range("A3:B4", "HIS-02")

    assert faults(take, GOOD, arrange=merged)["sheet1.xml A3:B4"] == "merged cells; separate them"
    assert faults(take) == {"row 2": "there is no row to take over"}
    with pytest.raises(WrongColumns, match="unknown"):
        take(book(headings=[*HEADINGS, "备注"]))
    with pytest.raises(WrongColumns, match="网络编码"):
        take(book(headings=HEADINGS[1:]))
    take(book(GOOD))
    with pytest.raises(ImportRefused, match="HIS-01"):
        take(book(GOOD | {"网络编码": "HIS-02"}, GOOD))
    assert Network.objects.count() == 1


def altered(file, *changes):
    """The workbook with other words in its first sheet."""
    made = BytesIO()
    with zipfile.ZipFile(file) as plain, zipfile.ZipFile(made, "w") as archive:
        for name in plain.namelist():
            content = plain.read(name)
            if name.endswith("/sheet1.xml"):
                for before, after in changes:
                    assert before in content
                    content = content.replace(before, after)
            archive.writestr(name, content)
    return SimpleUploadedFile("网络.xlsx", made.getvalue())


@pytest.mark.parametrize("number", [b"1", b"2", b"1000000000", b"-3", b"x"])
def test_rows_that_a_reader_would_lose_or_wait_for_are_refused(take, number):
    file = book(GOOD, GOOD | {"网络编码": "LIS-01"})
    with pytest.raises(WorkbookUnreadable, match=f"sheet1.xml, row “{number.decode()}” after row 2"):
        take(altered(file, (b'<row r="3"', b'<row r="%s"' % number), (b'r="A3"', b'r="A%s"' % number)))
    assert not Network.objects.exists()


def test_no_prefix_hides_merged_cells_and_no_error_passes_for_a_text(take):
    namespace = b'xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    file = book(GOOD, arrange=lambda page: page.merge_range("A3:B4", "HIS-02"))
    prefixed = altered(
        file,
        (b"<worksheet ", b"<worksheet " + namespace),
        (b"<mergeCell", b"<x:mergeCell"),
        (b"</mergeCell", b"</x:mergeCell"),
    )
    with pytest.raises(ImportRefused) as refused:
        take(prefixed)
    assert {"field": "sheet1.xml A3:B4", "problem": "merged cells; separate them"} in refused.value.facts["errors"]
    with pytest.raises(ImportRefused) as refused:
        take(altered(book(GOOD), (b"<v>120000</v>", b"<v>#N/A</v>"), (b'r="L2"', b'r="L2" t="e"')))
    assert refused.value.facts["errors"] == [
        {"field": "row 2, 涉及个人信息人数", "problem": "an error of the spreadsheet"}
    ]


def test_the_first_sheet_that_people_see_is_taken(take):
    made = BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as of:
        for code in ("HIDDEN-01", "HIS-01"):
            page = of.add_worksheet()
            page.write_row(0, 0, HEADINGS[:2])
            page.write_row(1, 0, [code, "医院信息系统"])
        page.activate()
        of.worksheets()[0].hide()
    take(SimpleUploadedFile("网络.xlsx", made.getvalue()))
    assert Network.objects.get().code == "HIS-01"


def test_files_that_lie_are_refused(take, monkeypatch):
    monkeypatch.setattr(workbook, "MOST_UNPACKED", 8 << 20)

    def package(**parts):
        made = BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                archive.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), content)
        return SimpleUploadedFile("网络.xlsx", made.getvalue())

    lies = [
        SimpleUploadedFile("网络.xlsx", b"%PDF-1.7"),
        SimpleUploadedFile("网络.xlsx", b"PK\x03\x04 and no more"),
        package(word__document_xml="<w/>"),
        package(xl__workbook_xml="<workbook/>", xl__vbaProject_bin="x"),
        package(xl__workbook_xml='<!DOCTYPE a [<!ENTITY b "c">]><workbook>&b;</workbook>'),
        package(xl__workbook_xml="<workbook/>", xl__big_xml="0" * (9 << 20)),
    ]
    for lie in lies:
        with pytest.raises(WorkbookUnreadable):
            take(lie)
    long = take(book(*[{"网络编码": number} for number in range(50_001)], headings=["网络编码", "网络名称"]))
    assert running.run(long)
    long.refresh_from_db()
    assert (long.state, long.error_code) == ("failed", "XD-ASSET-019")
    assert not Network.objects.exists()


def test_the_template_comes_from_the_list_and_goes_back_into_it(hospital):
    client = hospital.client(Role.SECURITY_ADMIN)
    answer = client.get("/console/assets.network/-/template/")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].rstrip('"').endswith(".xlsx")
    empty = openpyxl.load_workbook(BytesIO(answer.content))
    assert [cell.value.rstrip("*") for cell in empty.worksheets[0][1]] == HEADINGS
    sheet = empty.worksheets[0]
    for place, cell in enumerate(empty.worksheets[1][2], start=1):
        sheet.cell(2, place, cell.value)
    filled = BytesIO()
    empty.save(filled)
    sent = SimpleUploadedFile("台账.xlsx", filled.getvalue())
    assert client.post("/console/assets.network/-/import/", {"file": sent}).status_code == 302
    assert Network.objects.get().code == "HIS-01"
    page = client.get("/console/assets.network/")
    assert "/console/assets.network/-/template/" in page.content.decode()
    ledger = client.get("/console/assets.network/export.xlsx")
    rows = list(openpyxl.load_workbook(BytesIO(b"".join(ledger.streaming_content))).active.values)
    assert rows[1][:2] == ("HIS-01", "医院信息系统")
    bad = SimpleUploadedFile("台账.xlsx", b"nothing")
    refused = client.post("/console/assets.network/-/import/", {"file": bad})
    assert (refused.status_code, refused.context["refusal"].code) == (422, "XD-ASSET-019")
    assert hospital.client(Role.APPLICANT).get("/console/assets.network/-/template/").status_code == 403


def test_the_template_speaks_english_too():
    headings = openpyxl.load_workbook(BytesIO(template(["IT"], language="en"))).worksheets[0][1]
    assert [cell.value for cell in headings][:2] == ["code*", "name*"]
