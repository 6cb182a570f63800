#!/usr/bin/env python3
"""Checks the chain of a store of foldback with nothing of foldback's: python3 check_chain.py bank.db [RECEIPT]

Prints up to where the chain holds, with the hash there, and ends with 0; with 3 where a link, or the receipt, does not hold.
What is hashed is said in foldback's README, under "Proving".
"""
import hashlib
import sqlite3
import struct
import sys


def number(value):
    """Eight bytes, the most significant first; what there is none of is a one and 63 noughts."""
    return struct.pack(">Q", 1 << 63) if value is None else struct.pack(">q", value)


def texts(*values):
    """The lengths in bytes of all, and then all."""
    encoded = [None if value is None else value.encode() for value in values]
    lengths = (number(None if value is None else len(value)) for value in encoded)
    return b"".join(lengths) + b"".join(value or b"" for value in encoded)


def links(store):
    """Position, mapping, the hash that a link should have, and the one that is kept with it."""
    ident, created = store.execute("SELECT id, created FROM store").fetchone()
    before = hashlib.sha256(b"foldback store 1" + number(created) + ident.encode()).digest()
    yield 0, 0, before, before
    mappings = store.execute(
        "SELECT m.head, m.id, m.source, s.log, m.since, s.beginning_bytes, s.name, s.beginning_hash, m.text, m.hash"
        " FROM mappings m JOIN sources s ON s.id = m.source ORDER BY m.id"
    )
    mapping, newest, position = mappings.fetchone(), 0, 0
    events = store.execute(
        "SELECT e.time, s.name, e.type, e.id, e.data, e.metadata, e.position, e.version, e.source, e.place, e.hash"
        " FROM events e JOIN streams s ON s.id = e.stream ORDER BY e.position"
    )
    while True:
        while mapping and mapping[0] == position:
            head, newest, source, log, since, n_bytes, *said, kept = mapping
            numbers = (newest, source, log, since, head, n_bytes)
            link = b"foldback map   1" + before + b"".join(map(number, numbers)) + texts(*said)
            before = hashlib.sha256(link).digest()
            yield position, newest, before, kept
            mapping = mappings.fetchone()
        event = events.fetchone()
        if not event:
            return
        time, *said, position, version, source, place, kept = event
        content = hashlib.sha256(b"foldback event 1" + number(time) + texts(*said)).digest()
        numbers = (position, version, source, place)
        before = hashlib.sha256(b"foldback link  1" + before + content + b"".join(map(number, numbers))).digest()
        yield position, newest, before, kept


def main():
    store = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
    words = open(sys.argv[2]).read().split() if len(sys.argv) > 2 else []
    receipt = dict(zip(words[0::2], words[1::2]))
    is_there = not receipt
    for position, mapping, expected, kept in links(store):
        if expected != kept:
            sys.exit(print(f"position {position}: expected the hash {expected.hex()}, found {kept.hex()}") or 3)
        if receipt and (int(receipt["position"]), int(receipt["mapping"])) == (position, mapping):
            is_there = receipt["hash"] == kept.hex()
    if not is_there:
        sys.exit(print(f"the receipt for position {receipt['position']} does not hold") or 3)
    print(f"whole to {position}, with the hash {kept.hex()}")


if __name__ == "__main__":
    main()
