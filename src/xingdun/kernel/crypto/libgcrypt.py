"""SM4-GCM of the system's libgcrypt where there is one: several times faster than OpenSSL's, in constant time.

`cryptography` does the same work where it is missing; both give the same bytes.
"""

import threading
from functools import cache
from typing import Any, Final

from cffi import FFI

from xingdun.kernel.crypto.errors import CryptoError, DecryptionError

LIBRARY: Final = "libgcrypt.so.20"
_OLDEST = b"1.9.0"  # the first with SM4 (1.9.0 release notes)
_SM4, _GCM = 318, 9  # GCRY_CIPHER_SM4, GCRY_CIPHER_MODE_GCM
_DISABLE_SECMEM, _FINISHED, _FINISHED_P, _RESET = 37, 38, 39, 4  # GCRYCTL_…

_DECLARATIONS: Final = """
typedef struct gcry_cipher_handle *gcry_cipher_hd_t;
typedef unsigned int gcry_error_t;
const char *gcry_check_version(const char *);
gcry_error_t gcry_control(int, ...);
gcry_error_t gcry_cipher_open(gcry_cipher_hd_t *, int, int, unsigned int);
void gcry_cipher_close(gcry_cipher_hd_t);
gcry_error_t gcry_cipher_ctl(gcry_cipher_hd_t, int, void *, size_t);
gcry_error_t gcry_cipher_setkey(gcry_cipher_hd_t, const void *, size_t);
gcry_error_t gcry_cipher_setiv(gcry_cipher_hd_t, const void *, size_t);
gcry_error_t gcry_cipher_authenticate(gcry_cipher_hd_t, const void *, size_t);
gcry_error_t gcry_cipher_encrypt(gcry_cipher_hd_t, void *, size_t, const void *, size_t);
gcry_error_t gcry_cipher_decrypt(gcry_cipher_hd_t, void *, size_t, const void *, size_t);
gcry_error_t gcry_cipher_gettag(gcry_cipher_hd_t, void *, size_t);
gcry_error_t gcry_cipher_checktag(gcry_cipher_hd_t, const void *, size_t);
"""

_ffi = FFI()
_ffi.cdef(_DECLARATIONS)


@cache
def library() -> Any | None:
    """The initialised library, or None where it is missing or without SM4."""
    try:
        lib = _ffi.dlopen(LIBRARY)
        if lib.gcry_check_version(_OLDEST) == _ffi.NULL:
            return None
        if not lib.gcry_control(_FINISHED_P):
            zero = _ffi.cast("int", 0)
            lib.gcry_control(_DISABLE_SECMEM, zero)
            lib.gcry_control(_FINISHED, zero)
        handle = _ffi.new("gcry_cipher_hd_t *")
        if lib.gcry_cipher_open(handle, _SM4, _GCM, 0):
            return None
    except (OSError, AttributeError):
        return None
    lib.gcry_cipher_close(handle[0])
    return lib


class GcryptSm4Gcm:
    """SM4-GCM under one key. One call at a time goes through; others wait."""

    __slots__ = ("_handle", "_lib", "_lock")
    tag_size = 16

    def __init__(self, key: bytes) -> None:
        lib = library()
        if lib is None:
            raise CryptoError("libgcrypt with SM4 is not on this system")
        self._lib: Any = lib
        handle = _ffi.new("gcry_cipher_hd_t *")
        _expect(self._lib.gcry_cipher_open(handle, _SM4, _GCM, 0))
        self._handle = _ffi.gc(handle[0], self._lib.gcry_cipher_close)
        _expect(self._lib.gcry_cipher_setkey(self._handle, key, len(key)))
        self._lock = threading.Lock()

    def seal_into(self, nonce: bytes, plaintext: Any, associated: bytes, room: Any) -> None:
        """Write ciphertext and tag into `room`, 16 bytes longer than `plaintext`."""
        length = len(plaintext)
        target = _ffi.from_buffer("unsigned char[]", room, require_writable=True)
        with self._lock:
            self._start(nonce, associated)
            source = _ffi.from_buffer("unsigned char[]", plaintext)
            _expect(self._lib.gcry_cipher_encrypt(self._handle, target, length, source, length))
            _expect(self._lib.gcry_cipher_gettag(self._handle, target + length, self.tag_size))

    def open_into(self, nonce: bytes, ciphertext: Any, associated: bytes, room: Any) -> None:
        """Write the plaintext into `room`, 16 bytes shorter; on DecryptionError what stands there is zeros."""
        length = len(ciphertext) - self.tag_size
        target = _ffi.from_buffer("unsigned char[]", room, require_writable=True)
        source = _ffi.from_buffer("unsigned char[]", ciphertext)
        with self._lock:
            self._start(nonce, associated)
            _expect(self._lib.gcry_cipher_decrypt(self._handle, target, length, source, length))
            wrong = self._lib.gcry_cipher_checktag(self._handle, source + length, self.tag_size)
        if wrong:
            _ffi.buffer(target, length)[:] = bytes(length)
            raise DecryptionError("the ciphertext is not what was sealed under this key and context")

    def _start(self, nonce: bytes, associated: bytes) -> None:
        _expect(self._lib.gcry_cipher_ctl(self._handle, _RESET, _ffi.NULL, 0))
        _expect(self._lib.gcry_cipher_setiv(self._handle, nonce, len(nonce)))
        if associated:
            _expect(self._lib.gcry_cipher_authenticate(self._handle, associated, len(associated)))


def _expect(code: int) -> None:
    if code:
        raise CryptoError(f"libgcrypt refused (code {code & 0xFFFF})")
