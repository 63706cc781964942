"""Checking a whole log in one pass: entries in order against checkpoints and stored leaves, in constant memory."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from xingdun.kernel.merkle.checkpoint import Checkpoint
from xingdun.kernel.merkle.errors import LogMismatchError
from xingdun.kernel.merkle.frontier import Frontier
from xingdun.kernel.merkle.hashing import SHA256, SM3, TreeHash

StoredLeaves = Callable[[int, int], Sequence[bytes]]
"""Leaf hashes the SHA-256 tree's tiles hold for entries from the first number up to the second, exclusive; fewer
when the tiles end sooner."""


@dataclass(frozen=True, slots=True)
class LogReport:
    """What a whole log was found to be.

    size: entries read. roots: by tree. checkpoints: how many were met. sealed: entries the last checkpoint covers;
    those after it are not yet proven.
    """

    size: int
    roots: dict[str, bytes]
    checkpoints: int
    sealed: int


class LogVerifier:
    """Fed the entries of a log in order, raises LogMismatchError at the first that is not what was sealed.

    checkpoints: already opened under a policy, any order. stored: leaf hashes of the tiles; with them a changed,
    missing, added or moved entry is named exactly, without them as the range between two checkpoints.
    """

    def __init__(
        self,
        checkpoints: Iterable[Checkpoint],
        *,
        stored: StoredLeaves | None = None,
        trees: Sequence[TreeHash] = (SHA256, SM3),
    ) -> None:
        self._waiting = sorted(checkpoints, key=lambda each: each.size, reverse=True)
        _check_agreement(self._waiting)
        self._met = self._sealed = 0
        self._stored = stored
        self._frontiers = [Frontier(tree) for tree in trees]
        self._meet_checkpoints()

    @property
    def size(self) -> int:
        """Entries read so far."""
        return self._frontiers[0].size

    def feed(self, entries: Sequence[bytes]) -> None:
        """The next entries; larger batches are quicker. Raises LogMismatchError."""
        self.feed_leaves({each.hash.name: each.hash.leaves(entries) for each in self._frontiers})

    def feed_leaves(self, leaves: Mapping[str, Sequence[bytes]]) -> None:
        """The next entries as leaf hashes, a sequence of equal length by each tree's name.

        For a caller that has hashed the entries itself, and for entries of which the hashes alone are left. Raises
        LogMismatchError.
        """
        count, at = len(leaves[self._frontiers[0].hash.name]), 0
        while at < count:
            end = min(count, at + self._waiting[-1].size - self.size) if self._waiting else count
            self._take({name: each[at:end] for name, each in leaves.items()})
            self._meet_checkpoints()
            at = end

    def finish(self) -> LogReport:
        """After the last entry. Raises LogMismatchError when a checkpoint counts more than there were."""
        if self._waiting:
            expected = self._waiting[0].size
            raise LogMismatchError(
                "truncated",
                self.size,
                self.size,
                f"the log ends after {self.size} entries; a checkpoint counts {expected}",
            )
        roots = {each.hash.name: each.root() for each in self._frontiers}
        return LogReport(self.size, roots, self._met, self._sealed)

    def _take(self, leaves: Mapping[str, Sequence[bytes]]) -> None:
        first = self.size
        for number, frontier in enumerate(self._frontiers):
            found = leaves[frontier.hash.name]
            if self._stored is not None and frontier.hash is SHA256:
                _compare(first, found, self._stored(first, first + len(found)))
            self._frontiers[number] = frontier.extended(found)

    def _meet_checkpoints(self) -> None:
        while self._waiting and self._waiting[-1].size == self.size:
            checkpoint = self._waiting.pop()
            for frontier in self._frontiers:
                root = checkpoint.root_of(frontier.hash.name)
                if root is not None and root != frontier.root():
                    raise LogMismatchError(
                        "root",
                        self._sealed,
                        max(self.size - 1, self._sealed),
                        f"entries {self._sealed} to {self.size - 1} do not give the {frontier.hash.name} root "
                        f"of the checkpoint at {self.size}",
                    )
            self._met += 1
            self._sealed = self.size


def _compare(first: int, found: Sequence[bytes], stored: Sequence[bytes]) -> None:
    if list(found[: len(stored)]) == list(stored):
        return
    at = first + next(number for number, pair in enumerate(zip(found, stored, strict=False)) if pair[0] != pair[1])
    raise LogMismatchError("entry", at, at, f"entry {at} is not the one that was sealed")


def _check_agreement(checkpoints: Sequence[Checkpoint]) -> None:
    """Two roots for one size are a fork: whatever the entries say, one reader was shown another log."""
    for one, other in pairwise(checkpoints):
        if one.origin != other.origin:
            raise LogMismatchError("checkpoint", 0, 0, f"checkpoints of two logs: {one.origin} and {other.origin}")
        if one.size == other.size and not _agree(one, other):
            why = f"two checkpoints give different roots for {one.size} entries"
            raise LogMismatchError("checkpoint", 0, max(one.size - 1, 0), why)


def _agree(one: Checkpoint, other: Checkpoint) -> bool:
    sm3 = {each.sm3_root for each in (one, other)} - {None}
    return one.root == other.root and len(sm3) <= 1
