"""Personal data in a text."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.privacy import find, mask_bsn, redact
from knowledge.rulebook.values import Contact

TOWN_HALL = Contact(
    key="stadhuis",
    name="Stadhuis",
    phone="0345-123456",
    email="info@veldwijk.example",
    address="Stadsplein 1, 1234 AB Veldwijk",
)


def kinds(text: str) -> list[tuple[str, str]]:
    return [(one.kind, text[one.start : one.end]) for one in find(text, own=(TOWN_HALL,))]


@pytest.mark.parametrize(
    ("text", "bsn"),
    [
        ("mijn bsn is 111222333", "111222333"),
        ("111222333", "111222333"),
        ("BSN: 123456782, graag snel", "123456782"),
        ("bsn111222333", "111222333"),
        ("nummer 1112.22.333", "1112.22.333"),
        ("111 222 333", "111 222 333"),
        ("geboren 12-03-1980, 111222333", "111222333"),
        ("met de nul vooraf vergeten: 10000008", "10000008"),
        ("111\u200b222333", "111\u200b222333"),
        ("１１１２２２３３３", "１１１２２２３３３"),
        ("https://x.example/?bsn=111222333", "111222333"),
    ],
)
def test_a_bsn_is_found_however_it_is_written(text: str, bsn: str) -> None:
    assert ("bsn", bsn) in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "123456789",
        "mijn bsn is 123456789",
        "000000000",
        "1860000111222333001",
        "A111222333",
        "https://x.example/status/111222333",
        "@jan111222333",
        "€ 111222333",
        "111.222.333 euro",
        "111222333,50",
        "op 20261122 om 12 uur",
        "12-03-1980",
        "zaaknummer 111222333",
    ],
)
def test_other_numbers_are_no_bsn(text: str) -> None:
    assert "bsn" not in [kind for kind, _ in kinds(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("maak over naar NL91ABNA0417164300", [("iban", "NL91ABNA0417164300")]),
        ("NL91 ABNA 0417 1643 00 graag", [("iban", "NL91 ABNA 0417 1643 00")]),
        ("nl91abna0417164301", []),
        ("DE89 3704 0044 0532 0130 00", [("iban", "DE89 3704 0044 0532 0130 00")]),
        ("bel me op 06-12345678", [("phone", "06-12345678")]),
        ("06 12 34 56 78", [("phone", "06 12 34 56 78")]),
        ("+31612345678", [("phone", "+31612345678")]),
        ("020-1234567", [("phone", "020-1234567")]),
        ("bel 112, 113, 0800-0113 of 14 0345", []),
        ("mail jan.de.vries@post.example aub", [("email", "jan.de.vries@post.example")]),
        ("@burger@social.overheid.nl", []),
        ("ik woon op Kanaalstraat 12 bis", [("address", "Kanaalstraat 12 bis")]),
        ("1234AB 12", [("address", "1234AB 12")]),
        ("Kerkweg 8, 3456 CD Dorp", [("address", "Kerkweg 8, 3456 CD")]),
        ("Laan van Nieuw Guinea 5", [("address", "Laan van Nieuw Guinea 5")]),
        ("in de Kanaalstraat 3 lantaarnpalen uit", []),
        ("30 rijden in de Dorpsstraat 30 km", []),
        ("van 1234 is 12", []),
        ("klantnummer 4471182, wanneer komt het?", [("case_number", "4471182")]),
        ("zaaknummer: Z-2026-00123", [("case_number", "Z-2026-00123")]),
        ("uw melding SIG-12345", [("case_number", "SIG-12345")]),
        ("mijn aanvraag 2026 loopt nog", []),
    ],
)
def test_what_else_is_personal(text: str, found: list[tuple[str, str]]) -> None:
    assert kinds(text) == found


@pytest.mark.parametrize("text", ["Bel 0345-123456", "+31345123456", "info@veldwijk.example", "Stadsplein 1, 1234 AB"])
def test_the_towns_own_contacts_are_nobodys_secret(text: str) -> None:
    assert kinds(text) == []
    assert find(text) != ()


def test_only_the_digits_of_a_bsn_are_masked_and_the_rest_stays_in_place() -> None:
    text = "BSN 1112.22.333 en 06-12345678 van jan@post.example"
    assert mask_bsn(text) == "BSN ****.**.*** en 06-12345678 van jan@post.example"
    assert mask_bsn(mask_bsn(text)) == mask_bsn(text)
    assert mask_bsn("twee: 111222333 en 123456782.") == "twee: ********* en *********."


def test_a_card_shows_labels_in_place_of_personal_data() -> None:
    text = "Bel 06-12345678 of mail jan@post.example."
    assert redact(text, find(text), {"phone": "[telefoonnummer]"}) == "Bel [telefoonnummer] of mail •••."


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("0123456789 .-@NLab\u200b１"))))
def test_finding_stays_inside_the_text_and_masking_keeps_its_length(text: str) -> None:
    ends = [0]
    for one in find(text):
        assert ends[-1] <= one.start < one.end <= len(text)
        ends.append(one.end)
    assert len(mask_bsn(text)) == len(text)


@pytest.mark.parametrize(
    "piece", ["1", "1 ", "12-", "a.", "a@", "a@a.", "zaaknr-1/", "NL91ABNA", "06-1", "Astraat 1 ", "#"]
)
def test_no_text_makes_it_slow(piece: str) -> None:
    started = time.perf_counter()
    find((piece * 10_000)[:10_000])
    assert time.perf_counter() - started < 5
