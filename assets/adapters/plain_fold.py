#!/usr/bin/env python3
"""Folds events for foldback with a plain Python function.

Copy this file beside the domain file, and name it there with a module of yours:

    [aggregates.cart]
    run = ["python3", "plain_fold.py", "cart"]      # cart.py, in the same folder

The module has one function; the other names are optional:

    def evolve(state, event): ...    # returns the state after the event; may change `state` itself
    initial = {"items": {}}          # the state before the first event; without it: {}
    version = "cart 3"               # to be changed when the same events give another state; without it, a hash of
                                     # the modules that were loaded from this folder
    types = ["ItemAdded"]            # the types of events that it knows
    commands = ["checkout"]
    def decide(state, command): ...  # `command` is a list of words; returns a list of {"type": …, "data": …}, or a
                                     # text, which refuses the command
    def dump(state): ...             # a state that is not JSON by itself, as JSON;
    def load(value): ...             # and back

An event is a dict: `version`, `type`, `time` (a text or None), `data` (the JSON as Python reads it) and `raw` (the JSON as
text, as it was recorded). A state is kept as JSON between two calls, so it has to be the same after that: no tuples, no keys
that are numbers. An event at which `evolve` raises an exception is not understood: it leaves the state as it was.
"""
import copy
import hashlib
import importlib
import json
import os
import shlex
import sys

# The longest text about an event that was not understood, in characters.
WORDS_MAX = 500

# The errors of code; any other exception of `decide` is a refusal.
BUGS = (ArithmeticError, AssertionError, AttributeError, ImportError, LookupError, NameError, TypeError)


def main():
    # stdout is for foldback. Output of the module goes to stderr; foldback shows its last lines if the program fails.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    folder = os.getcwd()
    sys.path.insert(0, folder)
    module = importlib.import_module(sys.argv[1])
    for line in sys.stdin.buffer:
        out.write(answer(module, json.loads(line), folder) + "\n")
        out.flush()


def answer(module, request, folder):
    if "hello" in request:
        word = getattr(module, "version", None) or f"{module.__name__} {hash_of_modules(folder)}"
        known = {"types": list(getattr(module, "types", [])), "commands": list(getattr(module, "commands", []))}
        return json.dumps({"hello": 1, "fold": str(word), **known})
    if "decide" in request:
        return json.dumps({"decide": request["decide"], **decided(module, request)}, allow_nan=False)
    number = request["fold"]
    try:
        texts, not_understood = folded(module, request)
    except Exception as error:
        return json.dumps({"fold": number, "error": words(error), "at": request["events"][-1]["version"]})
    states = ",".join(texts if request["each"] else texts[-1:])
    return f'{{"fold":{number},"states":[{states}],"not_understood":{json.dumps(not_understood)}}}'


def folded(module, request):
    """The states after each event, as JSON, and the events that were not understood."""
    state, text = loaded(module, request["state"]), json.dumps(request["state"])
    texts, not_understood = [], []
    for event in request["events"]:
        try:
            state = module.evolve(state, readable(event))
            text = dumped(module, state)
        except Exception as error:
            not_understood.append({"at": event["version"], "why": words(error)})
            # It may have changed a part of the state.
            state = loaded(module, json.loads(text))
        texts.append(text)
    if not hasattr(module, "dump") and text != "null" and json.loads(text) != state:
        raise ValueError("the state is not the same after JSON (tuples, or keys that are numbers): give `dump` and `load`")
    return texts, not_understood


def decided(module, request):
    try:
        state = loaded(module, request["state"])
        outcome = module.decide(state, shlex.split(request["command"]))
    except BUGS as error:
        return {"error": words(error)}
    except Exception as refusal:
        return {"refused": str(refusal) or words(refusal)}
    return {"refused": outcome} if isinstance(outcome, str) else {"events": list(outcome)}


def readable(event):
    return {**event, "data": json.loads(event["data"]), "raw": event["data"]}


def loaded(module, value):
    if value is None:
        return copy.deepcopy(getattr(module, "initial", {}))
    return module.load(value) if hasattr(module, "load") else value


def dumped(module, state):
    value = module.dump(state) if hasattr(module, "dump") else state
    return json.dumps(value, allow_nan=False, separators=(",", ":"))


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
