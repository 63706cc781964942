"""What follows here when approvals end."""


def connect() -> None:
    """Tell the approvals what to call."""
