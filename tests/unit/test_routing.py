"""Which department owns a message; the town is invented."""

import time
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.advice import Message, Route
from knowledge.routing import Router
from knowledge.routing.conditions import BadPattern, compile_pattern
from knowledge.rulebook.values import (
    Account,
    Department,
    District,
    Kind,
    ProtocolClass,
    ProtocolRule,
    Rule,
    Rulebook,
    Topic,
    Town,
)

DEPARTMENTS = ("kcc", "afval", "parkeren", "groen", "veilig", "zorg", "bestuur")


def book(*rules: Rule, **changes: Any) -> Rulebook:
    """Return a town where each department has one topic of its own name."""
    departments = {key: Department(key=key, name=key.title()) for key in DEPARTMENTS}
    departments["wijkwest"] = Department(key="wijkwest", name="Wijkbureau West", office=True, places=("West",))
    topics = {key: Topic(key=key, name=key, department=key) for key in DEPARTMENTS}
    topics["zorg"] = replace(topics["zorg"], sensitive=True)
    topics["groen"] = replace(topics["groen"], readers=("afval",))
    plain = Rulebook(
        town=Town(name="Veldwijk", names=("Den Veld",)),
        catch_all="kcc",
        departments=departments,
        topics=topics,
        rules=rules,
        districts=(
            District(name="West", neighbourhoods=("Molenbuurt",), streets=("Kanaalstraat", "Afvalstraat")),
            District(name="Oost", streets=("Boomstraat",)),
        ),
    )
    return replace(plain, **changes)


def rule(topic: str, *words: str, **conditions: Any) -> Rule:
    return Rule(key=f"{topic}-{words[0] if words else 'x'}", line=1, topic=topic, words=words, **conditions)


def route(text: str, *rules: Rule, message: dict[str, str] | None = None, **changes: Any) -> Route:
    return Router(book(*rules, **changes)).route(Message(text=text, **(message or {})))


AFVAL = rule("afval", "huisvuil", "kliko", "container", "grof vuil", "grofvuil", "afval", "ondergrondse container")
STRAAT = rule("groen", "put", "boom", "lantaarnpaal", "park", "snoeien", "brug")


# --- words ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Mijn KLIKO is stuk", "KLIKO"),
        ("twee kliko's kwijt", "kliko"),
        ("twee klikos kwijt", "klikos"),
        ("de containers zijn vol", "containers"),
        ("een containertje", "containertje"),
        ("Grof vuil ophalen", "Grof vuil"),
        ("#GrofVuil", "#GrofVuil"),
        ("weer een #kliko", "#kliko"),
        ("de huisvuilcontainer is vol", "huisvuilcontainer"),
        ("het zijn huisvuilcontainers", "huisvuilcontainers"),
        ("de papiercontainer", "papiercontainer"),
        ("containr is vol", "containr"),
        ("conatiner is vol", "conatiner"),
        ("ocntainer is vol", "ocntainer"),
        ("ondergrondse containr is vol", "ondergrondse containr"),
        ("onder\u200bgrondse CONTAINER", "onder\u200bgrondse CONTAINER".replace("\u200b", "")),
        ("huis vuil, weet ik veel", "huis vuil"),
        ("𝗸𝗹𝗶𝗸𝗼 vol", "𝗸𝗹𝗶𝗸𝗼"),
    ],
)
def test_a_word_is_found_and_shown_as_it_was_written(text: str, reason: str) -> None:
    found = route(text, AFVAL)
    assert (found.department, found.topic, found.rule) == ("afval", "afval", "afval-huisvuil")
    assert reason in found.reason


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("bomen kappen", True),
        ("lantaarnpalen uit", True),
        ("is er al gesnoeid", True),
        ("wie snoeit dat", True),
        ("twee putten verstopt", True),
        ("parkbank stuk", True),
        ("mijn computer is stuk", False),
        ("input en output", False),
        ("waar kan ik parkeren", False),
        ("bommen op straat", False),
        ("goed parkeerbeleid", False),
        ("de familie Boomkens", False),
    ],
)
def test_dutch_forms_count_and_chance_letters_do_not(text: str, found: bool) -> None:
    assert (route(text, STRAAT).topic == "groen") is found


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("verkeer", "dat is verkeerd gegaan"),
        ("college", "mijn collega is ziek"),
        ("omleiding", "ik zoek een opleiding"),
        ("dealen", "mag ik dit delen"),
        ("gewonden", "wij hebben gewonnen"),
        ("duiven", "lekkere druiven"),
        ("verzakking", "in plastic verpakking"),
        ("bezwaar", "ik ben zwaar"),
        ("trouwen", "veel vrouwen hier"),
        ("riolen", "idolen"),
        ("kliko", "klike"),
        ("maaien", "dat maaken wij zelf"),
        ("kermis", "wermis"),
        ("brand", "de lampen branden niet"),
        ("brand", "een brandnieuwe fiets"),
        ("afval", "ik wil vijf kilo afvallen"),
        ("sloot", "wij zijn aaneengesloten"),
        ("sloot", "dat is voorgesloten"),
    ],
)
def test_another_dutch_word_is_no_typing_error(word: str, text: str) -> None:
    assert route(text, rule("afval", word)).rule == ""


def test_a_word_that_stands_in_the_file_is_not_taken_apart() -> None:
    rules = (rule("groen", "vergunning"), rule("parkeren", "parkeervergunning"))
    assert route("parkeervergunning kwijt", *rules).topic == "parkeren"
    assert route("kapvergunning kwijt", *rules).topic == "groen"


# --- names ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "iets in de Boomstraat",
        "iets in de boomstraat",
        "iets in de Afvalstraat",
        "iets in de Burgemeester Boomlaan",
        "Den Veld",
    ],
)
def test_a_street_name_is_not_a_topic(text: str) -> None:
    assert route(text, AFVAL, STRAAT, rule("bestuur", "burgemeester", "veld")).rule == ""


def test_a_street_that_a_rule_lists_counts() -> None:
    assert route("iets in de Kanaalstraat", rule("veilig", "kanaalstraat")).topic == "veilig"


def test_handles_and_links_are_no_topic() -> None:
    assert route("@kliko zie https://voorbeeld.nl/kliko", AFVAL).rule == ""


# --- rules ----------------------------------------------------------------------------------------------------------


def test_the_first_rule_in_the_file_wins_but_a_typing_error_yields() -> None:
    first, second = rule("parkeren", "parkeren"), rule("afval", "container")
    assert route("container bij het parkeren", first, second).topic == "parkeren"
    assert route("container bij het parkeeren", first, second).topic == "afval"
    assert route("parkeeren", first, second).topic == "parkeren"


def test_one_error_in_a_long_word_leaves_no_doubt() -> None:
    assert route("eikenprocesierups in het park", STRAAT, rule("zorg", "eikenprocessierups")).topic == "groen"
    assert route("eikenprocesierups in het park", rule("zorg", "eikenprocessierups"), STRAAT).topic == "zorg"


def test_what_no_rule_takes_goes_to_the_catch_all_or_the_accounts_own_department() -> None:
    accounts = {"p": Account(key="p", channel="square", name="@p", department="parkeren")}
    assert route("goedemorgen", AFVAL).department == "kcc"
    assert route("goedemorgen", AFVAL, message={"account": "p"}, accounts=accounts).department == "parkeren"
    assert route("kliko", AFVAL, message={"account": "p"}, accounts=accounts).department == "afval"


@pytest.mark.parametrize(
    ("conditions", "text", "message", "holds"),
    [
        ({"unless": ("glas",)}, "kliko vol", {}, True),
        ({"unless": ("glas",)}, "kliko vol glas", {}, False),
        ({"unless": ("glazen",)}, "kliko vol glas", {}, False),
        ({"accounts": ("a",)}, "kliko", {"account": "a"}, True),
        ({"accounts": ("a",)}, "kliko", {"account": "b"}, False),
        ({"channels": ("square",)}, "kliko", {"channel": "square"}, True),
        ({"channels": ("square",)}, "kliko", {"channel": "bluesky"}, False),
        ({"languages": ("en",)}, "when will you empty my kliko", {}, True),
        ({"languages": ("en",)}, "wanneer komen jullie voor mijn kliko", {}, False),
        ({"kinds": (Kind.COMPLIMENT,)}, "kliko schoon, complimenten", {}, True),
        ({"kinds": (Kind.COMPLIMENT,)}, "waar is mijn kliko?", {}, False),
        ({"hashtags": ("#VolleBak",)}, "kliko #vollebak", {}, True),
        ({"hashtags": ("VolleBak",)}, "kliko vollebak", {}, False),
        ({"places": ("Molenbuurt",)}, "kliko in de Molenbuurt", {}, True),
        ({"places": ("West",)}, "kliko in de Kanaalstraat", {}, True),
        ({"places": ("Molenbuurt",)}, "kliko in de Kanaalstraat", {}, False),
        ({"patterns": (r"k-\d{3}",)}, "kliko K-123", {}, True),
        ({"patterns": (r"k-\d{3}",)}, "kliko k-12", {}, False),
    ],
)
def test_every_condition_of_a_rule_must_hold(
    conditions: dict[str, Any], text: str, message: dict[str, str], holds: bool
) -> None:
    assert (route(text, rule("afval", "kliko", **conditions), message=message).topic == "afval") is holds


@pytest.mark.parametrize(
    ("conditions", "text", "reason"),
    [
        ({"hashtags": ("VolleBak",)}, "zie #VolleBak", "#VolleBak"),
        ({"patterns": (r"\bK-\d+",)}, "nummer k-77 graag", "k-77"),
        ({"places": ("West",)}, "hier in de Molenbuurt", "Molenbuurt"),
        ({"channels": ("square",)}, "zomaar", None),
    ],
)
def test_a_rule_needs_no_words(conditions: dict[str, Any], text: str, reason: str | None) -> None:
    found = route(text, Rule(key="r", line=1, topic="afval", **conditions), message={"channel": "square"})
    assert (found.rule, found.reason) == ("r", (reason,) if reason else ())


def test_a_rule_may_send_its_topic_elsewhere() -> None:
    assert route("kliko", rule("afval", "kliko", department="wijkwest")).department == "wijkwest"


# --- who reads along ------------------------------------------------------------------------------------------------


def test_those_who_read_along_come_from_rule_topic_and_neighbourhood_and_never_twice() -> None:
    found = route("boom in de Kanaalstraat", rule("groen", "boom", readers=("veilig", "afval", "groen")))
    assert found.district == "West"
    assert found.readers == ("veilig", "afval", "wijkwest")


def test_a_neighbourhood_office_does_not_read_along_with_what_is_sensitive() -> None:
    assert route("uitkering, ik woon in de Kanaalstraat", rule("zorg", "uitkering")).readers == ()


# --- urgency --------------------------------------------------------------------------------------------------------

BRAND = rule("veilig", "brand", "knal", "storm", urgent=True)


@pytest.mark.parametrize(
    ("text", "urgent"),
    [
        ("brand bij de school", True),
        ("woningbrand bij de school", True),
        ("enorme knal", True),
        ("brandslang lekt", False),
        ("geen brand gezien", False),
        ("geen uitslaande brand gelukkig", False),
        ("dit is een oefening, brand op het plein", False),
        ("dit is geen oefening, brand op het plein", True),
        ("brandweeroefening: grote brand nagespeeld", False),
        ("oefening brand, maar er is iemand gewond", True),
        ("brand van vorige week, hoe kwam dat", False),
        ("knal, is dit een test of echt?", False),
        ("er is iemand gewond op het plein", True),
        ("het stinkt naar gas", True),
        ("geen gewonden gelukkig", False),
        ("kliko vol", False),
    ],
)
def test_what_is_urgent(text: str, urgent: bool) -> None:
    assert route(text, BRAND).urgent is urgent


def test_what_is_urgent_in_any_town_goes_to_the_catch_all_when_no_rule_takes_it() -> None:
    found = route("er is iemand gewond bij de vijver")
    assert (found.department, found.urgent, found.reason) == ("kcc", True, ("gewond",))


# --- protocol -------------------------------------------------------------------------------------------------------


def test_a_threat_goes_to_who_handles_threats_at_once_and_nobody_reads_along() -> None:
    rules = (ProtocolRule(protocol=ProtocolClass.THREAT, words=(), department="veilig"),)
    found = route("ik weet waar je woont, boom in de Kanaalstraat", rule("groen", "boom"), protocol=rules)
    assert (found.department, found.protocol, found.urgent) == ("veilig", ProtocolClass.THREAT, True)
    assert (found.topic, found.readers) == ("groen", ())
    assert found.reason == ("ik weet waar je woont",)


def test_a_protocol_class_without_a_department_stays_where_the_rules_put_it() -> None:
    found = route("wat vindt de wethouder van de kliko", AFVAL)
    assert (found.department, found.protocol) == ("afval", ProtocolClass.POLITICS)


def test_an_official_in_a_street_name_is_no_politics() -> None:
    assert route("kliko in de Burgemeester Jansenstraat, welk beleid is dat?", AFVAL).protocol is None


# --- hostile and broken input ---------------------------------------------------------------------------------------


def test_a_pattern_cannot_run_away() -> None:
    router = Router(book(rule("afval", patterns=("(a+)+$",)), AFVAL))
    started = time.perf_counter()
    router.route(Message(text="a" * 10_000 + "!"))
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize("pattern", ["(", "(?=a)", r"(a)\1", "a" * 501, "((a{100}){100}){100}"])
def test_a_pattern_that_cannot_be_used_is_refused(pattern: str) -> None:
    with pytest.raises(BadPattern):
        compile_pattern(pattern)


ROUTER = Router(book(AFVAL, STRAAT, BRAND, rule("parkeren", patterns=(r"p\d",)), rule("zorg", hashtags=("zorg",))))


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.text(max_size=12),
            st.sampled_from(
                ["kliko", "#VolleKliko", "Kanaalstraat", "Oost", "in", "brand", "\ud800", "@x", "https://a", "ik"]
            ),
        )
    ).map(" ".join)
)
def test_any_text_gets_a_department(text: str) -> None:
    found = ROUTER.route(Message(text=text))
    assert found.department in DEPARTMENTS
    for reason in found.reason:
        reason.encode()


@pytest.mark.parametrize(
    "piece", ["a", "a ", "#A", "@", "kliko ", "in Oost ", "ik ", "\u0301", "brand ", "nietik", "😀"]
)
def test_a_long_message_is_no_burden(piece: str) -> None:
    started = time.perf_counter()
    ROUTER.route(Message(text=piece * 50_000))
    assert time.perf_counter() - started < 5
