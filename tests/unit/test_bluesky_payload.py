"""An approved reply as a Bluesky record: the same whenever it is built, and readable by every other client."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from atproto import models
from atproto_client.models.utils import get_or_create
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import Mention, Posted, Reply, ReplyKind
from handlers.public.bluesky.payload import length, record_key, same, to_payload
from tests.servers.bluesky_posts import cid_of

AT = datetime(2026, 11, 22, 10, 15, 30, 123456, tzinfo=UTC)
CID = "bafyreigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi"
QUESTION = "at://did:plc:citizen/app.bsky.feed.post/3kaaa"
FAMILY = "👩‍👩‍👧‍👦"  # one grapheme, seven code points, 25 bytes


def reply(text: str = "Dank!", **changes: Any) -> Reply:
    mention = Mention(
        account="bsky",
        post_id=QUESTION,
        thread_id=QUESTION,
        author_id="did:plc:citizen",
        author="@inwoner.nl",
        text="hallo",
        posted_at=AT,
        reference={"cid": CID, "root": QUESTION, "root_cid": CID},
    )
    made = Reply(key="r1", account="bsky", kind=ReplyKind.ANSWER, text=text, mention=mention, approved_at=AT)
    return replace(made, **changes)


def marked(text: str) -> list[tuple[str, str]]:
    """What the facets of a text cover, by its bytes, and what each means."""
    pairs = []
    for facet in to_payload(reply(text)).get("facets", []):
        covered = text.encode()[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode()
        feature = facet["features"][0]
        pairs.append((covered, feature.get("uri") or f"#{feature['tag']}"))
    return pairs


def test_an_answer_names_thread_and_parent_time_and_language() -> None:
    record = to_payload(reply(language="en"))
    assert record == {
        "$type": "app.bsky.feed.post",
        "text": "Dank!",
        "createdAt": "2026-11-22T10:15:30.123Z",
        "langs": ["en"],
        "reply": {"root": {"uri": QUESTION, "cid": CID}, "parent": {"uri": QUESTION, "cid": CID}},
    }
    get_or_create(record, models.AppBskyFeedPost.Record, strict_string_format=True)


def test_a_second_part_answers_the_first_in_the_same_thread() -> None:
    first = "at://did:plc:town/app.bsky.feed.post/3kbbb"
    posted = Posted(post_id=first, at=AT, reference={"cid": "bafyfirst", "root": QUESTION, "root_cid": CID})
    record = to_payload(reply(previous=posted))
    assert record["reply"]["parent"] == {"uri": first, "cid": "bafyfirst"}
    assert record["reply"]["root"] == {"uri": QUESTION, "cid": CID}


def test_a_part_after_one_that_a_person_confirmed_answers_the_question_itself() -> None:
    record = to_payload(reply(previous=Posted(post_id="", url="https://bsky.app/x", at=AT)))
    assert record["reply"]["parent"] == {"uri": QUESTION, "cid": CID}


def test_an_own_post_answers_nothing() -> None:
    assert "reply" not in to_payload(reply(mention=None, kind=ReplyKind.OWN_POST))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Zie https://gemeente.nl/afval?week=1.", [("https://gemeente.nl/afval?week=1", "https://gemeente.nl/afval?week=1")]),
        ("Zie gemeente.nl/afval, of bel.", [("gemeente.nl/afval", "https://gemeente.nl/afval")]),
        (f"{FAMILY} café → gemeente.nl", [("gemeente.nl", "https://gemeente.nl")]),
        ("Dank voor je melding! #GoedBezig", [("#GoedBezig", "#GoedBezig")]),
        ("Vraag het @politie.nl of mail info@gemeente.nl", []),
        ("Bel 14 020. Vandaag.", []),
    ],
)  # fmt: skip
def test_links_and_hashtags_are_marked_and_nobody_is_called_in(text: str, expected: list[tuple[str, str]]) -> None:
    assert marked(text) == expected


@settings(max_examples=200, deadline=None)
@given(before=st.text(alphabet=st.sampled_from("aé€👩\u200d👧ẞ \n"), max_size=12))
def test_a_link_is_marked_on_its_own_bytes_whatever_stands_before_it(before: str) -> None:
    assert ("https://gemeente.nl/x", "https://gemeente.nl/x") in marked(f"{before} https://gemeente.nl/x")


def test_the_same_reply_gives_the_same_record_whenever_it_is_built() -> None:
    text = f"{FAMILY} Zie gemeente.nl #afval"
    utrecht = AT.astimezone(timezone(timedelta(hours=1)))
    one, two = reply(text), reply(text, approved_at=utrecht, tried_at=AT)
    assert cid_of(to_payload(one)) == cid_of(to_payload(two))
    assert record_key(one) == record_key(two)


@settings(max_examples=300, deadline=None)
@given(key=st.text(min_size=1), account=st.text(), at=st.datetimes(datetime(2020, 1, 1), datetime(2080, 1, 1)))  # noqa: DTZ001
def test_a_record_key_is_a_valid_tid_of_the_second_of_approval(key: str, account: str, at: datetime) -> None:
    at = at.replace(tzinfo=UTC)
    tid = record_key(reply(key=key, account=account, approved_at=at))
    assert re.fullmatch("[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}", tid)
    number = 0
    for character in tid:
        number = number * 32 + "234567abcdefghijklmnopqrstuvwxyz".index(character)
    assert (number >> 10) // 1_000_000 == int(at.timestamp())


def test_replies_of_the_same_moment_have_keys_of_their_own() -> None:
    assert len({record_key(reply(key=f"r{number}")) for number in range(2000)}) == 2000
    assert record_key(reply()) != record_key(reply(account="other"))
    assert record_key(reply()) != record_key(reply(approved_at=AT + timedelta(seconds=1)))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("Dank!", 5),
        ("e\u0301é", 2),
        ("🇳🇱🇧🇪", 2),
        ("👍🏽", 1),
        (FAMILY, 1),
        ("नमस्ते", 3),
        ("a\r\nb", 3),
        (FAMILY * 120, 120),  # exactly 3,000 bytes
        (FAMILY * 121, 303),  # few graphemes, too many bytes: too long
        (FAMILY * 300, 750),
    ],
)  # fmt: skip
def test_length_counts_what_a_reader_sees_and_minds_the_bytes(text: str, count: int) -> None:
    assert length(text) == count


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, True),
        ({"langs": ["en"]}, True),
        ({"text": "Anders"}, False),
        ({"reply": {"parent": {"uri": "at://x"}}}, False),
    ],
)
def test_a_record_is_ours_when_it_says_the_same_in_the_same_place(change: dict[str, Any], expected: bool) -> None:
    assert same({**to_payload(reply()), **change}, to_payload(reply())) is expected
