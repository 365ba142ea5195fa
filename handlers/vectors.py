"""Keeps what a model of meaning made of the answers, so that the next start need not make it again."""

from __future__ import annotations

import io
from collections.abc import Iterator, MutableMapping
from pathlib import Path

import numpy as np
import structlog

from knowledge.suggest.index import Numbers

log = structlog.get_logger()


class Stopped(Exception):
    """Balie stops, so nothing more is made."""


class Vectors(MutableMapping[str, Numbers]):
    """Vectors by key, in a file that holds no text; what a build did not ask for is forgotten when it is saved."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, Numbers] = _read(path)
        self._asked: set[str] = set()
        self._stopped = False
        self.saved = False  # what a build made stands in the file

    def stop(self) -> None:
        """End a build that makes vectors; one takes 20 ms."""
        self._stopped = True

    def save(self) -> None:
        """Write what the last build asked for: nothing stays of an answer that changed or a wording that was erased."""
        self._known = {key: self._known[key] for key in self._known if key in self._asked}
        self._asked = set()
        content = io.BytesIO()
        np.savez(content, keys=np.array(list(self._known)), vectors=np.array(list(self._known.values())))
        fresh = self._path.with_name(self._path.name + ".part")
        try:
            fresh.touch(mode=0o600)
            fresh.write_bytes(content.getvalue())
            fresh.replace(self._path)
            self.saved = True
        except OSError as exc:
            log.warning("vectors not kept: the next start takes longer", reason=type(exc).__name__)

    def __getitem__(self, key: str) -> Numbers:
        self._asked.add(key)
        return self._known[key]

    def __setitem__(self, key: str, vector: Numbers) -> None:
        if self._stopped:
            raise Stopped
        self._known[key] = vector

    def __delitem__(self, key: str) -> None:
        del self._known[key]

    def __contains__(self, key: object) -> bool:
        return key in self._known

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def _read(path: Path) -> dict[str, Numbers]:
    """Return what was kept; nothing of a file that is not there or not whole."""
    try:
        with np.load(path, allow_pickle=False) as kept:
            return dict(zip(map(str, kept["keys"]), kept["vectors"], strict=True))
    except (OSError, ValueError, KeyError, EOFError):
        return {}
