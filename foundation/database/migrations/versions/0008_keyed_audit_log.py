"""The audit log under a key: entries say account, outcome and address, and an entry vouches for those without a key."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime

import sqlalchemy as sa
from alembic import context, op

from foundation.clock import SystemClock
from foundation.database.tables import UtcDateTime

revision = "0008"
down_revision = "0007"

_NEW = ("account", "outcome", "address")


def upgrade() -> None:
    for name in _NEW:
        op.add_column("audit_log", sa.Column(name, sa.String, nullable=False, server_default=""))
    newest = sa.text("SELECT sequence, hash FROM audit_log ORDER BY sequence DESC LIMIT 1")
    last = op.get_bind().execute(newest).one_or_none()
    if last is not None:
        _vouch(int(last[0]), str(last[1]))


def downgrade() -> None:
    for name in _NEW:
        op.drop_column("audit_log", name)


def _vouch(unkeyed: int, before: str) -> None:
    """Appends the first keyed entry, which covers the hash of the last one without a key."""
    vault = context.config.attributes.get("vault")
    if vault is None:
        raise ValueError("there is an audit log to be put under a key, and no vault was given")
    row = {
        "sequence": unkeyed + 1,
        "at": SystemClock().now(),
        "who": "system",
        "account": "",
        "act": "log_keyed",
        "outcome": "done",
        "address": "",
        "what": json.dumps({"unkeyed": str(unkeyed)}),
    }
    said = [before, *(value.isoformat() if isinstance(value, datetime) else value for value in row.values())]
    row["hash"] = hmac.new(vault.secret("audit-log"), json.dumps(said).encode(), hashlib.sha256).hexdigest()
    columns = (sa.column("at", UtcDateTime()) if name == "at" else sa.column(name) for name in row)
    op.get_bind().execute(sa.insert(sa.table("audit_log", *columns)).values(**row))
