"""Ciphers, keys and signatures in two suites: AES-256-GCM with SHA-256, and SM4-GCM with SM3; Ed25519 and SM2.

suites: sealing and hashing. envelope: versioned keys, and values that say what opens them. chunked, sealed_file:
streams and files. keyfile: root keys at rest. signing: Ed25519 and SM2 in one shape. selftest: known answers, first.
"""
