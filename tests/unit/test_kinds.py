"""What kind of message it is, and in which language; the messages were written for this project."""

import pytest

from knowledge import kinds, language
from knowledge.rulebook.values import Kind
from knowledge.text import tokens

LABELLED = {
    Kind.QUESTION: """
wanneer komen jullie grof vuil ophalen in Lombok?
Hoe vraag ik een parkeervergunning aan voor mijn tweede auto?
bon gekregen terwijl de automaat stuk was @gemeente, hoe maak ik bezwaar?
Mijn paspoort is verlopen en ik vlieg zaterdag, kan het met spoed?
kan ik mijn verhuizing ook online doorgeven?
stempas niet ontvangen, wat nu
wordt er vannacht gestrooid op de fietspaden?
hoe lang ligt de straat nog open @gemeente
Waarom worden alle bomen langs de Vecht gekapt?
Heb ik recht op de U-pas als student?
leerlingenvervoer begint maandag maar we hebben nog niets gehoord
Waar kan ik de zienswijze op het omgevingsplan indienen
buren draaien al de hele nacht harde muziek, wie kan ik bellen
WOZ-waarde 18% omhoog, hoe maak ik bezwaar?
mag ik met mijn euro 4 diesel nog de milieuzone in
Is dit NL-Alert een test of echt?
Weet iemand tot hoe laat het stadskantoor open is vandaag
Zijn er nog plekken vrij op de nachtopvang vanavond
Ik ben net verhuisd, binnen hoeveel dagen moet ik dat doorgeven?
""",
    Kind.REPORT: """
de ondergrondse container op het Smaragdplein zit al 3 dagen vol, troep ernaast
weer een laadpaalklever in de Croeselaan, doen jullie daar nog wat aan
Al een week 5 lantaarnpalen uit in de Amsterdamsestraatweg, levensgevaarlijk op de fiets
losse stoeptegel bij de school op de Vogelenhof, opa van mijn buurvrouw gevallen!
Boom omgewaaid op de Biltstraat, blokkeert het fietspad
ratten in de tuin door die volle containers bij de flat
elke avond fatbikes door de winkelstraat, waar blijft handhaving
Er wordt gedeald voor de deur van de basisschool in Overvecht
Enorme knal gehoord bij de Kruisvaart, kademuur ingestort?!
Lantaarnpaal op de hoek van de Dorpsstraat en Kerklaan doet het niet
De put voor ons huis loopt over, de hele straat staat blank
Iemand heeft een bankstel gedumpt achter de flat
""",
    Kind.COMPLAINT: """
kliko weer niet geleegd. waar betaal ik afvalstoffenheffing voor??
scanauto heeft me 2x beboet voor dezelfde plek. schandalig
6 weken wachten op een afspraak voor een id-kaart, serieus @gemeente?
al 9 weken wachten op bijstand, ik kan mijn huur niet betalen @gemeente
Regiotaxi is alweer 50 minuten te laat, mijn moeder van 84 staat in de regen
om 6.30 beginnen met heien in Leidsche Rijn, mag dat??
festival in het park is tot 2 uur snachts te horen in Oost
Lekker bezig, fijn dat de kliko voor de derde keer niet geleegd is
Al vier keer gebeld en nog steeds geen antwoord van die gemeente
""",
    Kind.COMPLIMENT: """
Top dat de vuilniswagen ondanks de sneeuw toch langs kwam, complimenten!
de bermen bloeien prachtig dit jaar, mooi werk!
Wat is het park mooi opgeknapt zeg, heerlijk!
Gisteren gemeld, vandaag al opgelost. Klasse!
""",
    Kind.SUGGESTION: """
Misschien een idee om daar een zebrapad te maken?
Tip: hang prullenbakken op bij de bushalte
Zou het niet handiger zijn als de markt op zaterdag is?
""",
    Kind.DISCUSSION: """
komt er een azc in onze wijk ja of nee
Volgens mij snap jij niet hoe de begroting werkt
Die hele knip is linkse onzin
""",
    Kind.THANKS: """
Dank je wel voor de snelle reactie!
Oké bedankt, dan weet ik genoeg
""",
    Kind.SPAM: """
Verdien 500 euro per dag vanuit huis! Klik op de link in mijn bio
Invest in crypto now and double your money
""",
    Kind.OTHER: """
Goedemorgen allemaal
""",
}


@pytest.mark.parametrize(
    ("message", "kind"), [(line, kind) for kind, lines in LABELLED.items() for line in lines.strip().splitlines()]
)
def test_the_kind_of_a_message(message: str, kind: Kind) -> None:
    assert kinds.guess(message, tokens(message), topical=True) in (
        kind,
        *((Kind.REPORT,) if kind is Kind.OTHER else ()),
    )


def test_thanks_beside_a_question_are_politeness_and_praise_in_a_complaint_is_sarcasm() -> None:
    for message, kind in (
        ("Hoe laat gaat het loket open? Alvast bedankt", Kind.QUESTION),
        ("Super bedankt, hartelijk dank! Kan ik ook pinnen?", Kind.QUESTION),
        ("Complimenten hoor, super geregeld, weer mis", Kind.COMPLAINT),
    ):
        assert kinds.guess(message, tokens(message)) is kind


def test_a_bare_topic_is_a_report_only_where_a_place_is_named() -> None:
    assert kinds.guess("kliko Kanaalstraat", ["kliko", "kanaalstraat"], topical=True, placed=True) is Kind.REPORT
    assert kinds.guess("kliko", ["kliko"], topical=True) is Kind.OTHER


@pytest.mark.parametrize(
    ("message", "spoken"),
    [
        ("wanneer wordt mijn kliko geleegd", "nl"),
        ("kliko kapot", "nl"),
        ("When will my trash be collected?", "en"),
        ("waste collection schedule neighbourhood missing information", "en"),
        ("Wann wird der Müll abgeholt?", "de"),
        ("Çöp ne zaman toplanıyor?", "tr"),
        ("متى يتم جمع القمامة", "ar"),
        ("Kiedy odbierają śmieci z ulicy?", "pl"),
        ("Wannear wurdt it ôffal ophelle yn ús strjitte?", "fy"),
        ("Tige tank foar it antwurd", "fy"),
        ("Is it mooglik om in fergunning oan te freegjen?", "fy"),
        ("", "nl"),
        ("😀", "nl"),
    ],
)
def test_the_language_of_a_message(message: str, spoken: str) -> None:
    assert language.guess(message, tokens(message)) == spoken


def test_the_authors_setting_decides_when_the_words_do_not() -> None:
    assert language.guess("ok", ["ok"], setting="en-GB") == "en"
    assert language.guess("wanneer komt de kliko", tokens("wanneer komt de kliko"), setting="en") == "nl"
    assert language.guess("ok", ["ok"], setting="xx", fallback="fy") == "fy"
