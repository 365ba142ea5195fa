"""What routing_rules.yaml says, as frozen values; every list keeps the order of the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Role(StrEnum):
    """What a person may do for a department."""

    READER = "reader"
    AGENT = "agent"  # claims, writes, submits
    APPROVER = "approver"  # publishes, and approves what others wrote
    SPOKESPERSON = "spokesperson"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"

    @property
    def publishes(self) -> bool:
        """Tell whether this role may place a text in public."""
        return self in (Role.APPROVER, Role.SPOKESPERSON)

    @property
    def writes(self) -> bool:
        """Tell whether this role may write a reply and hand it in."""
        return self.publishes or self in (Role.AGENT, Role.COORDINATOR)


class Kind(StrEnum):
    """Type of a citizen's message."""

    QUESTION = "question"
    REPORT = "report"  # Dutch: melding
    COMPLAINT = "complaint"
    COMPLIMENT = "compliment"
    SUGGESTION = "suggestion"
    DISCUSSION = "discussion"
    THANKS = "thanks"
    SPAM = "spam"
    OTHER = "other"


class SignOff(StrEnum):
    NONE = "none"
    INITIALS = "initials"  # ^JK
    FIRST_NAME = "first_name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    name: str
    language: str = "nl"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Amsterdam"))
    names: tuple[str, ...] = ()  # how people call the town in a message; never a topic word


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One of the town's own accounts on a public channel."""

    key: str
    channel: str  # "bluesky", "square", ...
    name: str  # handle, as people see it
    department: str = ""  # what this account is for; empty: everything
    sign_off: SignOff = SignOff.INITIALS
    formal: bool = True  # u-form; False: je
    language: str = "nl"
    purpose: str = ""  # what this account is for, in words
    tone: str = ""  # note on the tone of voice, shown while writing
    options: Mapping[str, str] = field(default_factory=dict)  # what one platform needs, e.g. service address


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskChannel:
    """A channel in a chat app: the place where a department's cards stand."""

    desk: str  # "web", "slack", "teams"
    workspace: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskIdentity:
    """How one person is known in one chat app; the verified user id, never a display name."""

    desk: str
    workspace: str
    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenHours:
    """Opening times in local wall time; a block whose end is at or before its start runs past midnight."""

    key: str
    week: Mapping[int, tuple[tuple[time, time], ...]]  # 0 = Monday
    holidays: tuple[str, ...] = ("NL",)  # countries or subdivisions of the holidays package; empty: none
    closed: tuple[date, ...] = ()
    open: tuple[date, ...] = ()  # open in spite of a holiday


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandate:
    """What a person may do; ``departments`` and ``topics`` empty means everywhere that the role reaches."""

    role: Role
    departments: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    until: date | None = None  # last day


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A colleague. No mandates: may do nothing."""

    key: str
    name: str
    initials: str
    identities: tuple[DeskIdentity, ...] = ()
    mandates: tuple[Mandate, ...] = ()
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    key: str
    name: str
    channels: tuple[DeskChannel, ...] = ()
    hours: str = ""  # key of OpenHours; empty: the first one
    norm: timedelta | None = None  # answer within, in open hours; None: the town's norm
    four_eyes: bool = False  # every reply needs a second pair of eyes
    duty: str = ""  # key of DutyRota
    places: tuple[str, ...] = ()  # the districts of a neighbourhood office
    office: bool = False  # a neighbourhood office (Dutch: wijkbureau)


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    key: str
    name: str
    department: str
    norm: timedelta | None = None
    four_eyes: bool = False
    urgent: bool = False
    sensitive: bool = False  # personal circumstances: nothing is suggested in public but the way to a private talk
    readers: tuple[str, ...] = ()  # departments whose channel reads along
    selection_list: str = ""  # number in the Selectielijst, for the archive
    text: str = ""  # the only text that is offered, instead of known answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One line of the file: every filled condition must hold, within a condition any one value is enough."""

    key: str
    line: int  # in the file, from 1
    topic: str = ""
    department: str = ""  # set when there is no topic, or to send the topic elsewhere
    words: tuple[str, ...] = ()  # words and phrases
    hashtags: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()  # google-re2
    unless: tuple[str, ...] = ()  # words that rule it out
    places: tuple[str, ...] = ()  # districts or neighbourhoods
    accounts: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    urgent: bool = False
    readers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class District:
    """A district (Dutch: wijk) with its neighbourhoods and streets."""

    name: str
    aliases: tuple[str, ...] = ()
    neighbourhoods: tuple[str, ...] = ()
    streets: tuple[str, ...] = ()


class ProtocolClass(StrEnum):
    """Messages that the response protocol treats apart."""

    THREAT = "threat"
    SELF_HARM = "self_harm"
    CRITICISM = "criticism"  # of an official by name or function
    OWN_ORGANISATION = "own_organisation"
    PRESS = "press"
    POLITICS = "politics"
    FORMAL_COMPLAINT = "formal_complaint"
    WOO = "woo"
    INSULT = "insult"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolRule:
    """What happens to one protocol class."""

    protocol: ProtocolClass
    words: tuple[str, ...] = ()  # beside the built-in ones
    department: str = ""  # who gets it; empty: stays where routing put it
    urgent: bool = False
    suggest: bool = True  # False: never a suggestion from the knowledge base
    text: str = ""  # the only text that is offered
    four_eyes: bool = False
    wait: timedelta = timedelta(0)  # cooling-down before a reply may be placed


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A telephone number, address or mailbox of the town itself: never a warning when it stands in a reply."""

    key: str
    name: str
    phone: str = ""
    email: str = ""
    address: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyLayer:
    """Ordered members who take turns (Dutch: piket)."""

    members: tuple[str, ...]
    turn: timedelta = timedelta(weeks=1)
    start: date | None = None
    handover: time = time(9)
    only_closed: bool = False  # outside office hours only


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyRota:
    key: str
    name: str
    layers: tuple[DutyLayer, ...] = ()
    step: timedelta = timedelta(minutes=10)  # no answer: to the next person
    must_answer: bool = True  # hard piket; False: zacht piket


QUERY_LIFE = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """Posts that do not name us but concern us: a hit has all of ``all``, one of ``any`` and none of ``none``."""

    key: str
    all: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    owner: str = ""  # key of a member
    purpose: str = ""
    until: date | None = None  # last day; None: QUERY_LIFE after it was first seen
    privacy_officer_asked: bool = False
    department: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A message and what must become of it; `balie check` runs them all."""

    line: int
    text: str
    department: str = ""
    topic: str = ""
    kind: Kind | None = None
    place: str = ""
    urgent: bool | None = None
    protocol: ProtocolClass | None = None
    readers: tuple[str, ...] = ()
    account: str = ""
    channel: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    town: Town
    catch_all: str  # key of the department that gets what no rule takes
    departments: Mapping[str, Department]
    topics: Mapping[str, Topic] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    accounts: Mapping[str, Account] = field(default_factory=dict)
    members: Mapping[str, Member] = field(default_factory=dict)
    hours: Mapping[str, OpenHours] = field(default_factory=dict)
    districts: tuple[District, ...] = ()
    protocol: tuple[ProtocolRule, ...] = ()
    contacts: tuple[Contact, ...] = ()
    duty: Mapping[str, DutyRota] = field(default_factory=dict)
    queries: tuple[SearchQuery, ...] = ()
    examples: tuple[Example, ...] = ()
    norm: timedelta = timedelta(hours=2)  # first answer, in open hours
    hold: timedelta = timedelta(seconds=10)  # how long a reply waits for second thoughts
    retention: Mapping[str, timedelta] = field(default_factory=dict)  # how long each class is kept
    closed_text: str = ""  # automatic acknowledgement outside opening hours; empty: none
    version: str = ""  # fingerprint of the text it was read from

    def member(self, identity: DeskIdentity) -> Member | None:
        """Return who this is, or None for an outsider."""
        return next((m for m in self.members.values() if identity in m.identities), None)
