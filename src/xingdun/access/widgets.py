"""Choosing columns: by dataset, with what is in each and how it is graded, never its content."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from xingdun.data.models import Column, Dataset

MOST_DATASETS = 60
"""Datasets shown at once; with more of them, those whose name or column holds the words typed are fetched."""


class ColumnsWidget(forms.SelectMultiple):
    """Check boxes under the dataset they belong to; a dataset with a chosen column is open and always shown."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The datasets with their columns, as many as may be shown."""
        del renderer
        offered = self.choices.queryset  # type: ignore[attr-defined] # a model field's choices
        context = {
            "name": name,
            "id": (attrs or {}).get("id", f"id_{name}"),
            **groups(offered, chosen={str(one) for one in value or ()}),
        }
        return render_to_string("access/columns.html", context)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """The keys that were checked."""
        del files
        return data.getlist(name) if hasattr(data, "getlist") else data.get(name)


def groups(offered: QuerySet[Column], *, chosen: set[str], words: str = "") -> dict[str, Any]:
    """What the page shows: `groups`, first those with a chosen column, then those that hold `words`; `more` if cut."""
    of_it = offered.filter(dataset=OuterRef("pk"))
    fitting = Dataset.objects.filter(Exists(of_it))
    for word in words.split()[:5]:
        fitting = fitting.filter(Q(name__icontains=word) | Exists(of_it.filter(name__icontains=word)))
    found = list(fitting.order_by("schema", "name", "pk").values_list("pk", flat=True)[: MOST_DATASETS + 1])
    picked = offered.filter(pk__in=chosen).values_list("dataset_id", flat=True) if chosen else ()
    shown = dict.fromkeys([*picked, *found[:MOST_DATASETS]])
    return {"groups": list(_groups(offered, shown, chosen)), "more": len(found) > MOST_DATASETS, "words": words}


def _groups(offered: QuerySet[Column], shown: Iterable[Any], chosen: set[str]) -> Iterable[dict[str, Any]]:
    found: dict[Any, dict[str, Any]] = {
        key: {"dataset": None, "options": [], "open": False, "grades": set()} for key in shown
    }
    for column in offered.filter(dataset__in=list(found)).order_by("dataset__schema", "dataset__name", "position"):
        group = found[column.dataset_id]
        picked = str(column.pk) in chosen
        group["dataset"] = column.dataset
        group["options"].append({"column": column, "picked": picked})
        group["open"] = group["open"] or picked
        group["grades"] |= set(column.subject)
    for group in found.values():
        yield {**group, "grades": sorted(group["grades"])}


def columns_asked() -> QuerySet[Column]:
    """Every column that can be asked for, with its dataset."""
    return Column.objects.filter(gone_at__isnull=True).select_related("dataset")
