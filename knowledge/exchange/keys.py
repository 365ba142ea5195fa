"""The short name of an entry that came without a usable one; the same words always give the same name."""

from __future__ import annotations

from hashlib import sha256

from knowledge.faq import KEY
from knowledge.text import letters, tokens

MOST = 40  # characters of a key that is made here


def key_of(written: str) -> str:
    """Return an id of a file as a key: as it is when it may be one, else made of its letters."""
    return written if KEY.fullmatch(written) else _slug(letters(written).split(), written)


def key_for(question: str) -> str:
    words = tokens(question)
    return _slug(words, " ".join(words) or question)


def _slug(words: list[str], whole: str) -> str:
    """Join words; when something had to be left out, a mark of the whole keeps it apart from its likes."""
    kept = [word for word in words if word.isascii()]
    slug = "-".join(kept)
    if slug and len(slug) <= MOST and kept == words:
        return slug
    mark = sha256(whole.encode("utf-8", errors="replace")).hexdigest()[:8]
    return f"{slug[: MOST - 9].rstrip('-') or 'vraag'}-{mark}"
