"""Settings from the environment; a secret may stand in a file that NAME_FILE names."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bot.errors import CannotStart
from knowledge.rulebook.values import DeskChannel
from knowledge.sentence import Sentence, say

PREFIX = "BALIE_"
LEVELS = ("debug", "info", "warning", "error")
SHORTEST_SECRET = 32
KNOWN = (
    "DATA",
    "DATABASE",
    "RULES",
    "ANSWERS",
    "HOST",
    "PORT",
    "PUBLIC_URL",
    "TRUSTED_PROXIES",
    "PROXY",
    "CA",
    "SECRET",
    "METRICS_TOKEN",
    "CANARY",
    "CANARY_EVERY",
    "CANARY_WITHIN",
    "LOG",
)


class BrokenSettings(CannotStart):
    """The environment cannot be used; ``faults`` says everything that is wrong with it."""

    def __init__(self, faults: tuple[Sentence, ...]) -> None:
        super().__init__(say("The settings have %(count)d faults.", count=len(faults)))
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    data: Path = Path("data")  # the database, the square of the demo, the signing secret
    database_url: str = field(default="", repr=False)  # PostgreSQL, for several processes; empty: SQLite in ``data``
    rules: Path = Path("routing_rules.yaml")
    answers: Path | None = None  # the known answers; None: none yet
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = ""
    trusted_proxies: tuple[str, ...] = ()
    proxy: str = field(default="", repr=False)  # the way out of the town's network
    ca: Path | None = None  # certificates that are trusted beside the usual ones
    secret: str = field(default="", repr=False)  # signs cookies; empty: made and kept in the data folder
    metrics_token: str = field(default="", repr=False)  # who has it may read /metrics; empty: nobody
    passwords: Mapping[str, str] = field(default_factory=dict, repr=False)  # by key of the account
    slack: Mapping[str, str] = field(
        default_factory=dict, repr=False
    )  # BOT_TOKEN, or BOT_TOKEN_T0123 for one of several
    canary: DeskChannel | None = None  # where the cards of test messages stand; None: none are sent
    canary_every: timedelta = timedelta(minutes=15)
    canary_within: timedelta = timedelta(minutes=2)
    log: str = "info"

    @property
    def database(self) -> Path:
        return self.data / "balie.db"

    @property
    def address(self) -> str:
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return everything that may never stand in a log."""
        database = urlsplit(self.database_url).password or ""
        proxy = urlsplit(self.proxy).password or ""
        every = (
            self.secret,
            self.metrics_token,
            self.database_url,
            database,
            proxy,
            *self.passwords.values(),
            *self.slack.values(),
        )
        return tuple(dict.fromkeys(form for secret in every if secret for form in (secret, unquote(secret))))


def read(environment: Mapping[str, str]) -> Settings:
    """Read all settings; raises BrokenSettings with every fault at once."""
    faults: list[Sentence] = []
    values = _values(environment, faults)
    settings = Settings(
        data=Path(values.get("DATA") or "data"),
        database_url=_postgresql(values, faults),
        rules=Path(values.get("RULES") or "routing_rules.yaml"),
        answers=Path(values["ANSWERS"]) if values.get("ANSWERS") else None,
        host=values.get("HOST") or "127.0.0.1",
        port=_port(values.get("PORT") or "8000", faults),
        public_url=_public_url(values.get("PUBLIC_URL") or "", faults),
        trusted_proxies=_proxies(values.get("TRUSTED_PROXIES") or "", faults),
        proxy=_proxy(values.get("PROXY") or "", faults),
        ca=_certificates(values.get("CA") or "", faults),
        secret=values.get("SECRET") or "",
        metrics_token=values.get("METRICS_TOKEN") or "",
        passwords={
            name.removeprefix("PASSWORD_").lower(): value
            for name, value in values.items()
            if name.startswith("PASSWORD_") and value
        },
        slack={
            name.removeprefix("SLACK_"): value for name, value in values.items() if name.startswith("SLACK_") and value
        },
        canary=_canary(values.get("CANARY") or "", faults),
        canary_every=_minutes("CANARY_EVERY", values.get("CANARY_EVERY") or "15", faults),
        canary_within=_minutes("CANARY_WITHIN", values.get("CANARY_WITHIN") or "2", faults),
        log=values.get("LOG") or "info",
    )
    if settings.log not in LEVELS:
        faults.append(say("BALIE_LOG is %(value)s. Choose debug, info, warning or error.", value=settings.log))
    for name, secret in (("SECRET", settings.secret), ("METRICS_TOKEN", settings.metrics_token)):
        if secret and len(secret) < SHORTEST_SECRET:
            faults.append(
                say(
                    "%(name)s is too short. Use at least %(count)d characters.",
                    name=PREFIX + name,
                    count=SHORTEST_SECRET,
                )
            )
    if faults:
        raise BrokenSettings(tuple(faults))
    return settings


def _values(environment: Mapping[str, str], faults: list[Sentence]) -> dict[str, str]:
    """Return the settings by their short name, those from files read, unknown ones told."""
    values: dict[str, str] = {}
    for name in sorted(environment):
        if not name.startswith(PREFIX):
            continue
        short = name.removeprefix(PREFIX).removesuffix("_FILE")
        if short not in KNOWN and not short.startswith(("PASSWORD_", "SLACK_")):
            faults.append(say("%(name)s is not a setting of Balie. Look in .env.example.", name=name))
        elif not name.endswith("_FILE"):
            values[short] = environment[name].strip()
        elif environment.get(PREFIX + short):
            faults.append(say("Both %(one)s and %(two)s are set. Keep one.", one=PREFIX + short, two=name))
        elif environment[name]:
            values[short] = _from_file(name, Path(environment[name]), faults)
    return values


def _from_file(name: str, path: Path, faults: list[Sentence]) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        faults.append(say("%(name)s names %(path)s, and Balie cannot read that file.", name=name, path=str(path)))
        return ""


def _port(value: str, faults: list[Sentence]) -> int:
    if value.isdecimal() and int(value) <= 65_535:
        return int(value)
    faults.append(say("BALIE_PORT is %(value)s. Give a number from 0 to 65535.", value=value))
    return 0


def _canary(value: str, faults: list[Sentence]) -> DeskChannel | None:
    """Read desk:workspace:channel."""
    desk, _, rest = value.partition(":")
    workspace, _, channel = rest.partition(":")
    if value and not (desk and channel):
        faults.append(
            say("BALIE_CANARY is %(value)s. Give a desk, workspace and channel: slack:T0123:C0456.", value=value)
        )
    return DeskChannel(desk=desk, workspace=workspace, channel=channel) if value else None


def _minutes(name: str, value: str, faults: list[Sentence]) -> timedelta:
    if value.isdecimal() and 0 < int(value) <= 10_080:
        return timedelta(minutes=int(value))
    faults.append(say("%(name)s is %(value)s. Give a number of minutes.", name=PREFIX + name, value=value))
    return timedelta(minutes=1)


def _postgresql(values: Mapping[str, str], faults: list[Sentence]) -> str:
    """Return the address of the database, which is never said: it holds a password."""
    value = values.get("DATABASE") or ""
    if value and not value.startswith("postgresql://"):
        faults.append(say("BALIE_DATABASE is no address of PostgreSQL. It begins with postgresql://."))
    if value and not values.get("SECRET"):
        faults.append(say("Set BALIE_SECRET too: several processes on one database must sign with the same secret."))
    return value


def _public_url(value: str, faults: list[Sentence]) -> str:
    parts = urlsplit(value)
    local = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if value and not (parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and local))):
        faults.append(say("BALIE_PUBLIC_URL is %(value)s. Give an address that begins with https://.", value=value))
    return value.rstrip("/")


def _proxy(value: str, faults: list[Sentence]) -> str:
    """Return the address of the proxy, which is never said: it may hold a password."""
    parts = urlsplit(value)
    if value and not (parts.scheme in ("http", "https") and parts.hostname):
        faults.append(say("BALIE_PROXY is no address of a proxy. It looks like http://proxy.veldwijk.example:3128."))
    return value


def _certificates(value: str, faults: list[Sentence]) -> Path | None:
    try:
        if value:
            ssl.create_default_context(cafile=value)
    except OSError:  # ssl.SSLError is one
        faults.append(say("BALIE_CA is %(value)s, and Balie finds no certificates in it (PEM).", value=value))
    return Path(value) if value else None


def _proxies(value: str, faults: list[Sentence]) -> tuple[str, ...]:
    found = tuple(part.strip() for part in value.split(",") if part.strip())
    for part in found:
        try:
            ipaddress.ip_network(part, strict=False)
        except ValueError:
            faults.append(say("BALIE_TRUSTED_PROXIES holds %(value)s, which is no IP address or range.", value=part))
    return found
