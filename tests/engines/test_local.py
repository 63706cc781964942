"""A scan tells its progress, stops when asked, and goes on from its state without starting over."""

import json

import pytest

from xingdun.engines.local import scan
from xingdun.engines.readers import open_source

ROWS = 200_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("source")
    (place / "a.csv").write_text("sfzh,je\n" + "11010519491231002X,12.50\n" * 1000)
    (place / "b.csv").write_text("lxdh,bz\n" + "".join(f"138{n:08d},第{n}次来电。\n" for n in range(ROWS)))
    (place / "c.csv").write_text("xm\n张伟\n李娜\n")
    return place


def run(folder, **options):
    with open_source(folder) as source:
        return scan(source, sample=None, **options)


def told(result):
    return [
        (one.table.label, one.rows, one.scanned_rows, [(v.column, v.entities, v.confidence) for v in one.verdicts])
        for one in result.tables
    ]


def test_progress_counts_tables_and_rows(folder):
    seen = []
    result = run(folder, progress=seen.append)
    assert result.finished
    assert seen[-1].tables_done == seen[-1].tables_total == 3
    assert seen[-1].rows == ROWS + 1002
    assert seen[-1].rate > 0
    assert [one.rows for one in seen] == sorted(one.rows for one in seen)


@pytest.mark.parametrize("batches", [0, 1, 2, 3, 4])
def test_a_stopped_scan_goes_on_where_it_was(folder, batches):
    count = 0

    def stop():
        nonlocal count
        count += 1
        return count > batches + 1

    half = run(folder, should_stop=stop)
    assert not half.finished
    state = json.loads(json.dumps(half.state))
    passed = []
    whole = run(folder, resume_state=state, progress=passed.append)
    assert whole.finished
    assert told(whole) == told(run(folder))
    assert passed[-1].rows == ROWS + 1002


def test_a_scan_that_was_killed_goes_on_from_its_last_checkpoint(folder):
    states = []

    class KilledError(Exception):
        pass

    def keep(state):
        states.append(json.dumps(state))
        if len(states) == 4:
            raise KilledError

    with pytest.raises(KilledError):
        run(folder, checkpoint=keep)
    assert told(run(folder, resume_state=json.loads(states[-1]))) == told(run(folder))


def test_a_state_of_another_sample_is_not_mixed_in(folder):
    state = run(folder).state
    with open_source(folder) as source:
        again = scan(source, sample=1000, resume_state=state)
    assert again.tables[1].scanned_rows < ROWS


def test_a_table_that_went_away_between_two_runs_is_left_out(folder, tmp_path):
    for name in ("a.csv", "c.csv"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    state = run(tmp_path).state
    (tmp_path / "a.csv").unlink()
    assert [one.table.label for one in run(tmp_path, resume_state=state).tables] == ["c"]
