"""Standard base64 in its one proper spelling (RFC 4648, sections 3.5 and 4): what is signed has no second form."""

from binascii import a2b_base64, b2a_base64


def encode(data: bytes) -> str:
    """`data` as base64."""
    return b2a_base64(data, newline=False).decode()


def decode(text: str) -> bytes:
    """The bytes of `text`; raises ValueError unless `encode` would write them so."""
    data = a2b_base64(text, strict_mode=True)
    if encode(data) != text:
        raise ValueError(f"{text[:50]!r} is not base64 in its one proper spelling")
    return data
