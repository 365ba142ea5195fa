"""A small town for the flow tests: two departments, four colleagues, one account."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from knowledge.rulebook.values import (
    Account,
    Contact,
    Department,
    DeskChannel,
    DeskIdentity,
    Mandate,
    Member,
    Role,
    Rule,
    Rulebook,
    Topic,
    Town,
)

MONDAY = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)  # 14:00 in the town


def identity(user: str) -> DeskIdentity:
    return DeskIdentity(desk="web", workspace="", user=user)


def channel(name: str) -> DeskChannel:
    return DeskChannel(desk="web", workspace="", channel=name)


def member(key: str, name: str, *roles: Role, departments: tuple[str, ...] = ()) -> Member:
    return Member(
        key=key,
        name=name,
        initials="".join(part[0] for part in name.split()),
        identities=(identity(key),),
        mandates=tuple(Mandate(role=role, departments=departments) for role in roles),
    )


JAN, FATIMA, PETER, EVA, VISITOR = (identity(key) for key in ("jan", "fatima", "peter", "eva", "visitor"))

TOWN = Rulebook(
    town=Town(name="Veldwijk"),
    catch_all="webcare",
    departments={
        "webcare": Department(key="webcare", name="Webcare", channels=(channel("webcare"),)),
        "afval": Department(key="afval", name="Afval", channels=(channel("afval"),)),
        "zorg": Department(key="zorg", name="Zorg", channels=(channel("zorg"),), four_eyes=True),
        "west": Department(key="west", name="Wijkbureau West", channels=(channel("west"),), office=True),
    },
    topics={
        "container": Topic(key="container", name="Containers", department="afval", readers=("west",)),
        "hulp": Topic(key="hulp", name="Hulp in huis", department="zorg"),
    },
    rules=(
        Rule(key="container", line=1, topic="container", words=("kliko", "container")),
        Rule(key="hulp", line=2, topic="hulp", words=("traplift", "wmo")),
    ),
    accounts={"plein": Account(key="plein", channel="fake", name="@gemeenteveldwijk")},
    members={
        "jan": member("jan", "Jan Koning", Role.APPROVER),
        "fatima": member("fatima", "Fatima Amrani", Role.AGENT),
        "peter": member("peter", "Peter Boer", Role.APPROVER, Role.COORDINATOR),
        "eva": member("eva", "Eva Smit", Role.AGENT, departments=("west",)),
        "nobody": member("nobody", "Nico Niemand"),
    },
    contacts=(Contact(key="balie", name="Balie", phone="14 0990", email="info@veldwijk.example"),),
    norm=timedelta(hours=2),
    hold=timedelta(seconds=10),
)
