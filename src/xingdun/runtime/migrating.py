"""Migrating an empty database in less than half the time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.state import ModelState, ProjectState

_RENDERING_ANEW: dict[str, Callable[..., None]] = {
    name: getattr(ProjectState, name) for name in ("add_model", "add_index", "add_constraint")
}


@contextmanager
def new_models_alone() -> Iterator[None]:
    """Within it, a model that a migration adds is rendered alone.

    Django renders every model anew that is related to an added one; here nearly all are, through the institution.
    Those before it keep their class, which learns of the new relation as it does in a running program. For a new
    index or constraint no class is rendered at all: it changes neither fields nor relations.
    """
    ours = {"add_model": _add_model, "add_index": _add_index, "add_constraint": _add_constraint}
    for name, function in ours.items():
        setattr(ProjectState, name, function)
    try:
        yield
    finally:
        for name, function in _RENDERING_ANEW.items():
            setattr(ProjectState, name, function)


def _add_model(state: ProjectState, model: ModelState) -> None:
    rendered = _unseen(state, "add_model", model)
    if rendered is not None:
        rendered.render_multiple([model])


def _add_index(state: ProjectState, app_label: str, model_name: str, index: object) -> None:
    rendered = _unseen(state, "add_index", app_label, model_name, index)
    if rendered is not None:
        rendered.get_model(app_label, model_name)._meta.indexes.append(index)  # noqa: SLF001 - Django's own name


def _add_constraint(state: ProjectState, app_label: str, model_name: str, constraint: object) -> None:
    rendered = _unseen(state, "add_constraint", app_label, model_name, constraint)
    if rendered is not None:
        rendered.get_model(app_label, model_name)._meta.constraints.append(constraint)  # noqa: SLF001 - Django's own name


def _unseen(state: ProjectState, name: str, *facts: object) -> Any:
    """Change the state while its rendered models are out of sight: what Django does not see, it does not render."""
    rendered = vars(state).pop("apps", None)
    _RENDERING_ANEW[name](state, *facts)
    if rendered is not None:
        vars(state)["apps"] = rendered
    return rendered
