"""What the coordinator sees of check, route, replay, init and schema, word for word."""

import ast
import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from handlers.commands.rules import COMMANDS
from handlers.wording import catalogue
from knowledge.rulebook.values import Kind, ProtocolClass

ROOT = Path(__file__).parents[2]
LARGE = ROOT / "routing_rules.yaml"
SPEAKING = [
    *(ROOT / "knowledge/rulebook").glob("*.py"),
    *(ROOT / "handlers/commands" / f"{name}.py" for name in ("rules", "explanation", "replaying")),
]
balie = click.Group(commands=list(COMMANDS))

TOWN = """\
town: Kleindorp
catch_all: gemeente
departments:
  gemeente: {name: Gemeente, channels: {web: balie}}
  afval: {name: Afval, channels: {web: afval}}
topics:
  afval: {name: Afval en grondstoffen, department: afval, words: [kliko, huisvuil]}
people:
  jk: {name: Jan de Koning, identities: {web: jan}, mandates: [{role: approver}]}
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "routing_rules.yaml"
    path.write_text(TOWN, encoding="utf-8")
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(balie, [str(argument) for argument in arguments], catch_exceptions=False)


def test_check_says_that_all_is_well(rules: Path) -> None:
    result = run("check", rules)
    assert result.exit_code == 0
    assert result.output == (
        "routing_rules.yaml is in orde: 2 afdelingen, 1 onderwerpen, 1 regels. Alle 0 voorbeelden kloppen.\n"
    )


def test_the_examples_of_the_large_town_come_out_right() -> None:
    result = run("check", LARGE)
    assert (result.exit_code, result.stderr) == (0, ""), result.output


def test_check_names_every_fault_with_its_line_and_what_was_meant(rules: Path) -> None:
    rules.write_text(TOWN.replace("department: afval", "department: afvall").replace("norm", "norm") + "norm: straks\n")
    result = run("check", rules)
    assert result.exit_code == 1
    assert result.stdout == (
        "Regel 7: de afdeling 'afvall' bestaat niet. Bedoelde je 'afval'?\n"
        "Regel 10: 'straks' is geen tijdsduur. Schrijf bijvoorbeeld 30m, 2h, 90d of 1w (minuten, uren, dagen, weken).\n"
    )
    assert result.stderr == "routing_rules.yaml is niet te gebruiken. Fouten: 2.\n"


def test_check_tells_what_is_odd_and_goes_on(rules: Path) -> None:
    rules.write_text(TOWN.replace("role: approver", "role: agent"))
    result = run("check", rules)
    assert result.exit_code == 0
    assert result.output.splitlines()[0] == (
        "Let op. Regel 4: niemand mag antwoorden plaatsen voor Gemeente. "
        "Geef een collega onder 'people' een mandaat met role: approver."
    )


def test_check_tries_the_examples(rules: Path) -> None:
    rules.write_text(
        TOWN + "examples:\n"
        "  - {text: Mijn kliko is niet geleegd, topic: afval, urgent: false}\n"
        "  - {text: Mijn kliko is niet geleegd en ik wacht al zo ontzettend lang, department: gemeente, urgent: true}\n"
    )
    result = run("check", rules)
    assert result.exit_code == 1
    assert result.stdout == (
        'Regel 12: het voorbeeld "Mijn kliko is niet geleegd en ik wacht al zo ontz…" komt anders uit: '
        "afdeling afval (gewenst: gemeente), spoed nee (gewenst: ja).\n"
    )
    assert result.stderr == "routing_rules.yaml: 1 van 2 voorbeelden komen anders uit.\n"


def test_a_file_that_is_no_text_is_refused(rules: Path) -> None:
    rules.write_bytes(b"town: \xff\xfe")
    result = run("check", rules)
    assert (result.exit_code, result.stderr) == (
        1,
        "routing_rules.yaml is geen tekst in UTF-8. Sla het bestand op als UTF-8.\n",
    )


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    result = run("check", tmp_path / "regels.yaml")
    assert result.exit_code == 2
    assert "regels.yaml" in result.stderr


def test_route_explains_where_and_why(rules: Path) -> None:
    result = run("route", "Mijn kliko is niet geleegd!", "--file", rules)
    assert result.exit_code == 0
    shown = dict(line.split(":", 1) for line in result.output.splitlines())
    assert {name: value.strip() for name, value in shown.items()} == {
        "Afdeling": "Afval",
        "Onderwerp": "Afval en grondstoffen",
        "Regel": "afval-words (regel 7)",
        "Woorden": "kliko",
        "Wijk": "-",
        "Soort": shown["Soort"].strip(),
        "Taal": "nl",
        "Spoed": "nee",
        "Reactieprotocol": "-",
        "Leest mee": "-",
    }


def test_route_says_when_no_rule_takes_it(rules: Path) -> None:
    assert "Regel:            geen: dit is het vangnet" in run("route", "Hallo allemaal", "--file", rules).output


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    texts = ["Mijn kliko is vol", "huisvuil ligt op straat", "hallo allemaal", "kliko kwijt"]
    path = tmp_path / "berichten.jsonl"
    rows = [{"text": text, "channel": "square", "author": "burger", "id": 7} for text in texts]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_replay_counts_where_messages_go(rules: Path, recording: Path) -> None:
    result = run("replay", recording, "--file", rules)
    assert (result.exit_code, result.stdout) == (
        0,
        "Berichten: 4\n     3 Afval\n     1 Gemeente\nGeen regel: 1. Spoed: 0.\n",
    )


def test_replay_shows_what_a_changed_file_would_do(rules: Path, recording: Path, tmp_path: Path) -> None:
    changed = tmp_path / "nieuw.yaml"
    changed.write_text(TOWN.replace("kliko, ", ""))
    result = run("replay", recording, "--file", rules, "--with", changed, "--show", 1)
    assert (result.exit_code, result.stdout) == (
        0,
        "Berichten: 4. Anders: 2.\n"
        "     2 afval/afval -> gemeente\n"
        '"Mijn kliko is vol": afval/afval -> gemeente\n'
        "En nog 1; die zie je met --show.\n",
    )


def test_replay_with_the_same_rules_changes_nothing(rules: Path, recording: Path) -> None:
    assert run("replay", recording, "--file", rules, "--with", rules).stdout == "Berichten: 4. Anders: 0.\n"


@pytest.mark.parametrize("line", ["geen json", '["text"]', '{"tekst": "x"}', '{"text": 5}', "[" * 100_000])
def test_replay_names_the_lines_it_cannot_read(rules: Path, tmp_path: Path, line: str) -> None:
    recording = tmp_path / "berichten.jsonl"
    recording.write_text(f'{{"text": "kliko"}}\n\n{line}\n')
    result = run("replay", recording, "--file", rules)
    assert result.exit_code == 1
    assert result.stdout.startswith("Berichten: 1\n")
    assert result.stderr.splitlines()[0] == "Regel 3: dit is geen JSON-object met een tekst."


def test_what_a_citizen_wrote_cannot_steer_the_terminal(rules: Path, tmp_path: Path) -> None:
    recording, changed = tmp_path / "berichten.jsonl", tmp_path / "nieuw.yaml"
    recording.write_text(json.dumps({"text": "kliko \x1b[2J %(start)s"}) + "\n")
    changed.write_text(TOWN.replace("kliko, ", ""))
    output = run("replay", recording, "--file", rules, "--with", changed).stdout
    assert '"kliko  [2J %(start)s"' in output
    assert "\x1b" not in output


def test_init_writes_a_town_that_passes_its_own_check(tmp_path: Path) -> None:
    path = tmp_path / "routing_rules.yaml"
    assert run("init", path).exit_code == 0
    assert len(path.read_text().splitlines()) < 40
    result = run("check", path)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "Let op" not in result.output


def test_init_never_writes_over_a_file(rules: Path) -> None:
    result = run("init", rules)
    assert (result.exit_code, result.stderr) == (1, f"{rules} bestaat al. Geef een andere naam.\n")
    assert rules.read_text() == TOWN


def test_init_says_why_it_cannot_write(tmp_path: Path) -> None:
    result = run("init", tmp_path / "nergens" / "regels.yaml")
    assert result.exit_code == 1
    assert "is niet te schrijven" in result.stderr


@pytest.mark.parametrize(("language", "words"), [("nl", "Naam van de gemeente."), ("en", "Name of the town.")])
def test_schema_explains_each_setting(language: str, words: str) -> None:
    schema = json.loads(run("schema", "--language", language).output)
    assert schema["$defs"]["Town"]["properties"]["name"]["description"] == words


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: str(command.name))
def test_every_command_has_dutch_help(command: click.Command) -> None:
    result = run(command.name, "--help")
    assert result.exit_code == 0
    assert command.help
    assert command.help.endswith(".") or command.help.endswith("'.")


def said(path: Path) -> list[str]:
    calls = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    return [
        ast.literal_eval(call.args[0]) for call in calls if isinstance(call.func, ast.Name) and call.func.id == "say"
    ]


@pytest.mark.parametrize("path", SPEAKING, ids=lambda path: path.name)
def test_every_sentence_has_its_dutch(path: Path) -> None:
    assert [text for text in said(path) if text not in catalogue("nl")] == []


@pytest.mark.parametrize("word", [*Kind, *ProtocolClass])
def test_every_kind_and_class_has_its_dutch(word: str) -> None:
    assert word in catalogue("nl")
