"""What the catalogue refuses: the file and the entry are named, in both languages."""

from typing import ClassVar

from xingdun.kernel.clocks import Bilingual


class CatalogueError(ValueError):
    """Any fault of the catalogue's data. `file` and `entry` say where; `text` says it in both languages."""

    code: ClassVar[str] = "XD-CATALOGUE-000"
    telling: ClassVar[Bilingual] = Bilingual(
        "目录文件 {file} 的 {entry}：{problem}。", "Catalogue file {file}, entry {entry}: {problem}."
    )

    def __init__(self, *, file: str, entry: str, problem: str) -> None:
        self.file, self.entry, self.problem = file, entry, problem
        self.text = self.telling.filled(file=file, entry=entry, problem=problem)
        super().__init__(f"{self.code} {self.text.en}")


class UnreadableError(CatalogueError):
    """A file that is missing or no TOML."""

    code = "XD-CATALOGUE-001"


class EntryError(CatalogueError):
    """An entry that lacks a field, has one too many, or one of the wrong type."""

    code = "XD-CATALOGUE-002"


class DuplicateError(CatalogueError):
    """A key that stands twice."""

    code = "XD-CATALOGUE-003"


class UnknownNameError(CatalogueError):
    """A name that nothing in the catalogue bears."""

    code = "XD-CATALOGUE-004"


class UnansweredError(CatalogueError):
    """A clause that no duty answers and that is shown nowhere."""

    code = "XD-CATALOGUE-005"


class ExpressionError(CatalogueError):
    """An applicability expression that does not parse or uses an unknown fact."""

    code = "XD-CATALOGUE-006"
