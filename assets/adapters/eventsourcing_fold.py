#!/usr/bin/env python3
"""Folds events for foldback with an aggregate class of the Python library `eventsourcing` (9.x).

Copy this file beside the domain file, and name it there with the aggregate's module and class, and, if the application
registers transcodings of its own, with the application's too:

    [aggregates.account]
    run = ["venv/bin/python", "eventsourcing_fold.py", "bank:BankAccount", "bank:BankApplication"]

The events are those that the library stored: the topic is the event's type, and its data is the JSON of the transcoder (not
compressed, not encrypted). Each one is given to the class's own `mutate`. A state is what a snapshot of the library holds,
in the transcoder's JSON, and the aggregate's version. The application is never constructed, so nothing opens its database.

An event at which the library raises an exception is not understood: it leaves the aggregate as it was.
"""
import hashlib
import json
import os
import re
import sys
from importlib.metadata import version
from uuid import UUID

import eventsourcing.utils
from eventsourcing.domain import Aggregate, CanMutateAggregate
from eventsourcing.persistence import DatetimeAsISO, DecimalAsStr, JSONTranscoder, Mapper, StoredEvent, UUIDAsHex
from eventsourcing.utils import get_topic, resolve_topic

# The longest text about an event that was not understood, in characters.
WORDS_MAX = 500

# An id at the end of a stream's name, whatever foldback or the log put before it.
UUID_AT_END = re.compile(r"[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$")


def main():
    # stdout is for foldback. Output of the aggregate goes to stderr; foldback shows its last lines if the program fails.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    folder = os.getcwd()
    sys.path.insert(0, folder)
    fold = LibraryFold(resolve_topic(sys.argv[1]), *map(resolve_topic, sys.argv[2:3]))
    for line in sys.stdin.buffer:
        request = json.loads(line)
        if "hello" in request:
            word = f"{sys.argv[1]} eventsourcing {version('eventsourcing')} {hash_of_modules(folder)}"
            out.write(json.dumps({"hello": 1, "fold": word}) + "\n")
        else:
            out.write(fold.answer(request) + "\n")
        out.flush()


class LibraryFold:
    def __init__(self, aggregate_class, application_class=None):
        self.aggregate_class = aggregate_class
        self.transcoder = JSONTranscoder()
        for transcoding in (UUIDAsHex(), DecimalAsStr(), DatetimeAsISO()):
            self.transcoder.register(transcoding)
        if application_class is not None:
            application_class.register_transcodings(object.__new__(application_class), self.transcoder)
        self.mapper = Mapper(self.transcoder)
        self.snapshot_class = getattr(aggregate_class, "Snapshot", Aggregate.Snapshot)

    def answer(self, request):
        if "fold" not in request:
            return json.dumps({"decide": request["decide"], "error": "eventsourcing_fold.py takes no commands"})
        number = request["fold"]
        try:
            texts, not_understood = self.folded(request)
        except Exception as error:
            return json.dumps({"fold": number, "error": words(error), "at": request["events"][-1]["version"]})
        states = ",".join(texts if request["each"] else texts[-1:])
        return f'{{"fold":{number},"states":[{states}],"not_understood":{json.dumps(not_understood)}}}'

    def folded(self, request):
        """The states after each event, as JSON, and the events that were not understood."""
        originator = originator_id(request["stream"])
        text = json.dumps(request["state"])
        aggregate = self.restored(originator, text)
        texts, not_understood = [], []
        for event in request["events"]:
            try:
                aggregate = self.domain_event(originator, event).mutate(aggregate)
                text = self.dumped(aggregate)
            except Exception as error:
                not_understood.append({"at": event["version"], "why": words(error)})
                # It may have changed a part of the aggregate.
                aggregate = self.restored(originator, text)
            texts.append(text)
        return texts, not_understood

    def domain_event(self, originator, event):
        # A topic is text of the log: it must not import a module that the aggregate's own code did not.
        event_class = resolve_topic(event["type"]) if is_loaded(event["type"]) else None
        if not isinstance(event_class, type) or not issubclass(event_class, CanMutateAggregate):
            raise ValueError(f"{event['type']} is no event class of the modules that are loaded")
        stored = StoredEvent(originator, event["version"], event["type"], event["data"].encode())
        domain_event = self.mapper.to_domain_event(stored)
        topic = getattr(domain_event, "originator_topic", None)
        if topic is not None and not (is_loaded(topic) and resolve_topic(topic) is self.aggregate_class):
            raise ValueError(f"it creates a {topic}")
        return domain_event

    def restored(self, originator, text):
        if text == "null":
            return None
        state = self.transcoder.decode(text.encode())
        snapshot = object.__new__(self.snapshot_class)
        topic, version = get_topic(self.aggregate_class), state.pop("_version")
        vars(snapshot).update(originator_id=originator, originator_version=version, topic=topic, state=state)
        return snapshot.mutate(None)

    def dumped(self, aggregate):
        if aggregate is None:
            return "null"
        state = {"_version": aggregate.version, **self.snapshot_class.take(aggregate).state}
        return self.transcoder.encode(state).decode()


def originator_id(stream):
    found = UUID_AT_END.search(stream)
    return UUID(found.group()) if found else stream


def is_loaded(topic):
    """Whether the topic names something of a module that is loaded, or has a name given with `register_topic`."""
    module, registered = topic.partition(":")[0], getattr(eventsourcing.utils, "_topic_cache", {})
    return module in sys.modules or module in registered or topic in registered


def words(error):
    return f"{type(error).__name__}: {error}".encode(errors="replace").decode()[:WORDS_MAX]


def hash_of_modules(folder):
    files = {getattr(module, "__file__", None) for module in list(sys.modules.values())}
    hashed = hashlib.sha256()
    for path in sorted(path for path in files if path and os.path.abspath(path).startswith(folder + os.sep)):
        with open(path, "rb") as file:
            hashed.update(file.read())
    return hashed.hexdigest()[:16]


if __name__ == "__main__":
    main()
