"""What can go wrong while reading a source: stable codes, both languages, never a password."""

import re
from collections.abc import Mapping

# code: (Chinese what, Chinese todo, English what, English todo)
_TEXTS: Mapping[str, tuple[str, str, str, str]] = {
    "XD-SOURCE-001": (
        "找不到数据源:{detail}",
        "检查路径或地址。",
        "there is no such source: {detail}",
        "Check the path or address.",
    ),
    "XD-SOURCE-002": (
        "不支持的数据源:{detail}",
        "可用:postgresql:// 地址,或 CSV(含 gzip)、Parquet、XLSX 文件及其文件夹。",
        "this kind of source is not supported: {detail}",
        "Use a postgresql:// address, or a file or folder of CSV (gzip too), Parquet or XLSX.",
    ),
    "XD-SOURCE-003": (
        "连不上数据库:{detail}",
        "检查主机、端口、网络和数据库是否在运行。",
        "the database cannot be reached: {detail}",
        "Check host, port, network, and that the server runs.",
    ),
    "XD-SOURCE-004": (
        "数据库拒绝登录:{detail}",
        "检查用户名、密码和数据库名。",
        "the database refused the sign-in: {detail}",
        "Check user, password and database name.",
    ),
    "XD-SOURCE-005": (
        "文件损坏或格式不符:{detail}",
        "重新导出该文件。",
        "the file is broken or of another format: {detail}",
        "Export the file again.",
    ),
    "XD-SOURCE-006": (
        "解压后的数据超出界限:{detail}",
        "如确属正常数据,请先解压再扫描。",
        "the decompressed data exceeds its bound: {detail}",
        "If the data is genuine, decompress it first.",
    ),
    "XD-SOURCE-007": (
        "没有读取权限:{detail}",
        "请授予读取权限。",
        "not allowed to read: {detail}",
        "Grant the right to read.",
    ),
    "XD-SOURCE-008": (
        "读取时表已不存在:{detail}",
        "重新扫描以获得当前的表清单。",
        "the table is gone: {detail}",
        "Scan again for the present list of tables.",
    ),
    "XD-SOURCE-009": (
        "读取中连接断开:{detail}",
        "数据库恢复后从断点继续扫描。",
        "the connection broke while reading: {detail}",
        "Resume the scan when the server is back.",
    ),
    "XD-SOURCE-010": (
        "读取该表失败:{detail}",
        "查看原因后重试。",
        "reading the table failed: {detail}",
        "See the cause and try again.",
    ),
    "XD-SOURCE-011": (
        "没有可读的表:{detail}",
        "检查该位置是否含有数据。",
        "there is no table to read: {detail}",
        "Check that the place holds data.",
    ),
}

_PASSWORD = re.compile(r"(://[^:/@\s]*:)[^@\s]*(@)|((?:password|passwd|pwd)\s*=\s*)('[^']*'|[^\s&']+)", re.IGNORECASE)


def without_password(text: str) -> str:
    """The text with every password of a URL or connection string put out of sight."""
    return _PASSWORD.sub(lambda hit: f"{hit[1]}***{hit[2]}" if hit[1] else f"{hit[3]}***", text)


class ReadError(Exception):
    """A source or table could not be read. code: stable; detail: what the system said, without passwords."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code
        self.detail = without_password(" ".join(detail.split()))[:500]
        super().__init__(f"{code} {self.text('en')}")

    def text(self, language: str = "zh") -> str:
        """What happened and what to do, in `zh` or `en`."""
        what_zh, todo_zh, what_en, todo_en = _TEXTS[self.code]
        if language.startswith("zh"):
            return f"{what_zh.format(detail=self.detail)}。{todo_zh}"
        return f"{what_en.format(detail=self.detail)}. {todo_en}"


class SourceError(ReadError):
    """The whole source is out of reach."""


class TableError(ReadError):
    """One table could not be read (to its end); the others still can. table: its label."""

    def __init__(self, code: str, table: str, detail: str = "") -> None:
        self.table = table
        super().__init__(code, f"{table}: {detail}" if detail else table)
