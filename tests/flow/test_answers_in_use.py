"""The base at work: seeded from a file, known to every process, and suggested as it is now."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.answers import SHELL, Answers
from bot.model.answers import Saved, Verdict
from bot.rules import Rules
from bot.store import phrasings
from handlers import loading
from handlers.loading import Reloader, seeds
from handlers.vectors import Stopped, Vectors
from knowledge.advisor import Advisor
from knowledge.suggest.index import Numbers
from knowledge.suggest.meaning import Model
from tests.flow.conftest import Balie
from tests.flow.town import MONDAY, TOWN

RULES = Path(__file__).parents[2] / "knowledge" / "rulebook" / "samples" / "small_town.yaml"
KLIKO = """
entries:
  kliko:
    question: Kliko niet geleegd?
    variants: [Mijn container is niet leeggehaald]
    answer: {answer}
"""


class Counting:
    """A model of meaning that hears only whether a text is about water."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def query(self, text: str) -> Numbers:
        self.asked.append(text)
        return np.array([1.0, 0.0] if "regenpijp" in text or "container" in text else [0.0, 1.0], dtype=np.float32)

    passage = query


class Town:
    """One process: its rules, and what takes over changes in them."""

    def __init__(self, balie: Balie, folder: Path) -> None:
        self.encoder, self.vectors = Counting(), Vectors(folder / "vectors.npz")
        self.rules = Rules(TOWN, Advisor(TOWN))
        self.answers = Answers(balie.store, self.rules, balie.clock)
        self.file, self.store = folder / "answers.yaml", balie.store
        self.reloader = Reloader(
            rules=self.rules,
            paths=(RULES, self.file),
            answers=self.answers,
            store=balie.store,
            clock=balie.clock,
            seed=seeds(self.file),
            vectors=self.vectors,
            model=Model(self.vectors, encoder=lambda: self.encoder),
        )

    async def run_for_a_moment(self) -> None:
        """Let it learn what the answers mean, as a process does once it works."""
        running = asyncio.create_task(self.reloader.run())
        while not self.vectors.saved:
            await asyncio.sleep(0.01)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    def suggested(self) -> list[str]:
        return [found.answer for found in self.rules.advisor.search("mijn kliko is niet geleegd")]

    async def one(self) -> str:
        found = await self.answers.one("kliko", by=SHELL)
        assert found
        return found.entry.answer


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "answers.yaml").write_text(KLIKO.format(answer="Uit het bestand."))
    return tmp_path


@pytest.fixture
def town(balie: Balie, folder: Path) -> Town:
    return Town(balie, folder)


async def change(town: Town, answer: str) -> None:
    found = await town.answers.one("kliko", by=SHELL)
    assert found
    changed = replace(found.entry, answer=answer)
    assert isinstance(await town.answers.save(changed, seen_revision=found.revision, by=SHELL), Saved)


async def test_the_file_fills_an_empty_base_once(balie: Balie, town: Town, folder: Path) -> None:
    await town.reloader.begin()
    assert town.suggested() == ["Uit het bestand."]
    await Town(balie, folder).reloader.begin()
    assert len(await town.answers.history("kliko", by=SHELL)) == 1


async def test_two_processes_that_start_together_import_it_once(balie: Balie, folder: Path) -> None:
    towns = [Town(balie, folder) for _ in range(3)]
    await asyncio.gather(*(each.reloader.begin() for each in towns))
    assert len(await towns[0].answers.imports(by=SHELL)) == 1
    assert all(each.suggested() == ["Uit het bestand."] for each in towns)


async def test_a_change_by_a_person_reaches_every_process(balie: Balie, town: Town, folder: Path) -> None:
    other = Town(balie, folder)
    await town.reloader.begin()
    await other.reloader.begin()
    await change(town, "Van Peter.")
    for each in (town, other):
        await each.reloader.look()
        assert each.suggested() == ["Van Peter."]


async def test_a_retired_answer_is_not_suggested_any_more(town: Town) -> None:
    await town.reloader.begin()
    await town.answers.retire("kliko", seen_revision=1, by=SHELL)
    await town.reloader.look()
    assert town.suggested() == []


async def test_a_changed_file_counts_unless_a_person_changed_the_answer(town: Town) -> None:
    await town.reloader.begin()
    town.file.write_text(KLIKO.format(answer="Tweede druk van het bestand."))
    await town.reloader.look()
    assert town.suggested() == ["Tweede druk van het bestand."]
    await change(town, "Van Peter.")
    town.file.write_text(KLIKO.format(answer="Derde druk van het hele bestand."))
    await town.reloader.look()
    assert (await town.one(), town.suggested()) == ("Van Peter.", ["Van Peter."])


async def test_a_start_with_the_file_of_before_leaves_what_a_person_changed(
    balie: Balie, town: Town, folder: Path
) -> None:
    await town.reloader.begin()
    await change(town, "Van Peter.")
    again = Town(balie, folder)
    await again.reloader.begin()
    assert again.suggested() == ["Van Peter."]


async def test_a_broken_file_is_told_and_changes_nothing(balie: Balie, town: Town) -> None:
    await town.reloader.begin()
    town.file.write_text("entries: {kliko: {question: Half}}")
    await town.reloader.look()
    await balie.work.idle()
    assert town.suggested() == ["Uit het bestand."]
    (said,) = [notice.text.text for _, notice in balie.desk.lines]
    assert "does not count yet" in said


def sure(town: Town) -> float:
    return max((found.score for found in town.rules.advisor.search("xylofoon orkest")), default=0.0)


async def test_learned_wordings_wait_for_a_pause_and_then_count(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    await town.reloader.begin()
    assert sure(town) < 0.3
    await town.store.write(
        lambda c: phrasings.add(
            c,
            entry="kliko",
            text="xylofoon orkest",
            verdict=Verdict.CONFIRMED,
            mention_id=1,
            conversation_id=1,
            reply_key="r",
            at=MONDAY,
            by="jan",
        )
    )
    await town.reloader.look()
    assert sure(town) < 0.3
    monkeypatch.setattr(loading, "PAUSE", 0.0)
    await town.reloader.look()
    assert sure(town) > 0.3


async def test_what_answers_mean_counts_once_it_is_known(town: Town) -> None:
    await town.reloader.begin()
    town.rules.advisor.search("regenpijp lekt")
    assert town.encoder.asked == [], "Balie does not wait for it"
    await town.run_for_a_moment()
    town.rules.advisor.search("regenpijp lekt")
    assert town.encoder.asked[-1] == "regenpijp lekt"


async def test_the_next_start_makes_only_what_changed_and_forgets_what_is_gone(
    balie: Balie, town: Town, folder: Path
) -> None:
    await town.reloader.begin()
    await town.run_for_a_moment()
    kept = set(Vectors(folder / "vectors.npz"))
    await change(town, "Wij komen heel iets anders doen.")
    again = Town(balie, folder)
    await again.reloader.begin()
    await again.run_for_a_moment()
    (made,) = again.encoder.asked
    assert made.endswith("Wij komen heel iets anders doen.")
    after = set(Vectors(folder / "vectors.npz"))
    assert len(after) == len(kept)
    assert len(after & kept) == len(kept) - 1


async def test_a_process_that_stops_makes_no_more_vectors(town: Town) -> None:
    await town.reloader.begin()
    town.vectors.stop()
    with pytest.raises(Stopped):
        await town.reloader.run()
