"""What is offered to the colleague, and what never is."""

import pytest

from knowledge.advice import Message
from knowledge.advisor import PRIVATE_TEXT, Advisor
from knowledge.faq import Entry
from knowledge.protocol import EMERGENCY_TEXT, HELPLINE_TEXT
from knowledge.rulebook.values import Department, Rule, Rulebook, Topic, Town

ADVISOR = Advisor(
    Rulebook(
        town=Town(name="Veldwijk"),
        catch_all="kcc",
        departments={"kcc": Department(key="kcc", name="KCC")},
        topics={
            "afval": Topic(key="afval", name="Afval", department="kcc", text="Maak een melding op onze website."),
            "zorg": Topic(key="zorg", name="Zorg", department="kcc", sensitive=True),
        },
        rules=(
            Rule(key="afval", line=1, topic="afval", words=("kliko",)),
            Rule(key="zorg", line=2, topic="zorg", words=("uitkering",)),
        ),
    )
)


@pytest.mark.parametrize(
    ("message", "answers"),
    [
        ("mijn kliko is vol", ["Maak een melding op onze website."]),
        ("waar blijft mijn uitkering", [PRIVATE_TEXT]),
        ("er is iemand gewond", [EMERGENCY_TEXT]),
        ("ik wil niet meer leven", [HELPLINE_TEXT]),
        ("mijn uitkering is gestopt, ik wil niet meer leven", [HELPLINE_TEXT]),
        ("die kliko, ik weet waar je woont", []),
        ("mijn uitkering, ik maak jullie af", []),
        ("wat vindt de wethouder van de kliko", []),
        ("hallo", []),
    ],
)
def test_a_threat_gets_no_answer_and_a_cry_for_help_only_the_helpline(message: str, answers: list[str]) -> None:
    assert [one.answer for one in ADVISOR.advise(Message(text=message)).suggestions] == answers


def test_what_made_an_answer_fit_can_be_highlighted() -> None:
    rulebook = Rulebook(town=Town(name="Veldwijk"), catch_all="kcc", departments={})
    advisor = Advisor(rulebook, [Entry(key="bak", question="Kliko", answer="")])
    assert advisor.matched("mijn kliko is vol", "bak") == ((5, 10),)


@pytest.mark.parametrize(
    "written",
    ["container", "CONTAINER", "#ContainerVol", "con\u200btainer", "c\u00f6ntainer", "\uff43ontainer", "container's"],
)
def test_routing_and_suggestion_read_a_word_alike(written: str) -> None:
    rulebook = Rulebook(
        town=Town(name="Veldwijk"),
        catch_all="kcc",
        departments={"kcc": Department(key="kcc", name="KCC")},
        topics={"afval": Topic(key="afval", name="Afval", department="kcc")},
        rules=(Rule(key="afval", line=1, topic="afval", words=("container",)),),
    )
    advice = Advisor(rulebook, [Entry(key="bak", question="Container", answer="")]).advise(Message(text=written))
    assert advice.route.topic == "afval"
    assert [found.entry for found in advice.suggestions] == ["bak"]
