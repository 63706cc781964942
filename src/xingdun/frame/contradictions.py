"""What the database refuses, said as people can mend it: the last word where no form and no service spoke before."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import DataError, IntegrityError
from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from psycopg import errors

from xingdun.frame.errors import Refusal


class AlreadyThere(Refusal):
    """Two records would be the same where they must differ, often because somebody else was quicker."""

    code = "XD-FRAME-005"
    what = _("There is such a record already; it may not be there twice: {fields}.")
    todo = _("Look for it in the list, or change what must differ. Nothing was written.")


class NotTogether(Refusal):
    """Values that are right each by itself, and not together."""

    code = "XD-FRAME-006"
    what = _("These values do not go together: {fields}.")
    todo = _("Compare them with each other and with the record as it stands. Nothing was written.")
    status = 422


class NotStorable(Refusal):
    """A number or a text beyond what can be kept."""

    code = "XD-FRAME-007"
    what = _("A value is too large, too long or of a form that cannot be kept.")
    todo = _("Shorten the value or choose a smaller number. Nothing was written.")
    status = 422


@contextmanager
def contradictions_told() -> Iterator[None]:
    """Around a service: a row against a constraint is refused in the reader's words.

    Raises AlreadyThere, NotTogether, NotStorable. What only a defect of the program can cause stays a fault.
    """
    try:
        yield
    except (IntegrityError, DataError) as error:
        told = _told(error.__cause__)
        if told is None:
            raise
        raise told from error


def _told(cause: BaseException | None) -> Refusal | None:
    if isinstance(cause, errors.DataError):
        return NotStorable()
    if not isinstance(cause, errors.UniqueViolation | errors.CheckViolation):
        return None
    model = next((one for one in apps.get_models() if one._meta.db_table == cause.diag.table_name), None)  # noqa: SLF001 - Django's documented API
    if model is None:
        return None
    rule = next((one for one in model._meta.constraints if one.name == cause.diag.constraint_name), None)  # noqa: SLF001 - the same
    if isinstance(cause, errors.UniqueViolation):  # its detail is not told under row security: the rule's fields are
        return AlreadyThere(fields=_words(model, getattr(rule, "fields", ())))
    condition = getattr(rule, "condition", None)
    return None if condition is None else NotTogether(fields=_words(model, condition.referenced_base_fields))


def _words(model: type[Model], names: Iterable[str]) -> str:
    """The fields of `names` in the reader's language, as the record orders them; its kind when none is known."""
    wanted = {*names} - {"institution"}
    fields = [field for field in model._meta.get_fields() if field.name in wanted]  # noqa: SLF001 - the same
    said = [str(getattr(field, "verbose_name", field.name)) for field in fields]
    return str(_(", ")).join(said) or str(model._meta.verbose_name)  # noqa: SLF001 - the same
