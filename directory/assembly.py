"""Puts the directory together."""

from __future__ import annotations

from dataclasses import dataclass

from directory.attempts import Attempts
from directory.audit import AuditLog
from directory.audit_intake import AuditIntake
from directory.catalogue import Catalogue
from directory.devices import Devices
from directory.guests import Guests
from directory.password_hashes import PasswordHashes, workers_here
from directory.people import People
from directory.personal import PersonalSettings
from directory.senders import Senders
from directory.sessions import Sessions
from directory.sign_in import SignIn, SignInParts
from directory.tokens import Tokens
from directory.visit_codes import VisitCodes
from directory.visits import VisitParts, Visits
from foundation.clock import Clock
from foundation.database import Database
from foundation.identifiers import Identifiers
from foundation.vault import Vault


@dataclass(frozen=True)
class TokenRules:
    """The key of the tokens, and whether the demonstration's people may come in."""

    key: bytes
    demonstration: bool


@dataclass(frozen=True)
class Needs:
    """What the directory stands on."""

    database: Database
    clock: Clock
    identifiers: Identifiers
    audit: AuditLog
    vault: Vault


@dataclass(frozen=True)
class Directory:
    """The directory's faces."""

    catalogue: Catalogue
    sign_in: SignIn
    devices: Devices
    sessions: Sessions
    visits: Visits
    guests: Guests
    senders: Senders
    codes: VisitCodes
    people: People
    audit: AuditLog
    intake: AuditIntake
    hashes: PasswordHashes
    personal: PersonalSettings

    async def start(self) -> None:
        """Reads what is kept in memory; call it before the first use."""
        await self.catalogue.load()
        await self.sessions.start()
        await self.sign_in.start()

    async def close(self) -> None:
        """Lets go of the threads that verify passwords."""
        self.hashes.close()


def assemble(needs: Needs, rules: TokenRules, hashes: PasswordHashes | None = None) -> Directory:
    """The directory on this database; `start` it, `close` it at the end."""
    database, clock, identifiers, audit = needs.database, needs.clock, needs.identifiers, needs.audit
    catalogue, intake = Catalogue(database), AuditIntake(audit, clock)
    hashes = hashes or PasswordHashes(workers_here())
    sessions = Sessions(database, catalogue, clock, identifiers, demonstration=rules.demonstration)
    tokens = Tokens(rules.key)
    parts = SignInParts(
        database=database,
        catalogue=catalogue,
        clock=clock,
        identifiers=identifiers,
        sessions=sessions,
        hashes=hashes,
        attempts=Attempts(rules.key),
        tokens=tokens,
        audit=audit,
        intake=intake,
        demonstration=rules.demonstration,
    )
    sign_in = SignIn(parts)
    visit_parts = VisitParts(
        database=database,
        catalogue=catalogue,
        clock=clock,
        identifiers=identifiers,
        vault=needs.vault,
        tokens=tokens,
    )
    visits = Visits(visit_parts)
    guests = Guests(catalogue, clock, identifiers, tokens)
    senders = Senders(visit_parts)
    return Directory(
        catalogue=catalogue,
        sign_in=sign_in,
        devices=Devices(rules.key),
        sessions=sessions,
        visits=visits,
        guests=guests,
        senders=senders,
        codes=VisitCodes(visit_parts),
        people=People(catalogue, sessions, sign_in, (visits, guests, senders)),
        audit=audit,
        intake=intake,
        hashes=hashes,
        personal=PersonalSettings(database),
    )
