"""What Bluesky reports, as events; whatever it reports, nothing breaks."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import Mentioned
from handlers.public.bluesky.events import edited, own_posts, readable, to_events, url

TOWN, CITIZEN = "did:plc:town", "did:plc:citizen"
URI = f"at://{CITIZEN}/app.bsky.feed.post/3kaaa"
ROOT = {"uri": f"at://{TOWN}/app.bsky.feed.post/3kroot", "cid": "bafyroot"}
PARENT = {"uri": f"at://{TOWN}/app.bsky.feed.post/3kparent", "cid": "bafyparent"}
PICTURES = {"$type": "app.bsky.embed.images", "images": [{"alt": ""}, {"alt": ""}]}


def notification(**changes: Any) -> dict[str, Any]:
    record = {
        "$type": "app.bsky.feed.post",
        "text": "hallo",
        "createdAt": "2026-11-22T10:00:00Z",
        **changes.pop("record", {}),
    }
    item = {"uri": URI, "cid": "bafyone", "reason": "mention", "indexedAt": "2026-11-22T10:00:01.5Z", "isRead": False}
    return {**item, "author": {"did": CITIZEN, "handle": "inwoner.nl"}, "record": record, **changes}


def events(*items: object) -> list[Mentioned]:
    return to_events({"notifications": list(items)}, account="bsky", did=TOWN)


def link(start: int, end: int, uri: str) -> dict[str, Any]:
    feature = {"$type": "app.bsky.richtext.facet#link", "uri": uri}
    return {"index": {"byteStart": start, "byteEnd": end}, "features": [feature]}


def test_a_mention_opens_its_own_thread() -> None:
    (event,) = events(notification(record={"langs": ["nl-NL", "en"]}))
    mention = event.mention
    assert event.event_id == mention.post_id == mention.thread_id == URI
    assert (mention.author_id, mention.author, mention.language) == (CITIZEN, "@inwoner.nl", "nl")
    assert mention.posted_at.isoformat() == "2026-11-22T10:00:01.500000+00:00"
    assert mention.reference == {"cid": "bafyone", "root": URI, "root_cid": "bafyone"}
    assert mention.url == f"https://bsky.app/profile/{CITIZEN}/post/3kaaa"


def test_an_answer_to_us_belongs_to_the_thread_it_stands_in() -> None:
    (event,) = events(notification(reason="reply", record={"reply": {"root": ROOT, "parent": PARENT}}))
    assert event.mention.thread_id == ROOT["uri"]
    assert event.mention.parent_id == PARENT["uri"]
    assert event.mention.reference == {"cid": "bafyone", "root": ROOT["uri"], "root_cid": "bafyroot"}


@pytest.mark.parametrize("reason", ["like", "repost", "follow", "starterpack-joined", "something new"])
def test_what_is_no_message_is_no_mention(reason: str) -> None:
    assert events(notification(reason=reason)) == []


def test_what_we_wrote_ourselves_is_no_mention() -> None:
    assert events(notification(author={"did": TOWN, "handle": "gemeente.nl"})) == []


def test_a_post_that_both_answers_and_mentions_us_is_one_event() -> None:
    assert len(events(notification(reason="reply"), notification(reason="mention"))) == 1


def test_the_oldest_comes_first() -> None:
    newer, older = notification(uri=URI + "2"), notification(uri=URI + "1")
    assert [event.event_id for event in events(newer, older)] == [URI + "1", URI + "2"]


@pytest.mark.parametrize(
    ("embed", "count"),
    [
        (PICTURES, 2),
        ({"$type": "app.bsky.embed.video", "video": {}}, 1),
        ({"$type": "app.bsky.embed.gallery", "items": [{}, {}, {}]}, 3),
        ({"$type": "app.bsky.embed.recordWithMedia", "record": {}, "media": PICTURES}, 2),
        ({"$type": "app.bsky.embed.external", "external": {}}, 0),
        (None, 0),
    ],
)
def test_pictures_are_counted(embed: object, count: int) -> None:
    assert events(notification(record={"embed": embed}))[0].mention.media == count


@pytest.mark.parametrize(
    ("text", "facets", "shown"),
    [
        (
            "kijk gemeente.nl/afv…",
            [link(5, 23, "https://gemeente.nl/afval/2026")],
            "kijk https://gemeente.nl/afval/2026",
        ),
        ("👩‍👩‍👧 é: hier", [link(23, 27, "https://elders.example/")], "👩‍👩‍👧 é: https://elders.example/"),
        ("een twee", [link(4, 8, "https://b.nl"), link(0, 3, "https://a.nl")], "https://a.nl https://b.nl"),
        ("overlap", [link(0, 5, "https://a.nl"), link(3, 7, "https://b.nl")], "https://a.nlap"),
        ("kort", [link(2, 99, "https://a.nl")], "kort"),
        ("omgekeerd", [link(5, 2, "https://a.nl")], "omgekeerd"),
        ("é", [link(1, 2, "https://a.nl")], "\ufffdhttps://a.nl"),
    ],
)
def test_links_show_where_they_lead(text: str, facets: list[dict[str, Any]], shown: str) -> None:
    assert readable({"text": text, "facets": facets}) == shown


def test_an_edit_carries_the_new_words_and_the_new_id() -> None:
    change = edited({"uri": URI, "cid": "bafytwo", "value": {"text": "nieuw"}})
    assert change is not None
    assert (change.post_id, change.text, change.reference["cid"]) == (URI, "nieuw", "bafytwo")
    assert change.event_id != edited({"uri": URI, "cid": "bafythree", "value": {"text": "nieuw"}}).event_id  # type: ignore[union-attr]


def test_an_own_answer_names_what_it_answers() -> None:
    value = {"text": "Dank!", "createdAt": "2026-11-22T11:00:00+01:00", "reply": {"root": ROOT, "parent": PARENT}}
    (post,) = own_posts({"records": [{"uri": PARENT["uri"], "cid": "bafy", "value": value}]})
    assert (post.post_id, post.parent_id, post.text) == (PARENT["uri"], PARENT["uri"], "Dank!")
    assert post.at.isoformat() == "2026-11-22T10:00:00+00:00"
    assert post.url == url(PARENT["uri"])


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ["uri", "cid", "author", "record", "indexedAt", "reason"]
IN_RECORD = ["text", "reply", "facets", "embed", "langs", "createdAt"]
ORNAMENTS = ["facets", "embed", "langs", "tags"]


@settings(max_examples=300, deadline=None)
@given(
    broken=st.dictionaries(st.sampled_from(FIELDS), ANYTHING, min_size=1),
    inside=st.dictionaries(st.sampled_from(IN_RECORD), ANYTHING),
)
def test_a_malformed_notification_never_hides_its_neighbours(broken: dict[str, Any], inside: dict[str, Any]) -> None:
    malformed = {**notification(record=inside), **broken}
    assert URI + "9" in [event.event_id for event in events(malformed, notification(uri=URI + "9"))]


@settings(max_examples=300, deadline=None)
@given(page=st.dictionaries(st.sampled_from(["notifications", "records", "cursor"]), ANYTHING), item=ANYTHING)
def test_a_malformed_page_is_an_empty_page(page: dict[str, Any], item: Any) -> None:
    assert all(isinstance(event, Mentioned) for event in to_events(page, account="bsky", did=TOWN))
    own_posts(page)
    if isinstance(item, dict):
        edited(item)


@settings(max_examples=200, deadline=None)
@given(ornaments=st.dictionaries(st.sampled_from(ORNAMENTS), ANYTHING), text=st.text(max_size=20))
def test_a_citizens_words_arrive_whatever_hangs_around_them(ornaments: dict[str, Any], text: str) -> None:
    (event,) = events(notification(record={"text": text, **ornaments}))
    assert event.mention.text == text
