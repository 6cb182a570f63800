"""A cart folded by a plain function, with one event for each thing that can go wrong."""

version = "cart 3"
initial = {"items": {}, "n": 0}
types = ["ItemAdded", "CheckedOut"]
commands = ["checkout"]


def evolve(state, event):
    print("on stdout:", event["type"])
    state["n"] += 1
    match event["type"]:
        case "ItemAdded":
            sku = event["data"]["sku"]
            state["items"][sku] = state["items"].get(sku, 0) + event["data"]["qty"]
        case "SetAdded":
            state["set"] = {1}
        case "TupleAdded":
            state["tuple"] = (1, 2)
        case "Allocated":
            state["blank"] = "x" * event["data"]
        case "Seen":
            state["seen"] = {name: event[name] for name in ("version", "type", "time", "raw")}
    return state


def decide(state, command):
    match command:
        case ["checkout", customer] if state["items"]:
            return [{"type": "CheckedOut", "data": {"customer": customer, "n": state["n"]}}]
        case ["checkout", _]:
            return "the cart is empty"
        case ["cancel"]:
            raise ValueError("it cannot be cancelled")
    return state["no such key"]
