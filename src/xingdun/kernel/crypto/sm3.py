"""SM3 (GB/T 32905, GM/T 0004) at the speed small messages need, and HMAC-SM3.

The interpreter's own libcrypto is the fastest for short inputs when a fresh state is copied from a template;
interpreters built without SM3 fall back to the one inside `cryptography`.
"""

import hashlib
import hmac
from typing import Any, Protocol, cast

from cryptography.hazmat.primitives import hashes

DIGEST_SIZE = 32
BLOCK_SIZE = 64


class HashState(Protocol):
    """A running hash, as `hashlib` gives it."""

    def update(self, data: bytes, /) -> None: ...  # noqa: D102 - hashlib's own
    def digest(self) -> bytes: ...  # noqa: D102 - hashlib's own
    def copy(self) -> "HashState": ...  # noqa: D102 - hashlib's own


class _PortableState:
    """SM3 of `cryptography` in hashlib's shape."""

    __slots__ = ("_state",)
    name, digest_size, block_size = "sm3", DIGEST_SIZE, BLOCK_SIZE

    def __init__(self, state: hashes.Hash | None = None) -> None:
        self._state = state or hashes.Hash(hashes.SM3())

    def update(self, data: bytes, /) -> None:
        self._state.update(data)

    def digest(self) -> bytes:
        return self._state.copy().finalize()

    def hexdigest(self) -> str:
        return self.digest().hex()

    def copy(self) -> "_PortableState":
        return _PortableState(self._state.copy())


def _template() -> HashState:
    try:
        return hashlib.new("sm3", usedforsecurity=True)
    except ValueError:
        return _PortableState()


_TEMPLATE = _template()


def new(data: bytes = b"") -> HashState:
    """A running SM3 over `data` so far."""
    state = _TEMPLATE.copy()
    if data:
        state.update(data)
    return state


def digest(data: bytes) -> bytes:
    """SM3 of `data`, 32 bytes."""
    state = _TEMPLATE.copy()
    state.update(data)
    return state.digest()


def hmac_sm3(key: bytes, message: bytes) -> bytes:
    """HMAC with SM3 (GB/T 15852.2, RFC 2104), 32 bytes."""
    if isinstance(_TEMPLATE, _PortableState):
        return hmac.new(key, message, cast("Any", new)).digest()
    return hmac.digest(key, message, "sm3")
