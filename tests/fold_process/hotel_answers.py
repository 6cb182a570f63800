"""Ten rooms of the hotel, as the library itself answers for them: a line of JSON each, with the stored events, the state at
every version by the library's repository, and the library's own snapshots."""
import json
from datetime import date, timedelta
from decimal import Decimal

from eventsourcing.domain import Aggregate

from hotel import Hotel, Room

hotel = Hotel()
transcoder = hotel.construct_transcoder()


def as_json(state):
    return json.loads(transcoder.encode(state))


for number in range(10):
    room = Room(number=number)
    first = date(2024, 2, 27) + timedelta(days=number)
    for nth in range(12 + number):
        room.set_price(Decimal("0.10") * (nth + 1))
        room.book(first + timedelta(days=nth), guest=f"Zoë \u2028 {nth}")
        if nth % 3 == number % 3:
            room.cancel(first + timedelta(days=nth))
        hotel.save(room)
    stored = list(hotel.recorder.select_events(room.id))
    snapshots = hotel.snapshots.get(room.id)
    print(json.dumps({
        "stream": str(room.id),
        "events": [{"type": event.topic, "data": event.state.decode()} for event in stored],
        "states": [
            as_json(Aggregate.Snapshot.take(hotel.repository.get(room.id, version=event.originator_version)).state)
            for event in stored
        ],
        "snapshots": {snapshot.originator_version: as_json(snapshot.state) for snapshot in snapshots},
    }))
