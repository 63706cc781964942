"""Where identifiers stand inside texts: the finding behind masks of free text."""

import polars as pl
import pyarrow as pa

from xingdun.kernel.discovery import signals, values
from xingdun.kernel.discovery.kinds import KINDS

SCHEMA = pa.schema(
    [
        pa.field("row", pa.int64()),
        pa.field("start", pa.int64()),
        pa.field("length", pa.int64()),
        pa.field("entity", pa.string()),
        pa.field("confidence", pa.float64()),
    ]
)
# Kind of run -> entity and how sure a run by itself is.
_RUNS: dict[str, tuple[str, float]] = {
    "resident_id": ("resident_id", 0.99),
    "resident_id_bad_check": ("resident_id", 0.6),
    "resident_id_15": ("resident_id", 0.6),
    "mobile": ("mobile_phone", 0.95),
    "landline": ("landline_phone", 0.85),
    "card": ("bank_card", 0.95),
    "card_bad_check": ("bank_card", 0.5),
    "credit_code": ("social_credit_code", 0.98),
    "ipv4": ("ip_address", 0.9),
    "date": ("date", 0.8),
    "datetime": ("timestamp", 0.8),
}
_PATTERNS: dict[str, tuple[str, float]] = {
    "in:email": ("email", 0.98),
    "in:plate": ("plate", 0.9),
    "in:passport": ("passport", 0.8),
    "in:zh_name": ("person_name", 0.75),
    "in:address": ("address", 0.8),
    "in:mrn": ("medical_record_number", 0.85),
}


def find_spans(texts: pa.Array) -> pa.RecordBatch:
    """Every identifier in a string array: row, start and length in UTF-8 bytes, entity, confidence; by row and start.

    Spans may overlap (a phone inside an address); full-width digits are folded first, so offsets of a value that
    holds any are those of its folded form (`values.scan_text`). A name's or record number's span includes the word
    that gave it away.
    """
    seen = values.scan_text(values.as_text(texts), with_spans=True)
    rows = [
        (int(row), int(start), int(length), *_RUNS[KINDS[kind]])
        for row, start, length, kind in seen.spans.tolist()
        if length and KINDS[kind] in _RUNS
    ]
    series = pl.Series(seen.text.array)
    for name, (entity, confidence) in _PATTERNS.items():
        pattern = signals.INSIDE[name]
        hits = series.str.contains(pattern).fill_null(value=False).arg_true()
        for row in hits.to_list():
            text = series[row]
            at = 0
            for found in pl.Series([text]).str.extract_all(pattern)[0]:
                begin = text.index(found, at)
                at = begin + len(found)
                start = len(text[:begin].encode())
                rows.append((row, start, len(found.encode()), entity, confidence))
    rows.sort()
    return pa.RecordBatch.from_pylist([dict(zip(SCHEMA.names, row, strict=True)) for row in rows], schema=SCHEMA)
