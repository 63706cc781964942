"""Ciphers, hashes and signatures of this package beside the bare libraries and `openssl speed`.

Rates are per second of CPU time, best of rounds taken in turn. A ratio above its bar is right; the bars come from
measurements of the libraries alone.
"""

import gc
import io
import os
import re
import subprocess
import tempfile
import time
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from xingdun.kernel.crypto import libgcrypt, sm3
from xingdun.kernel.crypto.chunked import EncryptingWriter, decrypt_stream, encrypt_stream
from xingdun.kernel.crypto.envelope import Key, context, open_sealed, seal
from xingdun.kernel.crypto.signing import Signer
from xingdun.kernel.crypto.suites import AES, SM, SUITES, TAG_SIZE, PortableSm4Gcm

MIB = 1 << 20
ROUNDS = 5
NONCE = bytes(12)


def cpu_seconds(work):
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


def best_in_turn(*works, rounds=ROUNDS):
    """Best CPU time of each, the works run one after the other in every round."""
    times = [[cpu_seconds(work) for work in works] for _ in range(rounds)]
    return [min(column) for column in zip(*times, strict=True)]


def line(what, rate, unit, ratio=None, bar=None):
    compared = "" if ratio is None else f"   ratio {ratio:.2f}"
    compared += "" if bar is None else f"  (bar {bar:.2f}: {'met' if ratio >= bar else 'MISSED'})"
    print(f"  {what:<52}{rate:>12,.0f} {unit}{compared}")


def openssl_mb(*algorithm):
    """MB/s of the openssl program, which counts CPU time too."""
    done = subprocess.run(
        ["openssl", "speed", "-seconds", "1", "-bytes", str(MIB), "-mr", "-evp", *algorithm],
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout.strip().splitlines()[-1].split(":")[-1]) / 1e6


def openssl_sm2():
    """Signatures and verifications a second of the openssl program."""
    done = subprocess.run(["openssl", "speed", "-seconds", "1", "sm2"], capture_output=True, text=True, check=True)
    return [float(each) for each in re.findall(r"\d+\.\d+", done.stdout.strip().splitlines()[-1])[-2:]]


class Nowhere:
    """A file that takes everything and keeps nothing."""

    write = staticmethod(len)


def bench_aes_chunked():
    size, key = 32 * MIB, AES.new_key()
    data = memoryview(os.urandom(size))
    cipher, target = AESGCM(key), io.BytesIO()
    encrypt_stream(AES, key, io.BytesIO(data), target)
    sealed = target.getvalue()
    room = bytearray(MIB + TAG_SIZE)

    def at_once():
        for at in range(0, size, MIB):
            cipher.encrypt_into(NONCE, data[at : at + MIB], None, room)

    def stream():
        with EncryptingWriter(AES, key, Nowhere()) as writer:
            for at in range(0, size, MIB):
                writer.write(data[at : at + MIB])

    plain, encrypt, decrypt = best_in_turn(
        at_once, stream, lambda: decrypt_stream(AES, key, io.BytesIO(sealed), Nowhere())
    )
    print("AES-256-GCM in memory")
    line("cryptography, 1 MiB at a time", size / plain / 1e6, "MB/s")
    line("encrypted stream (chunks of 16 KiB, as specified)", size / encrypt / 1e6, "MB/s", plain / encrypt, 0.5)
    line("decrypted stream", size / decrypt / 1e6, "MB/s", plain / decrypt)


def bench_files():
    size = 64 * MIB
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        source = Path(folder, "source")
        source.write_bytes(os.urandom(size))

        def through(work, to="target"):
            with source.open("rb") as read, Path(folder, to).open("wb") as write:
                work(read, write)

        def copy(read, write):
            while part := read.read(MIB):
                write.write(part)

        keys = {suite: suite.new_key() for suite in SUITES}
        copied, *encrypted = best_in_turn(
            partial(through, copy),
            *(partial(through, partial(encrypt_stream, suite, keys[suite])) for suite in SUITES),
            rounds=3,
        )
    print("files in memory-backed storage, read and written")
    line("copied", size / copied / 1e6, "MB/s")
    for suite, took, bar in zip(SUITES, encrypted, (0.6, None), strict=True):
        line(f"encrypted, {suite}", size / took / 1e6, "MB/s", copied / took, bar)


def bench_sm4():
    data, key = os.urandom(4 * MIB), SM.new_key()
    room = bytearray(len(data) + TAG_SIZE)

    def sealing(cipher):
        return lambda: cipher.seal_into(NONCE, data, b"", room)

    ciphers = [PortableSm4Gcm(key)]
    ciphers += [libgcrypt.GcryptSm4Gcm(key)] if libgcrypt.library() else []
    system = openssl_mb("sm4-ctr")
    rates = [len(data) / took / 1e6 for took in best_in_turn(*map(sealing, ciphers))]
    system = max(system, openssl_mb("sm4-ctr"))
    print("SM4-GCM, 4 MiB")
    line("openssl speed sm4-ctr", system, "MB/s")
    for name, rate, bar in zip(("cryptography", "libgcrypt"), rates, (0.95, 4.0), strict=False):
        line(name, rate, "MB/s", rate / system, bar)


def bench_sm3():
    data = os.urandom(4 * MIB)
    system, took = 0.0, 9.0
    for _ in range(4):
        system = max(system, openssl_mb("sm3"))
        took = min(took, *best_in_turn(lambda: sm3.digest(data), rounds=10))
    print("SM3, 4 MiB")
    line("openssl speed sm3", system, "MB/s")
    line("sm3.digest", len(data) / took / 1e6, "MB/s", len(data) / took / 1e6 / system, 0.9)


def bench_signatures():
    count, message = 300, b"a checkpoint of a hundred bytes or so".ljust(100)
    print("signatures")
    limits = {"sm2": openssl_sm2()}
    for algorithm in ("sm2", "ed25519"):
        signer = Signer.generate(algorithm)
        signature = signer.sign(message)
        sign, verify = best_in_turn(
            lambda: [signer.sign(message) for _ in range(count)],  # noqa: B023 - used at once
            lambda: [signer.verifier.verify(message, signature) for _ in range(count)],  # noqa: B023 - used at once
        )
        if algorithm == "sm2":
            again = openssl_sm2()
            limits["sm2"] = [max(pair) for pair in zip(limits["sm2"], again, strict=True)]
        for what, took, at in (("sign", sign, 0), ("verify", verify, 1)):
            rate = count / took
            if algorithm == "sm2":
                limit = limits["sm2"][at]
                line(f"openssl speed sm2, {what}", limit, "a second")
                line(f"SM2 {what}", rate, "a second", rate / limit, 0.85)
            else:
                line(f"Ed25519 {what}", rate, "a second")


def bench_envelope():
    count, value, place = 2000, b"postgresql://reader:secret@10.0.0.5/his", context("source", 42, "dsn")
    print("small values for database columns, 40 bytes")
    for suite in SUITES:
        key = Key.generate(suite, "tenant/7")
        sealed, bare = seal(key, value, place), suite.aead(key.secret)
        room = bytearray(len(value) + TAG_SIZE)
        raw, sealing, opening = best_in_turn(
            lambda: [bare.seal_into(NONCE, value, place, room) for _ in range(count)],  # noqa: B023 - used at once
            lambda: [seal(key, value, place) for _ in range(count)],  # noqa: B023 - used at once
            lambda: [open_sealed(sealed, key, place) for _ in range(count)],  # noqa: B023 - used at once
        )
        line(f"{suite}: the bare cipher under one key", count / raw, "a second")
        line(f"{suite}: sealed, a derived key each", count / sealing, "a second", raw / sealing)
        line(f"{suite}: opened", count / opening, "a second", raw / opening)


if __name__ == "__main__":
    for bench in (bench_aes_chunked, bench_files, bench_sm4, bench_sm3, bench_signatures, bench_envelope):
        bench()
