"""Puts the directory together."""

from __future__ import annotations

from dataclasses import dataclass

from directory.audit import AuditLog
from directory.catalogue import Catalogue
from directory.sign_in import SignIn, TokenRules
from foundation.clock import Clock
from foundation.database import Database
from foundation.identifiers import Identifiers


@dataclass(frozen=True)
class Directory:
    """The directory's faces."""

    catalogue: Catalogue
    sign_in: SignIn
    audit: AuditLog


def assemble(database: Database, clock: Clock, identifiers: Identifiers, rules: TokenRules) -> Directory:
    """The directory on this database; call `catalogue.load()` before the first use."""
    catalogue = Catalogue(database)
    return Directory(
        catalogue=catalogue,
        sign_in=SignIn(database, catalogue, clock, identifiers, rules),
        audit=AuditLog(database, clock),
    )
