"""Search queries follow subjects, not persons: tells a personal name or a handle from a subject."""

from __future__ import annotations

import re
from collections.abc import Collection

_PARTICLES = re.compile(r"(?i:van|de|den|der|het|ter|ten|te|el|al|la|le|du|da|di|von|bin|ben|in|'t|op)")

# Common first names: with one of these in front, a name in small letters is recognised as well.
_FIRST_NAMES = re.compile(
    r"(?i:aad|abdel|ahmed|ali|aisha|alice|amber|amina|andre|anja|anke|anna|anne|annie|anouk|arjan|arie|astrid|bart|bas"
    r"|bianca|bob|bram|brigitte|carla|carlijn|chantal|chris|cor|daan|daniel|david|dennis|diana|dirk|ed|eline|ellen|els"
    r"|emma|erik|esther|eva|fatima|femke|ferry|floor|frank|frans|fred|gerard|gerrit|gijs|hanna|hans|harm|hassan|heleen"
    r"|henk|herman|hussein|ibrahim|inge|ingrid|iris|jaap|jacqueline|jan|janneke|jasper|jeroen|jesse|joke|johan|joop"
    r"|joost|joris|jos|julia|karin|karel|kees|kim|klaas|koen|lars|laura|lex|lieke|linda|lisa|loes|lotte|lucas|maaike"
    r"|manon|marco|margriet|maria|marieke|marijke|mark|marleen|martijn|martin|max|menno|merel|michiel|miriam|mohamed"
    r"|mohammed|monique|mustafa|nadia|nico|niels|noor|olga|omar|patrick|paul|peter|petra|piet|pieter|pim|ria|rick|rob"
    r"|robert|robin|roel|ronald|rosa|ruud|saida|sanne|saskia|sander|sara|simon|sjoerd|sophie|stefan|suzanne|thijs"
    r"|thomas|tim|tom|truus|vincent|willem|wim|wouter|yasmin|yusuf|yvonne)"
)


def follows_a_person(*, all_: Collection[str], any_: Collection[str], places: Collection[str]) -> str:
    """Return the term by which a query would follow one person, or nothing.

    ``places`` are names in small letters that look like persons and are none (Jan Vermeerplein).
    A subject among the terms that must all be there makes it a query about that subject.
    """
    if any(not is_person(term, places) for term in all_):
        return ""
    # Without such a subject each of the others is a query by itself.
    return next((term for term in (*any_, *all_) if is_person(term, places)), "")


def is_person(term: str, places: Collection[str]) -> bool:
    """Tell whether a search term is a handle or looks like the name of one person."""
    if re.fullmatch(r"(?:@|https?://|at://|did:)\S+", term.strip()):
        return True
    if term.casefold() in places:
        return False
    words = re.findall(r"[^\W\d_][\w'’.-]*", term)
    names = [word for word in words if not _PARTICLES.fullmatch(word)]
    if len(words) < 2 or len(words) != len(term.split()) or not 1 < len(names) <= 4:
        return False
    return bool(_FIRST_NAMES.fullmatch(names[0])) or all(name[0].isupper() for name in names)
