"""What the first page tells of findings."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xingdun.assets import finding_selectors
from xingdun.assets.models import Finding
from xingdun.assets.scanners import Severity
from xingdun.frame.overview import Chart, Link, Number, Panel, Series, Tile, Viewer, show

_GRAVE = ("critical", "high")


def _findings(viewer: Viewer) -> Sequence[Number]:
    held = finding_selectors.standing(viewer.now)
    yesterday = {"due_at_before": f"{timezone.localdate(viewer.now):%Y-%m-%d}"}
    return (
        Number(
            _("overdue findings"),
            held["overdue"],
            Link("assets.finding", yesterday),
            tone="violated" if held["overdue"] else "good",
        ),
        *(
            Number(Severity(severity).label, held[severity], Link("assets.finding", {"severity": severity}))
            for severity in _GRAVE
        ),
        Number(_("to be retested"), held["to_retest"], Link("assets.finding", {"state": Finding.State.FIXED.value})),
    )


def _by_severity(viewer: Viewer) -> Chart | None:
    held = finding_selectors.standing(viewer.now)
    words = [severity for severity in Severity if severity != Severity.INFO]
    if not any(held[severity.value] for severity in words):
        return None
    links = [Link("assets.finding", {"severity": severity.value}) for severity in words]
    series = Series(_("to be mended"), [held[severity.value] for severity in words], links)
    return Chart("bar", [severity.label for severity in words], [series], unit=_("findings"), rows=_("severity"))


show(
    Tile("assets.findings", _("What is weak and late?"), "assets.finding.view", _findings, icon="bug", order=25),
    Panel(
        "assets.findings",
        _("How grave is what is still to be mended?"),
        "assets.finding.view",
        _by_severity,
        empty=_("Nothing is to be mended."),
        link=Link("assets.finding"),
        order=45,
    ),
)
