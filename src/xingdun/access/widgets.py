"""Choosing columns: by dataset, with what is in each and how it is graded, never its content."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from xingdun.data.models import Column

MOST_DATASETS = 300
"""Datasets offered at once; the page says when there are more, and finds those by name."""


class ColumnsWidget(forms.SelectMultiple):
    """Check boxes under the dataset they belong to; a dataset with a chosen column is open."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The datasets with their columns, as many as may be shown."""
        del renderer
        chosen = {str(one) for one in value or ()}
        groups = list(_groups(self.choices.queryset, chosen))  # type: ignore[attr-defined] # a model field's choices
        context = {
            "name": name,
            "id": (attrs or {}).get("id", f"id_{name}"),
            "groups": groups[:MOST_DATASETS],
            "more": len(groups) > MOST_DATASETS,
        }
        return render_to_string("access/columns.html", context)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """The keys that were checked."""
        del files
        return data.getlist(name) if hasattr(data, "getlist") else data.get(name)


def _groups(columns: Any, chosen: set[str]) -> Iterable[dict[str, Any]]:
    found: dict[Any, dict[str, Any]] = {}
    for column in columns.order_by("dataset__schema", "dataset__name", "position")[: MOST_DATASETS * 100]:
        group = found.setdefault(
            column.dataset_id, {"dataset": column.dataset, "options": [], "open": False, "grades": set()}
        )
        picked = str(column.pk) in chosen
        group["options"].append({"column": column, "picked": picked})
        group["open"] = group["open"] or picked
        group["grades"] |= set(column.subject)
    for group in found.values():
        yield {**group, "grades": sorted(group["grades"])}


def columns_asked() -> Any:
    """Every column that can be asked for, with its dataset."""
    return Column.objects.filter(gone_at__isnull=True).select_related("dataset")
