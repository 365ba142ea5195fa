"""Broken files: exact line, exact column, and the Dutch sentence that the coordinator reads."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from handlers.wording import Wording
from knowledge.rulebook.faults import BrokenRulebook, Fault
from knowledge.rulebook.reading import examine

DUTCH = Wording("nl", zone=ZoneInfo("Europe/Amsterdam"))

TOWN = """\
town: Kleindorp
catch_all: afval
departments:
  afval: {name: Afval, channels: {web: afval}}
"""  # four lines, so that what a test adds begins on line 5


def faults_of(text: str) -> tuple[Fault, ...]:
    with pytest.raises(BrokenRulebook) as broken:
        examine(text, name="routing_rules.yaml")
    return broken.value.faults


def only_fault(text: str) -> tuple[int, int, str]:
    faults = faults_of(text)
    assert len(faults) == 1, [(f.line, str(f.message)) for f in faults]
    return faults[0].line, faults[0].column, DUTCH.text(faults[0].sentence)


@pytest.mark.parametrize(
    ("added", "line", "column", "dutch"),
    [
        (
            "topics:\n  a: {name: A, department: afvall}",
            6,
            28,
            "de afdeling 'afvall' bestaat niet. Bedoelde je 'afval'?",
        ),
        ("rules: [{words: boom, topic: groen}]", 5, 30, "het onderwerp 'groen' bestaat niet."),
        (
            "topics:\n  a: {name: A, wordz: [boom]}",
            6,
            16,
            "de instelling 'wordz' bestaat hier niet. Bedoelde je 'words'?",
        ),
        ("onderwerpen:\n  a: {name: A}", 5, 1, "de instelling 'onderwerpen' bestaat hier niet. Bedoelde je 'topics'?"),
        ("topics:\n  a: {words: [boom]}", 6, 3, "'name' ontbreekt hier. Voeg een regel toe: name: ..."),
        (
            "people:\n  jk: {name: Jan, mandates: [{role: goedkeurder}]}",
            6,
            37,
            "'goedkeurder' is hier geen keuze. Bedoelde je 'approver'?",
        ),
        (
            "people:\n  jk: {name: Jan, mandates: [{role: approver, departments: []}]}",
            6,
            60,
            "deze lijst is leeg. Vul het in, of haal de regel weg.",
        ),
        (
            "norm: 2 uur en een beetje",
            5,
            7,
            "'2 uur en een beetje' is geen tijdsduur. Schrijf bijvoorbeeld 30m, 2h, 90d of 1w",
        ),
        ("hours: ma-vr 9-17", 5, 8, "'9-17' zijn geen openingstijden. Schrijf bijvoorbeeld: ma-vr 09:00-17:00"),
        ("hours: mx-vr 09:00-17:00", 5, 8, "'mx' is geen dag. De dagen zijn: ma, di, wo, do, vr, za, zo."),
        ("hours: ma 09:00-25:00", 5, 8, "'25:00' is geen tijd."),
        ("hours: ma 20:00-02:00 21:00-23:00", 5, 8, "deze openingstijden lopen door elkaar: 20:00 en 21:00."),
        ("hours: ma 09:00-17:00, di", 5, 8, "'ma 09:00-17:00, di' zijn geen openingstijden."),
        ("hours: ma-vr 09:00-17:00, do 16:00-20:00", 5, 8, "deze openingstijden lopen door elkaar: 09:00 en 16:00."),
        (
            "topics:\n  a:\n    name: A\n    words:\n      - wc",
            9,
            9,
            "het woord 'wc' is te kort: het komt overal voor.",
        ),
        ("topics:\n  a: {name: A, words: ['#afval']}", 6, 24, "'#afval' is een hashtag. Zet het bij 'hashtags'."),
        ("topics:\n  a:\n    name: A\n    hashtags:\n      - #afval", 9, 8, "hier is niets ingevuld."),
        (
            "rules: [{patterns: ['(?=boom)'], department: afval}]",
            5,
            21,
            "dit patroon klopt niet: invalid perl operator: (?=. Vooruitkijken en terugverwijzen mag niet;",
        ),
        ("rules: [{patterns: ['b*'], department: afval}]", 5, 21, "dit patroon past op elk bericht."),
        (
            f"rules: [{{patterns: ['{'a' * 301}'], department: afval}}]",
            5,
            21,
            "dit patroon is te lang: hooguit 300 tekens.",
        ),
        ("rules:\n  - words: [boom]", 6, 5, "deze regel heeft geen onderwerp en geen afdeling."),
        ("rules:\n  - {department: afval}", 6, 5, "deze regel heeft geen voorwaarde: hij zou elk bericht nemen."),
        (
            "retention: {incident: 30d}",
            5,
            23,
            "dit moet langer bewaard blijven: minstens 1095 dagen. Schrijf 1095d of meer.",
        ),
        ("retention: {audit: 30d}", 5, 20, "dit moet langer bewaard blijven: minstens 184 dagen."),
        ("hold: 10m", 5, 7, "een antwoord mag hooguit 5m wachten."),
        (
            "people:\n  jk: {name: Jan, identities: {web: jan}}\n  pb: {name: Piet, identities: {web: jan}}",
            7,
            38,
            "twee collega's zijn allebei 'web: jan'.",
        ),
        (
            "accounts:\n  a: {channel: x, name: veldwijk, options: {api_token: abc}}",
            6,
            45,
            "'api_token' is geheim en mag niet in dit bestand staan.",
        ),
        (
            "accounts:\n  a: {channel: x, name: '@Veldwijk'}\n  b: {channel: x, name: veldwijk}",
            7,
            25,
            "dit account staat hier twee keer: '@veldwijk'.",
        ),
        ("duty:\n  p: {name: Piket, layers: [{members: [jk]}]}", 6, 40, "de collega 'jk' bestaat niet."),
        ("contacts:\n  a: {name: Balie}", 6, 3, "dit contact heeft geen nummer en geen adres."),
        (
            "contacts:\n  a: {name: Balie, phone: bel maar}",
            6,
            27,
            "'bel maar' klopt hier niet. Schrijf alleen cijfers, spaties en haken",
        ),
        ("examples: [{text: hallo}]", 5, 12, "dit voorbeeld zegt niet wat ervan moet worden."),
        ("examples: [{text: hallo, urgent: misschien}]", 5, 34, "hier kan alleen true of false staan."),
        (
            "districts:\n  West: {}\nrules: [{places: [Wset], department: afval}]",
            7,
            19,
            "er is geen wijk of buurt 'Wset'. Bedoelde je 'West'?",
        ),
        (
            "rules: [{words: boom, department: afval, channels: [bluesky]}]",
            5,
            53,
            "geen van je accounts zit op het kanaal 'bluesky'.",
        ),
        ("town: Ander", 5, 1, "'town' staat hier twee keer; de eerste staat op regel 1."),
        ("protocol: {bedreiging: {urgent: true}}", 5, 12, "'bedreiging' is hier geen keuze. Bedoelde je 'threat'?"),
        ("topics:\n  - a\n  - b", 5, 1, "hier horen regels te staan met een naam en een dubbele punt."),
        ("topics: [a, b]", 5, 9, "hier horen regels te staan met een naam en een dubbele punt."),
    ],
)
def test_a_mistake_is_named_at_its_place(added: str, line: int, column: int, dutch: str) -> None:
    found = only_fault(TOWN + added + "\n")
    assert found[:2] == (line, column), found
    assert found[2].startswith(f"Regel {line}: {dutch}"), found[2]


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("no", '"no"'),
        ("yes", '"yes"'),
        ("On", '"On"'),
        ("14", '"14"'),
        ("9:30", '"9:30"'),
        ("010", '"010"'),
        ("1e3", '"1e3"'),
        ("0x1F", '"0x1F"'),
    ],
)
def test_a_word_that_other_programs_read_as_something_else_needs_quotes(written: str, hint: str) -> None:
    line, column, dutch = only_fault(f"{TOWN}topics:\n  a: {{name: A, words: [huisvuil, {written}]}}\n")
    assert (line, column) == (6, 34)
    assert dutch == (
        f"Regel 6: '{written}' zonder aanhalingstekens wordt gelezen als een getal of als ja of nee. "
        f"Zet er aanhalingstekens om: {hint}"
    )


@pytest.mark.parametrize("written", ['"no"', "'14'", "boot", "2027-01-01x", "no parking", "b&w", "nr 14"])
def test_with_quotes_or_more_text_it_is_a_text(written: str) -> None:
    if written not in ('"no"', "'14'"):  # too short for a word, right as a name
        examine(f"{TOWN}topics:\n  a: {{name: A, words: [{written}]}}\n", name="x")
    examine(f"{TOWN}topics:\n  a: {{name: {written}, words: [boom]}}\n", name="x")


@pytest.mark.parametrize(
    ("text", "line", "column", "dutch"),
    [
        ("", 1, 1, "in het bestand staan geen instellingen. Maak een nieuw bestand met: balie init"),
        ("- een\n- twee\n", 1, 1, "in het bestand staan geen instellingen."),
        ("town: Kleindorp: bij de zee\n", 1, 16, "hier staat een dubbele punt waar dat niet kan."),
        ("town:\n\tname: Kleindorp\n", 2, 1, "hier staat een tab. Gebruik spaties"),
        (
            "town: 'Kleindorp\ncatch_all: afval\n",
            1,
            7,
            "hier begint een tekst met een aanhalingsteken, en die houdt niet op.",
        ),
        ("topics: [afval, groen\n", 2, 1, "hier ontbreekt een komma of een haak die sluit."),
        ("town: @kleindorp\n", 1, 7, "een tekst kan niet met dit teken beginnen."),
        (
            "town:\n  name: Kleindorp\n names: [dorp]\n",
            3,
            2,
            "deze regel begint niet onder de regel waar hij bij hoort.",
        ),
        ("town: Klein\x07dorp\n", 1, 12, "hier staat een teken dat geen tekst is."),
        ("town: - Kleindorp\n", 1, 7, "hier staat een streepje waar dat niet kan."),
        (f"town: {'[' * 40}", 1, 18, "hier staat te veel in elkaar."),
        ("a" * 2_000_001, 1, 1, "het bestand is te lang: hooguit 2.000.000 tekens worden gelezen."),
    ],
)
def test_what_is_no_yaml_is_explained_without_yaml_words(text: str, line: int, column: int, dutch: str) -> None:
    found = only_fault(text)
    assert found[:2] == (line, column), found
    assert found[2].startswith(f"Regel {line}: {dutch}"), found[2]


@pytest.mark.parametrize(
    ("added", "line", "column", "dutch"),
    [
        ("closed_text: &tekst dicht", 5, 14, "een naam voor een deel van het bestand (&) mag niet."),
        ("closed_text: *tekst", 5, 14, "een verwijzing (*) mag hier niet."),
        ("closed_text: !!python/object:os.system dicht", 5, 14, "een type (!) mag niet."),
        ("---\ntown: Ander", 5, 1, "in het bestand staan meerdere documenten."),
        ('closed_text: "Dicht \\ud83d"', 5, 14, "hier staat een teken dat geen tekst is. Haal die weg."),
        ("no: 1", 5, 1, 'deze naam is geen tekst. Zet er aanhalingstekens om: "no"'),
    ],
)
def test_what_only_programmers_write_is_refused(added: str, line: int, column: int, dutch: str) -> None:
    first = faults_of(TOWN + added + "\n")[0]
    assert (first.line, first.column) == (line, column)
    assert DUTCH.text(first.sentence).startswith(f"Regel {line}: {dutch}")


def test_a_bomb_of_references_does_not_grow() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(24)
    )
    assert all(fault.message for fault in faults_of(bomb))


def test_every_fault_is_told_at_once_in_the_order_of_the_file() -> None:
    text = """\
town: Kleindorp
catch_all: afvall
norm: straks
departments:
  afval: {name: Afval, channels: {web: afval}, hours: kantor}
  groen: {naam: Groen, channels: {web: afval}}
hours: {kantoor: ma-vr 09:00-17:00}
topics:
  a: {name: A, words: [wc, 14]}
rules:
  - {topic: a}
retention: {incident: 1d}
queries:
  q: {any: ["@jan"], owner: jk, purpose: kijken}
"""
    assert [(fault.line, fault.column) for fault in faults_of(text)] == [
        (2, 12),
        (3, 7),
        (5, 55),
        (6, 3),
        (6, 11),
        (9, 3),
        (9, 24),
        (9, 28),
        (11, 5),
        (12, 23),
        (14, 3),
        (14, 29),
    ]


@pytest.mark.parametrize(("missing", "dutch"), [("town", "'town' ontbreekt."), ("catch_all", "'catch_all' ontbreekt.")])
def test_the_town_and_the_catch_all_must_be_there(missing: str, dutch: str) -> None:
    text = "".join(line for line in TOWN.splitlines(keepends=True) if not line.startswith(missing))
    assert only_fault(text) == (1, 1, only_fault(text)[2])
    assert dutch in only_fault(text)[2]


def test_without_a_department_nothing_can_be_read() -> None:
    assert "er is geen afdeling" in " ".join(DUTCH.text(f.sentence) for f in faults_of("town: K\ncatch_all: a\n"))


def test_two_departments_cannot_share_a_channel() -> None:
    text = TOWN + "  groen: {name: Groen, channels: {web: afval}}\n"
    assert only_fault(text)[2].startswith("Regel 5: twee afdelingen delen het kanaal 'web: afval'.")


RULE = "  - {key: %s, words: [boom], department: afval}\n"


def test_two_rules_cannot_have_one_name() -> None:
    text = TOWN + "rules:\n" + RULE % "bomen" + RULE % "bomen"
    assert only_fault(text) == (7, 11, "Regel 7: twee regels hebben de naam 'bomen'.")


def test_a_rule_cannot_have_the_name_of_the_words_of_a_topic() -> None:
    text = TOWN + "rules:\n" + RULE % "a-words" + "topics:\n  a: {name: A, words: [bos]}\n"
    assert only_fault(text) == (6, 11, "Regel 6: 'a-words' is al de naam van de woorden van een onderwerp.")


def test_the_same_channel_name_in_two_workspaces_is_two_channels() -> None:
    examine(TOWN.replace("web: afval", "slack: T1/C1") + "  groen: {name: G, channels: {slack: T2/C1}}\n", name="x")


def test_with_two_departments_a_topic_says_whose_it_is() -> None:
    text = TOWN + "  groen: {name: Groen, channels: {web: groen}}\ntopics:\n  boom: {name: Bomen, words: [boom]}\n"
    assert (
        only_fault(text)[2] == "Regel 7: het onderwerp 'boom' heeft geen afdeling. Voeg een regel toe: department: ..."
    )


def test_two_neighbourhood_offices_cannot_have_one_district() -> None:
    offices = "".join(
        f"  w{n}: {{name: W{n}, channels: {{web: w{n}}}, office: true, places: [West]}}\n" for n in (1, 2)
    )
    assert "twee wijkbureaus hebben de wijk 'West'" in only_fault(TOWN + offices + "districts: {West: {}}\n")[2]


def test_more_than_one_person_in_turn_needs_a_first_day() -> None:
    people = (
        "people:\n  jk: {name: Jan}\n  pb: {name: Piet}\nduty:\n  p: {name: Piket, layers: [{members: [jk, pb]}]}\n"
    )
    assert "'start' ontbreekt" in only_fault(TOWN + people)[2]


PEOPLE = "people:\n  jk: {name: Jan de Koning}\ndistricts:\n  West: {streets: [Jan Vermeerstraat]}\nqueries:\n"


@pytest.mark.parametrize(
    "terms",
    [
        'any: ["@jan"]',
        "any: [kade, Jan Jansen]",
        "all: [Piet de Vries]",
        "any: [fatima el amrani]",
        'any: ["https://example.org/jan"]',
        'all: ["@jan", Jan Jansen]',
    ],
)
def test_a_query_that_follows_a_person_is_refused(terms: str) -> None:
    line, column, dutch = only_fault(f"{TOWN}{PEOPLE}  q: {{{terms}, owner: jk, purpose: kijken}}\n")
    assert (line, column) == (10, 3)
    assert "deze zoekvraag volgt een persoon" in dutch


@pytest.mark.parametrize(
    "terms",
    [
        "any: [kade, kademuur]",
        'all: [afval], any: ["@jan"]',
        "any: [Jan Vermeerstraat]",
        "any: [Veldwijk]",
        "any: [zwarte piet, sint maarten]",
        "any: [van de kade]",
    ],
)
def test_a_query_about_a_subject_is_fine(terms: str) -> None:
    examine(f"{TOWN}{PEOPLE}  q: {{{terms}, owner: jk, purpose: kijken}}\n", name="x")


@pytest.mark.parametrize(
    ("added", "dutch"),
    [
        ("", "Regel 4: niemand mag antwoorden plaatsen voor Afval. Geef een collega onder 'people' een mandaat"),
        (
            "people:\n  jk: {name: J, identities: {wep: jan}, mandates: [{role: approver}]}",
            "Regel 4: geen collega is bekend in de chat-app 'web'. Bedoelde je 'wep'?",
        ),
        (
            "people:\n  jk: {name: J, identities: {web: jan}, mandates: [{role: approver, until: 2026-01-01}]}",
            "Regel 6: dit mandaat van J is afgelopen.",
        ),
        (
            "topics:\n  a: {name: A, words: [boom, bos]}\n  b: {name: B, words: [BOOM]}",
            "Regel 7: hier komt nooit een bericht: regel 6 neemt alles al.",
        ),
        ("topics:\n  a: {name: A}", "Regel 6: geen bericht kan vanzelf het onderwerp 'a' krijgen."),
        (
            "districts:\n  Oost: {streets: [Dorpsweg]}\n  West: {streets: [dorpsweg]}",
            "Regel 7: 'dorpsweg' ligt in twee wijken: Oost en West.",
        ),
        (
            "people:\n  jk: {name: J}\n  pb: {name: P}\nduty:\n"
            "  p: {name: P, layers: [{members: [jk, pb, jk], start: 2027-01-04}]}",
            "Regel 9: 'jk' heeft twee beurten achter elkaar.",
        ),
        (
            "people:\n  jk: {name: J}\nqueries:\n  q: {any: [kade], owner: jk, purpose: p, until: 2026-01-01}",
            "Regel 8: de zoekvraag 'q' is afgelopen.",
        ),
    ],
)
def test_what_is_allowed_but_odd_is_a_warning(added: str, dutch: str) -> None:
    warnings = examine(TOWN + added + "\n", name="x", today=date(2026, 11, 22)).warnings
    assert any(DUTCH.text(warning.sentence).startswith(dutch) for warning in warnings), [
        DUTCH.text(warning.sentence) for warning in warnings
    ]


def test_an_ended_mandate_lets_nobody_place_replies() -> None:
    mandate = "{role: approver, until: 2026-11-21}"
    text = f"{TOWN}people:\n  jk: {{name: J, identities: {{web: jan}}, mandates: [{mandate}]}}\n"
    for today, odd in ((date(2026, 11, 21), 0), (date(2026, 11, 22), 2)):
        assert len(examine(text, name="x", today=today).warnings) == odd


def test_four_eyes_need_two_people() -> None:
    people = "people:\n  jk: {name: J, identities: {web: jan}, mandates: [{role: approver}]}\n"
    one = TOWN.replace("web: afval}", "web: afval}, four_eyes: true") + people
    two = one + "  pb: {name: P, identities: {web: piet}, mandates: [{role: agent}]}\n"
    assert len(examine(one, name="x").warnings) == 1
    assert examine(two, name="x").warnings == ()


@pytest.mark.parametrize(
    ("earlier", "later", "reached"),
    [
        ("words: [boom, bos]", "words: [bos]", False),
        ("words: [boom]", "words: [boom, bos]", True),
        ("words: [boom], unless: [kerstboom]", "words: [boom]", True),
        ("words: [boom], unless: [kerstboom]", "words: [boom], unless: [kerstboom, plastic]", False),
        ("words: [boom], languages: [nl]", "words: [boom]", True),
        ("words: [boom]", "words: [boom], languages: [nl]", False),
        ("languages: [nl]", "words: [boom], languages: [nl]", False),
        ("words: [boom], kinds: [question]", "words: [boom], kinds: [complaint]", True),
        ("hashtags: [boom]", "words: [boom]", True),
    ],
)
def test_a_rule_behind_a_wider_one_is_never_reached(earlier: str, later: str, reached: bool) -> None:
    text = f"{TOWN}rules:\n  - {{{earlier}, department: afval}}\n  - {{{later}, department: afval}}\n"
    hidden = [warning for warning in examine(text, name="x").warnings if "never reached" in str(warning.message)]
    assert [warning.line for warning in hidden] == ([] if reached else [7])


@pytest.mark.parametrize(
    ("added", "dutch"),
    [
        (
            "accounts: {a: {channel: x, name: v, department: AFVAL}}",
            "de afdeling 'AFVAL' bestaat niet. Bedoelde je 'afval'?",
        ),
        ("topics: {a: {name: A, readers: [groen]}}", "de afdeling 'groen' bestaat niet. Er zijn: afval"),
        ("rules: [{words: boom, department: groen}]", "de afdeling 'groen' bestaat niet."),
        ("rules: [{words: boom, department: afval, readers: groen}]", "de afdeling 'groen' bestaat niet."),
        ("rules: [{words: boom, department: afval, accounts: [plein]}]", "het account 'plein' bestaat niet."),
        ("people: {a: {name: A, mandates: [{role: agent, departments: groen}]}}", "de afdeling 'groen' bestaat niet."),
        ("people: {a: {name: A, mandates: [{role: agent, topics: [groen]}]}}", "het onderwerp 'groen' bestaat niet."),
        ("protocol: {threat: {department: orde}}", "de afdeling 'orde' bestaat niet."),
        ("queries: {a: {any: kade, owner: jk, purpose: p}}", "de collega 'jk' bestaat niet."),
        (
            "people: {jk: {name: J}}\nqueries: {a: {any: kade, owner: jk, purpose: p, department: g}}",
            "de afdeling 'g' bestaat",
        ),
        (
            "people: {jk: {name: J}}\nqueries: {a: {any: kade, owner: jk, purpose: p, channels: x}}",
            "geen van je accounts zit",
        ),
        ("examples: [{text: boom, department: groen}]", "de afdeling 'groen' bestaat niet."),
        ("examples: [{text: boom, topic: groen}]", "het onderwerp 'groen' bestaat niet."),
        ("examples: [{text: boom, place: West}]", "de wijk 'West' bestaat niet."),
        ("examples: [{text: boom, readers: [groen]}]", "de afdeling 'groen' bestaat niet."),
        ("examples: [{text: boom, department: afval, account: plein}]", "het account 'plein' bestaat niet."),
        ("examples: [{text: boom, department: afval, channel: x}]", "geen van je accounts zit op het kanaal 'x'."),
        ("  g: {name: G, channels: {web: g}, hours: stadhuis}", "de openingstijden 'stadhuis' bestaan niet."),
        ("  g: {name: G, channels: {web: g}, duty: piket}", "het piketrooster 'piket' bestaat niet."),
        ("  g: {name: G, channels: {web: g}, office: true, places: West}", "de wijk 'West' bestaat niet."),
    ],
)
def test_every_name_must_exist(added: str, dutch: str) -> None:
    assert dutch in only_fault(TOWN + added + "\n")[2]
