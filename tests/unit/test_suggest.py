"""Suggestions: the right answer first, nothing where nothing fits, and never where the protocol forbids it."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from Stemmer import Stemmer

from handlers.commands.faq import faq
from knowledge.advice import Route
from knowledge.faq import Entry, read
from knowledge.rulebook.values import Kind, ProtocolClass
from knowledge.suggest import Ranker, build
from knowledge.suggest.confidence import GOOD, LEXICAL, PERHAPS, SEMANTIC, chances
from knowledge.suggest.elsewhere import organisations
from knowledge.suggest.learned import MANY, learn
from knowledge.suggest.thesaurus import JOINED, MISTYPED, PART, Thesaurus
from knowledge.suggest.words import MOST_TEXTS

TODAY = date(2026, 11, 23)
STARTER = Path(__file__).parents[2] / "knowledge" / "starter" / "veldwijk.yaml"
ROUTE = Route(department="afval", rule="afval")

KLIKO = Entry(
    key="kliko",
    question="Container niet geleegd",
    answer="Stuur ons uw adres.",
    short="Uw adres?",
    source="https://x.nl",
)
PAS = Entry(key="pas", question="Hoe vraag ik een paspoort aan?", answer="Maak een afspraak.", department="burgerzaken")
LAMP = Entry(key="lamp", question="Een lantaarnpaal brandt niet", answer="Stuur ons de straat.")


@pytest.fixture(scope="module")
def starter() -> Ranker:
    return build(read(STARTER.read_text(encoding="utf-8")))


def best(ranker: Ranker, text: str) -> str:
    return ranker.rank(text)[0].entry.key


@pytest.mark.parametrize(
    ("message", "key"),
    [
        (
            "Mijn kliko is al twee weken niet geleegd in de Kanaalstraat. Wanneer komen jullie?? #afval",
            "container-niet-geleegd",
        ),
        ("@gemeenteveldwijk paspport verlopen en ik vlieg zaterdag!!", "paspoort-spoed"),
        ("de lantarenpaal voor nr 12 is stuk", "straatlamp-kapot"),
        ("afval pas kwijt", "afvalpas-kwijt"),
        ("hoe kom ik aan een bewoners vergunning", "parkeervergunning"),
        ("hoe dien ik bezwaar in tegen de woz waarde", "woz-bezwaar"),
        ("scheuren met 70 door onze straat, kan er een drempel komen", "zebrapad-aanvragen"),
        ("#ratten in de #achtertuin", "ratten"),
        ("traplift voor mijn moeder", "woning-aanpassen"),
        ("kan ik al stemmen en hoe laat gaat het stembureau dicht", "stembureaus"),
    ],
)
def test_a_citizen_finds_the_answer_in_own_words(starter: Ranker, message: str, key: str):
    assert key in [found.entry.key for found in starter.rank(message)]


@pytest.mark.parametrize(
    "message",
    [
        "Goedemorgen allemaal",
        "Lekker weertje vandaag",
        "👍👍",
        "haha",
        "Wie kijkt er ook naar het voetbal?",
        "",
        "   ",
        "١٢٣",
    ],
)
def test_small_talk_gets_no_suggestion(starter: Ranker, message: str):
    assert starter.suggest(message, ROUTE, today=TODAY) == ()


@pytest.mark.parametrize(
    "protocol",
    [
        ProtocolClass.THREAT,
        ProtocolClass.SELF_HARM,
        ProtocolClass.INSULT,
        ProtocolClass.PRESS,
        ProtocolClass.POLITICS,
        ProtocolClass.WOO,
    ],
)
def test_the_protocol_silences_the_knowledge_base(protocol: ProtocolClass):
    ranker = build([KLIKO, PAS])
    assert ranker.suggest(KLIKO.question, ROUTE, today=TODAY)
    route = Route(department="afval", rule="afval", protocol=protocol)
    assert ranker.suggest(KLIKO.question, route, today=TODAY) == ()


@pytest.mark.parametrize("kind", [Kind.THANKS, Kind.SPAM])
def test_thanks_and_spam_get_no_suggestion(kind: Kind):
    route = Route(department="afval", rule="afval", kind=kind)
    assert build([KLIKO, PAS]).suggest(KLIKO.question, route, today=TODAY) == ()


def test_a_suggestion_carries_what_the_card_shows():
    (found, *_) = build([KLIKO, PAS]).suggest("container niet geleegd", ROUTE, today=TODAY)
    assert (found.entry, found.title, found.answer, found.short, found.source) == (
        "kliko",
        "Container niet geleegd",
        "Stuur ons uw adres.",
        "Uw adres?",
        "https://x.nl",
    )
    assert found.score >= GOOD


def test_an_expired_entry_is_not_suggested_and_takes_no_ones_place():
    old = [
        Entry(key=f"oud{n}", question="Container niet geleegd", answer="Oud.", valid_until=date(2026, 11, 22))
        for n in range(5)
    ]
    suggestions = build([*old, KLIKO, PAS]).suggest("Container niet geleegd", ROUTE, today=TODAY)
    assert [found.entry for found in suggestions] == ["kliko"]
    assert suggestions[0].score >= GOOD


def test_the_tax_office_is_named_when_nothing_of_ours_fits():
    (found,) = build([KLIKO, PAS]).suggest("wanneer krijg ik mijn zorgtoeslag", ROUTE, today=TODAY)
    assert (found.entry, found.answer) == ("", "Hiervoor kunt u terecht bij Dienst Toeslagen: toeslagen.nl.")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("de NS rijdt weer eens niet", ["de NS of uw vervoerder"]),
        ("NS: niet steeds", ["de NS of uw vervoerder"]),
        ("mijn hond heeft het ns gedaan", []),
        ("hoe doe ik belastingaangiften", ["de Belastingdienst"]),
        ("auto overschrijven", ["de RDW"]),
        ("mijn kliko staat er nog", []),
    ],
)
def test_other_organisations_are_recognised(text: str, names: list[str]):
    assert [each.name for each in organisations(text)] == names


def test_an_entry_that_names_the_other_organisation_goes_first():
    theirs = Entry(key="svb", question="Container niet geleegd", answer="Vraag het de SVB, over kinderbijslag.")
    ranker = build([KLIKO, theirs])
    assert best(ranker, "container niet geleegd") == "kliko"
    assert best(ranker, "container niet geleegd aow") == "svb"


def test_the_department_of_the_route_decides_between_equals():
    here = Entry(key="hier", question="Wat kost een vergunning?", answer="Zie de lijst.", department="parkeren")
    there = Entry(key="daar", question="Wat kost een vergunning?", answer="Zie de lijst.", department="markten")
    ranker = build([there, here, KLIKO])
    assert ranker.rank("kosten van een vergunning", department="parkeren")[0].entry.key == "hier"
    assert ranker.rank("kosten van een vergunning", department="markten")[0].entry.key == "daar"


ENGLISH = Entry(key="pas-en", question="How do I get a passport?", answer="Make an appointment.", language="en")


def in_language(language: str) -> Route:
    return Route(department="burgerzaken", rule="pas", language=language)


def test_a_citizen_gets_answers_in_the_own_language_first():
    base = build([PAS, KLIKO, LAMP, ENGLISH])
    english = base.suggest("how do I get a passport, ik wil een paspoort", in_language("en"), today=TODAY)
    assert [(found.entry, found.language) for found in english] == [("pas-en", "en"), ("pas", "nl")]
    dutch = base.suggest("how do I get a passport, ik wil een paspoort", in_language("nl"), today=TODAY)
    assert [(found.entry, found.language) for found in dutch] == [("pas", "nl")]


def test_without_an_entry_in_the_own_language_the_dutch_one_is_offered_and_no_third_language():
    base = build([PAS, KLIKO, LAMP, ENGLISH])
    turkish = base.suggest("paspoort passport", in_language("tr"), today=TODAY)
    assert [(found.entry, found.language) for found in turkish] == [("pas", "nl")]


def test_words_of_another_language_alone_make_no_one_sure():
    collecte = Entry(key="collecte", question="Collecte", answer="Vraag een vergunning aan.")
    base = build([PAS, KLIKO, LAMP, collecte])
    (dutch,) = base.suggest("collecte", in_language("nl"), today=TODAY)
    (english,) = base.suggest("collecte", in_language("en"), today=TODAY)
    assert dutch.score >= GOOD > english.score >= PERHAPS


def test_a_search_by_hand_finds_entries_in_every_language():
    found = build([PAS, KLIKO, LAMP, ENGLISH]).search("passport", limit=8)
    assert found[0].entry.key == "pas-en"
    assert [scored.score for scored in found] == sorted((scored.score for scored in found), reverse=True)


def test_a_confirmed_phrasing_is_found_again():
    message = "die groene reus voor de deur puilt uit"
    assert best(build([PAS, KLIKO, LAMP], confirmed={"kliko": [message]}), "de groene reus puilt uit") == "kliko"


def test_a_rejected_suggestion_loses_ground():
    message = "de lantaarnpaal bij de container"
    plain = {found.entry.key: found.score for found in build([KLIKO, LAMP, PAS]).rank(message)}
    warned = {
        found.entry.key: found.score for found in build([KLIKO, LAMP, PAS], rejected={"lamp": [message]}).rank(message)
    }
    assert warned["lamp"] < plain["lamp"]


def test_words_of_the_town_count_as_synonyms():
    entries = [KLIKO, LAMP, PAS]
    assert build(entries).rank("gele gevaarte")[0].score < PERHAPS
    (found, *_) = build(entries, synonyms=[("gele gevaarte", "container")]).rank("gele gevaarte")
    assert found.entry.key == "kliko"
    assert found.score >= PERHAPS


@pytest.mark.parametrize(
    "entries",
    [[], [KLIKO], [Entry(key="leeg", question="?", answer="")], [Entry(key="ar", question="جواز السفر", answer="")]],
)
@pytest.mark.parametrize("text", ["", "👍", "kliko", "a" * 5_000, "woord " * 5_000, "جواز", "\x00\u202e", "#", "@"])
def test_no_base_and_no_message_is_too_strange(entries: list[Entry], text: str):
    for found in build(entries).rank(text):
        assert 0 <= found.score <= 1


def test_scores_are_chances_best_first(starter: Ranker):
    scores = [found.score for found in starter.rank("mijn paspoort is verlopen", limit=10)]
    assert len(scores) == 10
    assert scores == sorted(scores, reverse=True)
    assert sum(scores) <= 2
    assert all(0 <= score <= 1 for score in scores)


@pytest.mark.parametrize("calibration", [LEXICAL, SEMANTIC])
def test_a_rival_and_a_large_base_make_less_sure(calibration):
    alone = chances([1.0], entries=100, calibration=calibration)[0]
    assert chances([1.0, 0.9], entries=100, calibration=calibration)[0] < alone
    assert chances([1.0], entries=3, calibration=calibration)[0] == alone
    assert chances([1.0], entries=1_000, calibration=calibration)[0] < alone
    assert chances([1.2], entries=100, calibration=calibration)[0] > alone
    assert chances([], entries=100, calibration=calibration) == []
    assert 0 < PERHAPS < GOOD < 1


def test_threads_get_the_same_answers(starter: Ranker):
    messages = [f"{word} kwijt" for word in ("paspoort", "afvalpas", "rijbewijs", "stempas")] * 25
    alone = [best(starter, message) for message in messages]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda message: best(starter, message), messages)) == alone


def test_a_large_base_is_still_searched():
    entries = [Entry(key=f"e{n}", question=f"vraag over onderwerp{n}", answer="") for n in range(MOST_TEXTS)]
    assert best(build([*entries, KLIKO]), "mijn container is niet geleegd") == "kliko"


def test_an_answer_that_says_it_is_found_however_long_it_is():
    filling = [
        " ".join(f"Zaak{n} regel{n} deel{m} punt{n}{m} lid{m}{n} vak{n}x{m}." for m in range(60)) for n in range(40)
    ]
    entries = [Entry(key=f"e{n}", question=f"Regeling {n}", answer=text) for n, text in enumerate(filling)]
    long = filling[1][:1_300] + " Voor een drijvend terras vraagt u een ligplaats aan."
    entries += [
        Entry(key="lang", question="Regeling lang", answer=long),
        Entry(key="kort", question="Drijvend", answer=""),
    ]
    assert best(build(entries), "drijvend terras ligplaats") == "lang"


def test_of_many_phrasings_the_first_are_learned():
    many = {"kliko": [f"bak nummer {n} nog vol" for n in range(MOST_TEXTS)]}
    assert best(build([KLIKO, PAS], confirmed=many), "bak nog vol") == "kliko"


@pytest.mark.parametrize("texts", [2, MANY, 3 * MANY])
def test_few_and_many_texts_are_both_learned(texts: int):
    owners = [number for number in range(3) for _ in range(texts)]
    mutual = np.equal.outer(owners, owners).astype(np.float32) * 0.4 + np.float32(0.1)
    np.fill_diagonal(mutual, 1.0)
    scores = learn(mutual, owners=owners, refused=[], entries=3) @ mutual[0]
    assert scores.argmax() == 0
    assert scores[0] > scores[1:].max() + 0.2


@pytest.mark.parametrize(
    ("written", "groups"),
    [
        ("containers", {0: 1.0}),
        ("buurtcontainer", {0: PART}),
        ("contaner", {0: MISTYPED}),
        ("rol emmer", {0: JOINED}),
        ("hij doet het niet", {1: 1.0}),
        ("bekende contaiter", {}),
        ("rol", {}),
    ],
)
def test_synonyms_are_found_in_compounds_typos_and_split_words(written: str, groups: dict[int, float]):
    stem = Stemmer("dutch").stemWord
    same = [("container", "rolemmer"), ("kapot", "doet het niet")]
    assert Thesaurus(same, stem=stem, known=[stem("contaiter")]).groups(written.split()) == groups


def test_the_command_ranks_a_file_of_messages(tmp_path: Path):
    rows = [{"id": each.key, "question": each.question, "answer": each.answer} for each in (KLIKO, PAS)]
    base, messages, pool = tmp_path / "kb.jsonl", tmp_path / "messages.txt", tmp_path / "pool.jsonl"
    base.write_text("".join(json.dumps(row) + "\n" for row in rows))
    messages.write_text("paspoort nodig\n\nblauw boekje\n")
    pool.write_text(json.dumps({"text": "waar blijft dat blauw boekje", "gold": "pas"}) + "\n")
    call = ["rank", "--kb", str(base), "--queries", str(messages)]
    plain, learned = CliRunner().invoke(faq, call), CliRunner().invoke(faq, [*call, "--learn", str(pool)])
    assert (plain.exception, learned.exception) == (None, None)
    first = [[name for name, _ in json.loads(line)["ranked"]][:1] for line in plain.stdout.splitlines()]
    assert first == [["pas"], [], ["kliko"]]
    assert json.loads(learned.stdout.splitlines()[2])["ranked"][0][0] == "pas"
    assert json.loads(plain.stdout.splitlines()[0])["ms"] > 0


def test_the_command_names_the_line_that_is_wrong(tmp_path: Path):
    base = tmp_path / "kb.jsonl"
    base.write_text('{"id": "a", "question": "b"}\n{"id": 3}\n')
    result = CliRunner().invoke(faq, ["rank", "--kb", str(base), "--queries", str(base)])
    assert result.exit_code == 1
    assert "kb.jsonl, regel 2: hier moet een JSON-object met id, question staan." in result.output
