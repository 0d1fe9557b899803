"""One digest for many entries, and short proofs that an entry is among them (hash tree of RFC 6962, section 2.1).

    leaf   SHA-256(0x00 ‖ entry)
    node   SHA-256(0x01 ‖ left ‖ right)

The prefixes keep a node from passing for an entry. A last node without a neighbour moves up as it is; doubling it would
give two different lists the same root.
"""

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

Leaf = bytes | str
_DIGEST_BYTES = 32


class Step(NamedTuple):
    """A neighbour on the way from an entry to the root: its digest (hexadecimal) and on which side it stands."""

    side: Literal["left", "right"]
    digest: str


def root(leaves: Sequence[Leaf]) -> str:
    """The root over all entries in their order, hexadecimal. An entry is bytes, or the hexadecimal text of bytes.

    Raises ValueError for no entries, which have no root, and for texts that are not hexadecimal.
    """
    level = _leaf_digests(leaves)
    while len(level) > 1:
        level = list(_next_level(level))
    return level[0].hex()


def proof(leaves: Sequence[Leaf], index: int) -> list[Step]:
    """The steps that lead from the entry at that place (from 0) to the root; none when it is the only one.

    Raises ValueError as `root` does, and IndexError when there is no such place.
    """
    level = _leaf_digests(leaves)
    if not 0 <= index < len(level):
        raise IndexError(f"There is no entry {index} among {len(level)}.")
    steps = []
    while len(level) > 1:
        neighbour = index ^ 1
        if neighbour < len(level):
            steps.append(Step("left" if neighbour < index else "right", level[neighbour].hex()))
        level = list(_next_level(level))
        index //= 2
    return steps


def verify_proof(leaf: Leaf, proof: Iterable[tuple[str, str]], root: str) -> bool:
    """Do these steps lead from the entry to the root? Steps that make no sense lead nowhere: the answer is no."""
    try:
        digest = _leaf_digest(leaf)
        for side, neighbour in proof:
            other = bytes.fromhex(neighbour)
            if len(other) != _DIGEST_BYTES or side not in ("left", "right"):
                return False
            digest = _node(other, digest) if side == "left" else _node(digest, other)
        return hmac.compare_digest(digest, bytes.fromhex(root))
    except (ValueError, TypeError):
        return False


def _leaf_digests(leaves: Sequence[Leaf]) -> list[bytes]:
    if not leaves:
        raise ValueError("There are no entries, so there is nothing that a root could prove.")
    return [_leaf_digest(leaf) for leaf in leaves]


def _leaf_digest(leaf: Leaf) -> bytes:
    return hashlib.sha256(b"\x00" + (bytes.fromhex(leaf) if isinstance(leaf, str) else leaf)).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _next_level(level: Sequence[bytes]) -> Iterator[bytes]:
    for place in range(0, len(level) - 1, 2):
        yield _node(level[place], level[place + 1])
    if len(level) % 2:
        yield level[-1]
