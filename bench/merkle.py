"""Trees beside the hashing they cannot do without, and proofs beside pymerkle's.

Rates are per second of CPU time of one thread, best of rounds taken in turn; a ratio compares two of the same run.
"""

import gc
import hashlib
import random
import statistics
import time
import warnings
from functools import partial

from pymerkle import InmemoryTree

from xingdun.kernel.crypto import sm3
from xingdun.kernel.merkle import (
    SHA256,
    SM3,
    Checkpoint,
    LogVerifier,
    MemoryTileStore,
    TileReader,
    TileWriter,
    consistency_proof,
    inclusion_proof,
    verify_inclusion,
)

ENTRY_BYTES = 400
BATCH = 20_000
ROUNDS = 5
PROOFS = 200


def cpu_seconds(work):
    gc.collect()
    start = time.thread_time()
    work()
    return time.thread_time() - start


def best_in_turn(*works):
    """Best CPU time of each, the works run one after the other in every round."""
    times = [[cpu_seconds(work) for work in works] for _ in range(ROUNDS)]
    return [min(column) for column in zip(*times, strict=True)]


def entries(count):
    padding = random.Random(7).randbytes(ENTRY_BYTES - 8)
    return [number.to_bytes(8, "big") + padding for number in range(count)]


def grow(trees, log):
    writers = [TileWriter(tree) for tree in trees]
    for at in range(0, len(log), 1000):
        batch = log[at : at + 1000]
        for writer in writers:
            writer.append(writer.hash.leaves(batch))
    return writers


def hash_raw(log):
    for entry in log:
        hashlib.sha256(entry).digest()
        sm3.digest(entry)


def bench_append():
    log = entries(BATCH)
    both, sha, raw, verify = best_in_turn(
        partial(grow, (SHA256, SM3), log),
        partial(grow, (SHA256,), log),
        partial(hash_raw, log),
        partial(read_whole, log, checkpoint(log)),
    )
    print(f"append, {ENTRY_BYTES}-byte entries, batches of 1,000, tiles included (entries per CPU second)")
    print(f"  hashing each entry once with SHA-256 and SM3   {BATCH / raw:>10,.0f}")
    print(f"  both trees                                     {BATCH / both:>10,.0f}   ratio {raw / both:.2f}")
    print(f"  SHA-256 tree alone                             {BATCH / sha:>10,.0f}")
    print(f"  checking a whole log against both roots        {BATCH / verify:>10,.0f}   ratio {raw / verify:.2f}")


def checkpoint(log):
    sha, sm = grow((SHA256, SM3), log)
    return Checkpoint("bench", len(log), sha.root(), sm.root())


def read_whole(log, sealed):
    verifier = LogVerifier([sealed])
    for at in range(0, len(log), 4096):
        verifier.feed(log[at : at + 4096])
    verifier.finish()


def stored_tree(tree, count):
    store, writer = MemoryTileStore(), TileWriter(tree)
    leaves = [tree.leaf(number.to_bytes(8, "big")) for number in range(count)]
    start = time.thread_time()
    for tile in writer.append(leaves):
        store.put(tile.path, tile.data)
    return store, writer.root(), count / (time.thread_time() - start)


def median_ms(work, arguments):
    times = []
    for argument in arguments:
        start = time.thread_time()
        work(argument)
        times.append(time.thread_time() - start)
    return statistics.median(times) * 1000


def prove(tree, store, size, index):
    """As the first request would: no tile read before."""
    return inclusion_proof(TileReader(tree, size, store), index, size)


def prove_growth(tree, store, size, old):
    return consistency_proof(TileReader(tree, size, store), old, size)


def bench_proofs():
    print("proofs from stored tiles, nothing cached (median ms of CPU time)")
    chosen = random.Random(11)
    medians = {}
    for tree in (SHA256, SM3):
        for size in (10_000, 1_000_000):
            store, root, rate = stored_tree(tree, size)
            places = [chosen.randrange(size) for _ in range(PROOFS)]
            inclusion = medians[tree.name, size] = median_ms(partial(prove, tree, store, size), places)
            growth = median_ms(partial(prove_growth, tree, store, size), places)
            path = prove(tree, store, size, places[0])
            leaf = tree.leaf(places[0].to_bytes(8, "big"))
            check = partial(verify_inclusion, tree, leaf_hash=leaf, size=size, path=path, root=root)
            verified = median_ms(lambda index, check=check: check(index=index), [places[0]] * PROOFS)
            print(
                f"  {tree.name:>6} {size:>9,} leaves: inclusion {inclusion:.2f}, consistency {growth:.2f}, "
                f"verification {verified:.3f}; one batch of all leaves into tiles: {rate:,.0f} leaves/s"
            )
        print(
            f"  {tree.name:>6} 1,000,000 leaves against 10,000: "
            f"ratio {medians[tree.name, 10**6] / medians[tree.name, 10**4]:.2f}"
        )
    return medians


def bench_pymerkle(medians):
    size = 10_000
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        tree = InmemoryTree(algorithm="sha256")
        appended = cpu_seconds(lambda: [tree.append_entry(number.to_bytes(8, "big")) for number in range(size)])
        places = [random.Random(3).randrange(1, size) for _ in range(50)]
        theirs = median_ms(lambda index: tree.prove_inclusion(index, size), places)
    ours = medians["sha256", size]
    print(f"pymerkle in memory, {size:,} leaves: inclusion {theirs:.2f} ms, {size / appended:,.0f} appends/s")
    print(f"  its inclusion against ours from tiles: ratio {theirs / ours:.2f}")


if __name__ == "__main__":
    bench_append()
    bench_pymerkle(bench_proofs())
