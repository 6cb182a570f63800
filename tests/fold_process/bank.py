"""The accounts of the bank whose store is in ../shared/stores: the aggregate class that its events name."""
from decimal import Decimal

from eventsourcing.domain import Aggregate, event


class BankAccount(Aggregate):
    @event("Opened")
    def __init__(self, owner, currency):
        self.owner = owner
        self.currency = currency
        self.balance = Decimal("0.00")
        self.closed = False

    @event("Deposited")
    def deposit(self, amount, description):
        self.balance += amount

    @event("Withdrawn")
    def withdraw(self, amount, description):
        self.balance -= amount

    @event("OwnerRenamed")
    def rename_owner(self, owner):
        self.owner = owner

    @event("Closed")
    def close(self):
        self.closed = True
