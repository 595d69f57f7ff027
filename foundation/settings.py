"""Settings: the defaults here, then a TOML file, then the environment; unknown names are refused.

The environment names are those of the fields in capitals (`PORT`, `DATA_DIR`, …);
`CLOUD_WINDOW_SETTINGS` names the file.
"""

from __future__ import annotations

import ipaddress
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from foundation.errors import Refusal

Port = Annotated[int, Meta(ge=0, le=65535)]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class SettingsInvalid(Refusal):
    """A setting is unknown or has a value that cannot be."""

    code = "settings_invalid"
    zh = "配置有误：{problem}"
    en = "The settings are not valid: {problem}"


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything an operator may set; a value is checked once, at the start."""

    host: str = "127.0.0.1"
    """Address of the plain HTTP port, for this machine or a reverse proxy."""
    port: Port = 8080
    tls_host: str = "0.0.0.0"  # noqa: S104 - the LAN is who it is for
    tls_port: Port = 8443
    """HTTPS for the LAN with a certificate made at the first start; 0 switches it off."""
    public_names: tuple[str, ...] = ()
    """Names, and addresses that are not this machine's own, by which browsers reach the service."""
    metrics_token: str = ""
    """With it `/metrics` answers on every port; without it only on the plain one, and not through a proxy."""
    trusted_proxies: tuple[str, ...] = ()
    """Networks of the reverse proxies whose `X-Forwarded-For` or `Forwarded` is believed, as in `10.0.0.0/24`."""
    media_host: str = "::"
    """Every address of IPv4 and IPv6."""
    media_port: Port = 8189
    """UDP and TCP of the media server."""
    advertised_addresses: tuple[str, ...] = ()
    """Addresses that browsers are told for media; empty means every address of this machine."""
    turn_urls: tuple[str, ...] = ()
    """Relays that browsers may use for media, as `turn:HOST:PORT?transport=udp` or `turns:…`; with `turn_secret`."""
    turn_secret: str = ""
    """What the relays were given as `static-auth-secret`."""
    relay_only: bool = False
    """Browsers connect through the relays alone, so that nobody learns their addresses."""
    media_nodes: tuple[str, ...] = ()
    """Control addresses of the media nodes, as in `http://10.0.0.5:8190`; empty means that this process forwards."""
    node_host: str = "127.0.0.1"
    """Address of a node's control port, `cloud-window node`; the wire is not encrypted, so keep it off the LAN."""
    node_port: Port = 8190
    node_token: str = ""
    """What a node and who controls it both know, at least 32 characters."""
    drain_seconds: Annotated[float, Meta(ge=0, le=86400)] = 3600.0
    """How long a node that was asked to end waits for its sessions."""
    data_dir: Path = Path("data")
    database_url: str = ""
    """Empty means the embedded database in `data_dir`."""
    demonstration: bool = False
    """Fills an empty database with invented sites, items and people, and lets the demonstration accounts in."""
    language: Literal["zh-CN", "en"] = "zh-CN"
    time_zone: str = "Asia/Shanghai"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    public_url: Annotated[str, Meta(pattern="^(https?://[^/]+)?$")] = ""
    """How visitors reach the service, as in `https://window.example.cn`: links in notices begin with it."""
    sms_url: Annotated[str, Meta(pattern="^(https?://.+)?$")] = ""
    """The gateway of text messages; empty for none."""
    sms_key: str = ""
    smtp_host: str = ""
    """Where e-mail is handed in; empty for none."""
    smtp_port: Port = 587
    smtp_encryption: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str = ""
    """Empty where the server asks for none."""
    smtp_password: str = ""
    smtp_sender: str = ""
    """The address that e-mail comes from."""
    webhook_url: Annotated[str, Meta(pattern="^(https?://.+)?$")] = ""
    """One of the district's own systems that is told what becomes of appointments; empty for none."""
    webhook_secret: str = ""
    """What the webhook is signed with, at least 32 characters."""
    timestamp_url: Annotated[str, Meta(pattern="^(https?://.+)?$")] = ""
    """A time stamp authority (RFC 3161) whose word for the time every evidence package carries; empty for none."""
    offer_seconds: Annotated[float, Meta(gt=0, le=300)] = 15.0
    """How long a clerk may take to answer an offer."""
    callback_ring_seconds: Annotated[float, Meta(gt=0, le=300)] = 30.0
    """How long a callback rings at its point or visitor."""
    callback_delay_seconds: Annotated[float, Meta(ge=0, le=7200)] = 300.0
    """How long after one that nobody answered the next one comes."""
    wrap_up_seconds: Annotated[float, Meta(ge=0, le=3600)] = 30.0
    grace_seconds: Annotated[float, Meta(ge=5, le=3600)] = 90.0
    """How long an interrupted session keeps its place."""
    supplement_colleagues_days: Annotated[int, Meta(ge=0, le=60)] = 1
    """Working days after which colleagues see what was sent to a clerk who is at no window."""
    upload_limit_bytes: Annotated[int, Meta(gt=0)] = 25 * 1024 * 1024
    disk_reserve_bytes: Annotated[int, Meta(ge=0)] = 1024**3
    """What uploads leave free below `data_dir`, and made documents half of it: the database and decisions need it."""

    @property
    def effective_database_url(self) -> str:
        """The URL in use, the embedded database's when none is set."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'cloud-window.db'}"

    @property
    def effective_public_url(self) -> str:
        """The URL in use, this machine's own when none is set."""
        return self.public_url or f"http://127.0.0.1:{self.port}"


def load_settings(environment: Mapping[str, str]) -> Settings:
    """Reads the file that `CLOUD_WINDOW_SETTINGS` names, then the environment; raises `SettingsInvalid`."""
    values: dict[str, object] = {}
    if path := environment.get("CLOUD_WINDOW_SETTINGS"):
        values |= _read_file(Path(path))
    for field in msgspec.structs.fields(Settings):
        if (text := environment.get(field.name.upper())) is not None and field.name not in _NOT_FROM_ENVIRONMENT:
            values[field.name] = _words(text) if field.name in _LISTS else text
    try:
        settings = msgspec.convert(values, Settings, strict=False, dec_hook=_decode)
    except msgspec.ValidationError as error:
        raise SettingsInvalid(problem=str(error)) from error
    _check_what_belongs_together(settings)
    try:
        networks(settings.trusted_proxies)
    except ValueError as error:
        raise SettingsInvalid(problem=f"trusted_proxies: {error}") from error
    return settings


def _check_what_belongs_together(settings: Settings) -> None:
    if bool(settings.turn_urls) != bool(settings.turn_secret) or (settings.relay_only and not settings.turn_urls):
        raise SettingsInvalid(problem="turn_urls and turn_secret belong together, and relay_only needs them")
    if bool(settings.sms_url) != bool(settings.sms_key):
        raise SettingsInvalid(problem="sms_url and sms_key belong together")
    if bool(settings.smtp_host) != bool(settings.smtp_sender):
        raise SettingsInvalid(problem="smtp_host and smtp_sender belong together")
    if settings.webhook_url and len(settings.webhook_secret) < _WEBHOOK_SECRET:
        raise SettingsInvalid(problem=f"webhook_url needs a webhook_secret of at least {_WEBHOOK_SECRET} characters")
    if (settings.sms_url or settings.smtp_host) and not settings.public_url:
        raise SettingsInvalid(problem="notices hold links: sms_url and smtp_host need public_url")


_WEBHOOK_SECRET = 32
_LISTS = frozenset({"advertised_addresses", "media_nodes", "public_names", "trusted_proxies", "turn_urls"})
# These words mean other things in nearly every shell; they are taken from the file alone.
_NOT_FROM_ENVIRONMENT = frozenset({"host", "language", "time_zone"})


def networks(texts: tuple[str, ...]) -> tuple[Network, ...]:
    """Networks in CIDR notation, or single addresses; raises `ValueError` for what is neither."""
    return tuple(ipaddress.ip_network(text, strict=False) for text in texts)


def _read_file(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise SettingsInvalid(problem=f"{path}: {error}") from error


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.replace(",", " ").split())


def _decode(kind: type, value: object) -> object:
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise NotImplementedError(kind)
