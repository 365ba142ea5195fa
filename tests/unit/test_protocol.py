"""Which messages the response protocol treats apart; the messages were written for this project."""

from datetime import timedelta

import pytest

from knowledge.advice import Message
from knowledge.protocol import HELPLINE_TEXT, Protocol, classify, treatment
from knowledge.rulebook.values import Department, Kind, ProtocolClass, ProtocolRule, Rulebook, Town
from knowledge.text import tokens


def book(*rules: ProtocolRule) -> Rulebook:
    return Rulebook(
        town=Town(name="Veldwijk"),
        catch_all="kcc",
        departments={"kcc": Department(key="kcc", name="KCC")},
        protocol=rules,
    )


SIGNALS = {
    ProtocolClass.THREAT: """
ik weet waar je woont
ik maak je af
kop eraf
je gaat eraan
wacht maar
steek je neer
bom bij het stadhuis
Als ik die wethouder tegenkom sla ik hem z'n hersens in
Ik kom morgen met een honkbalknuppel naar de balie
Morgen steek ik het gemeentehuis in de fik
Ik schiet jullie allemaal dood
Je weet dat ik weet waar je kinderen naar school gaan
""",
    ProtocolClass.SELF_HARM: """
ik wil niet meer leven
ik stap eruit
maak er een eind aan
zelfmoord
zelfdoding
zie het niet meer zitten
Ik zie het niet meer zitten, ik wil er niet meer zijn
Zonder uitkering kan ik er net zo goed een eind aan maken
ik wil dood
""",
    ProtocolClass.FORMAL_COMPLAINT: """
Ik wil een officiële klacht indienen over de afhandeling van mijn aanvraag
Hoe dien ik een klacht in tegen de gemeente?
Hierbij stel ik de gemeente in gebreke
""",
    ProtocolClass.WOO: """
Hierbij doe ik een Woo-verzoek naar alle stukken over de sloop
Op grond van de Wet open overheid verzoek ik om alle mails
""",
    ProtocolClass.PRESS: """
@gemeente ik ben journalist van het AD, kunnen jullie reageren op het rapport?
Persvraag: hoeveel klachten zijn er dit jaar binnengekomen?
Wij maken een uitzending over wachtlijsten, wie kan reageren?
""",
    ProtocolClass.POLITICS: """
Waarom heeft de wethouder de raad niet ingelicht over de kademuur?
komt er een azc in onze wijk ja of nee
Heeft de gemeenteraad al gestemd over de motie?
""",
    ProtocolClass.CRITICISM: """
Wethouder De Boer moet aftreden, wat een leugenaar
Die mevrouw aan de balie was echt onbeschoft tegen mij
De boa die mij bekeurde was ontzettend arrogant
""",
    ProtocolClass.OWN_ORGANISATION: """
Ik werk bij de gemeente en schaam me voor hoe wij met mensen omgaan
""",
    ProtocolClass.INSULT: """
Stelletje idioten
rot toch op met je gemeente klootzakken
zijn jullie achterlijk?
""",
}

ORDINARY = """
Zeg idioten, wanneer wordt die kuil eindelijk gemaakt?
Dood van de kou hier op het perron
Ik ga dood van de kou in die sporthal
Ik schrok me dood van het vuurwerk
Vermoord worden door muggen, kunnen jullie daar iets aan doen?
Wacht maar af tot de zomer, dan stinken de containers weer
Er zijn bommen uit de oorlog gevonden bij de bouwput
Jongeren steken containers in de fik op het schoolplein
De lamp in de straat is dood
Ik wil een klacht doorgeven over een losse tegel
Hoe kan ik stemmen bij de verkiezingen, ik heb geen stempas
Met het mes op de keel van de woningnood
Schiet eens op met die weg, het duurt al maanden
Mijn buurman schiet meeuwen af, mag dat?
Ik spring elke dag over die kuil heen
Kun je mij vertellen waar je woont als student een vergunning krijgt
Ik maak de afspraak af via de website
Het vuurwerk ging over mijn kop
Mijn kop thee viel om door de drempel
Waar is de lezing over zelfmoord bij jongeren?
"""


@pytest.mark.parametrize(
    ("message", "protocol"), [(line, key) for key, lines in SIGNALS.items() for line in lines.strip().splitlines()]
)
def test_a_message_of_a_class_is_seen(message: str, protocol: ProtocolClass) -> None:
    assert classify(Message(text=message), book()) is protocol


@pytest.mark.parametrize("message", ORDINARY.strip().splitlines())
def test_an_ordinary_message_is_of_no_class(message: str) -> None:
    assert classify(Message(text=message), book()) is None


def test_danger_goes_before_everything_else() -> None:
    assert classify(Message(text="Stelletje idioten, ik maak jullie af"), book()) is ProtocolClass.THREAT
    assert (
        classify(Message(text="De wethouder moet aftreden of ik stap eruit, ik wil dood"), book())
        is ProtocolClass.SELF_HARM
    )


def test_an_insult_with_a_topic_or_a_question_is_routed_as_any_other() -> None:
    protocol = Protocol(book())
    text = "Die kk kliko is weer niet geleegd"
    assert protocol.find(tokens(text), text, topical=True) is None
    verdict = protocol.find(tokens(text), text, kind=Kind.OTHER)
    assert verdict is not None
    assert verdict.protocol is ProtocolClass.INSULT


def test_words_of_the_rulebook_are_added_to_the_built_in_ones() -> None:
    own = ProtocolRule(protocol=ProtocolClass.CRITICISM, words=("Jansen van Dijk",))
    assert classify(Message(text="die jansen van dijk weer"), book(own)) is ProtocolClass.CRITICISM
    assert classify(Message(text="die jansen van dijk weer"), book()) is None


def test_a_threat_or_a_cry_for_help_never_gets_a_standard_answer_whatever_the_file_says() -> None:
    careless = book(
        ProtocolRule(protocol=ProtocolClass.THREAT, words=(), department="kcc"),
        ProtocolRule(protocol=ProtocolClass.SELF_HARM, words=(), department="kcc"),
    )
    for rulebook in (book(), careless):
        threat = treatment(ProtocolClass.THREAT, rulebook)
        assert (threat.suggest, threat.urgent, threat.text) == (False, True, "")
        harm = treatment(ProtocolClass.SELF_HARM, rulebook)
        assert (harm.suggest, harm.urgent, harm.text) == (False, True, HELPLINE_TEXT)
    assert "113" in HELPLINE_TEXT


def test_criticism_waits_and_needs_a_second_pair_of_eyes() -> None:
    built_in = treatment(ProtocolClass.CRITICISM, book())
    assert (built_in.wait, built_in.four_eyes) == (timedelta(minutes=30), True)
    longer = ProtocolRule(protocol=ProtocolClass.CRITICISM, words=(), wait=timedelta(hours=1), department="kcc")
    own = treatment(ProtocolClass.CRITICISM, book(longer))
    assert (own.wait, own.four_eyes, own.department) == (timedelta(hours=1), True, "kcc")


def test_every_class_has_a_treatment() -> None:
    for protocol in ProtocolClass:
        assert treatment(protocol, book()).protocol is protocol
