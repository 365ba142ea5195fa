"""What suggestion costs in a base of a given size, beside rapidfuzz: `python -m tests.bench.suggest_cost 1000 5`."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from pathlib import Path
from time import thread_time

import psutil
from rapidfuzz import fuzz, process

from knowledge.faq import Entry, read
from knowledge.suggest import build

STARTER = Path(__file__).parents[2] / "knowledge" / "starter" / "veldwijk.yaml"
MESSAGES = 300


def made_up(entries: int, texts: int, words: list[str]) -> list[Entry]:
    """Return entries of random words with so many texts each, answer included."""
    chance = random.Random(1)

    def text(length: int) -> str:
        return " ".join(chance.choices(words, k=length))

    return [
        Entry(key=f"e{n}", question=text(8), variants=tuple(text(5) for _ in range(texts - 2)), answer=text(25))
        for n in range(entries)
    ]


def milliseconds(call: Callable[[str], object], messages: list[str]) -> str:
    """Return median and 99 % of the processor time of a call, which a busy machine does not change."""
    took = []
    for message in messages:
        started = thread_time()
        call(message)
        took.append(1000 * (thread_time() - started))
    took.sort()
    return f"median {took[len(took) // 2]:6.2f} ms, 99 % {took[int(len(took) * 0.99)]:6.2f} ms"


def main(entries: int, texts: int) -> None:
    """Print build time, memory and the time of a ranking."""
    known = read(STARTER.read_text(encoding="utf-8"))
    words = sorted({word for entry in known for text in (*entry.variants, entry.answer) for word in text.split()})
    base = made_up(entries, texts, words)
    messages = [variant for entry in known for variant in entry.variants][:MESSAGES]
    started = thread_time()
    ranker = build(base)
    built = thread_time() - started
    memory = psutil.Process().memory_info().rss / 1e6
    asked = [text for entry in base for text in (entry.question, *entry.variants)]
    print(f"{entries} entries, {entries * texts} texts: built in {built:.1f} s, {memory:.0f} MB")
    print("rank                      ", milliseconds(ranker.rank, messages))
    few = messages[:30]
    print("rapidfuzz process.extract ", milliseconds(lambda one: process.extract(one, asked, scorer=fuzz.WRatio), few))


if __name__ == "__main__":
    main(*(int(number) for number in sys.argv[1:3]))
