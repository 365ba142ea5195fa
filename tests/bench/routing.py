"""What routing costs beside its peers, measured in one run: `python tests/bench/routing.py`.

Ours looks for inflections, compounds, one typing error and street names; the peers for exact words only.
"""

from __future__ import annotations

import random
import re
import statistics
import time
from collections.abc import Callable, Mapping, Sequence

import ahocorasick

from knowledge.advice import Message
from knowledge.routing import Router
from knowledge.rulebook.values import Department, District, Rule, Rulebook, Topic, Town

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
ROUNDS = 9


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


def costs(runs: Mapping[str, Callable[[str], object]], texts: Sequence[str], rounds: int = ROUNDS) -> dict[str, float]:
    """Return the least processor time per text in microseconds; the runs take turns, so that noise hits all alike."""
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            started = time.thread_time()
            for text in texts:
                run(text)
            times[name].append((time.thread_time() - started) / len(texts) * 1e6)
    return {name: min(taken) for name, taken in times.items()}


def main() -> None:
    rng = random.Random(7)
    book, small = rulebook(5_000, 3_000, rng), rulebook(50, 30, rng)
    texts = messages(book, 2_000, rng)
    words = [one for rule in book.rules for one in rule.words]
    words += [street for district in book.districts for street in district.streets]
    few = Router(small)  # reads the word lists too
    builds = []
    for _ in range(5):
        started = time.thread_time()
        router = Router(book)
        builds.append(time.thread_time() - started)
    first = costs({"ours": router.read}, texts, rounds=1)["ours"]
    route = lambda text: router.route(Message(text=text))  # noqa: E731
    peer, ours, short, whole = costs(
        {"peer": exact(words), "ours": router.read, "few": few.read, "whole": route}, texts
    ).values()
    loops = costs({"loop": loop(words)}, texts[:5], rounds=1)["loop"]
    size = statistics.mean(map(len, texts))
    print(f"{len(book.rules)} rules, {len(words)} words and streets, {len(texts)} messages of {size:.0f} characters")
    for name, taken, ratio in (
        ("pyahocorasick, exact words", peer, "1.0x"),
        ("ours: inflection, compounds, errors, streets", ours, f"{ours / peer:.1f}x, at most 3"),
        ("ours, each message for the first time", first, f"{first / peer:.1f}x"),
        ("ours, 50 rules", short, f"5,000 rules cost {ours / short:.1f}x this, at most 10"),
        ("a loop of re", loops, f"{loops / ours:.0f}x ours, at least 100"),
        ("whole route: kind, language, protocol, why", whole, f"{whole / peer:.1f}x"),
    ):
        print(f"{name:46}{taken:10.2f} us   {ratio}")
    print(f"{'build':46}{min(builds) * 1000:10.1f} ms   under 300")


if __name__ == "__main__":
    main()
