"""Migrating an empty database in half the time."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.migrations.state import ModelState, ProjectState

_with_all_related = ProjectState.add_model


@contextmanager
def new_models_alone() -> Iterator[None]:
    """Within it, a model that a migration adds is rendered alone.

    Django renders every model anew that is related to an added one; here nearly all are, through the institution.
    Those before it keep their class, which learns of the new relation as it does in a running program.
    """
    ProjectState.add_model = _add_model  # type: ignore[assignment, method-assign]
    try:
        yield
    finally:
        ProjectState.add_model = _with_all_related  # type: ignore[method-assign]


def _add_model(state: ProjectState, model: ModelState) -> None:
    rendered = vars(state).pop("apps", None)  # what Django does not see, it does not render
    _with_all_related(state, model)
    if rendered is not None:
        vars(state)["apps"] = rendered
        rendered.render_multiple([model])
