"""The shape of routing_rules.yaml: which names stand where, and what may follow them; unknown names are refused.

The descriptions are shown by editors (through the JSON Schema), translated by the message catalogue.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from knowledge.rulebook.scalars import (
    Clock,
    Day,
    Duration,
    Handle,
    Hashtag,
    Key,
    Language,
    OpeningTimes,
    Pattern,
    Place,
    Text,
    Word,
    Zone,
    as_list,
)
from knowledge.rulebook.values import Kind, ProtocolClass, Role, SignOff

T = TypeVar("T")
Many = Annotated[list[T], BeforeValidator(as_list), Field(min_length=1)]  # one text may stand for a list of one
Choice = Field(strict=False)


def about(description: str, default: Any = None) -> Any:
    return Field(default, description=description)


def needed(description: str) -> Any:
    return Field(description=description)


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, arbitrary_types_allowed=True, defer_build=True)


class Town(Part):
    name: Text = needed("Name of the town.")
    language: Language = about("Language of the town and of the screens.", "nl")
    zone: Zone | None = about("Time zone; usually Europe/Amsterdam.")
    names: Many[Text] = about("How people call the town in a message. A name never decides the topic.", [])


class Account(Part):
    channel: Key = needed("The public channel: bluesky, mastodon, x, telegram, square (the page of the demo).")
    name: Handle = needed("Name of the account as people see it.")
    department: Text | None = about("What no rule takes goes from this account to this department.")
    sign_off: Annotated[SignOff, Choice] = about("How a reply is signed.", SignOff.INITIALS)
    formal: bool = about("true: we say 'u' to people. false: we say 'je'.", True)
    language: Language = about("Language in which this account writes.", "nl")
    purpose: Text | None = about("What this account is for.")
    tone: Text | None = about("Note on the tone of voice, shown while writing.")
    options: dict[Key, Text] = about(
        "What only this channel needs, such as the address of its server. No passwords.", {}
    )


class Hours(Part):
    week: OpeningTimes = needed("Opening times, for example: ma-vr 09:00-17:00, do 18:00-20:00")
    holidays: Annotated[
        list[Annotated[str, Field(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")]], BeforeValidator(as_list)
    ] = about("Closed on the holidays of this country (NL), or [] for none.", ["NL"])
    closed: Many[Day] = about("Days on which you are closed as well.", [])
    open: Many[Day] = about("Days on which you are open although it is a holiday.", [])


class Department(Part):
    name: Text = needed("Name of the department on the screen.")
    channels: dict[Key, Annotated[list[Place], BeforeValidator(as_list), Field(min_length=1)]] = Field(
        min_length=1,
        description="Where the cards stand, per desk. web: afval, slack: T0123/C0456, teams: tenant/channel.",
    )
    hours: Text | None = about("Which of the opening hours; without this line: the first.")
    norm: Duration | None = about("Answer within this time, counted in opening hours.")
    four_eyes: bool = about("true: a second colleague approves each reply.", False)
    duty: Text | None = about("Which rota is called outside opening hours.")
    office: bool = about("true: this is a neighbourhood office.", False)
    places: Many[Text] = about("The districts of this neighbourhood office.", [])


class Topic(Part):
    name: Text = needed("Name of the topic on the screen.")
    department: Text | None = about("The department that answers. May be left out when there is one department.")
    words: Many[Word] = about("Words and phrases that make a message be about this.", [])
    hashtags: Many[Hashtag] = about("Hashtags that make a message be about this, without #.", [])
    patterns: Many[Pattern] = about("Patterns (regular expressions, re2) for what words cannot say.", [])
    unless: Many[Word] = about("With one of these words in it a message is not about this.", [])
    norm: Duration | None = about("Answer within this time, counted in opening hours.")
    four_eyes: bool = about("true: a second colleague approves each reply.", False)
    urgent: bool = about("true: does not wait, and calls the rota outside opening hours.", False)
    sensitive: bool = about("true: personal matters; in public only the way to a private talk is suggested.", False)
    readers: Many[Text] = about("Departments that read along.", [])
    selection_list: Text | None = about("Number in the Selectielijst, for the archive.")
    text: Text | None = about("The only text that is suggested, instead of known answers.")


class Rule(Part):
    key: Key | None = about("Short name of the rule, for the logbook.")
    topic: Text | None = about("The topic of messages that fit.")
    department: Text | None = about("The department that gets them; without this line: that of the topic.")
    words: Many[Word] = about("One of these words or phrases is in the message.", [])
    hashtags: Many[Hashtag] = about("One of these hashtags is in the message, without #.", [])
    patterns: Many[Pattern] = about("One of these patterns (regular expressions, re2) fits.", [])
    unless: Many[Word] = about("None of these words is in the message.", [])
    places: Many[Text] = about("The message names one of these districts or neighbourhoods.", [])
    accounts: Many[Text] = about("The message came in at one of these accounts.", [])
    channels: Many[Text] = about("The message came in by one of these channels.", [])
    languages: Many[Language] = about("The message is in one of these languages.", [])
    kinds: Many[Annotated[Kind, Choice]] = about("The message is one of these types.", [])
    urgent: bool = about("true: does not wait, and calls the rota outside opening hours.", False)
    readers: Many[Text] = about("Departments that read along.", [])


class Mandate(Part):
    role: Annotated[Role, Choice] = needed(
        "reader (reads), agent (writes), approver (writes, places, approves), spokesperson, coordinator, administrator."
    )
    departments: Many[Text] = about("Only for these departments; without this line: all.", [])
    topics: Many[Text] = about("Only for these topics; without this line: all.", [])
    until: Day | None = about("Last day.")


class Member(Part):
    name: Text = needed("Full name of the colleague.")
    initials: Annotated[str, Field(pattern=r"^[^\W\d_]{1,4}$")] | None = about("Initials under a reply, such as JK.")
    identities: dict[Key, Annotated[list[Place], BeforeValidator(as_list), Field(min_length=1)]] = about(
        "Who this is in each desk: the fixed user id, no display name. web: jan, slack: T0123/U0456.", {}
    )
    mandates: Many[Mandate] = about("What this colleague may do. Without mandates: nothing.", [])
    languages: Many[Language] = about("Languages besides Dutch.", [])


class District(Part):
    aliases: Many[Text] = about("Other names and common spellings.", [])
    neighbourhoods: Many[Text] = about("Neighbourhoods in this district.", [])
    streets: Many[Text] = about("Streets in this district. A street name never decides the topic.", [])


class Protocol(Part):
    words: Many[Word] = about("Words of your own beside the built-in ones.", [])
    department: Text | None = about("Who gets it; without this line: the department of the topic.")
    urgent: bool = about("true: does not wait, and calls the rota outside opening hours.", False)
    suggest: bool = about("false: nothing from the known answers is suggested.", True)
    text: Text | None = about("The only text that is suggested.")
    four_eyes: bool = about("true: a second colleague approves each reply.", False)
    wait: Duration | None = about("Time to cool down before a reply may be placed.")


class Contact(Part):
    name: Text = needed("Whose number or address this is.")
    phone: Annotated[str, Field(pattern=r"^\+?[0-9][0-9 ()-]{1,18}$")] | None = about("Telephone number, in quotes.")
    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")] | None = about("E-mail address.")
    address: Text | None = about("Street and number, postcode and town.")
    url: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = about("Address of a web page.")


class Layer(Part):
    members: Many[Text] = needed("Colleagues in the order of their turns.")
    turn: Duration | None = about("Length of a turn; without this line: 1w.")
    start: Day | None = about("Day on which the first colleague begins.")
    handover: Clock | None = about("Time of the change of turns; without this line: 09:00.")
    only_closed: bool = about("true: outside opening hours only.", False)


class Rota(Part):
    name: Text = needed("Name of the rota on the screen.")
    layers: Many[Layer] = needed("The first layer is called first.")
    step: Duration | None = about("No answer within this time: the next colleague; without this line: 10m.")
    must_answer: bool = about("true: must answer. false: is asked and may say no.", True)


class Query(Part):
    all: Many[Word] = about("All of these are in the message.", [])
    any: Many[Word] = about("At least one of these is in the message.", [])
    none: Many[Word] = about("None of these is in the message.", [])
    channels: Many[Text] = about("Only on these channels.", [])
    languages: Many[Language] = about("Only in these languages.", [])
    owner: Text = needed("The colleague who answers for this query.")
    purpose: Text = needed("What you want to know, and why. A query follows a subject, never a person.")
    until: Day | None = about("Last day; without this line: 90 days after it was first used.")
    privacy_officer_asked: bool = about("true: the privacy officer was asked.", False)
    department: Text | None = about("The department that sees what is found.")


class Example(Part):
    text: Text = needed("A message as people write it.")
    department: Text | None = about("The department that must get it.")
    topic: Text | None = about("The topic it must get.")
    kind: Annotated[Kind, Choice] | None = about("The type it must get.")
    place: Text | None = about("The district that must be found.")
    urgent: bool | None = about("true or false: must it be urgent?")
    protocol: Annotated[ProtocolClass, Choice] | None = about("The class of the response protocol it must get.")
    readers: Many[Text] = about("Departments that must read along.", [])
    account: Text | None = about("As if it came in at this account.")
    channel: Text | None = about("As if it came in by this channel.")
    language: Language | None = about("As if the author set this language; without this line: that of the town.")


class Retention(Part):
    unanswered: Duration | None = about("Messages without a reply; without this line: 30d.")
    answered: Duration | None = about("Messages with a reply, and the reply. Without this line they are kept.")
    incident: Duration | None = about("What belongs to a crisis; at least and without this line: 3y.")
    audit: Duration | None = about("The logbook of actions; at least 184d, without this line: 3y.")


class File(Part):
    """routing_rules.yaml of Balie."""

    # Only defaults, so that a file without them still gets all its other faults; checks.py asks for them.
    town: Annotated[
        Town | None, BeforeValidator(lambda value: {"name": value} if isinstance(value, str) else value)
    ] = about("The town: its name, or more about it.")
    catch_all: Text | None = about("The department that gets what no rule takes.")
    norm: Duration | None = about("First answer within this time, counted in opening hours; without this line: 2h.")
    hold: Duration | None = about("A reply waits this long for second thoughts; without this line: 10s.")
    closed_text: Text | None = about("Automatic message outside opening hours. Without this line: none.")
    retention: Retention = Field(default_factory=lambda: Retention(), description="How long messages are kept.")
    accounts: dict[Key, Account] = about("Your own accounts on public channels.", {})
    hours: Annotated[
        dict[
            Key, Annotated[Hours, BeforeValidator(lambda value: {"week": value} if isinstance(value, str) else value)]
        ],
        BeforeValidator(lambda value: {"office": value} if isinstance(value, str) else value),
    ] = about("Opening hours, in the time of the town.", {})
    departments: dict[Key, Department] = about("Departments and neighbourhood offices.", {})
    topics: dict[Key, Topic] = about("Topics, the most important first.", {})
    rules: list[Rule] = about("Rules that come before the topics, the most important first.", [])
    people: dict[Key, Member] = about("Colleagues and what they may do.", {})
    districts: dict[Text, District] = about("Districts with their neighbourhoods and streets.", {})
    protocol: dict[Annotated[ProtocolClass, Choice], Protocol] = about(
        "Messages that the response protocol treats apart.", {}
    )
    contacts: dict[Key, Contact] = about("Your own telephone numbers and addresses; these never give a warning.", {})
    duty: dict[Key, Rota] = about("Who is called outside opening hours.", {})
    queries: dict[Key, Query] = about("Search queries for messages that do not name you.", {})
    examples: list[Example] = about("Messages with what must become of them; 'balie check' tries them all.", [])
