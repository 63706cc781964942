"""Files and folders are read as they are: any encoding, ragged, broken, compressed, hostile; memory stays bounded."""

import gzip
import io
import random
import zipfile

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from xingdun.engines.local import scan
from xingdun.engines.readers import ReadError, SourceError, TableError, decoding, open_source

HEADER = "姓名,身份证号,备注"
LINES = ["张伟,11010519491231002X,一般情况可", '李娜,440524188001010014,"含逗号,和\n换行"', "王芳,,"]
TEXT = "\n".join([HEADER, *LINES]) + "\n"


def read(path, sample=None):
    with open_source(path) as source:
        tables = source.tables()
        return {
            table.label: [row for chunk in source.batches(table, sample=sample) for row in chunk.batch.to_pylist()]
            for table in tables
        }


def entities_of(path, **options):
    with open_source(path) as source:
        result = scan(source, **options)
    return {(one.table.label, verdict.column): verdict.entity for one in result.tables for verdict in one.verdicts}


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
@pytest.mark.parametrize("packed", [False, True])
def test_text_of_any_encoding_is_read(tmp_path, encoding, packed):
    path = tmp_path / ("patients.csv.gz" if packed else "patients.csv")
    data = TEXT.encode(encoding)
    path.write_bytes(gzip.compress(data) if packed else data)
    rows = read(path)["patients"]
    assert [row["姓名"] for row in rows] == ["张伟", "李娜", "王芳"]
    assert rows[1]["备注"] == "含逗号,和\n换行"
    assert entities_of(path)["patients", "身份证号"] == "resident_id"


def test_lines_of_another_encoding_are_kept(tmp_path):
    path = tmp_path / "mixed.csv"
    path.write_bytes("姓名,科室\n张伟,内科\n".encode() + "李娜,外科\n".encode("gb18030") + "王芳,儿科\n".encode())
    assert [row["姓名"] for row in read(path)["mixed"]] == ["张伟", "李娜", "王芳"]


def test_bytes_that_are_no_text_do_not_stop_the_reading(tmp_path):
    path = tmp_path / "noise.csv"
    path.write_bytes(b"a,b\n1,2\n\xff\xfe\x00\x81,\x00x\n3,4\n")
    assert [row["a"] for row in read(path)["noise"]][::2] == ["1", "3"]


def test_ragged_rows_are_fitted_to_the_header(tmp_path):
    path = tmp_path / "ragged.csv"
    path.write_text("a,b,c\n1,2,3\n4,5\n6,7,8,9\n10,11,12\n")
    rows = sorted(read(path)["ragged"], key=lambda row: int(row["a"]))
    assert [row["a"] for row in rows] == ["1", "4", "6", "10"]
    assert rows[1]["c"] is None
    assert rows[2]["c"] == "8"


def test_a_quote_that_never_closes_costs_little(tmp_path):
    path = tmp_path / "quote.csv"
    lines = [f"{n},name{n}" for n in range(5000)]
    lines[100] = '100,"never closed'
    path.write_text("id,name\n" + "\n".join(lines) + "\n" + "x" * (9 << 20) + ",y\n")
    assert len(read(path)["quote"]) > 4900


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_delimiters_are_noticed(tmp_path, delimiter):
    path = tmp_path / "t.csv"
    path.write_text(delimiter.join("abc") + "\n" + delimiter.join("123") + "\n")
    assert read(path)["t"] == [{"a": "1", "b": "2", "c": "3"}]


def test_a_file_without_header_gets_names(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("13800138000,2024-01-01\n13900139000,2024-01-02\n")
    assert entities_of(path) == {("t", "column_1"): "mobile_phone", ("t", "column_2"): "date"}


def test_repeated_and_empty_column_names_are_told_apart(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a,a,,a\nw,x,y,z\n")
    assert list(read(path)["t"][0]) == ["a", "a_2", "column_3", "a_3"]


def test_five_hundred_columns_are_read(tmp_path):
    path = tmp_path / "wide.csv"
    path.write_text(",".join(f"c{n}" for n in range(500)) + "\n" + ",".join(str(n) for n in range(500)) + "\n")
    assert len(entities_of(path)) == 500


def test_parquet_and_workbooks_are_read_beside_text(tmp_path):
    pq.write_table(pa.table({"sfzh": ["11010519491231002X"] * 5}), tmp_path / "a.parquet")
    book = openpyxl.Workbook()
    book.active.title = "患者"
    book.active.append(["姓名", "手机"])
    book.active.append(["张伟", 13800138000])
    book.create_sheet("空")
    more = book.create_sheet("费用")
    more.append(["金额", "日期"])
    more.append([12.5, __import__("datetime").datetime(2024, 1, 2)])
    book.save(tmp_path / "b.xlsx")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "c.csv").write_text(TEXT)
    (tmp_path / "README.md").write_text("no table")
    found = entities_of(tmp_path)
    assert found["a", "sfzh"] == "resident_id"
    assert found["b/患者", "手机"] == "mobile_phone"
    assert found["b/费用", "金额"] == "amount"
    assert found["b/费用", "日期"] == "date"
    assert found["sub/c", "姓名"] == "person_name"


def test_one_broken_file_does_not_stop_the_others(tmp_path):
    (tmp_path / "a.csv").write_text("")
    (tmp_path / "b.parquet").write_bytes(b"PAR1 nothing")
    (tmp_path / "c.xlsx").write_bytes(b"PK\x03\x04 nothing")
    (tmp_path / "d.csv.gz").write_bytes(gzip.compress(TEXT.encode() * 2000)[:-200])
    (tmp_path / "e.csv").write_text(TEXT)
    with open_source(tmp_path) as source:
        result = scan(source)
    assert result.finished
    assert {error.table: error.code for error in result.errors} == dict.fromkeys("abcd", "XD-SOURCE-005")
    assert [one.table.label for one in result.tables if one.done] == ["e"]
    partly = next(one for one in result.tables if one.table.label == "d")
    assert partly.verdicts


def test_gzip_that_unpacks_without_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(decoding, "FREE", 1 << 20)
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n" + b"0" * (8 << 20)))
    with open_source(path) as source, pytest.raises(TableError) as caught:
        list(source.batches(source.tables()[0]))
    assert caught.value.code == "XD-SOURCE-006"


def test_a_workbook_that_unpacks_beyond_its_bounds_is_refused(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", b"0" * (80 << 20))
    with open_source(path) as source, pytest.raises(TableError) as caught:
        list(source.batches(source.tables()[0]))
    assert caught.value.code == "XD-SOURCE-006"


@pytest.mark.parametrize(("row", "found"), [(200_000, 2), (2_000_000_000, 1)])
def test_a_row_far_below_costs_no_time_and_one_beyond_the_sheet_is_none(tmp_path, row, found):
    plain, path = io.BytesIO(), tmp_path / "far.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["姓名"])
    book.active.append(["张伟"])
    book.save(plain)
    far = b'<row r="%d"><c r="A%d" t="str"><v>x</v></c></row></sheetData>' % (row, row)
    with zipfile.ZipFile(plain) as parts, zipfile.ZipFile(path, "w") as archive:
        for name in parts.namelist():
            archive.writestr(name, parts.read(name).replace(b"</sheetData>", far))
    with open_source(path) as source:
        assert sum(chunk.batch.num_rows for chunk in source.batches(source.tables()[0])) == found


def test_a_link_that_leads_out_of_the_folder_is_not_followed(tmp_path):
    (tmp_path / "outside.csv").write_text(TEXT)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.csv").write_text(TEXT)
    (tmp_path / "in" / "b.csv").symlink_to(tmp_path / "outside.csv")
    with open_source(tmp_path / "in") as source:
        assert [table.name for table in source.tables()] == ["a"]


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("nowhere.csv", "XD-SOURCE-001"),
        ("mysql://host/db", "XD-SOURCE-002"),
        ("oracle://u:geheim@h/x", "XD-SOURCE-002"),
    ],
)
def test_a_source_that_is_none_says_so(address, code):
    with pytest.raises(SourceError) as caught:
        open_source(address)
    assert caught.value.code == code
    assert "geheim" not in str(caught.value)
    assert caught.value.text("zh") != caught.value.text("en")


def test_an_empty_folder_and_an_unknown_file_say_so(tmp_path):
    with open_source(tmp_path) as source, pytest.raises(ReadError) as caught:
        source.tables()
    assert caught.value.code == "XD-SOURCE-011"
    (tmp_path / "a.doc").write_text("x")
    with open_source(tmp_path / "a.doc") as source, pytest.raises(ReadError) as caught:
        source.tables()
    assert caught.value.code == "XD-SOURCE-002"


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "parquet"])
def test_a_sample_comes_from_the_whole_file_and_is_stated(tmp_path, ending):
    rows = 400_000
    path = tmp_path / f"big.{ending}"
    table = pa.table({"n": pa.array(range(rows)), "half": ["a" if n < rows / 2 else "b" for n in range(rows)]})
    if ending == "parquet":
        pq.write_table(table, path)
    else:
        text = io.StringIO()
        text.write("n,half\n")
        text.writelines(f"{n},{'a' if n < rows / 2 else 'b'}\n" for n in range(rows))
        path.write_bytes(gzip.compress(text.getvalue().encode(), 1) if ending == "csv.gz" else text.getvalue().encode())
    with open_source(path) as source:
        (one,) = scan(source, sample=20_000).tables
        seen = {
            row for chunk in source.batches(one.table, sample=20_000) for row in chunk.batch.column("half").to_pylist()
        }
    assert one.rows == rows
    assert one.exact
    assert one.sampling.kind == "spread"
    assert 2_000 <= one.scanned_rows <= 60_000
    assert seen == {"a", "b"}


def test_random_bytes_never_crash_the_reader(tmp_path):
    source = random.Random(7)
    for number in range(40):
        path = tmp_path / f"{number}.csv"
        path.write_bytes(source.randbytes(source.randrange(1, 4000)))
    with open_source(tmp_path) as found:
        assert scan(found).finished
