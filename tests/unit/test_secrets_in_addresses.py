"""A password in an address is a secret as it stands there and as it is."""

from __future__ import annotations

import pytest

from bot.settings import read
from handlers.logs import Redact


@pytest.mark.parametrize("said", ["p%40ss%2Fword", "p@ss/word"])
def test_a_password_in_an_address_is_hidden_in_both_its_forms(said: str) -> None:
    settings = read({"BALIE_DATABASE": "postgresql://balie:p%40ss%2Fword@db/balie", "BALIE_SECRET": "x" * 40})
    line = Redact(settings.secrets)(None, "", {"event": f"cannot sign in with {said}"})
    assert "word" not in line["event"]
