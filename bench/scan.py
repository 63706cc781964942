"""The scan beside presidio-analyzer on the same table, and its memory from 10^5 to 10^7 rows.

Rates are rows per second of CPU time (all threads of the process), the two taken in turn. Presidio gets the nine
entities that regular expressions and check digits can find, with the checks this scan makes too, and an engine without
a language model, which is its fastest form. The scan does all it always does: more kinds, dictionaries, names and
addresses, the distinct count, verdicts and grades; but only digits are read in every row, patterns and dictionaries
look at 2,000 values of each 65,536. So a second ratio has it look at every value with everything, as presidio does.
`python bench/scan.py memory ROWS` measures one size.
"""

import contextlib
import json
import random
import resource
import subprocess
import sys
import time
from statistics import median

import pyarrow as pa

ROUNDS = 3
OURS, THEIRS, EVERY = 262_144, 400, 65_536
BATCH = 65_536
BAR = 100
SIZES = (100_000, 1_000_000, 10_000_000)
COLUMNS = ["id_no", "phone", "card", "email", "ip", "plate", "passport", "mrn", "visit_date", "xm", "addr", "note"]


def resident(pick):
    day = f"{pick.randint(1930, 2020)}{pick.randint(1, 12):02d}{pick.randint(1, 28):02d}"
    body = f"{pick.choice(['110101', '310115', '440305'])}{day}{pick.randint(0, 999):03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    last = "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11]
    return body + (last if pick.random() < 0.8 else pick.choice("0123456789"))


def person(pick):
    return pick.choice("王李张刘陈杨赵黄周吴") + "".join(pick.choices("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平", k=2))


def row(pick):
    phone = f"1{pick.randint(3, 9)}{pick.randint(0, 10**9 - 1):09d}"
    number, name = resident(pick), person(pick)
    date = f"{pick.randint(2015, 2025)}-{pick.randint(1, 12):02d}-{pick.randint(1, 28):02d}"
    place = f"北京市朝阳区建国路{pick.randint(1, 200)}号{pick.randint(1, 30)}单元{pick.randint(101, 2000)}室"
    note = f"患者{name},因反复头痛{pick.randint(1, 30)}天于{date}入院,查体神志清楚,四肢肌力正常,予以对症处理后好转。"
    if pick.random() < 0.2:
        note += f"身份证{number}。"
    if pick.random() < 0.2:
        note += f"家属电话{phone}。"
    return [
        number,
        phone,
        f"62{pick.randint(0, 10**14 - 1):014d}",
        f"user{pick.randint(1, 10**6)}@example.com",
        f"10.{pick.randint(0, 255)}.{pick.randint(0, 255)}.{pick.randint(0, 255)}",
        f"京A{pick.randint(10000, 99999)}",
        f"E{pick.randint(10**7, 10**8 - 1)}",
        f"ZY{pick.randint(10**7, 10**8 - 1)}",
        date,
        name,
        place,
        note,
    ]


def table(rows, seed):
    pick = random.Random(seed)
    return pa.RecordBatch.from_arrays(
        [pa.array(column) for column in zip(*(row(pick) for _ in range(rows)), strict=True)], names=COLUMNS
    )


def no_model():
    """What stands in the analyzer's place for a language model."""
    from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

    class NoModel(NlpEngine):
        def load(self):
            pass

        def is_loaded(self):
            return True

        def process_text(self, text, language):  # noqa: ARG002 - the interface
            return NlpArtifacts([], [], [], [], self, language)

        def process_batch(self, texts, language, **_):
            return ((text, self.process_text(text, language)) for text in texts)

        def is_stopword(self, word, language):  # noqa: ARG002 - the same
            return False

        def is_punct(self, word, language):  # noqa: ARG002 - the same
            return False

        def get_supported_entities(self):
            return []

        def get_supported_languages(self):
            return ["zh"]

    return NoModel()


def presidio():
    """An analyzer with the comparable recognizers and no language model."""
    import tldextract
    from presidio_analyzer import AnalyzerEngine, Pattern, PatternRecognizer, RecognizerRegistry
    from presidio_analyzer.predefined_recognizers import CreditCardRecognizer, EmailRecognizer, IpRecognizer

    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=())  # its own list, no network

    class ResidentId(PatternRecognizer):
        def validate_result(self, pattern_text):
            weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
            total = sum(int(digit) * weight for digit, weight in zip(pattern_text, weights, strict=False))
            return "10X98765432"[total % 11] == pattern_text[17].upper()

    day = r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
    own = {
        "PHONE": r"(?<!\d)1[3-9]\d{9}(?!\d)",
        "PLATE": r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][A-HJ-NP-Z0-9]{5,6}",
        "PASSPORT": r"(?<![A-Za-z0-9])[EGDSP]\d{8}(?!\d)",
        "MRN": r"(?<![A-Za-z0-9])ZY\d{8}(?!\d)",
        "DATE": r"(?<!\d)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d)",
    }
    id_pattern = Pattern("id", rf"(?<!\d)[1-8]\d{{5}}{day}\d{{3}}[\dXx](?!\d)", 0.5)
    registry = RecognizerRegistry(supported_languages=["zh"])
    registry.add_recognizer(ResidentId("RESIDENT_ID", patterns=[id_pattern], supported_language="zh"))
    for name, pattern in own.items():
        found = PatternRecognizer(name, patterns=[Pattern(name, pattern, 0.8)], supported_language="zh")
        registry.add_recognizer(found)
    for recognizer in (CreditCardRecognizer, EmailRecognizer, IpRecognizer):
        registry.add_recognizer(recognizer(supported_language="zh"))
    return AnalyzerEngine(registry=registry, nlp_engine=no_model(), supported_languages=["zh"])


def scan_table(batch):
    from xingdun.kernel.discovery.grading import grade_table
    from xingdun.kernel.discovery.profile import TableProfile
    from xingdun.kernel.discovery.verdicts import table_verdicts

    profile = TableProfile("t")
    for begin in range(0, batch.num_rows, BATCH):
        profile.observe(batch.slice(begin, BATCH))
    verdicts = table_verdicts(profile)
    grade_table("t", verdicts, rows=profile.rows)
    return {verdict.column: verdict.entity for verdict in verdicts}


def scan_every_value(batch):
    """The scan without its sampling within a batch."""
    from xingdun.kernel.discovery import signals

    before, signals.SAMPLE = signals.SAMPLE, BATCH
    try:
        return scan_table(batch)
    finally:
        signals.SAMPLE = before


def cpu_seconds(work):
    start = time.process_time()
    work()
    return time.process_time() - start


class Generated:
    """A source of `rows` rows, made as they are read: a few batches in turn."""

    name = "generated"

    def __init__(self, rows):
        self.rows = rows
        self.pool = [table(BATCH, seed) for seed in range(4)]

    def tables(self):
        """The one table."""
        from xingdun.engines.readers import Table

        return [Table("t", rows=self.rows)]

    def sampling(self, table, sample):
        """Every row."""
        from xingdun.engines.readers import Sampling

        del table, sample
        return Sampling("whole")

    def batches(self, table, *, sample=None, start=0):
        """Copies, as a reader would give."""
        from xingdun.engines.readers import Chunk

        del table, sample, start
        for passed in range(0, self.rows, BATCH):
            batch = self.pool[passed // BATCH % len(self.pool)].slice(0, self.rows - passed)
            copy = pa.RecordBatch.from_arrays([pa.concat_arrays([one]) for one in batch.columns], names=COLUMNS)
            yield Chunk(copy, copy.num_rows, passed + copy.num_rows)


def memory(rows):
    """Peak memory of scanning that many rows, in a process of its own."""
    from xingdun.engines.local import scan

    source = Generated(rows)
    scan(Generated(BATCH), sample=None)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    (result,) = scan(source, sample=None).tables
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    taken = time.process_time() - start
    print(json.dumps({"rows": result.scanned_rows, "before": before, "peak": peak, "cpu": taken}))


def main():
    ours, theirs = table(OURS, 1), table(THEIRS, 1)
    analyzer = presidio()
    cells = [str(cell) for one in theirs.to_pylist() for cell in one.values()]
    scan_table(ours.slice(0, 1000))
    for cell in cells[: len(COLUMNS)]:
        analyzer.analyze(cell, language="zh")
    rates = []
    for number in range(ROUNDS):
        mine = OURS / cpu_seconds(lambda: scan_table(ours))
        peer = THEIRS / cpu_seconds(lambda: [analyzer.analyze(cell, language="zh") for cell in cells])
        every = EVERY / cpu_seconds(lambda: scan_every_value(ours.slice(0, EVERY)))
        rates.append((mine, every, peer))
        print(f"round {number + 1}: {mine:,.0f}; every value {every:,.0f}; presidio {peer:,.0f} rows/cpu-s")
    for name, place in (("scan", 0), ("scan of every value", 1)):
        ratio = median(rate[place] / rate[2] for rate in rates)
        print(f"{name} / presidio-analyzer: {ratio:,.0f} times (bar {BAR}) {'ok' if ratio >= BAR else 'BELOW'}")
    print("found:", scan_table(ours))
    memories()


def memories():
    peaks = []
    for rows in SIZES:
        child = subprocess.run([sys.executable, __file__, "memory", str(rows)], capture_output=True, check=True)
        told = json.loads(child.stdout)
        peaks.append(told["peak"])
        print(
            f"{told['rows']:>10,} rows: peak {told['peak'] / 1024:,.0f} MiB, "
            f"{(told['peak'] - told['before']) / 1024:,.0f} more than a scan of one batch, "
            f"{told['rows'] / told['cpu']:,.0f} rows/cpu-s"
        )
    print(f"memory at 10^7 rows / at 10^5: {peaks[-1] / peaks[0]:.2f}")


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        memory(int(sys.argv[2])) if sys.argv[1:2] == ["memory"] else main()
