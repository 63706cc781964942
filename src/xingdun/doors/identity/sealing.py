"""Secrets of second factors are kept sealed under the root key."""

from xingdun.kernel.crypto.envelope import Sealed, context, open_sealed
from xingdun.kernel.crypto.envelope import seal as seal_value
from xingdun.keys import root

_PLACE = context("second-factor")


def seal(secret: str) -> str:
    """`secret` as text for a column. Raises KeyFileMissing, KeyFileUnusable."""
    return str(seal_value(root.load(), secret.encode(), _PLACE))


def unseal(sealed: str) -> str:
    """What `seal` was given. Raises KeyFileMissing, KeyFileUnusable, DecryptionError."""
    return open_sealed(Sealed.parse(sealed), root.load(), _PLACE).decode()
