"""Finished files kept by what they were made from: an edit of one notebook draws one page and judges one page.

A file is found by all that it came from and was held against: what it shows, what stands around it, the code, the rules
and the deliveries of the guard. Only what the guard let through without a signature is kept; a file that was stopped or
signed off is made and judged each time. The folder is private (0700), like everything under ``data/cache``.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from sdm_lib import monitor, sources
from sdm_lib.disclosure import Publishable, onthouden
from sdm_lib.runner.bewaren import gebruikt
from sdm_lib.runner.plan import Plan, making_key
from sdm_lib.runner.store import private_folder
from sdm_lib.runner.wacht import Oordeel, Wacht, keur, leveringen_van, wacht_van

MAP = "bladen"


def _kit() -> tuple[tuple[str, int], ...]:
    """The files of the kit and when each was last saved."""
    return tuple(sorted((str(path), path.stat().st_mtime_ns) for path in monitor.PACKAGE.rglob("*.py")))


_geladen = _kit()  # when this process loaded it
_wachten: dict[str, Wacht] = {}  # the last of this process: a preview judges one page after another


@dataclass(frozen=True, eq=False)
class Balie:
    """Where finished files are kept and judged; the guard's index is made when the first file has to be judged.

    plan : whose deliveries the guard holds files against. opnieuw : take nothing from what is kept.
    """

    plan: Plan
    opnieuw: bool = False

    @cached_property
    def wacht(self) -> Wacht:
        """What files are held against."""
        if self._basis not in _wachten:
            _wachten.clear()
            _wachten[self._basis] = wacht_van(self.plan)
        return _wachten[self._basis]

    @cached_property
    def _map(self) -> Path:
        return private_folder(self.plan.root, MAP)

    @cached_property
    def _basis(self) -> str:
        """The code and rules of drawing and judging, and the deliveries that the guard holds files against."""
        paden = (
            folder / sources.load_schema(naam, folder=folder).bestand
            for folder, naam in sorted(leveringen_van(self.plan))
        )
        return afdruk(making_key(self.plan), *(sources.sha256(path) for path in paden if path.is_file()))

    def vind(self, *van: str) -> bytes | None:
        """The file that was made from this and let through, or None."""
        path = self._path(van)
        if self.opnieuw or not path.is_file():
            return None
        gebruikt(path)
        return path.read_bytes()

    def bewaar(self, inhoud: bytes, *van: str) -> None:
        """Keep a file that was let through, whole or not at all; what old code made never under the name of the new."""
        if _kit() != _geladen:
            return
        nummer, tijdelijk = tempfile.mkstemp(dir=self._map)  # 0600
        with os.fdopen(nummer, "wb") as handle:
            handle.write(inhoud)
        os.replace(tijdelijk, self._path(van))

    def kept(self, maak: Callable[[], bytes], *van: str) -> bytes:
        """The bytes that are made from this: as kept, or made and kept. They are not judged yet."""
        inhoud = self.vind(*van)
        if inhoud is None:
            inhoud = maak()
            self.bewaar(inhoud, *van)
        return inhoud

    def tabel(self, maak: Callable[[], pd.DataFrame], *van: str) -> pd.DataFrame:
        """The same for a table; its types come back as they were."""

        def als_bytes() -> bytes:
            tabel = maak()
            kolommen = {str(naam): (str(tabel[naam].dtype), tabel[naam].tolist()) for naam in tabel}
            return json.dumps(kolommen, ensure_ascii=False).encode()

        kolommen = json.loads(self.kept(als_bytes, *van))
        return pd.DataFrame({naam: pd.Series(waarden, dtype=soort) for naam, (soort, waarden) in kolommen.items()})

    def keur(
        self, naam: str, inhoud: bytes, *, soort: Any, eigen: Callable[[], Collection[str]] = frozenset
    ) -> Oordeel:
        """The verdict of the guard on a file; the same bytes held against the same persons are judged once."""
        van = ("gekeurd", naam, soort, hashlib.sha256(inhoud).hexdigest())
        if self.vind(*van) is not None:
            return Oordeel()
        oordeel = keur(self.wacht, naam, inhoud, soort=soort, eigen=eigen)
        if oordeel == Oordeel():
            self.bewaar(b"", *van)
        return oordeel

    def _path(self, van: Iterable[str]) -> Path:
        return self._map / afdruk(self._basis, *van)


def afdruk(*delen: str) -> str:
    """One hash of several texts in order.

    >>> afdruk("a", "bc") == afdruk("ab", "c")
    False
    """
    return hashlib.sha256(json.dumps(delen).encode()).hexdigest()


def van_stukken(publishables: Iterable[Publishable]) -> str:
    """One hash of everything that protected pieces can show."""
    return afdruk(*map(_van_stuk, publishables))


@onthouden
def _van_stuk(publishable: Publishable) -> str:
    som = hashlib.sha256()
    for veld in fields(publishable):
        som.update(repr(getattr(publishable, veld.name)).encode() + b"\0")
    return som.hexdigest()
