"""What goes wrong in a template of ours; never the fault of the data."""


class DocumentError(Exception):
    """A template cannot be filled in: it names what the data lack, or it is no template."""
