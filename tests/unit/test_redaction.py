"""A secret never reaches a log, in whatever a log line carries."""

from __future__ import annotations

import pytest

from handlers.logs import HIDDEN, Redact

SECRET = "xoxb-1234-geheim"


class Client:
    def __repr__(self) -> str:
        return f"<Client token={SECRET}>"


@pytest.mark.parametrize(
    "value",
    [
        f"https://api.example/bot{SECRET}/send",
        {"headers": {"authorization": f"Bearer {SECRET}"}},
        [SECRET, 1],
        SECRET.encode(),
        ValueError(f"no {SECRET}"),
        Client(),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_secret_is_taken_out_of_whatever_it_stands_in(value: object) -> None:
    line = Redact([SECRET, "xoxb"])(None, "", {"event": "x", "about": value})
    assert SECRET not in str(line)
    assert "geheim" not in str(line)
    assert HIDDEN in line["about"]


@pytest.mark.parametrize("value", [0, 1.5, True, None])
def test_numbers_stay_numbers(value: object) -> None:
    assert Redact([SECRET])(None, "", {"count": value}) == {"count": value}
