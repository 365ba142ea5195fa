"""Settings come from the environment; every fault is told at once, and no secret is ever shown."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.settings import BrokenSettings, Settings, read

LONG = "x" * 40


def faults(environment: dict[str, str]) -> list[str]:
    with pytest.raises(BrokenSettings) as broken:
        read(environment)
    return [str(fault) for fault in broken.value.faults]


def test_nothing_set_is_a_town_on_this_machine() -> None:
    settings = read({"PATH": "/bin"})
    assert settings == Settings()
    assert settings.address == "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("BALIE_PORT", "x", "BALIE_PORT is x"),
        ("BALIE_PORT", "70000", "BALIE_PORT is 70000"),
        ("BALIE_PUBLIC_URL", "http://balie.example", "begins with https://"),
        ("BALIE_PUBLIC_URL", "balie.example", "begins with https://"),
        ("BALIE_TRUSTED_PROXIES", "10.0.0.1, everybody", "holds everybody"),
        ("BALIE_LOG", "loud", "BALIE_LOG is loud"),
        ("BALIE_SECRET", "short", "BALIE_SECRET is too short"),
        ("BALIE_CANARY", "slack", "Give a desk, workspace and channel"),
        ("BALIE_CANARY_EVERY", "often", "BALIE_CANARY_EVERY is often"),
        ("BALIE_CANARY_WITHIN", "0", "BALIE_CANARY_WITHIN is 0"),
        ("BALIE_METRICS_TOKEN", "short", "BALIE_METRICS_TOKEN is too short"),
        ("BALIE_PASWORD_BSKY", "x", "BALIE_PASWORD_BSKY is not a setting"),
        ("BALIE_SECRET_FILE", "/nowhere/secret", "cannot read that file"),
        ("BALIE_DATABASE", "mysql://x", "begins with postgresql://"),
    ],
)
def test_a_wrong_setting_is_told_with_its_name(name: str, value: str, said: str) -> None:
    environment = {name: value} if name == "BALIE_SECRET" else {name: value, "BALIE_SECRET": LONG}
    if name == "BALIE_SECRET_FILE":
        del environment["BALIE_SECRET"]
    assert [fault for fault in faults(environment) if said in fault]


def test_all_faults_are_told_at_once() -> None:
    assert len(faults({"BALIE_PORT": "x", "BALIE_LOG": "loud", "BALIE_FOO": "1"})) == 3


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("app-password\n", encoding="utf-8")
    assert read({"BALIE_PASSWORD_WIJKWEST_FILE": str(file)}).passwords == {"wijkwest": "app-password"}


def test_a_secret_both_in_a_file_and_beside_it_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(LONG, encoding="utf-8")
    assert faults({"BALIE_SECRET": LONG, "BALIE_SECRET_FILE": str(file)}) == [
        "Both BALIE_SECRET and BALIE_SECRET_FILE are set. Keep one."
    ]


def test_every_secret_is_known_as_one_and_shown_nowhere() -> None:
    settings = read(
        {
            "BALIE_SECRET": LONG,
            "BALIE_PASSWORD_BSKY": "app-password",
            "BALIE_SLACK_BOT_TOKEN": "xoxb-1",
            "BALIE_SLACK_APP_TOKEN_T1": "xapp-1",
            "BALIE_DATABASE": "postgresql://balie:hidden@db/balie",
        }
    )
    assert {LONG, "app-password", "xoxb-1", "xapp-1", "hidden"} <= set(settings.secrets)
    assert not [secret for secret in settings.secrets if secret in repr(settings)]
    assert settings.slack == {"BOT_TOKEN": "xoxb-1", "APP_TOKEN_T1": "xapp-1"}


@pytest.mark.parametrize(
    ("value", "place"), [("slack:T1:C2", ("slack", "T1", "C2")), ("web::proef", ("web", "", "proef"))]
)
def test_the_channel_of_test_messages_names_its_desk(value: str, place: tuple[str, str, str]) -> None:
    found = read({"BALIE_CANARY": value, "BALIE_CANARY_EVERY": "60"})
    assert found.canary
    assert (found.canary.desk, found.canary.workspace, found.canary.channel) == place
    assert found.canary_every == timedelta(hours=1)
