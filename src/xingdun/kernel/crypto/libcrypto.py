"""The system's libcrypto through cffi: the few EVP calls SM2 needs, and its errors as exceptions.

`cryptography` has no SM2. The library is the one CPython's `ssl` already holds on most systems; the operating system
keeps it patched. Without it, or without SM2 in it, every call refuses: nothing else is used in its place.
"""

from functools import cache
from typing import Any, Final

from cffi import FFI

from xingdun.kernel.crypto.errors import AlgorithmUnavailableError, CryptoError

LIBRARY: Final = "libcrypto.so.3"

_DECLARATIONS: Final = """
typedef struct evp_pkey_st EVP_PKEY;
typedef struct evp_pkey_ctx_st EVP_PKEY_CTX;
typedef struct evp_md_ctx_st EVP_MD_CTX;
typedef struct evp_md_st EVP_MD;
typedef struct evp_cipher_st EVP_CIPHER;
typedef struct bio_st BIO;
typedef struct bio_method_st BIO_METHOD;
typedef struct pkcs8_st PKCS8_PRIV_KEY_INFO;
typedef struct sig_st X509_SIG;
typedef int (*pem_password_cb)(char *, int, int, void *);

unsigned long ERR_get_error(void);
void ERR_error_string_n(unsigned long, char *, size_t);
void ERR_clear_error(void);
void CRYPTO_free(void *, const char *, int);

EVP_PKEY_CTX *EVP_PKEY_CTX_new(EVP_PKEY *, void *);
EVP_PKEY_CTX *EVP_PKEY_CTX_new_from_name(void *, const char *, const char *);
void EVP_PKEY_CTX_free(EVP_PKEY_CTX *);
int EVP_PKEY_CTX_set1_id(EVP_PKEY_CTX *, const void *, int);
int EVP_PKEY_keygen_init(EVP_PKEY_CTX *);
int EVP_PKEY_generate(EVP_PKEY_CTX *, EVP_PKEY **);
int EVP_PKEY_encrypt_init(EVP_PKEY_CTX *);
int EVP_PKEY_encrypt(EVP_PKEY_CTX *, unsigned char *, size_t *, const unsigned char *, size_t);
int EVP_PKEY_decrypt_init(EVP_PKEY_CTX *);
int EVP_PKEY_decrypt(EVP_PKEY_CTX *, unsigned char *, size_t *, const unsigned char *, size_t);
int EVP_PKEY_is_a(const EVP_PKEY *, const char *);
int EVP_PKEY_set_utf8_string_param(EVP_PKEY *, const char *, const char *);
void EVP_PKEY_free(EVP_PKEY *);

EVP_MD_CTX *EVP_MD_CTX_new(void);
void EVP_MD_CTX_free(EVP_MD_CTX *);
void EVP_MD_CTX_set_pkey_ctx(EVP_MD_CTX *, EVP_PKEY_CTX *);
const EVP_MD *EVP_sm3(void);
const EVP_CIPHER *EVP_aes_256_cbc(void);
int EVP_DigestSignInit(EVP_MD_CTX *, EVP_PKEY_CTX **, const EVP_MD *, void *, EVP_PKEY *);
int EVP_DigestSign(EVP_MD_CTX *, unsigned char *, size_t *, const unsigned char *, size_t);
int EVP_DigestVerifyInit(EVP_MD_CTX *, EVP_PKEY_CTX **, const EVP_MD *, void *, EVP_PKEY *);
int EVP_DigestVerify(EVP_MD_CTX *, const unsigned char *, size_t, const unsigned char *, size_t);

EVP_PKEY *d2i_PUBKEY(EVP_PKEY **, const unsigned char **, long);
int i2d_PUBKEY(const EVP_PKEY *, unsigned char **);
const BIO_METHOD *BIO_s_mem(void);
BIO *BIO_new(const BIO_METHOD *);
BIO *BIO_new_mem_buf(const void *, int);
int BIO_read(BIO *, void *, int);
size_t BIO_ctrl_pending(BIO *);
int BIO_free(BIO *);
EVP_PKEY *PEM_read_bio_PrivateKey(BIO *, EVP_PKEY **, pem_password_cb, void *);
EVP_PKEY *PEM_read_bio_PUBKEY(BIO *, EVP_PKEY **, pem_password_cb, void *);
int PEM_write_bio_PUBKEY(BIO *, EVP_PKEY *);
int PEM_write_bio_PKCS8PrivateKey(BIO *, const EVP_PKEY *, const EVP_CIPHER *, const char *, int,
                                  pem_password_cb, void *);
PKCS8_PRIV_KEY_INFO *EVP_PKEY2PKCS8(const EVP_PKEY *);
void PKCS8_PRIV_KEY_INFO_free(PKCS8_PRIV_KEY_INFO *);
X509_SIG *PKCS8_encrypt(int, const EVP_CIPHER *, const char *, int, unsigned char *, int, int,
                        PKCS8_PRIV_KEY_INFO *);
void X509_SIG_free(X509_SIG *);
int PEM_write_bio_PKCS8(BIO *, const X509_SIG *);
"""

ffi: Final = FFI()
ffi.cdef(_DECLARATIONS)
NULL: Final = ffi.NULL


@cache
def library() -> Any:
    """The loaded libcrypto, once it has shown that it makes SM2 keys; raises AlgorithmUnavailableError."""
    try:
        lib = ffi.dlopen(LIBRARY)
        lib.EVP_sm3  # noqa: B018 - looking the name up is the probe
        context = lib.EVP_PKEY_CTX_new_from_name(NULL, b"SM2", NULL)
    except (OSError, AttributeError) as error:
        raise AlgorithmUnavailableError(
            f"SM2 needs OpenSSL 3 of the operating system ({LIBRARY}); it cannot be used here: {error}"
        ) from error
    if context == NULL:
        lib.ERR_clear_error()
        raise AlgorithmUnavailableError(
            f"this system's OpenSSL ({LIBRARY}) was built without SM2; install a build that has it"
        )
    lib.EVP_PKEY_CTX_free(context)
    return lib


def owned(pointer: Any, free: Any, what: str, error: type[CryptoError] = CryptoError) -> Any:
    """`pointer`, freed when it is no longer held; raises `error` when the call that made it failed."""
    if pointer == NULL:
        raise failure(what, error)
    return ffi.gc(pointer, free)


def expect(result: int, what: str, error: type[CryptoError] = CryptoError) -> None:
    """Raise `error` unless a call answered 1."""
    if result != 1:
        raise failure(what, error)


def failure(what: str, error: type[CryptoError]) -> CryptoError:
    """What the library says went wrong, as `error`; empties its queue for the next call."""
    lib = library()
    code = lib.ERR_get_error()
    if not code:
        return error(f"{what} failed")
    text = ffi.new("char[]", 256)
    lib.ERR_error_string_n(code, text, 256)
    lib.ERR_clear_error()
    return error(f"{what} failed: {ffi.string(text).decode(errors='replace')}")
