"""An application of the library `eventsourcing`: rooms of a hotel, with snapshots and a transcoding of its own."""
from datetime import date
from decimal import Decimal

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import Transcoding


class DateAsISO(Transcoding):
    type = date
    name = "date_iso"

    def encode(self, obj):
        return obj.isoformat()

    def decode(self, data):
        return date.fromisoformat(data)


class Room(Aggregate):
    @event("Opened")
    def __init__(self, number):
        self.number = number
        self.price = Decimal("0")
        self.paid = Decimal("0.00")
        self.nights = {}

    class Priced(Aggregate.Event):
        price: Decimal

        def apply(self, room):
            room.price = self.price

    def set_price(self, price):
        self.trigger_event(self.Priced, price=price)

    @event("Booked")
    def book(self, night, guest):
        self.nights[night.isoformat()] = {"guest": guest, "night": night}
        self.paid += self.price

    @event("Cancelled")
    def cancel(self, night):
        self.nights.pop(night.isoformat())


class Hotel(Application):
    is_snapshotting_enabled = True
    snapshotting_intervals = {Room: 7}

    def register_transcodings(self, transcoder):
        super().register_transcodings(transcoder)
        transcoder.register(DateAsISO())
