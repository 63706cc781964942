"""The 22 tables of MIMIC, loaded into PostgreSQL with types of their own, are called the same as from their files."""

import gzip
import io

import psycopg
import pyarrow as pa
import pytest
from psycopg import sql
from pyarrow import csv

from engines import accuracy
from xingdun.engines.local import scan
from xingdun.engines.readers import open_source

_TYPES = {
    pa.int64(): "bigint",
    pa.float64(): "double precision",
    pa.timestamp("s"): "timestamp",
    pa.date32(): "date",
    pa.bool_(): "boolean",
}


@pytest.fixture
def loaded(fresh_database):
    """A database that holds them."""
    with psycopg.connect(fresh_database, autocommit=True) as connection:
        for path in sorted(accuracy.MIMIC.glob("*.csv.gz")):
            table = path.name.removesuffix(".csv.gz")
            text = gzip.decompress(path.read_bytes())
            whole = csv.ReadOptions(block_size=len(text) + 1)  # a column's type is known from its first block
            columns = sql.SQL(", ").join(
                sql.SQL("{} {}").format(sql.Identifier(field.name), sql.SQL(_TYPES.get(field.type, "text")))
                for field in csv.read_csv(io.BytesIO(text), read_options=whole).schema
            )
            connection.execute(sql.SQL("CREATE TABLE {} ({})").format(sql.Identifier(table), columns))
            statement = sql.SQL("COPY {} FROM STDIN (FORMAT csv, HEADER)").format(sql.Identifier(table))
            with connection.cursor().copy(statement) as copy:
                copy.write(text)
        connection.execute("ANALYZE")
    return fresh_database


def test_every_table_is_read_and_the_main_kinds_are_called_what_they_are(loaded):
    with open_source(loaded) as source:
        result = scan(source, sample=None)
    assert result.finished
    assert not result.errors
    profiles = {one.table.name: one.profile for one in result.tables}
    assert len(profiles) == 22
    judged = accuracy.judge_mimic(profiles)
    assert len(judged) == len(accuracy.mimic_labels())
    main = {"patient_id", "visit_id", "staff_id", "free_text", "diagnosis_code", "diagnosis_name", "drug_name"}
    wrong = [one.place for one in judged if one.truth != one.verdict.entity]
    assert [one.place for one in judged if one.truth in main and one.truth != one.verdict.entity] == []
    assert len(wrong) <= 12, wrong
