"""An approved reply as a Telegram message: plain, quiet, and where it belongs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.errors import Refused
from bot.model import Mention, Posted, Reply, ReplyKind, Visibility
from handlers.public.telegram.payload import length, to_payload

AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
MENTION = Mention(
    account="tg", post_id="-100:11", thread_id="-100:11", author_id="5", author="@sanne", text="help", posted_at=AT
)
REPLY = Reply(key="r", account="tg", kind=ReplyKind.ANSWER, text="Dank.", mention=MENTION, approved_at=AT)


@pytest.mark.parametrize(
    ("text", "units"), [("é", 1), ("😀", 2), ("👩‍👩‍👧", 8), ("e\u0301", 2), ("", 0), ("\ud83d", 1)]
)
def test_a_text_is_as_long_as_telegram_counts(text: str, units: int) -> None:
    assert length(text) == units


def test_an_answer_stands_under_the_message_or_not_at_all() -> None:
    payload = to_payload(REPLY)
    assert (payload["chat_id"], payload["text"]) == (-100, "Dank.")
    assert payload["reply_parameters"].to_dict() == {"message_id": 11, "allow_sending_without_reply": False}
    assert payload["link_preview_options"].to_dict() == {"is_disabled": True}
    assert "parse_mode" not in payload


@pytest.mark.parametrize(("before", "under"), [("-100:12", 12), ("", 11)])
def test_a_second_part_stands_under_the_first_or_where_a_person_put_it_under_the_message(
    before: str, under: int
) -> None:
    part = replace(REPLY, kind=ReplyKind.PART, previous=Posted(post_id=before, at=AT))
    assert to_payload(part)["reply_parameters"].message_id == under


def test_in_a_forum_the_answer_stays_in_its_topic() -> None:
    assert "message_thread_id" not in to_payload(REPLY)
    in_topic = replace(MENTION, reference={"topic": "3"})
    assert to_payload(replace(REPLY, mention=in_topic))["message_thread_id"] == 3


@pytest.mark.parametrize(
    ("text", "quiet"),
    [
        ("Dag @sanne", []),
        ("Dag @Sanne", []),
        ("👍 vraag @buurman", [(9, 8)]),
        ("@een1 en @twee2", [(0, 5), (9, 6)]),
        ("mail info@gemeente.nl of kijk op https://x.nl/@naam", []),
        ("@gemeente.nl", [(0, 9)]),
    ],
)
def test_an_answer_calls_in_no_third_person(text: str, quiet: list[tuple[int, int]]) -> None:
    found = to_payload(replace(REPLY, text=text))["entities"]
    assert [(entity.offset, entity.length) for entity in found] == quiet
    assert {entity.type for entity in found} <= {"code"}


@pytest.mark.parametrize(
    ("asked", "allowed", "fine"),
    [
        (Visibility.PRIVATE, Visibility.PRIVATE, True),
        (Visibility.FOLLOWERS, Visibility.FOLLOWERS, True),
        (Visibility.PUBLIC, Visibility.PRIVATE, True),
        (Visibility.PRIVATE, Visibility.PUBLIC, False),
        (Visibility.PRIVATE, Visibility.FOLLOWERS, False),
    ],
)
def test_an_answer_is_never_read_by_more_people_than_the_message(
    asked: Visibility, allowed: Visibility, fine: bool
) -> None:
    reply = replace(REPLY, mention=replace(MENTION, visibility=asked), visibility=allowed)
    if fine:
        to_payload(reply)
    else:
        with pytest.raises(Refused):
            to_payload(reply)


def test_who_answers_nobody_is_told_that_this_is_no_place_for_it() -> None:
    with pytest.raises(Refused, match="only answers"):
        to_payload(replace(REPLY, kind=ReplyKind.OWN_POST, mention=None))


def test_the_same_reply_is_the_same_message_whenever_it_is_built() -> None:
    assert to_payload(REPLY) == to_payload(replace(REPLY, tried_at=AT))


def test_a_private_answer_goes_to_the_person_and_quotes_what_they_wrote_in_the_group() -> None:
    in_topic = replace(MENTION, reference={"topic": "3"})
    payload = to_payload(replace(REPLY, mention=in_topic, text="Dank @buur", visibility=Visibility.PRIVATE))
    assert payload["chat_id"] == 5
    quoted = payload["reply_parameters"].to_dict()
    assert quoted == {"message_id": 11, "chat_id": -100, "allow_sending_without_reply": False}
    assert "message_thread_id" not in payload
    assert payload["entities"] == []


def test_the_second_part_of_a_private_answer_stands_under_the_first() -> None:
    part = replace(REPLY, kind=ReplyKind.PART, visibility=Visibility.PRIVATE, previous=Posted(post_id="5:12", at=AT))
    payload = to_payload(part)
    assert (payload["chat_id"], payload["reply_parameters"].to_dict()["message_id"]) == (5, 12)
    assert "chat_id" not in payload["reply_parameters"].to_dict()
