#!/usr/bin/env python3
"""Checks the chain of a foldback store with nothing of foldback's: python3 check_chain.py bank.db [RECEIPTS]

Prints how far the chain is verified, with the hash there, and exits with 0. If a link or a receipt does not match, it prints
the difference and exits with 3. RECEIPTS is a file of receipts, one a line. Without it, a lost end or a recomputed chain goes
unnoticed. `foldback guide proving` says what is hashed.
"""
import hashlib
import sqlite3
import struct
import sys


def number(value):
    """Eight bytes, most significant first; a missing value is a one and 63 zeros."""
    return struct.pack(">Q", 1 << 63) if value is None else struct.pack(">q", value)


def texts(*values):
    """The lengths of all in bytes, then all of them."""
    encoded = [None if value is None else value.encode() for value in values]
    lengths = (number(None if value is None else len(value)) for value in encoded)
    return b"".join(lengths) + b"".join(value or b"" for value in encoded)


def ensure(what, expected, found):
    if expected != found:
        sys.exit(print(f"{what}: expected {expected}, found {found}") or 3)


def links(store):
    """Position, mapping and hash of every link, after checking it."""
    ident, created = store.execute("SELECT id, created FROM store").fetchone()
    before = hashlib.sha256(b"foldback store 1" + number(created) + ident.encode()).digest()
    yield 0, 0, before.hex()
    mappings = store.execute(
        "SELECT m.head, m.id, m.source, s.log, m.since, s.beginning_bytes, s.name, s.beginning_hash, m.text, m.hash"
        " FROM mappings m JOIN sources s ON s.id = m.source ORDER BY m.id"
    )
    mapping, newest, position, versions = mappings.fetchone(), 0, 0, {}
    events = store.execute(
        "SELECT e.time, s.name, e.type, e.id, e.data, e.metadata, e.position, e.version, e.source, e.place, e.hash"
        " FROM events e JOIN streams s ON s.id = e.stream ORDER BY e.position"
    )
    while True:
        while mapping and mapping[0] == position:
            head, ident, source, log, since, n_bytes, *said, kept = mapping
            ensure(f"a mapping at position {position}", newest + 1, ident)
            numbers = (ident, source, log, since, head, n_bytes)
            link = b"foldback map   1" + before + b"".join(map(number, numbers)) + texts(*said)
            newest, before = ident, hashlib.sha256(link).digest()
            ensure(f"mapping {newest}", f"the hash {before.hex()}", f"the hash {kept.hex()}")
            yield position, newest, before.hex()
            mapping = mappings.fetchone()
        event = events.fetchone()
        if not event:
            ensure("mappings after the last event", None, mapping)
            return
        time, *said, at, version, source, place, kept = event
        ensure("an event", f"position {position + 1}", f"position {at}")
        position = at
        ensure(f"position {position}", f"version {versions.get(said[0], 0) + 1}", f"version {version}")
        versions[said[0]] = version
        content = hashlib.sha256(b"foldback event 1" + number(time) + texts(*said)).digest()
        numbers = (position, version, source, place)
        before = hashlib.sha256(b"foldback link  1" + before + content + b"".join(map(number, numbers))).digest()
        ensure(f"position {position}", f"the hash {before.hex()}", f"the hash {kept.hex()}")
        yield position, newest, before.hex()


def receipts(path, ident):
    """The hashes in the receipts, by position and mapping."""
    said = {}
    lines = [line for line in open(path, encoding="utf-8") if line.strip() and not line.startswith("#")]
    ensure(path, "receipts", "receipts" if lines else "none")
    for line in lines:
        words = line.split()
        ensure("a receipt", ["foldback-receipt", "1"], words[:2])
        receipt = dict(zip(words[0::2], words[1::2]))
        ensure("a receipt", f"the store {ident}", f"the store {receipt['store']}")
        said[int(receipt["position"]), int(receipt["mapping"])] = receipt["hash"]
    return said


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(print(__doc__) or 2)
    store = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
    (ident,) = store.execute("SELECT id FROM store").fetchone()
    said = receipts(sys.argv[2], ident) if len(sys.argv) > 2 else {}
    for position, mapping, kept in links(store):
        expected = said.pop((position, mapping), kept)
        ensure(f"a receipt for position {position}", f"the hash {expected}", f"the hash {kept}")
    ensure("receipts for missing links", [], sorted(said))
    print(f"verified to {position}, with the hash {kept}")


if __name__ == "__main__":
    try:
        main()
    except (sqlite3.Error, OSError, ValueError, LookupError, TypeError, AttributeError, struct.error) as why:
        sys.exit(print(f"the store cannot be read: {why}") or 3)
