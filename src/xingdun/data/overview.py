"""What the first page tells of the inventory: how much waits for a decision, and what lies where by grade."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext_lazy as _

from xingdun.data import selectors
from xingdun.data.models import Sensitivity, Subject
from xingdun.data.models.axes import LEVELS
from xingdun.frame.overview import Chart, Link, Number, Panel, Series, Tile, Viewer, show


def _inventory(viewer: Viewer) -> Sequence[Number]:
    del viewer
    held = selectors.inventory()
    return (
        Number(
            _("columns to confirm"),
            held.columns_open,
            Link("data.column", {"state": "suggested"}),
            tone="due" if held.columns_open else "good",
        ),
        Number(_("columns"), held.columns, Link("data.column")),
        Number(_("datasets"), held.datasets, Link("data.dataset")),
        Number(_("sources"), held.sources, Link("data.source")),
    )


def _chart(
    axis: str, values: Sequence[tuple[object, object]], filters: Callable[[object], dict[str, str]]
) -> Chart | None:
    """Lying bars, one a source, made of as many pieces as the axis has places."""
    cells = selectors.datasets_by(axis)
    if not cells:
        return None
    sources = list(dict.fromkeys((cell.source, cell.source_name) for cell in cells))
    counts = {(cell.source, cell.value): cell.datasets for cell in cells}
    series = [
        Series(
            label,
            [counts.get((source, value), 0) for source, _name in sources],
            [Link("data.dataset", {"source": str(source), **filters(value)}) for source, _name in sources],
        )
        for value, label in values
    ]
    return Chart("stack", [name for _source, name in sources], series, unit=_("datasets"), rows=_("source"))


def _by_level(viewer: Viewer) -> Chart | None:
    del viewer
    places = [(level, _("level {level}").format(level=level)) for level in LEVELS]
    return _chart("level", places, lambda level: {"level": str(level)})


def _by_subject(viewer: Viewer) -> Chart | None:
    del viewer
    return _chart("subject", Subject.choices, lambda subject: {f"holds_{str(subject).lower()}": "True"})


def _by_sensitivity(viewer: Viewer) -> Chart | None:
    del viewer
    return _chart("sensitivity", Sensitivity.choices, lambda sensitivity: {"sensitivity": str(sensitivity)})


_EMPTY = _("Nothing is known yet. Register a source and scan it.")

show(
    Tile(
        key="data.inventory",
        question=_("Is everything we hold graded?"),
        permission="data.column.view",
        numbers=_inventory,
        icon="database",
        order=10,
    ),
    Panel(
        key="data.by_level",
        question=_("What lies where, by national level?"),
        permission="data.dataset.view",
        chart=_by_level,
        empty=_EMPTY,
        link=Link("data.dataset"),
        wide=True,
        order=10,
    ),
    Panel(
        key="data.by_subject",
        question=_("What lies where, by subject category?"),
        permission="data.dataset.view",
        chart=_by_subject,
        empty=_EMPTY,
        link=Link("data.dataset"),
        order=11,
    ),
    Panel(
        key="data.by_sensitivity",
        question=_("What lies where, by sensitivity?"),
        permission="data.dataset.view",
        chart=_by_sensitivity,
        empty=_EMPTY,
        link=Link("data.dataset"),
        order=12,
    ),
)
