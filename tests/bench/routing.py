"""What routing costs beside its peers.

Ours looks for inflections, compounds, one typing error and street names; the peers for exact words only.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterator, Sequence
from statistics import median

import ahocorasick

from knowledge.advice import Message
from knowledge.routing import Router
from knowledge.rulebook.values import Department, District, Rule, Rulebook, Topic, Town
from tests.bench import Result, in_turns, ratio

SYLLABLES = re.findall(
    r"\w+",
    """ba be bo da de do ga ge go ha he ho ka ke ko la le lo ma me mo na ne no pa pe po ra re ro sa se so ta te to
    wa we wo za ze zo bak berg bron dam den dor gar kast kel kop lan mar mel nor pat pol rin rol sta ster stol tak
    tel tor val vel vor wer wil zak""",
)
COMMON = re.findall(
    r"\w+",
    """de het een en is in op van voor niet al met wanneer komen jullie mijn weer dit nog graag kan ik hier wij ons
    dan ook maar bij naar uit over heeft worden moet gaat staat ligt vandaag morgen week dagen buurt gemeente straat
    deze waar wie hoe waarom""",
)


def word(rng: random.Random, syllables: int) -> str:
    return "".join(rng.choice(SYLLABLES) for _ in range(syllables))


def rulebook(rules: int, streets: int, rng: random.Random) -> Rulebook:
    words = [word(rng, rng.choice((2, 3, 3, 4))) for _ in range(rules)]
    names = [word(rng, 2) + rng.choice(("straat", "laan", "weg", "plein", "kade")) for _ in range(streets)]
    per_district = max(1, len(names) // 30)
    districts = [names[start : start + per_district] for start in range(0, len(names), per_district)]
    return Rulebook(
        town=Town(name="Veldwijk"),
        catch_all="kcc",
        departments={"kcc": Department(key="kcc", name="KCC"), "werk": Department(key="werk", name="Werk")},
        topics={"onderwerp": Topic(key="onderwerp", name="Onderwerp", department="werk")},
        rules=tuple(
            Rule(key=f"r{n}", line=n, topic="onderwerp", words=(one, f"{one} {rng.choice(words)}"))
            for n, one in enumerate(words)
        ),
        districts=tuple(District(name=f"Wijkdeel{n}", streets=tuple(part)) for n, part in enumerate(districts)),
    )


def messages(book: Rulebook, count: int, rng: random.Random) -> list[str]:
    """Return messages of about 20 words: half hold a word of a rule, some inflected, compound or with an error."""
    streets = [street for district in book.districts for street in district.streets]
    own_words = [rule.words[0] for rule in book.rules]
    rare = [word(rng, 3) for _ in range(4_000)]  # names and the like, seen for the first or second time
    texts = []
    for _ in range(count):
        words = rng.choices(COMMON, k=18)
        words.insert(rng.randrange(18), rng.choice(rare))
        if rng.random() < 0.5:
            words.insert(rng.randrange(18), written(rng.choice(own_words), rng))
        if rng.random() < 0.3:
            words.insert(rng.randrange(18), rng.choice(streets).capitalize())
        texts.append(" ".join(words).capitalize() + rng.choice(".?!"))
    return texts


def written(term: str, rng: random.Random) -> str:
    chance = rng.random()
    if chance < 0.15:
        place = rng.randrange(1, len(term))
        return term[:place] + rng.choice("aeiorst") + term[place:]
    if chance < 0.3:
        return term + rng.choice(("container", "plaats", "vergunning"))
    return term + "s" if chance < 0.4 else term


def exact(words: Sequence[str]) -> Callable[[str], list[int]]:
    """Return pyahocorasick's matching of whole words, whatever their case."""
    automaton = ahocorasick.Automaton()
    for number, one in enumerate(words):
        automaton.add_word(one.lower(), (number, len(one)))
    automaton.make_automaton()

    def find(text: str) -> list[int]:
        text = text.lower()
        size = len(text)
        return [
            number
            for end, (number, length) in automaton.iter(text)
            if (end == size - 1 or not text[end + 1].isalnum()) and (end < length or not text[end - length].isalnum())
        ]

    return find


def loop(words: Sequence[str]) -> Callable[[str], list[int]]:
    patterns = [re.compile(rf"\b{re.escape(one)}\b", re.IGNORECASE) for one in words]
    return lambda text: [number for number, pattern in enumerate(patterns) if pattern.search(text)]


def microseconds(call: Callable[[str], object], texts: Sequence[str]) -> float:
    """Return the processor time of one text."""
    started = time.thread_time()
    for text in texts:
        call(text)
    return (time.thread_time() - started) / len(texts) * 1e6


def building(book: Rulebook) -> float:
    started = time.thread_time()
    Router(book)
    return (time.thread_time() - started) * 1000


def results() -> Iterator[Result]:
    rng = random.Random(7)
    book, small = rulebook(5_000, 3_000, rng), rulebook(50, 30, rng)
    texts = messages(book, 2_000, rng)
    words = [one for rule in book.rules for one in rule.words]
    words += [street for district in book.districts for street in district.streets]
    few, router = Router(small), Router(book)
    find, scan = exact(words), loop(words)
    first = microseconds(router.read, texts)
    took = in_turns(
        {
            "peer": lambda: microseconds(find, texts),
            "ours": lambda: microseconds(router.read, texts),
            "few": lambda: microseconds(few.read, texts),
            "whole": lambda: microseconds(lambda text: router.route(Message(text=text)), texts),
            "loop": lambda: microseconds(scan, texts[:5]),
            "build": lambda: building(book),
        }
    )
    peer = f"pyahocorasick, exact words, {len(words):,} of them"
    yield Result(name="pyahocorasick, a message", value=median(took["peer"]), unit="us")
    yield Result(name="a message", value=ratio(took["ours"], took["peer"]), unit="x", at_most=3, against=peer)
    yield Result(name="a message for the first time", value=first / median(took["peer"]), unit="x", against=peer)
    yield Result(
        name="a message, 5,000 rules",
        value=ratio(took["ours"], took["few"]),
        unit="x",
        at_most=10,
        against="50 rules",
    )
    yield Result(
        name="a loop of re, a message", value=ratio(took["loop"], took["ours"]), unit="x", at_least=100, against="ours"
    )
    yield Result(name="the whole route", value=ratio(took["whole"], took["peer"]), unit="x", against=peer)
    yield Result(name="the whole route, a message", value=median(took["whole"]), unit="us")
    yield Result(name="building 5,000 rules", value=median(took["build"]), unit="ms", at_most=300)
