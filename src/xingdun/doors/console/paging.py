"""Pages of long lists: rows are counted to a bound, so that a list of millions answers as fast as a short one."""

from typing import Any

from django.core.paginator import Paginator
from django.utils.functional import cached_property
from django_tables2.rows import BoundRows

PAGE_SIZE = 25
BOUND = 10_000


def bounded_count(rows: Any, bound: int = BOUND) -> int:
    """How many rows there are, at most `bound` + 1."""
    return rows.order_by()[: bound + 1].count()


class BoundedPaginator(Paginator):
    """Pages through the first BOUND rows; `more` says that there are others, to be reached by filters or export."""

    def __init__(self, object_list: BoundRows, per_page: int = PAGE_SIZE, **options: Any) -> None:
        super().__init__(object_list, per_page, **options)

    @property
    def _rows(self) -> Any:
        """The queryset under django-tables2's rows."""
        rows: Any = self.object_list
        return rows.data.data

    @cached_property
    def _counted(self) -> int:
        return bounded_count(self._rows)

    @cached_property
    def count(self) -> int:
        """The rows that can be paged through."""
        return min(self._counted, BOUND)

    @property
    def more(self) -> bool:
        """Whether rows lie beyond the bound."""
        return self._counted > BOUND

    def validate_number(self, number: Any) -> int:
        """The number of a page that is there: the first for nonsense, the last for one past the end."""
        try:
            wanted = int(number)
        except (TypeError, ValueError):
            return 1
        return min(max(wanted, 1), self.num_pages)


class FirstRows(BoundedPaginator):
    """The first rows of a list under a record's page, and whether there are more."""

    @cached_property
    def _counted(self) -> int:
        return bounded_count(self._rows, self.per_page)

    @cached_property
    def count(self) -> int:
        """The rows shown."""
        return min(self._counted, self.per_page)

    @property
    def more(self) -> bool:
        """Whether there are rows that are not shown."""
        return self._counted > self.per_page
