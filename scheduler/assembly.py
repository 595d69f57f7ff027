"""Puts the scheduler together."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.appointments import Appointments, Through
from scheduler.board import Board
from scheduler.booking import Booking
from scheduler.callbacks import Callbacks
from scheduler.desk import Desk
from scheduler.matchmaker import Matchmaker
from scheduler.open_desks import OpenDesks
from scheduler.places import Places
from scheduler.ports import Ports
from scheduler.presence import Presence
from scheduler.reception import Reception
from scheduler.sweep import Sweep
from scheduler.timeouts import Timeouts
from scheduler.timers import Timers
from scheduler.transfers import Transfers
from scheduler.transitions import Transitions
from scheduler.waiting_list import WaitingList


@dataclass(frozen=True, slots=True)
class Scheduler:
    """The scheduler's faces.

    Callers run `sweep.run()` first, then `board.load()`, and `timers.run()` as one background task.
    """

    reception: Reception
    appointments: Appointments
    waiting_list: WaitingList
    desk: Desk
    transfers: Transfers
    callbacks: Callbacks
    presence: Presence
    timers: Timers
    board: Board
    places: Places
    sweep: Sweep


def assemble(ports: Ports) -> Scheduler:
    """The scheduler on these ports."""
    transitions = Transitions(ports.outbox, ports.clock, ports.identifiers, ports.rules)
    open_desks = OpenDesks()
    matchmaker = Matchmaker(ports.database, transitions, open_desks, ports.clock, ports.rules)
    board = Board(ports.database, ports.clock, ports.rules)
    desk = Desk(ports, transitions, matchmaker)
    callbacks = Callbacks(ports, transitions, matchmaker, open_desks)
    timeouts = Timeouts(ports, transitions, desk, callbacks)
    reception = Reception(ports, transitions, matchmaker)
    booking = Booking(ports)
    waiting_list = WaitingList(ports, booking)
    transfers = Transfers(ports, transitions, matchmaker, open_desks)
    return Scheduler(
        reception=reception,
        appointments=Appointments(ports, Through(reception, open_desks), matchmaker, booking, waiting_list),
        waiting_list=waiting_list,
        desk=desk,
        transfers=transfers,
        callbacks=callbacks,
        presence=ports.presence,
        timers=Timers(ports, timeouts, matchmaker, open_desks),
        board=board,
        places=Places(board, ports.clock, ports.rules),
        sweep=Sweep(ports.database),
    )
