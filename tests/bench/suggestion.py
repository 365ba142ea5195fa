"""What suggestion finds and costs beside rapidfuzz, thefuzz and bm25s; in processor time, unless it says by the clock.

The peers look at questions and variants (rapidfuzz, thefuzz), or at the answers too (bm25s), as one would use them.
"""

from __future__ import annotations

import logging
import multiprocessing
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from time import perf_counter, thread_time

import bm25s
import numpy as np
import psutil
import Stemmer
import thefuzz.process
from rapidfuzz import fuzz, process
from rapidfuzz.utils import default_process

from knowledge.faq import Entry, read
from knowledge.suggest import Ranker, build
from knowledge.suggest.meaning import ANSWER, EVERYDAY, Model, installed, vector_key
from tests.bench import Result

STARTER = Path(__file__).parents[2] / "knowledge" / "starter" / "veldwijk.yaml"
HELD_OUT = ("veldwijk.tsv", "veldwijk_later.tsv")  # each written before any ranking of it was looked at
MESSAGES = 200
BEST = 3

Ask = Callable[[str], Sequence[str]]  # a message to the keys of the entries that fit, best first


def results() -> Iterator[Result]:
    starter = [entry for entry in read(STARTER.read_text(encoding="utf-8")) if entry.language == "nl"]
    yield from found(starter)
    base = made_up(1_000, 5, starter)
    started = thread_time()
    ranker = build(base)
    yield Result(
        name="build, 1,000 entries", value=thread_time() - started, unit="s", at_most=10, against="5,000 texts"
    )
    asked = [message for _, message in held_out()][:MESSAGES]
    times = in_turns_by_message({"Balie": ours(ranker), **peers(base)}, asked)
    for name, took in times.items():
        limit = 10 if name == "Balie" else None
        for part, value in (("median", took[len(took) // 2]), ("99 %", took[int(len(took) * 0.99)])):
            what = f"a ranking, {part}, {name}"
            yield Result(name=what, value=value, unit="ms", at_most=limit, against="1,000 entries, 5,000 texts")
    if installed():
        yield from by_meaning(base, asked)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as fresh:
        yield from fresh.submit(large).result()


def found(starter: Sequence[Entry]) -> Iterator[Result]:
    """Yield how often each finds the right entry for messages that nobody tuned on."""
    ways = {"Balie": ours(build(starter)), **peers(starter)}
    if installed():
        ways["Balie, by meaning too"] = ours(build(starter, model=Model()))
    asked = [(key, message) for key, message in held_out() if key != "-"]
    for name, ask in ways.items():
        ranked = [(key, list(ask(message))) for key, message in asked]
        for at in (1, BEST):
            share = sum(key in keys[:at] for key, keys in ranked) / len(ranked)
            what = f"right in the first {at}, {name}" if at > 1 else f"right first, {name}"
            yield Result(
                name=what, value=share, unit="", against=f"{len(asked)} held-out messages, {len(starter)} entries"
            )


def by_meaning(base: Sequence[Entry], asked: Sequence[str]) -> Iterator[Result]:
    """Yield what the meaning adds; the vectors of the base are random, for what they say changes no time."""
    chance = np.random.default_rng(1)
    texts = [(text, False) for entry in base for text in (entry.question, *entry.variants)]
    texts += [(f"{entry.question} {entry.answer[:ANSWER]}", True) for entry in base]
    texts += [(text, False) for text in EVERYDAY]
    known = {vector_key(text, answer=answer): chance.normal(size=384).astype(np.float32) for text, answer in texts}
    started = thread_time()
    ranker = build(base, model=Model(known))
    against = "1,000 entries, by meaning too"
    yield Result(name="build from known vectors", value=thread_time() - started, unit="s", at_most=10, against=against)
    ranker.rank("warm")
    wall, processor = [], []
    for message in asked:
        began, spent = perf_counter(), thread_time()
        ranker.rank(message)
        wall.append(1000 * (perf_counter() - began))
        processor.append(1000 * (thread_time() - spent))
    for name, took, limit in (("a ranking, 99 %", processor, 60), ("a ranking, 99 %, by the clock", wall, None)):
        yield Result(name=name, value=sorted(took)[int(len(took) * 0.99)], unit="ms", at_most=limit, against=against)


def large() -> list[Result]:
    """Return what 100,000 texts cost, in a process of its own: memory says nothing otherwise."""
    starter = read(STARTER.read_text(encoding="utf-8"))
    before = psutil.Process().memory_info().rss
    ranker = build(made_up(1_000, 100, starter))
    grown = psutil.Process().memory_info().rss
    took = in_turns_by_message({"Balie": ours(ranker)}, [message for _, message in held_out()])["Balie"]
    against = "1,000 entries, 100,000 texts"
    return [
        Result(name="memory of the process", value=grown / 1e6, unit="MB", at_most=300, against=against),
        Result(name="of which: the base", value=(grown - before) / 1e6, unit="MB", against=against),
        Result(name="a ranking, 99 %", value=took[int(len(took) * 0.99)], unit="ms", at_most=10, against=against),
    ]


def in_turns_by_message(ways: Mapping[str, Ask], messages: Sequence[str]) -> dict[str, list[float]]:
    """Return the sorted milliseconds of processor time that each took, message by message in turns."""
    took: dict[str, list[float]] = {name: [] for name in ways}
    for message in messages:
        for name, ask in ways.items():
            started = thread_time()
            ask(message)
            took[name].append(1000 * (thread_time() - started))
    return {name: sorted(times) for name, times in took.items()}


def ours(ranker: Ranker) -> Ask:
    return lambda message: [scored.entry.key for scored in ranker.rank(message, limit=BEST)]


def peers(base: Sequence[Entry]) -> dict[str, Ask]:
    logging.getLogger("thefuzz").setLevel(logging.ERROR)  # it warns of a message that is only an emoji
    texts = [(entry.key, text) for entry in base for text in (entry.question, *entry.variants)]
    keys, asked = [key for key, _ in texts], dict(enumerate(text for _, text in texts))

    like = {"scorer": fuzz.WRatio, "processor": default_process}  # what thefuzz does too

    def by_rapidfuzz(message: str) -> Sequence[str]:
        return unique(keys[n] for _, _, n in process.extract(message, asked, limit=20, **like))

    def by_thefuzz(message: str) -> Sequence[str]:
        return unique(keys[n] for _, _, n in thefuzz.process.extract(message, asked, limit=20))

    return {"rapidfuzz": by_rapidfuzz, "thefuzz": by_thefuzz, "bm25s": by_bm25s(base)}


def by_bm25s(base: Sequence[Entry]) -> Ask:
    stemmer = Stemmer.Stemmer("dutch")
    whole = [" ".join((entry.question, *entry.variants, entry.answer)) for entry in base]
    index = bm25s.BM25()
    index.index(bm25s.tokenize(whole, stopwords=None, stemmer=stemmer, show_progress=False), show_progress=False)

    def ask(message: str) -> Sequence[str]:
        words = bm25s.tokenize([message], stopwords=None, stemmer=stemmer, show_progress=False)
        places, _ = index.retrieve(words, k=BEST, show_progress=False)
        return [base[int(place)].key for place in places[0]]

    return ask


def unique(keys: Iterator[str]) -> Sequence[str]:
    return list(dict.fromkeys(keys))


def held_out() -> list[tuple[str, str]]:
    """Return (key of the entry, or - for none; message)."""
    folder = Path(__file__).parent / "messages"
    lines = [line for name in HELD_OUT for line in (folder / name).read_text(encoding="utf-8").splitlines()]
    return [(key, message) for key, message in (line.split("\t") for line in lines)]


def made_up(entries: int, texts: int, starter: Sequence[Entry]) -> list[Entry]:
    """Return entries of the starter's words in any order, with so many texts each, the answer included."""
    chance = random.Random(1)
    words = sorted({word for each in starter for text in (*each.variants, each.answer) for word in text.split()})

    def text(length: int) -> str:
        return " ".join(chance.choices(words, k=length))

    return [
        Entry(key=f"e{n}", question=text(8), variants=tuple(text(5) for _ in range(texts - 2)), answer=text(25))
        for n in range(entries)
    ]
