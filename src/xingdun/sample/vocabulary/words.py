"""Lists of words, written as people write them."""


def words(text: str) -> tuple[str, ...]:
    """The words of a text, between its spaces and line ends."""
    return tuple(text.split())
