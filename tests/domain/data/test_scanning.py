"""From an unknown database to an inventory with grades and reasons."""

import json

import pytest

from xingdun.audit.models import Entry
from xingdun.data import scanning, selectors, services
from xingdun.data.errors import NameTaken, NotResumable, ScanHasEnded, ScanUnderWay, SecretAgain
from xingdun.data.models import Change, Column, Dataset, Scan, ScanTable, Source
from xingdun.data.services.sources import secret_of

pytestmark = pytest.mark.django_db


def actions():
    return list(Entry.objects.order_by("id").values_list("action", flat=True))


def test_an_unknown_database_becomes_known(scanned, column):
    assert {str(dataset) for dataset in Dataset.objects.all()} == {"his.patient", "his.visit", "his.department"}
    number = column("patient", "身份证号")
    assert (number.entity, number.identifier, number.state) == ("resident_id", "direct", "suggested")
    assert number.confidence > 0.9
    assert number.suggested_subject == ["C1"]
    assert (number.level, number.holds_c1, number.holds_c2) == (4, True, False)
    assert number.why
    assert any("DIGITAL-4.2.1" in clauses for _, clauses in number.why_grade)
    assert column("patient", "姓名").entity == "person_name"
    assert column("patient", "手机号").entity == "mobile_phone"
    assert column("visit", "diagnosis_code").entity == "diagnosis_code"
    patient = number.dataset
    assert (patient.columns_total, patient.columns_open, patient.rows_estimated) == (5, 5, 300)
    assert patient.level == max(one.level for one in patient.columns.all())
    assert patient.change == Change.NEW


def test_nothing_of_the_source_is_kept_but_masked_examples(scanned, id_number):
    kept = json.dumps([list(model.objects.values()) for model in (Column, Dataset, ScanTable, Scan)], default=str)
    kept += "".join(Entry.objects.values_list("content", flat=True))
    for number in (1, 77, 300):
        assert id_number(number) not in kept
        assert f"138{number:08}" not in kept
    assert "文三路" not in kept
    assert Column.objects.get(name="手机号").examples == ["99999999999"]


def test_every_step_is_in_the_ledger(scanned):
    told = actions()
    assert told[:5] == ["key.create", "source.create", "scan.start", "scan.run", "scan.plan"]
    assert told[5:-1] == ["dataset.scan"] * 3
    assert told[-1] == "scan.finished"
    assert Source.objects.get().state == Source.State.REACHABLE


def test_unconfirmed_counts_as_the_stricter(scanned, column):
    code = column("department", "dept_code")
    assert code.sensitivity == "internal"
    assert code.level >= 2


def test_a_scan_again_shows_what_changed_and_keeps_what_was_decided(scanned, scan, sql, hospital, column):
    for dataset in selectors.datasets():
        services.dataset_confirm(dataset=dataset, by=hospital.dso, now=hospital.now)
    sql("ALTER TABLE his.patient DROP COLUMN 地址")
    sql("ALTER TABLE his.patient ADD COLUMN email text")
    sql("UPDATE his.patient SET email = 'p' || patient_id || '@example.org', 手机号 = 身份证号")
    sql("DROP TABLE his.department")
    sql("CREATE TABLE his.drug (drug_name text)")
    sql("ANALYZE")
    again = scan(scanned)
    assert again.state == Scan.State.FINISHED
    changes = {dataset.name: dataset.change for dataset in Dataset.objects.all()}
    assert changes == {"patient": "changed", "visit": "same", "department": "gone", "drug": "new"}
    assert column("patient", "email").change == Change.NEW
    assert column("patient", "地址").change == Change.GONE
    assert column("patient", "姓名").state == Column.State.CONFIRMED
    phone = column("patient", "手机号")
    assert (phone.entity, phone.change, phone.state) == ("resident_id", "changed", "suggested")
    assert phone.confirmed_level is None
    assert [one.kind for one in phone.decisions.order_by("number")] == ["confirmed", "reopened"]
    assert phone.dataset.columns_open == 2
    table = again.tables.get(name="patient")
    assert (table.columns_new, table.columns_changed, table.columns_gone) == (1, 1, 1)


def test_what_was_gone_can_come_back(scanned, scan, sql, column):
    sql("ALTER TABLE his.visit RENAME TO visits")
    scan(scanned)
    assert Dataset.objects.get(name="visit").gone_at is not None
    sql("ALTER TABLE his.visits RENAME TO visit")
    scan(scanned)
    assert Dataset.objects.get(name="visit").gone_at is None
    assert column("visit", "visit_id").gone_at is None
    assert selectors.inventory().datasets == 3


def test_large_tables_are_sampled_and_it_is_said(register, scan, clinic, sql):
    sql("INSERT INTO his.visit SELECT g, g, 'I10', '高血压' FROM generate_series(301, 20000) g")
    sql("ANALYZE")
    scan(register(clinic), sample_rows=1000)
    visit = Dataset.objects.get(name="visit")
    assert visit.sampled
    assert visit.rows_scanned <= 1000 < visit.rows_estimated
    assert not Dataset.objects.get(name="patient").sampled


def test_every_row_is_read_on_demand(register, scan, clinic, sql):
    sql("INSERT INTO his.visit SELECT g, g, 'I10', '高血压' FROM generate_series(301, 20000) g")
    scan(register(clinic), mode=Scan.Mode.FULL, sample_rows=1000)
    visit = Dataset.objects.get(name="visit")
    assert (visit.sampled, visit.rows_scanned, visit.rows_estimated) == (False, 20000, 20000)


def test_a_source_is_scanned_once_at_a_time(scanned, hospital):
    services.scan_start(source=scanned, by=hospital.dso, now=hospital.now)
    with pytest.raises(ScanUnderWay):
        services.scan_start(source=scanned, by=hospital.dso, now=hospital.now)


def test_a_waiting_scan_is_stopped_at_once_and_resumed(register, clinic, hospital):
    started = services.scan_start(source=register(clinic), by=hospital.dso, now=hospital.now)
    stopped = services.scan_stop(scan=started, by=hospital.dso, now=hospital.now)
    assert stopped.state == Scan.State.STOPPED
    assert scanning.run(started)
    assert Dataset.objects.count() == 0
    with pytest.raises(ScanHasEnded):
        services.scan_stop(scan=stopped, by=hospital.dso, now=hospital.now)
    resumed = services.scan_resume(scan=stopped, by=hospital.dso, now=hospital.now)
    assert scanning.run(resumed)
    assert Scan.objects.get(pk=started.pk).state == Scan.State.FINISHED
    assert Dataset.objects.count() == 3


def test_a_finished_scan_is_not_resumed(scanned, hospital):
    with pytest.raises(NotResumable):
        services.scan_resume(scan=scanned.scans.get(), by=hospital.dso, now=hospital.now)


def test_the_secret_is_sealed_and_shown_nowhere(register, clinic, hospital):
    source = register(clinic)
    password = clinic.partition("://postgres:")[2].partition("@")[0]
    kept = Source.objects.values().get(pk=source.pk)
    assert password not in json.dumps(kept, default=str)
    assert password not in "".join(Entry.objects.values_list("content", flat=True))
    assert secret_of(source=source) == password


def test_a_kept_password_is_never_sent_elsewhere(register, clinic, hospital):
    source = register(clinic)
    change = {"source": source, "department": source.department, "by": hospital.security_admin, "now": hospital.now}
    with pytest.raises(SecretAgain):
        services.source_update(name="x", address="postgresql://postgres@127.0.0.1:1/his", **change)
    renamed = services.source_update(name="新名称", address=source.address, **change)
    assert (renamed.name, secret_of(source=renamed)) == ("新名称", secret_of(source=source))


def test_two_sources_do_not_share_name_or_address(register, clinic):
    register(clinic)
    with pytest.raises(NameTaken):
        register(clinic, name="另一个")
    with pytest.raises(NameTaken):
        register(clinic.replace("/fresh_", "/other_"))


def test_a_folder_of_files_is_a_source(register, scan, tmp_path, id_number):
    folder = tmp_path / "files"
    folder.mkdir()
    lines = "".join(f"{number},{id_number(number)},张三{number}\n" for number in range(1, 50))
    (folder / "patients.csv").write_bytes(f"编号,身份证号,备注\n{lines}".encode("gb18030"))
    (folder / "broken.parquet").write_bytes(b"PAR1 not at all")
    ended = scan(register(folder, kind=Source.Kind.FOLDER))
    assert ended.state == Scan.State.FINISHED
    assert Column.objects.get(name="身份证号").entity == "resident_id"
    broken = ended.tables.get(name="broken")
    assert broken.state == ScanTable.State.UNREADABLE
    assert "broken" in broken.problem.what


def test_an_empty_folder_is_no_error(register, scan, tmp_path):
    (tmp_path / "empty").mkdir()
    assert scan(register(tmp_path / "empty", kind=Source.Kind.FOLDER)).state == Scan.State.FINISHED


def test_the_sample_is_registered_once_and_follows_its_port(hospital, allowed, clinic, with_password):
    facts = {"name": "示例医院", "department": hospital.departments["IT"], "now": hospital.now}
    first = services.sample_register(url=clinic, **facts)
    again = services.sample_register(url=clinic, **facts)
    assert (first.pk, first.synthetic) == (again.pk, True)
    assert Scan.objects.count() == 1
    moved = services.sample_register(url=with_password(clinic, "new"), **facts)
    assert (moved.pk, secret_of(source=moved)) == (first.pk, "new")
    assert actions().count("source.update") == 1


def test_the_platforms_own_tables_in_a_source_are_not_inventory(register, scan, clinic, sql):
    sql("CREATE SCHEMA xingdun; CREATE TABLE xingdun.grants (id int)")
    scan(register(clinic))
    assert not Dataset.objects.filter(schema="xingdun").exists()
