"""Which column of a file is which part of an entry, by its heading in Dutch or English."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from knowledge.text import letters

MANY = "variants"  # several columns may hold other questions

_HEADINGS: Mapping[str, str] = {
    "key": "key|id|ids|code|sleutel|kenmerk|nummer|nr|volgnummer|identifier|identificatie|slug",
    "question": "question|vraag|vragen|faq|titel|title|vraagtekst|hoofdvraag|onderwerp van de vraag|name|vraag inwoner",
    "answer": "answer|antwoord|antwoordtekst|standaardantwoord|reactie|tekst|text|body|content|inhoud|lang antwoord"
    "|antwoord lang|acceptedanswer|accepted answer",
    "variants": "variants|variant|varianten|andere vragen|andere vraag|alternatieven|alternatieve vragen|alternatief"
    "|synoniemen|zoekwoorden|trefwoorden|other questions|alternative questions|voorbeelden|formuleringen|keywords",
    "short": "short|kort antwoord|korte antwoord|antwoord kort|short answer|kort|samenvatting|summary",
    "department": "department|afdeling|team|vakafdeling|cluster|domein",
    "topic": "topic|onderwerp|thema|rubriek|categorie|category|subject",
    "product": "product|upl|product upl|productnaam|upl naam|upl productnaam|uniforme productnaam",
    "source": "source|bron|link|url|webpagina|pagina|bronlink|link naar de bron|website|deeplink|webadres",
    "owner": "owner|eigenaar|beheerder|contentbeheerder|verantwoordelijke|redacteur",
    "valid_until": "valid until|valid to|geldig tot|geldig t m|geldig tot en met|einddatum|vervaldatum|verloopt",
    "review_by": "review by|review|reviewdatum|controleren voor|nakijken voor|herzien voor|controledatum|review date"
    "|herzieningsdatum|opnieuw bekijken voor|houdbaarheidsdatum",
    "language": "language|taal|lang|inlanguage",
    "formal": "formal|aanspreekvorm|aanspreken met|u of je|aanhef|formeel|tutoyeren",
}
_LIKELY: Mapping[str, str] = {"vraag": "question", "question": "question", "antwoord": "answer", "answer": "answer"}


def _folded(heading: str) -> str:
    return re.sub(r"\s*\d+$", "", " ".join(letters(heading.replace("_", " ")).split()))


_KNOWN = {_folded(word): field for field, words in _HEADINGS.items() for word in words.split("|")}


def guess(columns: Sequence[str]) -> dict[str, str]:
    """Return column -> field for every heading that is known; a field is taken once, by the first that names it."""
    found: dict[str, str] = {}
    for column in columns:
        field = _KNOWN.get(_folded(column)) or _KNOWN.get(_folded(re.sub(r"[(\[].*", "", column)))
        if field and column not in found and (field == MANY or field not in found.values()):
            found[column] = field
    for column in columns:  # "Vraag van de inwoner", when nothing is simply called "Vraag"
        words = _folded(column).split()
        field = next((_LIKELY[word] for word in words if word in _LIKELY), None)
        if field and column not in found and field not in found.values():
            found[column] = field
    return found
