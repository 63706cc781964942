"""The working days that `xingdun clock` counts by, and where each year's notice of holidays came from."""

from dataclasses import dataclass
from pathlib import Path

from xingdun.kernel.clocks import Bilingual, ClockError, WorkingDays, read_notice, working_days

_NOTICE_READ = 70_000  # characters: more than a notice may have, so that it is refused as too large
_SOURCES = {
    "platform": Bilingual("平台自带 {years}", "with the platform {years}"),
    "imported": Bilingual("{name} 导入 {years}", "imported by {name} {years}"),
    "file": Bilingual("文件 {years}", "from a file {years}"),
}


class _UnreadableFileError(ClockError):
    code = "XD-CLOCK-013"
    telling = Bilingual("无法读取 {file}。请提供 UTF-8 文本文件。", "{file} cannot be read. Give a text file in UTF-8.")


@dataclass(frozen=True)
class Counted:
    """Working days. sources: year -> `platform`, `imported` or `file`. institution: whose imported years they hold."""

    days: WorkingDays
    sources: dict[int, str]
    institution: str = ""

    def with_file(self, file: Path) -> "Counted":
        """With the notice in a file; it replaces what was known of its year. Raises ClockError."""
        try:
            with file.open(encoding="utf-8-sig") as opened:
                notice = read_notice(opened.read(_NOTICE_READ))
        except (OSError, UnicodeDecodeError):
            raise _UnreadableFileError(file=file) from None
        return Counted(self.days.with_notice(notice), {**self.sources, notice.year: "file"}, self.institution)

    def years(self, source: str) -> list[int]:
        """The years whose notice came from there."""
        return sorted(year for year, kind in self.sources.items() if kind == source)

    def told(self, language: str) -> str:
        """Which years it knows, and from where."""
        known = {source: self.years(source) for source in _SOURCES}
        texts = [
            _SOURCES[source].filled(years=_span(years), name=self.institution).say(language)
            for source, years in known.items()
            if years
        ]
        return "; ".join(texts)


def _span(years: list[int]) -> str:
    whole = len(years) > 1 and years[-1] - years[0] == len(years) - 1
    return f"{years[0]}-{years[-1]}" if whole else ", ".join(map(str, years))


def counted(files: tuple[Path, ...], *, imported: bool, institution: str | None) -> Counted:
    """The platform's own years, those an institution imported when asked for, and those in files, the last above all.

    Raises ClockError for a file that cannot be used, and what `connected` and `institution_named` raise.
    """
    days = working_days()
    known = Counted(days, {notice.year: "platform" for notice in days.notices})
    if imported:
        known = _imported(known, institution)
    for file in files:
        known = known.with_file(file)
    return known


def _imported(shipped: Counted, institution: str | None) -> Counted:
    """With the years imported into the running platform; Django is read here alone."""
    from xingdun.doors.cli.institutions import institution_named
    from xingdun.doors.cli.platform import connected
    from xingdun.doors.cli.telling import tells_refusals

    @tells_refusals
    def read() -> Counted:
        connected("clock")
        from xingdun.frame.context import acting_in
        from xingdun.obligations.years import calendar_of
        from xingdun.organisation.models import Institution

        key = institution_named(institution)
        with acting_in(key):
            days, name = calendar_of(key), Institution.objects.get(pk=key).name
        known = set(shipped.days.notices)
        own = {notice.year: "imported" for notice in days.notices if notice not in known}
        return Counted(days, {**shipped.sources, **own}, name)

    return read()
