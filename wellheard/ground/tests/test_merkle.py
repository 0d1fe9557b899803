import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellheard.ground.merkle import proof, root, verify_proof

# The entries and roots that implementations of RFC 6962 test themselves with.
ENTRIES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

entry_lists = st.lists(st.binary(max_size=8), min_size=1, max_size=40)


def by_the_book(entries: list[bytes]) -> bytes:
    """The definition of RFC 6962, written once more: split at the largest power of two below the length."""
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    split = 1 << (len(entries) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + by_the_book(entries[:split]) + by_the_book(entries[split:])).digest()


@pytest.mark.parametrize("length", range(1, 9))
def test_roots_are_those_of_the_published_entries(length):
    assert root(ENTRIES[:length]) == ROOTS[length - 1]


@given(entry_lists)
def test_the_root_follows_the_definition(entries):
    assert root(entries) == by_the_book(entries).hex()
    assert root([entry.hex() for entry in entries]) == root(entries)


@given(entry_lists, st.data())
def test_each_entry_has_a_proof_that_no_other_entry_passes(entries, data):
    index = data.draw(st.integers(0, len(entries) - 1))
    steps = proof(entries, index)

    assert verify_proof(entries[index], steps, root(entries))
    assert verify_proof(entries[index].hex(), json.loads(json.dumps(steps)), root(entries))
    assert not verify_proof(entries[index] + b"!", steps, root(entries))
    assert not verify_proof(entries[index], steps, root([*entries, b"one more"]))


@given(entry_lists, st.data())
def test_another_order_or_a_doubled_last_entry_has_another_root(entries, data):
    shuffled = data.draw(st.permutations(entries))

    assert (root(shuffled) == root(entries)) == (shuffled == entries)
    assert root([*entries, entries[-1]]) != root(entries)


def test_a_node_does_not_pass_for_an_entry():
    left, right = (hashlib.sha256(b"\x00" + entry).digest() for entry in (b"a", b"b"))

    assert root([left + right]) != root([b"a", b"b"])
    assert not verify_proof(left + right, [], root([b"a", b"b"]))


def test_the_only_entry_needs_no_steps():
    assert proof([b"a"], 0) == []
    assert verify_proof(b"a", [], root([b"a"]))


def test_no_entries_have_no_root():
    with pytest.raises(ValueError, match="There are no entries"):
        root([])
    with pytest.raises(ValueError, match="There are no entries"):
        proof([], 0)


def test_a_place_that_is_not_there_is_refused():
    with pytest.raises(IndexError, match="no entry 2 among 2"):
        proof([b"a", b"b"], 2)
    with pytest.raises(IndexError, match="no entry -1 among 2"):
        proof([b"a", b"b"], -1)


@pytest.mark.parametrize("steps", [[("left", "zz")], [("up", "00" * 32)], [("left", "00")], [("left",)], [5], 7])
def test_steps_that_make_no_sense_prove_nothing(steps):
    assert not verify_proof(b"a", steps, root([b"a"]))
    assert not verify_proof("not hexadecimal", [], root([b"a"]))
    assert not verify_proof(b"a", [], "no root")
