"""What Telegram reports, as events; whatever it reports, nothing breaks."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import Edited, Event, Mention, Mentioned, OwnPost, Visibility
from handlers.public.telegram.events import to_events, to_know
from handlers.public.telegram.message import Me, readable

ME = Me(id=4242, username="GemeenteBot")
OURS = {
    "message_id": 7,
    "from": {"id": 4242, "is_bot": True, "first_name": "Gemeente"},
    "date": 1,
    "chat": {"id": -100},
}
CITIZEN = {"id": 5_000_000_001, "is_bot": False, "first_name": "Sanne", "username": "sanne", "language_code": "en"}
PRIVATE = {"id": 5_000_000_001, "type": "private", "first_name": "Sanne"}
PUBLIC = {"id": -1001234567890, "type": "supergroup", "title": "Buurt", "username": "buurt"}
CLOSED = {"id": -1001234567890, "type": "supergroup", "title": "Buurt"}
SMALL = {"id": -42, "type": "group", "title": "Straat"}
CHANNEL = {"id": -1009, "type": "channel", "title": "Gemeente", "username": "gemeente"}
PHOTO = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]


def message(text: str = "hallo", *, chat: dict[str, Any] = PRIVATE, number: int = 11, **more: Any) -> dict[str, Any]:
    return {"message_id": number, "from": CITIZEN, "date": 1_790_000_000, "chat": chat, "text": text, **more}


def update(content: object, *, number: int = 1, kind: str = "message") -> dict[str, Any]:
    return {"update_id": number, kind: content}


def events(*updates: object, known: dict[str, str] | None = None) -> list[Event]:
    return to_events(updates, account="tg", me=ME, known=known or {})


def mentions(*messages: dict[str, Any], known: dict[str, str] | None = None) -> list[Mention]:
    found = events(*map(update, messages), known=known)
    return [event.mention for event in found if isinstance(event, Mentioned)]


def named(start: int, length: int = 12, kind: str = "mention", **more: Any) -> list[dict[str, Any]]:
    return [{"type": kind, "offset": start, "length": length, **more}]


def photo(caption: str = "", *, group: str = "g1", **more: Any) -> dict[str, Any]:
    words = {"caption": caption} if caption else {}
    picture = message(photo=PHOTO, media_group_id=group, **words, **more)
    del picture["text"]
    return picture


# --- who is spoken to


def test_what_somebody_says_in_private_is_meant_for_us_and_nobody_else_reads_it() -> None:
    (mention,) = mentions(message())
    assert (mention.post_id, mention.thread_id) == ("5000000001:11", "5000000001")
    assert (mention.author_id, mention.author) == ("5000000001", "@sanne")
    assert (mention.visibility, mention.url) == (Visibility.PRIVATE, "")
    assert mention.posted_at.isoformat() == "2026-09-21T14:13:20+00:00"
    assert mention.language == "", "the language of somebody's app is not that of the text"


@pytest.mark.parametrize(
    ("said", "ours"),
    [
        (message("hoi buren", chat=PUBLIC), False),
        (message("hoi @GemeenteBot", chat=PUBLIC, entities=named(4)), True),
        (message("hoi @gemeentebot", chat=PUBLIC, entities=named(4)), True),
        (message("👩‍👩‍👧 @GemeenteBot", chat=PUBLIC, entities=named(9)), True),
        (message("mail x@GemeenteBot", chat=PUBLIC), False),
        (message("hoi @AndereBot12", chat=PUBLIC, entities=named(4)), False),
        (message("/vraag@GemeenteBot afval", chat=PUBLIC, entities=named(0, 18, "bot_command")), True),
        (message("/vraag afval", chat=PUBLIC, entities=named(0, 6, "bot_command")), False),
        (message("hoi Gemeente", chat=PUBLIC, entities=named(4, 8, "text_mention", user={"id": 4242})), True),
        (message("hoi Gemeente", chat=PUBLIC, entities=named(4, 8, "text_mention", user={"id": 1})), False),
        (message("welke dag?", chat=PUBLIC, reply_to_message=OURS), True),
        (message("welke dag?", chat=PUBLIC, reply_to_message=message()), False),
        (message("mooi", chat=PUBLIC, reply_to_message=message(is_automatic_forward=True)), True),
        (message(chat=PUBLIC, **{"from": {**CITIZEN, "is_bot": True}, "reply_to_message": OURS}), False),
        (message(**{"from": {**CITIZEN, "id": 4242}}), False),
        (message("/start"), False),
        (message("/start afval"), False),
        (message("/starten is de vraag"), True),
        (message("", new_chat_members=[CITIZEN]), False),
        (message("", sticker={"emoji": "👍"}), True),
    ],
)
def test_in_a_group_only_who_names_us_or_answers_us_is_heard(said: dict[str, Any], ours: bool) -> None:
    assert bool(mentions(said)) is ours


@pytest.mark.parametrize(
    ("speaker", "key", "name"),
    [
        ({"from": {"id": 1, "is_bot": False, "first_name": "Ali", "last_name": "Yilmaz"}}, "1", "Ali"),
        ({"from": {"id": 1, "is_bot": False, "first_name": ""}}, "1", "1"),
        ({"sender_chat": CHANNEL, "from": {"id": 2, "is_bot": True, "first_name": "Channel"}}, "-1009", "@gemeente"),
        ({"sender_chat": SMALL, "from": {"id": 3, "is_bot": True, "first_name": "Group"}}, "-42", "Straat"),
    ],
)
def test_a_name_is_what_people_see_and_no_more(speaker: dict[str, Any], key: str, name: str) -> None:
    (mention,) = mentions(message("mooi", chat=PUBLIC, reply_to_message=OURS, **speaker))
    assert (mention.author_id, mention.author) == (key, name)


# --- where it stands


@pytest.mark.parametrize(
    ("chat", "visibility", "url"),
    [
        (PUBLIC, Visibility.PUBLIC, "https://t.me/buurt/11"),
        (CLOSED, Visibility.FOLLOWERS, "https://t.me/c/1234567890/11"),
        (SMALL, Visibility.FOLLOWERS, ""),
    ],
)
def test_who_can_read_a_group_is_told(chat: dict[str, Any], visibility: Visibility, url: str) -> None:
    (mention,) = mentions(message(chat=chat, reply_to_message=OURS))
    assert (mention.visibility, mention.url) == (visibility, url)


def test_a_comment_on_our_channel_is_public_even_when_the_discussion_group_has_no_name() -> None:
    (mention,) = mentions(message(chat=CLOSED, reply_to_message=message(is_automatic_forward=True)))
    assert mention.visibility is Visibility.PUBLIC


@pytest.mark.parametrize(
    ("more", "known", "thread", "parent"),
    [
        ({}, {}, "-42:11", ""),
        ({"reply_to_message": OURS}, {}, "-42:7", "-42:7"),
        ({"reply_to_message": OURS}, {"-42:7": "-42:3"}, "-42:3", "-42:7"),
        ({"reply_to_message": OURS, "message_thread_id": 5}, {}, "-42:5", "-42:7"),
        ({"reply_to_message": OURS, "message_thread_id": 5, "is_topic_message": True}, {}, "-42:7", "-42:7"),
        (
            {"reply_to_message": {**OURS, "forum_topic_created": {"name": "x", "icon_color": 1}}},
            {},
            "-42:11",
            "",
        ),
    ],
)
def test_a_message_belongs_to_the_thread_it_stands_in(
    more: dict[str, Any], known: dict[str, str], thread: str, parent: str
) -> None:
    said = message("@GemeenteBot", chat=SMALL, entities=named(0), **more)
    (mention,) = mentions(said, known=known)
    assert (mention.thread_id, mention.parent_id) == (thread, parent)


def test_a_post_of_our_channel_is_our_own_post() -> None:
    (event,) = events(update(message("Brug dicht", chat=PUBLIC, sender_chat=CHANNEL, is_automatic_forward=True)))
    assert isinstance(event, OwnPost)
    assert (event.post_id, event.text) == ("-1001234567890:11", "Brug dicht")


# --- what it says


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (message("👍 klik hier", entities=named(8, 4, "text_link", url="https://kwaad.example/")),
         "👍 klik hier (https://kwaad.example/)"),
        (message("a b", entities=named(0, 1, "text_link", url="https://a.nl") + named(2, 1, "text_link", url="b.nl")),
         "a (https://a.nl) b (b.nl)"),
        (message("kijk https://a.nl", entities=named(5, 12, "url")), "kijk https://a.nl"),
        (message("", location={"latitude": 52.0907374, "longitude": 5.1214201}), "52.09074, 5.12142"),
        (message("", contact={"phone_number": "06"}), ""),
    ],
)  # fmt: skip
def test_words_arrive_with_the_addresses_behind_them(said: dict[str, Any], words: str) -> None:
    assert readable(said) == words


def test_an_album_is_one_message_with_all_its_pictures() -> None:
    first, second, third = photo(number=11), photo("kapot @GemeenteBot", number=12), photo(number=13)
    between = message("nog iets", number=99)
    found = mentions(first, second, between, third)
    assert [(mention.post_id, mention.text, mention.media) for mention in found] == [
        ("5000000001:11", "kapot @GemeenteBot", 3),
        ("5000000001:99", "nog iets", 0),
    ]


def test_in_a_group_the_whole_album_is_ours_when_one_caption_names_us() -> None:
    plain = photo(number=11, chat=PUBLIC)
    naming = photo("@GemeenteBot", number=12, chat=PUBLIC, caption_entities=named(0))
    assert [mention.media for mention in mentions(plain, naming)] == [2]


def test_a_picture_that_comes_late_is_no_second_message() -> None:
    known = to_know(events(update(photo("kapot", number=11))))
    assert events(update(photo(number=12)), known=known) == []
    (event,) = events(update(photo("en hier", number=12)), known=known)
    assert isinstance(event, Edited)
    assert (event.post_id, event.text) == ("5000000001:11", "en hier")


def test_two_albums_stay_two() -> None:
    assert len(mentions(photo(number=11), photo(number=12, group="g2"))) == 2
    assert len(mentions(photo(number=11), photo(number=12, chat={**PRIVATE, "id": 6}))) == 2


# --- edits


def edit(content: dict[str, Any], number: int = 2) -> dict[str, Any]:
    return update({**content, "edit_date": 1_790_000_060}, number=number, kind="edited_message")


def test_an_edit_carries_the_new_words() -> None:
    (event,) = events(edit(message("nieuw")), known={"5000000001:11": "5000000001"})
    assert isinstance(event, Edited)
    assert (event.post_id, event.text) == ("5000000001:11", "nieuw")
    assert event.at.isoformat() == "2026-09-21T14:14:20+00:00"


def test_two_edits_in_one_second_are_two() -> None:
    found = events(edit(message("een"), 2), edit(message("twee"), 3), known={"5000000001:11": "5000000001"})
    assert len({event.event_id for event in found}) == 2


def test_an_edit_that_names_us_is_a_message_to_us() -> None:
    found = events(edit(message("@GemeenteBot", chat=PUBLIC, entities=named(0))))
    assert [type(event) for event in found] == [Mentioned, Edited]


def test_an_edit_among_others_is_not_kept() -> None:
    assert events(edit(message("roddel", chat=PUBLIC))) == []


def test_an_edit_that_takes_our_name_out_still_changes_what_we_have() -> None:
    said = update(message("@GemeenteBot", chat=PUBLIC, entities=named(0)))
    found = events(said, edit(message("laat maar", chat=PUBLIC)))
    assert [type(event) for event in found] == [Mentioned, Edited]


# --- what nobody can read

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = [
    "message_id", "from", "date", "chat", "text", "caption", "entities", "caption_entities", "reply_to_message",
    "photo", "location", "media_group_id", "message_thread_id", "is_topic_message", "is_automatic_forward",
    "sender_chat",
]  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(broken=st.dictionaries(st.sampled_from(FIELDS), ANYTHING, min_size=1), kind=st.sampled_from(["", "edited_"]))
def test_a_malformed_message_never_hides_its_neighbours(broken: dict[str, Any], kind: str) -> None:
    malformed = update({**message(), **broken}, kind=f"{kind}message")
    found = events(malformed, update(message(number=99)))
    assert "5000000001:99" in [event.event_id for event in found]


@settings(max_examples=300, deadline=None)
@given(page=st.lists(ANYTHING | st.dictionaries(st.sampled_from(["update_id", "message"]), ANYTHING), max_size=4))
def test_a_malformed_page_is_an_empty_page(page: list[Any]) -> None:
    assert to_events(page, account="tg", me=ME, known={}) == []


@settings(max_examples=200, deadline=None)
@given(text=st.text(min_size=1, max_size=20).filter(lambda text: text.strip() and not text.startswith("/start")))
def test_a_citizens_words_arrive_as_they_were_written(text: str) -> None:
    assert [mention.text for mention in mentions(message(text))] == [text]
