"""Which institution a command is about."""

from uuid import UUID

import click


def institution_named(name: str | None) -> UUID:
    """The institution of that name, or the only one; raises UsageError when there are several, or none of the name."""
    from xingdun.frame.context import acting_in
    from xingdun.organisation.models import Account, Institution

    found = {}
    for key in Account.objects.order_by().values_list("institution", flat=True).distinct():
        with acting_in(key):
            found[Institution.objects.get(pk=key).name] = key
    if name is None and len(found) == 1:
        return UUID(str(next(iter(found.values()))))
    if name not in found:
        raise click.UsageError(f"Name one with --institution: {', '.join(sorted(found)) or 'there is none yet'}.")
    return UUID(str(found[name]))
