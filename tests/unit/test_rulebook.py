"""routing_rules.yaml as people write it: what the values say, both samples, and a clear refusal otherwise."""

import json
from datetime import date, time, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.advice import Message, Route
from knowledge.rulebook.examples import wrong_examples
from knowledge.rulebook.faults import BrokenRulebook, Fault
from knowledge.rulebook.reading import examine, fingerprint, read
from knowledge.rulebook.shape import File
from knowledge.rulebook.values import (
    DeskChannel,
    DeskIdentity,
    Kind,
    Member,
    OpenHours,
    ProtocolClass,
    Role,
    Rulebook,
    SignOff,
)

LARGE = (Path(__file__).parents[2] / "routing_rules.yaml").read_text(encoding="utf-8")
SMALL = (files("knowledge.rulebook") / "samples/small_town.yaml").read_text(encoding="utf-8")
TOWN = "town: Kleindorp\ncatch_all: afval\ndepartments:\n  afval: {name: Afval, channels: {web: afval}}\n"
TODAY = date(2026, 11, 22)


def of(added: str) -> Rulebook:
    return read(TOWN + added, name="routing_rules.yaml")


@pytest.fixture(scope="module")
def veldwijk() -> Rulebook:
    return read(LARGE, name="routing_rules.yaml")


# --- the samples -------------------------------------------------------------------------------------------------


def test_the_small_town_fits_on_one_screen_and_has_one_channel() -> None:
    rulebook = examine(SMALL, name="small_town.yaml", today=TODAY)
    assert len(SMALL.splitlines()) < 40
    assert [department.channels for department in rulebook.rulebook.departments.values()] == [
        (DeskChannel(desk="web", workspace="", channel="balie"),)
    ]
    assert rulebook.warnings == ()


def test_nothing_in_the_large_town_needs_a_second_look() -> None:
    assert examine(LARGE, name="routing_rules.yaml", today=TODAY).warnings == ()


def test_the_large_town_shows_every_part_of_the_file(veldwijk: Rulebook) -> None:
    written = {line.split(":")[0] for line in LARGE.splitlines() if line and line[0].isalpha()}
    assert set(File.model_fields) - written == {"closed_text"}  # off by default, in the file as a comment
    assert "# closed_text:" in LARGE
    assert sum(not part.office for part in veldwijk.departments.values()) >= 12
    assert sum(part.office for part in veldwijk.departments.values()) >= 3
    assert len(veldwijk.topics) >= 13
    assert len(veldwijk.examples) >= 40
    assert {rule.protocol for rule in veldwijk.protocol} == set(ProtocolClass)


@pytest.mark.parametrize(
    "name", ["words", "hashtags", "patterns", "unless", "places", "accounts", "channels", "languages", "kinds"]
)
def test_the_large_town_has_a_rule_with_each_condition(veldwijk: Rulebook, name: str) -> None:
    assert any(getattr(rule, name) for rule in veldwijk.rules)


# --- what is written is what it says -----------------------------------------------------------------------------


def test_the_name_of_the_town_is_enough() -> None:
    rulebook = of("")
    assert (rulebook.town.name, rulebook.town.language, rulebook.town.zone.key) == (
        "Kleindorp",
        "nl",
        "Europe/Amsterdam",
    )
    assert (rulebook.norm, rulebook.hold) == (timedelta(hours=2), timedelta(seconds=10))
    assert rulebook.retention == {
        "unanswered": timedelta(days=30),
        "incident": timedelta(days=1095),
        "audit": timedelta(days=1095),
    }


def test_rules_come_first_then_topics_in_the_order_of_the_file() -> None:
    rulebook = of(
        "topics:\n  groen: {name: Groen, words: [boom], hashtags: ['#Groen'], patterns: ['b+'], unless: [kerst]}\n"
        "  grijs: {name: Grijs, words: straat}\n"
        "rules:\n  - {words: [boom op de weg], topic: groen, urgent: true}\n"
    )
    assert [(rule.key, rule.line, rule.topic) for rule in rulebook.rules] == [
        ("rule-1", 9, "groen"),
        ("groen-words", 6, "groen"),
        ("groen-hashtags", 6, "groen"),
        ("groen-patterns", 6, "groen"),
        ("grijs-words", 7, "grijs"),
    ]
    assert [rule.urgent for rule in rulebook.rules] == [True, False, False, False, False]
    assert rulebook.rules[1].unless == rulebook.rules[3].unless == ("kerst",)
    assert rulebook.rules[2].hashtags == ("groen",)
    assert rulebook.rules[4].words == ("straat",)


def test_with_one_department_a_topic_needs_none() -> None:
    assert of("topics:\n  groen: {name: Groen, words: [boom]}\n").topics["groen"].department == "afval"


MONDAY, THURSDAY, SATURDAY = 0, 3, 5


@pytest.mark.parametrize(
    ("written", "day", "blocks"),
    [
        ("ma-vr 09:00-17:00", THURSDAY, ((time(9), time(17)),)),
        ("ma-vr 9:00-12:00 13:00-17:00", MONDAY, ((time(9), time(12)), (time(13), time(17)))),
        ("ma-vr 09:00-17:00, do 18:00-20:00", THURSDAY, ((time(9), time(17)), (time(18), time(20)))),
        ("ma,do en za 10:00-12:00", MONDAY, ((time(10), time(12)),)),
        ("ma,do en za 10:00-12:00", SATURDAY, ((time(10), time(12)),)),
        ("maandag-vrijdag 09:00-17:00", MONDAY, ((time(9), time(17)),)),
        ("mon-fri 09:00-17:00", THURSDAY, ((time(9), time(17)),)),
        ("vr-ma 20:00-02:00", SATURDAY, ((time(20), time(2)),)),
        ("ma-zo 00:00-24:00", SATURDAY, ((time(0), time(0)),)),
    ],
)
def test_opening_hours_read_as_a_sign_on_the_door(
    written: str, day: int, blocks: tuple[tuple[time, time], ...]
) -> None:
    assert of(f"hours: {written}\n").hours["office"].week[day] == blocks


def test_opening_hours_in_full() -> None:
    hours = of("hours:\n  balie: {week: [ma 09:00-17:00, di 10:00-12:00], holidays: [], closed: 2027-05-07}\n").hours
    assert hours == {
        "balie": OpenHours(
            key="balie",
            week={0: ((time(9), time(17)),), 1: ((time(10), time(12)),)},
            holidays=(),
            closed=(date(2027, 5, 7),),
        )
    }


@pytest.mark.parametrize(
    ("written", "length"),
    [
        ("45s", timedelta(seconds=45)),
        ("30m", timedelta(minutes=30)),
        ("2h", timedelta(hours=2)),
        ("1h30m", timedelta(minutes=90)),
        ("3d", timedelta(days=3)),
        ("2w", timedelta(weeks=2)),
        ("1y", timedelta(days=365)),
        ("1h 30m", timedelta(minutes=90)),
    ],
)
def test_durations_are_short(written: str, length: timedelta) -> None:
    text = f"retention: {{answered: {written}}}\n"
    assert of(text).retention["answered"] == length


def test_a_colleague_is_known_by_the_fixed_id_in_each_desk() -> None:
    people = of(
        "people:\n  jk:\n    name: Jan de Koning\n    identities: {web: jan, slack: [T1/U1, T2/U9]}\n"
        "    mandates: [{role: approver, departments: afval, until: 2027-12-31}]\n"
    )
    member = people.members["jk"]
    assert member.initials == "JK"
    assert [(each.desk, each.workspace, each.user) for each in member.identities] == [
        ("web", "", "jan"),
        ("slack", "T1", "U1"),
        ("slack", "T2", "U9"),
    ]
    assert [(m.role, m.departments, m.until) for m in member.mandates] == [
        (Role.APPROVER, ("afval",), date(2027, 12, 31))
    ]
    assert people.member(DeskIdentity(desk="slack", workspace="T2", user="U9")) is member
    assert people.member(DeskIdentity(desk="slack", workspace="T1", user="U9")) is None


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Jan de Koning", "JK"), ("Fatima El Amrani", "FEA"), ("Anne-Marie Smit", "AMS"), ("piet", "PI")],
)
def test_initials_follow_from_the_name(name: str, letters: str) -> None:
    assert of(f"people:\n  a: {{name: {name}}}\n").members["a"].initials == letters


def test_who_has_no_mandate_may_do_nothing() -> None:
    assert of("people:\n  jk: {name: Jan}\n").members["jk"] == Member(key="jk", name="Jan", initials="J")


def test_an_account_and_a_contact_as_written() -> None:
    rulebook = of(
        "accounts:\n  plein: {channel: square, name: '@veldwijk', sign_off: first_name, formal: false,\n"
        "    options: {service: https://x.example}}\n"
        "contacts:\n  kcc: {name: Klantcontact, phone: '14 0990'}\n"
    )
    account = rulebook.accounts["plein"]
    assert (account.name, account.sign_off, account.formal) == ("@veldwijk", SignOff.FIRST_NAME, False)
    assert account.options == {"service": "https://x.example"}
    assert rulebook.contacts[0].phone == "14 0990"


def test_an_example_knows_its_line_and_its_wishes() -> None:
    example = of("examples:\n\n  - {text: boom, kind: question, urgent: false}\n").examples[0]
    assert (example.line, example.kind, example.urgent, example.protocol) == (7, Kind.QUESTION, False, None)


@pytest.mark.parametrize(
    "section", sorted(set(File.model_fields) - {"town", "catch_all", "departments", "norm", "hold"})
)
def test_a_section_of_which_every_line_is_a_comment_is_a_section_that_is_not_there(section: str) -> None:
    assert of(f"{section}:\n  # niets\n") == of(f"{section}:\n  # niets\n")
    assert getattr(of(f"{section}:\n"), {"people": "members"}.get(section, section)) == getattr(
        of(""), {"people": "members"}.get(section, section)
    )


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    assert read("\ufeff" + SMALL.replace("\n", "\r\n"), name="x").topics == read(SMALL, name="x").topics


def test_the_version_changes_with_every_change_and_with_nothing_else() -> None:
    assert read(SMALL, name="a").version == read(SMALL, name="b").version == fingerprint(SMALL)
    assert read(SMALL + "\n", name="a").version != read(SMALL, name="a").version


# --- the examples in the file ------------------------------------------------------------------------------------


def test_an_example_is_tried_as_if_its_author_set_the_language_of_the_town() -> None:
    tried: list[Message] = []

    def route(message: Message) -> Route:
        tried.append(message)
        return Route(department="afval")

    rulebook = of(
        "accounts: {plein: {channel: square, name: veldwijk}}\nexamples:\n"
        "  - {text: boom, department: afval}\n"
        "  - {text: beam, language: fy, account: plein, channel: square, department: afval}\n"
    )
    assert wrong_examples(rulebook, route) == []
    assert tried == [
        Message(text="boom", language="nl"),
        Message(text="beam", language="fy", account="plein", channel="square"),
    ]


@pytest.mark.parametrize(
    ("wish", "came_out", "complaint"),
    [
        ("urgent: false", {"urgent": True}, "urgent yes (wanted: no)"),
        ("urgent: true", {}, "urgent no (wanted: yes)"),
        ("department: afval", {"department": "groen"}, "department groen (wanted: afval)"),
        ("kind: question", {"kind": Kind.REPORT}, "type report (wanted: question)"),
        ("protocol: threat", {}, "no response protocol (wanted: threat)"),
        ("protocol: threat", {"protocol": ProtocolClass.PRESS}, "response protocol press (wanted: threat)"),
        ("place: West", {"district": "Oost"}, "district Oost (wanted: West)"),
        ("topic: bomen", {}, "no topic (wanted: bomen)"),
        ("readers: afval", {"readers": ("groen",)}, "afval does not read along"),
        ("place: West", {"district": "west"}, ""),
        ("urgent: false", {"protocol": ProtocolClass.PRESS, "kind": Kind.SPAM}, ""),
    ],
)
def test_only_what_an_example_states_counts(wish: str, came_out: dict[str, Any], complaint: str) -> None:
    rulebook = of(
        "districts: {West: {}}\ntopics: {bomen: {name: Bomen, words: [boom]}}\n"
        f"examples:\n  - {{text: boom, {wish}}}\n"
    )
    found = wrong_examples(rulebook, lambda _: Route(**{"department": "afval", **came_out}))
    said = [(fault.line, [str(each) for each in fault.message.values["what"]]) for fault in found]
    assert said == ([(8, [complaint])] if complaint else [])


# --- whatever comes in -------------------------------------------------------------------------------------------

CHUNKS = st.sampled_from(
    [
        "\n",
        "  ",
        ":",
        "- ",
        "[",
        "]",
        "{",
        "}",
        "'",
        '"',
        "#",
        "&a",
        "*a",
        "!!str ",
        "|",
        ">",
        "\t",
        "no",
        "14",
        "9:30",
        "~",
        "---\n",
        "...",
        "<<: ",
        "? ",
        "é",
        "\x00",
        "\u2028",
        "%",
        "@",
        "`",
        "departments",
        "words: ",
        "null",
    ]
)
KEYS = st.one_of(
    st.sampled_from([*File.model_fields, "name", "words", "layers", "members", "channels", "identities"]),
    st.text(max_size=4),
)
TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda parts: st.lists(parts, max_size=4) | st.dictionaries(KEYS, parts, max_size=5),
    max_leaves=25,
)


def faults_of(text: str) -> tuple[Fault, ...] | None:
    """None: the file can be used."""
    try:
        examine(text, name="x", today=TODAY)
    except BrokenRulebook as broken:
        return broken.faults
    return None


def reads_or_says_why(text: str) -> None:
    faults = faults_of(text)
    if faults is not None:
        lines = sum(map(text.count, "\n\r\u2028\u2029\x85")) + 2
        assert faults
        assert all(1 <= fault.line <= lines and fault.column >= 1 and str(fault.sentence) for fault in faults)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, len(SMALL)), st.integers(0, 12), CHUNKS), min_size=1, max_size=6))
def test_a_damaged_file_is_refused_and_never_breaks_the_program(cuts: list[tuple[int, int, str]]) -> None:
    text = SMALL
    for start, length, chunk in cuts:
        text = text[:start] + chunk + text[start + length :]
    reads_or_says_why(text)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(KEYS, TREES, max_size=6))
def test_settings_of_any_shape_are_refused_and_never_break_the_program(tree: dict[str, object]) -> None:
    reads_or_says_why(json.dumps(tree))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_refused_and_never_breaks_the_program(text: str) -> None:
    reads_or_says_why(text)
