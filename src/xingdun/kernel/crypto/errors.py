"""What can go wrong with keys, ciphertexts and signatures."""


class CryptoError(ValueError):
    """Any refusal of this package."""


class AlgorithmUnavailableError(CryptoError):
    """A library of this machine lacks an algorithm; nothing weaker is used in its place."""


class KeyFormatError(CryptoError):
    """Bytes or text that are not a usable key of the algorithm asked for."""


class PassphraseError(KeyFormatError):
    """A sealed key was opened with the wrong passphrase, with none, or was altered."""


class BadSignatureError(CryptoError):
    """The signature does not belong to this message and key."""


class DecryptionError(CryptoError):
    """Altered, truncated or reordered ciphertext, another key, or another context: which one cannot be told."""


class CiphertextFormatError(CryptoError):
    """Bytes or text that are no ciphertext of a known form, suite or version."""


class SelfTestError(CryptoError):
    """A known-answer test failed: no key may be used."""
