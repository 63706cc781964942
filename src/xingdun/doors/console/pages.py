"""Rights of pages. A view without a permission, that is not public either, is refused to everyone (default deny)."""

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])
Permission = str | Callable[..., str]


def page(permission: Permission) -> Callable[[View], View]:
    """Mark a view with the permission it asks: a key of `frame.permissions`, or a function of its URL's arguments.

    The middleware that knows who is asking enforces it before the view runs; a key that the table does not hold is
    refused to everyone.
    """

    def mark(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        view.public = False  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Mark a view that anyone may open, signed in or not."""
    view.permission = None  # type: ignore[attr-defined]
    view.public = True  # type: ignore[attr-defined]
    return view
