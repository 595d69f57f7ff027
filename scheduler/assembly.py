"""Puts the scheduler together."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.appointments import Appointments, Through
from scheduler.board import Board
from scheduler.booking import Booking
from scheduler.callbacks import Callbacks
from scheduler.desk import Desk
from scheduler.duty import Duty
from scheduler.lapses import Lapses
from scheduler.matchmaker import Matchmaker
from scheduler.moves import Moves
from scheduler.places import Places
from scheduler.ports import Ports
from scheduler.presence import Presence
from scheduler.reception import Reception
from scheduler.sweep import Sweep
from scheduler.timers import Timers
from scheduler.transfers import Transfers
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
    moves = Moves(ports.outbox, ports.clock, ports.identifiers, ports.rules)
    duty = Duty()
    matchmaker = Matchmaker(ports.database, moves, duty, ports.clock, ports.rules)
    board = Board(ports.database, ports.clock, ports.rules)
    desk = Desk(ports, moves, matchmaker)
    callbacks = Callbacks(ports, moves, matchmaker, duty)
    lapses = Lapses(ports, moves, desk, callbacks)
    reception = Reception(ports, moves, matchmaker)
    booking = Booking(ports)
    waiting_list = WaitingList(ports, booking)
    transfers = Transfers(ports, moves, matchmaker, duty)
    return Scheduler(
        reception=reception,
        appointments=Appointments(ports, Through(reception, duty), matchmaker, booking, waiting_list),
        waiting_list=waiting_list,
        desk=desk,
        transfers=transfers,
        callbacks=callbacks,
        presence=ports.presence,
        timers=Timers(ports, lapses, matchmaker, duty),
        board=board,
        places=Places(board, ports.clock, ports.rules),
        sweep=Sweep(ports.database),
    )
