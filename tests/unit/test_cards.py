"""The card says what screen.md says, in its words and its order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot import reply
from bot.conversation import Action, State
from bot.model import Card, CloseReason, Face, Recovery, ReplyKind, Submitted, Visibility
from handlers.cards import CardText, Verb, card_text, cut
from handlers.cards.buttons import LABELS, MOST_BUTTONS, MOST_IN_MENU
from handlers.wording import BETWEEN
from knowledge.rulebook.values import Kind, ProtocolClass
from knowledge.sentence import say
from tests.unit.a_card import FATIMA, JAN, MASTODON, SUGGESTION, a_card, a_reply, at, dutch, posted

QUOTE = "| Mijn kliko is al twee weken niet geleegd in de Kanaalstraat. Wanneer komen jullie?? #afval"
WHO = "@burger@mastodon.nl · 14:02"
ABOUT = (
    "Afval en grondstoffen (kliko, niet geleegd) · wijk West · 1 foto · 1.204 volgers · 2 keer eerder contact"
    " · Bekijk op mastodon.nl"
)
ADVICE = [
    "Past goed: Container niet geleegd",
    "Vervelend! Stuur ons uw adres in een privébericht. Dan geven wij het door.",
]
OPEN_MENU = "Doorsturen · Collega vragen · Herinner me later · Samenvoegen · Spam"
HELD_MENU = "Loslaten · Geen reactie nodig · Doorsturen · Collega vragen · Herinner me later"
SHORT = '@burger@mastodon.nl: "Mijn kliko is al twee weken niet geleegd in de ..."'


def lines(card: Card, *, viewer: str = "") -> list[str]:
    """Write a card as screen.md does: a bar before the citizen's words, brackets around buttons."""
    words, text = dutch(), card_text(card, viewer=viewer)
    link = [f"{words.text(text.link.label)}"] if text.link else []
    found = [words.line(text.head) + (BETWEEN + link[0] if text.done and link else "")]
    found += [words.text(part) for part in text.alert]
    found += [words.line(text.who)] if text.who else []
    found += [words.text(text.context)] if text.context else []
    found += [f"| {text.quote}"] if text.quote else []
    about = [words.line(text.about)] if text.about else []
    found += [BETWEEN.join([*about, *link])] if about else []
    found += [words.text(text.advice)] if text.advice else []
    found += [text.answer] if text.answer else []
    found += [f"> {text.own}"] if text.own else []
    return [*found, *_buttons(text)]


def _buttons(text: CardText) -> list[str]:
    words = dutch()
    row = "  ".join(f"[{words.text(button.label)}]" for button in text.buttons)
    return [row + ("  […]" if text.menu else "")] if row else []


def menu(card: Card, **options: Any) -> str:
    return dutch().line(button.label for button in card_text(card, **options).menu)


WAITING = a_reply(reply.State.WAITING, send_after=at("14:09:20"))
CLAIMED = {"holder": JAN, "held_since": at("14:05")}
SUBMITTED = {"submitted_by": JAN, "submitted_at": at("14:07")}
REFUSED_CORRECTION = {
    "state": State.ANSWERED,
    "actions": (Action.CORRECT, Action.CONFIRM, Action.REOPEN, Action.RETRACT),
    "reply": a_reply(
        reply.State.REFUSED,
        kind=ReplyKind.CORRECTION,
        text="Wij komen vrijdag.",
        problem=say("the message that we answer is gone."),
    ),
    "standing": a_reply(posted=posted()),
}
THANKED = {
    "follow_ups": 1,
    "mention": {"posted_at": at("14:40"), "text": "Dank u wel!"},
    "reply": a_reply(posted=posted()),
    "route": replace(a_card().route, kind=Kind.THANKS),
    "suggestion": None,
}

TABLE: dict[str, tuple[Card, list[str]]] = {
    "a new message": (
        a_card(),
        [
            "Nieuw · reageren vóór 16:02 · openbaar op Mastodon",
            WHO,
            QUOTE,
            ABOUT,
            *ADVICE,
            "[Beantwoorden]  [Oppakken]  [Geen reactie nodig]  […]",
        ],
    ),
    "no answer fits": (
        a_card(suggestion=None),
        [
            "Nieuw · reageren vóór 16:02 · openbaar op Mastodon",
            WHO,
            QUOTE,
            ABOUT,
            "Geen passend antwoord.",
            "[Beantwoorden]  [Oppakken]  [Geen reactie nodig]  […]",
        ],
    ),
    "an answer to our own post": (
        a_card(context="Vandaag halen we het grofvuil op in Oost en in de Vogelbuurt", context_at=at("12:10")),
        [
            "Nieuw · reageren vóór 16:02 · openbaar op Mastodon",
            WHO,
            'Reactie op ons bericht van 12:10: "Vandaag halen we het grofvuil op in Oost en in de Vogelbuurt"',
            QUOTE,
            ABOUT,
            *ADVICE,
            "[Beantwoorden]  [Oppakken]  [Geen reactie nodig]  […]",
        ],
    ),
    "somebody writes": (
        a_card(Face.CLAIMED, writing=True, **CLAIMED),
        [
            "In behandeling · Jan schrijft, sinds 14:05 · reageren vóór 16:02",
            WHO,
            QUOTE,
            ABOUT,
            *ADVICE,
            "[Verder schrijven]  […]",
        ],
    ),
    "being posted soon": (
        a_card(Face.WAITING, reply=WAITING),
        [
            "Wordt om 14:09:20 geplaatst, door Jan",
            WHO,
            QUOTE,
            f"> {WAITING.text}",
            "[Tegenhouden]",
        ],
    ),
    "waiting for a check": (
        a_card(Face.SUBMITTED, submitted=Submitted(text="Wij komen vrijdag."), **SUBMITTED),
        [
            "Wacht op controle · van Jan, 14:07 · reageren vóór 16:02",
            WHO,
            QUOTE,
            ABOUT,
            "> Wij komen vrijdag.",
            "[Goedkeuren]  [Terugsturen]  […]",
        ],
    ),
    "a correction that was refused": (
        a_card(Face.REFUSED, **REFUSED_CORRECTION),
        [
            "Correctie niet geplaatst: het bericht waarop wij antwoorden is weg."
            " · ons antwoord staat er nog: 14:09, Jan",
            WHO,
            QUOTE,
            ABOUT,
            "> Wij komen vrijdag.",
            "[Corrigeren]  [Antwoord op mastodon.nl]  [Gedaan]  […]",
        ],
    ),
    "answered": (
        a_card(Face.ANSWERED, reply=a_reply(posted=posted())),
        [f"Beantwoord · Jan de Koning, 14:09 · {SHORT} · Bekijk op mastodon.nl", "[Corrigeren]  […]"],
    ),
    "retracted": (
        a_card(Face.ANSWERED, reply=a_reply(posted=posted(), retracted_at=at("14:15")), actions=(Action.REOPEN,)),
        [f"Beantwoord · Jan de Koning, 14:09 · ingetrokken, 14:15 · {SHORT} · Bekijk op mastodon.nl", "[Heropenen]"],
    ),
    "closed": (
        a_card(Face.CLOSED, close_reason=CloseReason.COMPLIMENT, closed_by=JAN, closed_at=at("14:06")),
        [f"Geen reactie nodig · compliment · Jan, 14:06 · {SHORT} · Bekijk op mastodon.nl", "[Heropenen]"],
    ),
    "merged": (
        a_card(Face.FOLDED),
        [f"Samengevoegd · {SHORT} · Bekijk op mastodon.nl", "[Weer losmaken]"],
    ),
    "deleted by the sender": (
        a_card(Face.WITHDRAWN, withdrawn=True, mention={"text": ""}),
        ["Verwijderd door de afzender · @burger@mastodon.nl, 14:02"],
    ),
}


@pytest.mark.parametrize("name", TABLE)
def test_a_card_says_exactly_this(name: str) -> None:
    card, expected = TABLE[name]
    assert lines(card) == expected


HEADS: dict[str, tuple[Card, str]] = {
    "another day": (a_card(due_at=at("10:30", day=23)), "Nieuw · reageren vóór ma 23 nov 10:30 · openbaar op Mastodon"),
    "overdue": (a_card(late=True), "Nieuw · Te laat · norm was 16:02 · openbaar op Mastodon"),
    "urgent": (
        a_card(route=replace(a_card().route, urgent=True)),
        "Nieuw · Spoed · reageren vóór 16:02 · openbaar op Mastodon",
    ),
    "a hit of a search query": (
        a_card(mention={"addressed": False, "query": "kade"}),
        'Nieuw · Niet aan ons gericht · zoekvraag "kade" · reageren vóór 16:02 · openbaar op Mastodon',
    ),
    "private": (
        a_card(mention={"visibility": Visibility.PRIVATE, "text": ""}),
        "Nieuw · reageren vóór 16:02 · privébericht via Mastodon",
    ),
    "for followers": (
        a_card(mention={"visibility": Visibility.FOLLOWERS}),
        "Nieuw · reageren vóór 16:02 · alleen voor volgers op Mastodon",
    ),
    "reopened": (a_card(Face.OPEN, reopened=True), "Open · reageren vóór 16:02 · openbaar op Mastodon"),
    "a follow-up": (
        a_card(
            Face.OPEN,
            follow_ups=1,
            mention={"posted_at": at("14:40")},
            reply=a_reply(posted=posted()),
            due_at=at("16:40"),
        ),
        "Open · reageert opnieuw, 14:40 · ons antwoord: 14:09, Jan · reageren vóór 16:40 · openbaar op Mastodon",
    ),
    "a follow-up after closing": (
        a_card(
            Face.OPEN,
            follow_ups=1,
            mention={"posted_at": at("14:40")},
            closed_by=JAN,
            closed_at=at("14:06"),
            close_reason=CloseReason.THANKS,
        ),
        "Open · reageert opnieuw, 14:40 · geen reactie nodig: 14:06, Jan · reageren vóór 16:02 · openbaar op Mastodon",
    ),
    "reopened beside a correction that was refused": (
        a_card(Face.OPEN, **{**REFUSED_CORRECTION, "state": State.OPEN}),
        "Open · ons antwoord: 14:09, Jan · correctie niet geplaatst · reageren vóór 16:02 · openbaar op Mastodon",
    ),
    "a thanks for our answer": (
        a_card(Face.OPEN, **THANKED),
        "Open · bedankje, 14:40 · ons antwoord: 14:09, Jan · reageren vóór 16:02 · openbaar op Mastodon",
    ),
    "a thanks in private": (
        a_card(Face.OPEN, **{**THANKED, "mention": {"posted_at": at("14:40"), "visibility": Visibility.PRIVATE}}),
        "Open · reageert opnieuw, 14:40 · ons antwoord: 14:09, Jan · reageren vóór 16:02 · privébericht via Mastodon",
    ),
    "held": (a_card(Face.CLAIMED, **CLAIMED), "In behandeling · bij Jan, sinds 14:05 · reageren vóór 16:02"),
    "put to a colleague": (
        a_card(Face.CLAIMED, asked=FATIMA, asked_until=at("15:00"), **CLAIMED),
        "Uitgezet bij Fatima, antwoord vóór 15:00 · reageren vóór 16:02",
    ),
    "a reminder": (
        a_card(Face.CLAIMED, remind_at=at("15:00"), remind_by=JAN, **CLAIMED),
        "Herinnering om 15:00, door Jan · reageren vóór 16:02",
    ),
    "waiting for a check": (
        a_card(Face.SUBMITTED, submitted_by=JAN, submitted_at=at("14:07")),
        "Wacht op controle · van Jan, 14:07 · reageren vóór 16:02",
    ),
    "being posted now": (a_card(Face.SENDING, reply=a_reply(reply.State.SENDING)), "Wordt nu geplaatst, door Jan"),
    "refused": (
        a_card(Face.REFUSED, reply=a_reply(reply.State.REFUSED, problem=say("the message that we answer is gone."))),
        "Niet geplaatst: het bericht waarop wij antwoorden is weg. · reageren vóór 16:02",
    ),
    "blocked": (
        a_card(Face.BLOCKED, reply=a_reply(reply.State.BLOCKED)),
        "Kan niet plaatsen: de koppeling met Mastodon is verlopen. De beheerder heeft bericht. · reageren vóór 16:02",
    ),
    "unsure": (
        a_card(Face.UNSURE, reply=a_reply(reply.State.UNSURE)),
        "Misschien geplaatst. Wij kregen geen bericht terug van Mastodon. Kijk even. · reageren vóór 16:02",
    ),
    "unsure where nobody can look": (
        a_card(
            Face.UNSURE,
            abilities=replace(MASTODON, recovery=Recovery.ASK, title="Telegram"),
            reply=a_reply(reply.State.UNSURE),
        ),
        "Misschien geplaatst. We kunnen dit niet nakijken. Opnieuw plaatsen kan dubbel zijn. · reageren vóór 16:02",
    ),
    "a report was made": (
        a_card(
            Face.CLOSED,
            close_reason=CloseReason.REPORT_FILED,
            close_note="MOR-2026-01234",
            closed_by=JAN,
            closed_at=at("14:06"),
            mention={"visibility": Visibility.PRIVATE},
        ),
        "Geen reactie nodig · melding doorgezet (MOR-2026-01234) · Jan, 14:06 · @burger@mastodon.nl, 14:02",
    ),
}


@pytest.mark.parametrize("name", HEADS)
def test_the_first_line_says_what_state_by_when_and_who_reads_it(name: str) -> None:
    card, expected = HEADS[name]
    assert dutch().line(card_text(card).head) == expected


BUTTONS: dict[str, tuple[Card, str, str, str]] = {  # card, viewer, row, menu
    "new": (a_card(), "", "[Beantwoorden]  [Oppakken]  [Geen reactie nodig]  […]", OPEN_MENU),
    "private": (
        a_card(mention={"visibility": Visibility.PRIVATE}),
        "",
        "[Lezen]  [Oppakken]  [Geen reactie nodig]  […]",
        OPEN_MENU,
    ),
    "a thanks for our answer": (
        a_card(Face.OPEN, **THANKED),
        "",
        "[Geen reactie nodig]  [Beantwoorden]  [Oppakken]  […]",
        OPEN_MENU,
    ),
    "mine": (a_card(Face.CLAIMED, **CLAIMED), "jan", "[Verder schrijven]  […]", HELD_MENU),
    "of another": (
        a_card(Face.CLAIMED, **CLAIMED),
        "fatima",
        "[Overnemen]  […]",
        "Geen reactie nodig · Doorsturen · Collega vragen · Herinner me later · Samenvoegen",
    ),
    "put to me": (a_card(Face.CLAIMED, asked=FATIMA, **CLAIMED), "fatima", "[Beantwoorden]  […]", HELD_MENU),
    "a reminder": (
        a_card(remind_at=at("15:00"), remind_by=JAN),
        "",
        "[Nu oppakken]  […]",
        "Geen reactie nodig · Doorsturen · Collega vragen · Samenvoegen · Spam",
    ),
    "to be checked": (
        a_card(Face.SUBMITTED, submitted_by=JAN, submitted_at=at("14:07")),
        "",
        "[Goedkeuren]  [Terugsturen]  […]",
        "Overnemen · Geen reactie nodig · Doorsturen · Herinner me later",
    ),
    "refused": (
        a_card(Face.REFUSED, reply=a_reply(reply.State.REFUSED)),
        "",
        "[Antwoord op mastodon.nl]  [Gedaan]  [Verder schrijven]  […]",
        HELD_MENU,
    ),
    "a correction that was refused": (
        a_card(Face.REFUSED, **REFUSED_CORRECTION),
        "",
        "[Corrigeren]  [Antwoord op mastodon.nl]  [Gedaan]  […]",
        "Heropenen · Intrekken",
    ),
    "unsure": (a_card(Face.UNSURE), "", "[Het staat er]  [Opnieuw plaatsen]", ""),
    "answered": (a_card(Face.ANSWERED), "", "[Corrigeren]  […]", "Heropenen · Intrekken"),
    "answered where nothing can be taken away": (
        a_card(Face.ANSWERED, abilities=replace(MASTODON, removes=False)),
        "",
        "[Corrigeren]  […]",
        "Heropenen",
    ),
    "on its way": (a_card(Face.SENDING), "", "", ""),
}


@pytest.mark.parametrize("name", BUTTONS)
def test_a_card_offers_exactly_these_buttons(name: str) -> None:
    card, viewer, row, rest = BUTTONS[name]
    assert "".join(_buttons(card_text(card, viewer=viewer))) == row
    assert menu(card, viewer=viewer) == rest


def test_a_button_is_offered_only_when_the_state_allows_it() -> None:
    card = a_card(actions=(Action.CLAIM,))
    assert [button.verb for button in card_text(card).buttons] == [Verb.ANSWER, Verb.CLAIM]
    assert card_text(card).menu == ()


EVERY_CARD = {
    **{name: card for name, (card, _) in TABLE.items()},
    **{name: card for name, (card, _) in HEADS.items()},
    **{name: card for name, (card, *_) in BUTTONS.items()},
}
SECRET = "Ik heb schulden en mijn BSN is 111222333"
PRIVATE = {"visibility": Visibility.PRIVATE, "text": SECRET, "language": "nl"}


@pytest.mark.parametrize("face", Face)
def test_a_private_message_shows_no_word_of_it_anywhere_on_the_card(face: Face) -> None:
    route = replace(a_card().route, reason=("schulden",), district="West")
    card = a_card(
        face,
        mention=PRIVATE,
        route=route,
        context="schulden",
        context_at=at("12:00"),
        reply=a_reply(),
        submitted=Submitted(text="Vervelend van uw schulden.", standard="Vervelend."),
    )
    told = [*lines(card), dutch().text(card_text(card).notification)]
    assert not any(word in line for word in ("schulden", "111222333", "Vervelend", "West") for line in told)


@pytest.mark.parametrize("name", EVERY_CARD)
def test_at_most_three_buttons_five_in_the_menu_and_one_primary(name: str) -> None:
    text = card_text(EVERY_CARD[name])
    assert len(text.buttons) <= MOST_BUTTONS
    assert len(text.menu) <= MOST_IN_MENU
    assert sum(button.primary for button in text.buttons) == (1 if text.buttons else 0)
    assert not any(button.primary for button in text.menu)


@pytest.mark.parametrize("name", EVERY_CARD)
def test_only_taking_an_answer_away_is_dangerous(name: str) -> None:
    text = card_text(EVERY_CARD[name])
    assert all(button.danger == (button.verb is Verb.RETRACT) for button in (*text.buttons, *text.menu))


@pytest.mark.parametrize("name", EVERY_CARD)
def test_what_is_heard_of_a_button_begins_with_what_is_seen_and_is_short(name: str) -> None:
    text, words = card_text(EVERY_CARD[name]), dutch()
    for button in (*text.buttons, *text.menu):
        assert words.text(button.name).startswith(words.text(button.label))
        assert len(words.text(button.name)) <= 75


@pytest.mark.parametrize("verb", LABELS)
def test_labels_are_short_and_no_two_say_the_same(verb: Verb) -> None:
    labels = [dutch().text(label) for label in LABELS.values()]
    assert len(dutch().text(LABELS[verb])) <= 25
    assert labels.count(dutch().text(LABELS[verb])) == 1


@pytest.mark.parametrize("name", EVERY_CARD)
def test_no_card_shows_a_percentage(name: str) -> None:
    assert not any("%" in line for line in lines(EVERY_CARD[name]))


@pytest.mark.parametrize("name", EVERY_CARD)
def test_a_notification_fits_a_locked_phone(name: str) -> None:
    assert len(dutch().text(card_text(EVERY_CARD[name]).notification)) <= 150


def test_a_notification_says_where_who_what_and_by_when() -> None:
    expected = (
        'Nieuw bij Afval en grondstoffen: @burger@mastodon.nl, "Mijn kliko is al twee weken niet ...".'
        " Reageren vóór 16:02."
    )
    assert dutch().text(card_text(a_card()).notification) == expected


def test_a_notification_of_an_urgent_message_says_so() -> None:
    route = replace(a_card().route, urgent=True)
    assert (
        dutch()
        .text(card_text(a_card(route=route)).notification)
        .startswith("Nieuw met spoed bij Afval en grondstoffen: @burger")
    )
    private = card_text(a_card(route=route, mention=PRIVATE)).notification
    assert dutch().text(private) == "Nieuw privébericht met spoed bij Afval en grondstoffen via Mastodon."


def test_a_notification_of_a_private_message_says_only_where() -> None:
    card = a_card(mention=PRIVATE)
    assert dutch().text(card_text(card).notification) == "Nieuw privébericht bij Afval en grondstoffen via Mastodon."


def test_a_changed_message_says_so_before_anything_else() -> None:
    assert lines(a_card(edited=True))[1] == "De afzender heeft het bericht gewijzigd, lees het opnieuw."


def test_an_answered_card_whose_message_was_deleted_shows_no_word_of_it() -> None:
    card = a_card(Face.ANSWERED, withdrawn=True, reply=a_reply(posted=posted()))
    assert lines(card)[:2] == [
        "Beantwoord · Jan de Koning, 14:09 · @burger@mastodon.nl, 14:02",
        "De afzender heeft het bericht verwijderd.",
    ]


@pytest.mark.parametrize("protocol", ProtocolClass)
def test_every_class_of_the_response_protocol_has_a_name_on_the_card(protocol: ProtocolClass) -> None:
    about = card_text(a_card(route=replace(a_card().route, protocol=protocol))).about
    assert len(dutch().text(about[1])) > 3


def test_a_fixed_text_is_called_that_and_not_a_match() -> None:
    card = a_card(suggestion=replace(a_card().suggestion, entry="", title=""))
    assert dutch().text(card_text(card).advice) == "Vaste tekst"


def test_a_weak_match_is_said_to_be_one() -> None:
    card = a_card(suggestion=replace(a_card().suggestion, score=0.3))
    assert dutch().text(card_text(card).advice) == "Past misschien: Container niet geleegd"


def test_more_messages_before_we_answered_are_counted() -> None:
    assert lines(a_card(follow_ups=2))[1] == "@burger@mastodon.nl · 14:02 · 2 berichten erbij"


def test_our_own_handle_does_not_eat_the_short_quote() -> None:
    card = a_card(Face.ANSWERED, mention={"text": "@gemeenteveldwijk, mijn kliko staat er nog"})
    assert '"mijn kliko staat er nog"' in lines(card)[0]


@pytest.mark.parametrize(
    ("text", "length", "expected"),
    [
        ("kort", 10, "kort"),
        ("een regel\nen nog een", 30, "een regel en nog een"),
        ("Mijn kliko is al twee weken niet geleegd", 37, "Mijn kliko is al twee weken niet ..."),
        ("aaneengeschreven" * 5, 20, "aaneengeschreven ..."),
        ("", 5, ""),
    ],
)
def test_a_long_text_is_cut_between_words(text: str, length: int, expected: str) -> None:
    assert cut(text, length) == expected
    assert len(cut(text, length)) <= length


def test_who_checks_sees_on_the_card_what_the_writer_changed() -> None:
    written = Submitted(text="Wij komen vrijdag langs.", standard="Wij komen morgen langs.")
    text = card_text(a_card(Face.SUBMITTED, submitted=written, **SUBMITTED))
    assert "".join(words for words, _ in text.changed) == text.own == "Wij komen vrijdag langs."
    assert [words for words, new in text.changed if new] == ["vrijdag"]
    assert card_text(a_card(Face.SUBMITTED, submitted=replace(written, standard=written.text))).changed == ()


@pytest.mark.parametrize(
    ("asked", "answered", "note"),
    [
        ("tr", "nl", "(bericht in het Turks, antwoord in het Nederlands)"),
        ("nl", "nl", ""),
        ("en", "en", ""),
        ("nl", "", ""),
    ],
)
def test_an_answer_in_another_language_than_the_message_says_so(asked: str, answered: str, note: str) -> None:
    card = a_card()
    suggestion = replace(SUGGESTION, language=answered)
    text = card_text(replace(card, suggestion=suggestion, route=replace(card.route, language=asked)))
    assert dutch().text(text.advice or "").partition(" (")[2] == note.removeprefix("(")


def test_a_key_message_names_its_hour() -> None:
    pinned = replace(SUGGESTION, entry="", pinned_at=at("19:40"))
    advice = card_text(a_card(suggestion=pinned)).advice
    assert advice
    assert dutch().text(advice) == "Kernboodschap, stand van 19:40"
