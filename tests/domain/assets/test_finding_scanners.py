"""Results of scanners: real structures are read alike, and no file, however broken or hostile, is taken by half."""

import json
import zipfile
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xingdun.assets.scanners import Severity, read_scan, sheet
from xingdun.assets.scanners.errors import RowsWrong, ScanBroken, ScanHostile, ScanTooLarge, ScanUnknown
from xingdun.frame.errors import Refusal

NESSUS = """<?xml version="1.0" ?>
<NessusClientData_v2>
<Policy><policyName>内网季度扫描</policyName></Policy>
<Report name="HIS" xmlns:cm="http://www.nessus.org/cm">
<ReportHost name="10.20.1.5"><HostProperties><tag name="host-ip">10.20.1.5</tag></HostProperties>
<ReportItem port="445" svc_name="cifs" protocol="tcp" severity="4" pluginID="97833" pluginName="MS17-010: Security
 Update for SMB Server" pluginFamily="Windows"><cve>CVE-2017-0143</cve><cve>CVE-2017-0144</cve><cve>CVE-2017-0143</cve>
<cvss3_base_score>8.1</cvss3_base_score><cvss_base_score>9.3</cvss_base_score>
<description>远程代码执行 &lt;SMBv1&gt;</description><solution>Apply the patch.</solution></ReportItem>
<ReportItem port="0" svc_name="general" protocol="tcp" severity="0" pluginID="19506" pluginName="Scan Information"/>
<ReportItem port="0" svc_name="general" protocol="tcp" severity="2" pluginID="42873" pluginName="SSL Medium Strength"/>
</ReportHost>
<ReportHost name="10.20.1.6"><HostProperties/></ReportHost>
</Report></NessusClientData_v2>"""

GREENBONE = """<report id="a" format_id="b" content_type="text/xml"><report id="a">
<results start="1" max="100">
<result id="1"><name>OpenSSH Information Disclosure</name><host>10.20.1.7<asset asset_id=""/><hostname/></host>
<port>22/tcp</port><nvt oid="1.3.6.1.4.1.25623.1.0.117839"><type>nvt</type><name>OpenSSH</name>
<cvss_base>5.3</cvss_base>
<tags>summary=OpenSSH leaks.|insight=x</tags><solution type="VendorFix">Update.</solution>
<refs><ref type="cve" id="CVE-2018-15473"/><ref type="url" id="https://example.org"/></refs></nvt>
<threat>Medium</threat><severity>5.3</severity><qod><value>80</value></qod><description>Found.</description></result>
<result id="2"><name>OS Detection</name><host>10.20.1.7</host><port>general/tcp</port>
<nvt oid="1.3.6.1.4.1.25623.1.0.105937"><name>OS</name></nvt><threat>Log</threat><severity>0.0</severity></result>
<result id="3"><name>Old TLS</name><host>10.20.1.8</host><port>443/tcp</port>
<nvt oid="1.3.6.1.4.1.25623.1.0.1"><name>TLS</name><cve>CVE-2011-3389, CVE-2015-0204</cve></nvt>
<threat>False Positive</threat><severity>-1.0</severity></result>
</results><host><ip>10.20.1.9</ip></host></report></report>"""

TRIVY = {
    "SchemaVersion": 2,
    "ArtifactName": "registry.hospital.example:5000/his/web:1.4.2",
    "ArtifactType": "container_image",
    "Results": [
        {
            "Target": "registry.hospital.example:5000/his/web:1.4.2 (debian 12.4)",
            "Class": "os-pkgs",
            "Vulnerabilities": [
                {
                    "VulnerabilityID": "CVE-2023-45853",
                    "PkgName": "zlib1g",
                    "InstalledVersion": "1:1.2.13",
                    "FixedVersion": "1:1.2.14",
                    "Severity": "CRITICAL",
                    "Title": "zlib: integer overflow",
                    "CVSS": {"redhat": {"V3Score": 5.3}, "nvd": {"V2Score": 7.5, "V3Score": 9.8}},
                },
                {"VulnerabilityID": "CVE-2099-1", "PkgName": "x", "Severity": "UNKNOWN"},
            ],
        },
        {
            "Target": "Dockerfile",
            "Class": "config",
            "Misconfigurations": [
                {"ID": "DS002", "Title": "root user", "Severity": "HIGH", "Status": "FAIL", "Resolution": "Add USER"},
                {"ID": "DS001", "Title": "latest tag", "Severity": "MEDIUM", "Status": "PASS"},
            ],
        },
        {
            "Target": "/app/.env",
            "Class": "secret",
            "Secrets": [
                {"RuleID": "generic", "Title": "Key", "Severity": "HIGH", "StartLine": 3, "Match": "KEY=tops3cret"}
            ],
        },
    ],
}

SARIF = {
    "version": "2.1.0",
    "runs": [
        {
            "tool": {
                "driver": {
                    "name": "CodeQL",
                    "rules": [
                        {
                            "id": "py/sql-injection",
                            "shortDescription": {"text": "SQL 注入"},
                            "properties": {"security-severity": "8.8"},
                            "messageStrings": {"default": {"text": "{0} reaches {1}"}},
                        },
                        {"id": "py/clear", "defaultConfiguration": {"level": "note"}},
                    ],
                }
            },
            "results": [
                {
                    "ruleIndex": 0,
                    "ruleId": "py/sql-injection",
                    "message": {"id": "default", "arguments": ["input", "query"]},
                    "locations": [
                        {"physicalLocation": {"artifactLocation": {"uri": "a.py"}, "region": {"startLine": 7}}}
                    ],
                    "partialFingerprints": {"primaryLocationLineHash": "39fa2ee980eb94b0:1"},
                },
                {"ruleId": "py/clear", "message": {"text": "clear text"}},
                {"ruleId": "py/clear", "message": {"text": "clear text"}},
                {"ruleId": "other", "message": {"text": "默认级别"}},
                {"ruleId": "py/clear", "message": {"text": "x"}, "suppressions": [{"kind": "inSource"}]},
                {"ruleId": "py/clear", "message": {"text": "y"}, "kind": "pass"},
            ],
        }
    ],
}


def read(told):
    data = told if isinstance(told, bytes) else (told if isinstance(told, str) else json.dumps(told)).encode()
    return read_scan(BytesIO(data))


def read_or_refused(told):
    try:
        return read(told)
    except Refusal as refused:
        return refused


def workbook(rows, change=None):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if change:
        change(book.active)
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def test_nessus():
    result = read(NESSUS)
    assert (result.tool, result.informational, result.covered) == ("nessus", 1, {"10.20.1.5", "10.20.1.6"})
    smb, ssl = result.findings
    assert (smb.target, smb.port, smb.identifier, smb.severity) == ("10.20.1.5", "445/tcp", "97833", Severity.CRITICAL)
    assert (smb.cvss, smb.references) == (Decimal("8.1"), ("CVE-2017-0143", "CVE-2017-0144"))
    assert (smb.description, smb.solution) == ("远程代码执行 <SMBv1>", "Apply the patch.")
    assert (ssl.port, ssl.severity) == ("", Severity.MEDIUM)
    reworded = read(NESSUS.replace("Apply the patch.", "打补丁").replace('severity="4"', 'severity="3"'))
    assert reworded.findings[0].fingerprint == smb.fingerprint, "words and severity may change; it stays the same"


def test_greenbone():
    result = read(GREENBONE)
    assert (result.tool, result.informational, result.dismissed) == ("greenbone", 1, 1)
    assert result.covered == {"10.20.1.7", "10.20.1.8", "10.20.1.9"}
    (ssh,) = result.findings
    assert (ssh.target, ssh.port, ssh.severity, ssh.cvss) == ("10.20.1.7", "22/tcp", Severity.MEDIUM, Decimal("5.3"))
    assert (ssh.references, ssh.description, ssh.solution) == (("CVE-2018-15473",), "OpenSSH leaks.", "Update.")


def test_trivy():
    result = read(TRIVY)
    assert (result.tool, result.informational, result.dismissed) == ("trivy", 1, 1)
    assert result.covered == {"registry.hospital.example:5000/his/web"}
    zlib, user, secret = result.findings
    assert (zlib.identifier, zlib.component, zlib.cvss) == ("CVE-2023-45853", "zlib1g", Decimal("9.8"))
    assert "1:1.2.14" in zlib.solution
    assert (user.component, user.solution) == ("Dockerfile", "Add USER")
    assert "tops3cret" not in repr(secret)
    rebuilt = json.dumps(TRIVY).replace("1.4.2", "1.4.3").replace("1:1.2.13", "1:1.2.13-1")
    assert {one.fingerprint for one in read(rebuilt).findings} == {one.fingerprint for one in result.findings}


def test_sarif():
    result = read(SARIF)
    assert (result.tool, result.covered, result.dismissed) == ("sarif:CodeQL", None, 2)
    injection, clear, twice, other = result.findings
    assert (injection.severity, injection.cvss, injection.target) == (Severity.HIGH, Decimal("8.8"), "a.py")
    assert (injection.title, injection.description) == ("SQL 注入", "a.py:7\ninput reaches query")
    assert (clear.severity, other.severity) == (Severity.LOW, Severity.MEDIUM)
    assert clear.fingerprint != twice.fingerprint
    moved = json.dumps(SARIF).replace('"startLine": 7', '"startLine": 70')
    assert read(moved).findings[0].fingerprint == injection.fingerprint


def test_the_sheet_reads_its_own_template_and_names_every_wrong_row():
    (found,) = read(sheet.template()).findings
    assert (found.target, found.severity, found.cvss, found.port) == (
        "10.0.0.1",
        Severity.HIGH,
        Decimal("7.5"),
        "1433/tcp",
    )
    heads = ["对象*", "问题*", "严重程度*", "CVSS"]
    with pytest.raises(RowsWrong) as refused:
        read(
            workbook([heads, ["a", "x", "高", 5], ["a", "x", "高", 6], ["", "y", "惊人", "十一"], ["b", "=1+1", "低"]])
        )
    problems = refused.value.facts["problems"].split("; ")
    assert [next(sign for sign in problem if sign.isdigit()) for problem in problems] == ["3", "4", "4", "4", "5"]
    assert refused.value.facts["count"] == 5
    with pytest.raises(ScanBroken) as merged:
        read(workbook([heads, ["a", "x", "高"]], lambda page: page.merge_cells("A2:A3")))
    assert "A2:A3" in merged.value.facts["place"]
    for wrong in (
        [["对象", "问题"]],
        [["对象", "对象", "问题", "严重程度"]],
        [["对象", "问题", "严重程度", "年龄"]],
        [],
    ):
        with pytest.raises(ScanBroken):
            read(workbook(wrong))
    with pytest.raises(ScanTooLarge):
        read(workbook([heads], lambda page: page.cell(60_000, 1, "a")))
    with pytest.raises(RowsWrong):
        read(workbook([heads, ["a", "#N/A", "高"]]))
    plain, swapped = BytesIO(workbook([heads, ["a", "x", "高"], ["b", "y", "低"]])), BytesIO()
    with zipfile.ZipFile(swapped, "w") as made, zipfile.ZipFile(plain) as parts:
        for part in parts.namelist():
            made.writestr(part, parts.read(part).replace(b'<row r="3"', b'<row r="2"'))
    with pytest.raises(ScanBroken, match=r"sheet1.xml.+2.+“2”|sheet1.xml, row “2” after row 2"):
        read(swapped.getvalue())


BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE r [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><NessusClientData_v2>&b;</NessusClientData_v2>"""
REACH = b'<!DOCTYPE r SYSTEM "file:///etc/passwd"><report/>'


def test_a_document_type_is_refused_before_any_entity_exists():
    for hostile in (BOMB, REACH, BOMB.decode().encode("utf-16")):
        with pytest.raises(ScanHostile) as refused:
            read(hostile)
        assert any(sign.isdigit() for sign in refused.value.facts["place"])
    package = BytesIO()
    with zipfile.ZipFile(package, "w") as made, zipfile.ZipFile(BytesIO(sheet.template())) as plain:
        for part in plain.namelist():
            made.writestr(part, REACH if part.endswith("sheet1.xml") else plain.read(part))
    with pytest.raises(ScanHostile):
        read(package.getvalue())


def test_bounds():
    with pytest.raises(ScanTooLarge):
        read("<NessusClientData_v2>" + "<a>" * 100)
    with pytest.raises(ScanTooLarge):
        read('<NessusClientData_v2><ReportHost name="a"><ReportItem>' + "<a/>" * 30_000)
    with pytest.raises(ScanBroken):
        read("[" * 500_000)
    with pytest.raises(ScanTooLarge):
        read(b'{"a":[' + b"{}," * 2_500_000)
    bomb = BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as made:
        for number in range(3):
            made.writestr(f"{number}.xml", b" " * (50 << 20))
    with pytest.raises(ScanTooLarge):
        read(bomb.getvalue())


@pytest.mark.parametrize(
    ("told", "kind", "place"),
    [
        (b"", ScanUnknown, ""),
        (b"\x7fELF", ScanUnknown, ""),
        ("<html/>", ScanUnknown, ""),
        ({"a": 1}, ScanUnknown, ""),
        (NESSUS[:900], ScanBroken, "1"),
        (NESSUS.replace('severity="4"', 'severity="9"'), ScanBroken, "6"),
        (GREENBONE.replace("<severity>5.3</severity>", "").replace("Medium", "Odd"), ScanBroken, "3"),
        ('<?xml version="1.0" encoding="no-such"?><report/>', ScanBroken, "1"),
        (json.dumps(TRIVY).replace('"HIGH"', '"LOUD"'), ScanBroken, "$.Results[1].Misconfigurations[0].Severity"),
        (json.dumps(TRIVY).replace('"Results": [', '"Results": 3, "Old": ['), ScanBroken, "$.Results"),
        ('{"SchemaVersion": 2, "ArtifactName": "a", "Results": [{"Class": {}}]}', ScanBroken, "$.Results[0].Class"),
        (json.dumps(SARIF)[:-1], ScanBroken, "1"),
        ('{"version": "2.1.0", "runs": [{"a": NaN}]}', ScanBroken, "$"),
        (b'{"version": "\xff"}', ScanBroken, "13"),
        (b"PK\x03\x04 no package", ScanBroken, ""),
    ],
)
def test_what_cannot_be_read_says_where(told, kind, place):
    with pytest.raises(kind) as refused:
        read(told)
    assert place in str(refused.value.facts.get("place", ""))
    assert refused.value.explain().what


WHOLE = [NESSUS.encode(), GREENBONE.encode(), json.dumps(TRIVY).encode(), json.dumps(SARIF).encode(), sheet.template()]


@settings(max_examples=150)
@given(
    whole=st.sampled_from(WHOLE),
    edits=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6), st.integers(0, 40)), min_size=1, max_size=4),
)
def test_an_altered_file_is_read_or_refused_never_more(whole, edits):
    told = whole
    for place, put, cut in edits:
        at = int(place * len(told))
        told = told[:at] + put + told[at + cut :]
    result = read_or_refused(told)
    if isinstance(result, Refusal):
        assert result.explain().code.startswith("XD-FINDING-")
    else:
        assert all(found.target and found.title and found.fingerprint for found in result.findings)


_json_value = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["Results", "Vulnerabilities", "Severity", "CVSS", "results", "locations", "rule", "ruleId", "tool"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=150)
@given(value=_json_value, name=st.sampled_from(["runs", "Results"]))
def test_json_of_any_shape_is_read_or_refused(value, name):
    root = {"version": "2.1.0"} if name == "runs" else {"SchemaVersion": 2, "ArtifactName": "a"}
    result = read_or_refused(root | {name: value})
    assert not isinstance(result, Refusal) or result.facts.get("place", "$").startswith("$")
