"""Standard base64 in its one proper spelling (RFC 4648, sections 3.5 and 4): what is signed has no second form."""

import base64


def encode(data: bytes) -> str:
    """`data` as base64."""
    return base64.b64encode(data).decode()


def decode(text: str) -> bytes:
    """The bytes of `text`; raises ValueError unless `encode` would write them so."""
    data = base64.b64decode(text, validate=True)
    if encode(data) != text:
        raise ValueError(f"{text[:50]!r} is not base64 in its one proper spelling")
    return data
