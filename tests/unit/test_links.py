"""A link in a citizen's text shows where it really goes, and nothing in the text becomes markup."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.cards.changed import changes, pieces
from handlers.gallery.samples import KLIKO, OWN, a_dialog, previews
from handlers.web.changes import marked
from handlers.web.links import linked, real_host


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://veldwijk.nl/afval", "veldwijk.nl"),
        ("https://veldwijk.nl@evil.example/", "evil.example"),
        ("https://veldwijk.nl:secret@evil.example:8080/x", "evil.example"),
        ("https://veldwijk.nl.evil.example/", "veldwijk.nl.evil.example"),
        ("HTTPS://VELDWIJK.NL", "veldwijk.nl"),
        ("https://ge\u043ceente.nl/", "xn--geeente-uig.nl"),
        ("https://\u2022\u2022\u2022/x", ""),
        ("https://", ""),
        ("https://[oops", ""),
        ("https://" + "a" * 300 + ".nl", ""),
    ],
)
def test_the_host_is_the_one_a_browser_goes_to(url: str, host: str) -> None:
    assert real_host(url) == host


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("geen link", "geen link"),
        ("<b>&", "&lt;b&gt;&amp;"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("zie https://a.nl/x.", 'zie <a href="https://a.nl/x" {0}>https://a.nl/x</a> <span>(a.nl)</span>.'),
        (
            'https://a.nl/"onclick=x',
            '<a href="https://a.nl/" {0}>https://a.nl/</a> <span>(a.nl)</span>&#34;onclick=x',
        ),
        (
            "https://a.nl/?x=1&y=2",
            '<a href="https://a.nl/?x=1&amp;y=2" {0}>https://a.nl/?x=1&amp;y=2</a> <span>(a.nl)</span>',
        ),
        ("https://a.nl\\@evil.nl", '<a href="https://a.nl" {0}>https://a.nl</a> <span>(a.nl)</span>\\@evil.nl'),
    ],
)
def test_a_text_is_escaped_and_only_web_addresses_become_links(text: str, shown: str) -> None:
    assert str(linked(text)) == shown.format('rel="noopener noreferrer nofollow ugc" target="_blank"')


@pytest.mark.parametrize(
    ("before", "now", "shown"),
    [
        ("Wij komen morgen.", "Wij komen morgen.", "Wij komen morgen."),
        ("Wij komen morgen.", "Wij komen dinsdag.", "Wij komen <mark>dinsdag.</mark>"),
        ("Wij komen.", "Dank! Wij komen.", "<mark>Dank! </mark>Wij komen."),
        ("Wij komen.", "Wij <b> komen.", "Wij <mark>&lt;b&gt; </mark>komen."),
        ("", "Nieuw", "<mark>Nieuw</mark>"),
    ],
)
def test_the_changed_words_are_marked_for_who_checks(before: str, now: str, shown: str) -> None:
    assert str(marked(pieces(now, before))) == shown


def test_the_address_and_the_sign_off_are_no_changes_of_the_writer() -> None:
    preview = next(previews())[1]
    dialog = a_dialog(entry=KLIKO.entry, text=KLIKO.answer)
    assert [words for words, changed in changes(preview, dialog) or [] if changed] == []
    shorter = KLIKO.answer.replace("Vervelend! ", "Wat vervelend. ")
    preview = replace(preview, text=OWN.replace("Vervelend! ", "Wat vervelend. "))
    dialog = a_dialog(entry=KLIKO.entry, text=shorter)
    assert [words for words, changed in changes(preview, dialog) or [] if changed] == ["Wat vervelend."]
