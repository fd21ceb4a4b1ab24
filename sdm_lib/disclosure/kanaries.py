"""Values that may not occur anywhere: respondent ids, pseudonyms, open answers. Indexed once, looked up per page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import pandas as pd

from sdm_lib.disclosure.gezegd import Gezegd

_WOORD = re.compile(r"[0-9A-Za-z\u00c0-\u024f][\w\u00c0-\u024f-]*")
KORTSTE = 6  # a shorter id is a common word or number: finding it would say nothing
KORTSTE_GETAL = 8  # of digits only, the same
EIGEN = 0.9  # share of different values from which a column names its records
SCHINDEL = 4  # words of an open answer that together are its own


@dataclass(frozen=True, slots=True)
class Kanaries:
    """An index of forbidden values.

    woorden : ids, in lower case. zinnen : the first four words of an open answer with all its words.
    overgeslagen : how many values were too short to be told from ordinary text.
    gezegd : what was said in interviews, which may not stand there in nearly the same words either.
    """

    woorden: frozenset[str]
    zinnen: Mapping[tuple[str, ...], tuple[tuple[str, ...], ...]]
    overgeslagen: int
    gezegd: Gezegd = field(default_factory=Gezegd)
    _eerste: frozenset[str] = field(init=False, repr=False, compare=False)  # words that a phrase begins with

    def __post_init__(self) -> None:
        object.__setattr__(self, "_eerste", frozenset(begin[0] for begin in self.zinnen))

    @classmethod
    def van(cls, waarden: Iterable[str], *, gezegd: Iterable[str] = ()) -> Kanaries:
        """Index values; texts of four words and more are open answers, the rest are ids. gezegd : texts of interviews.

        >>> Kanaries.van(["a1b2c3d4e5f60718", "mijn buurman helpt mij altijd", "ja"]).overgeslagen
        1
        """
        woorden: set[str] = set()
        zinnen: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
        overgeslagen = 0
        for waarde in waarden:
            delen = tuple(_WOORD.findall(waarde.lower()))
            if len(delen) >= SCHINDEL:
                zinnen.setdefault(delen[:SCHINDEL], set()).add(delen)
            elif len(delen) == 1 and len(delen[0]) >= (KORTSTE_GETAL if delen[0].isdigit() else KORTSTE):
                woorden.add(delen[0])
            else:
                overgeslagen += 1
        vast = {sleutel: tuple(sorted(groep)) for sleutel, groep in zinnen.items()}
        uitspraken = Gezegd.van([woord.lower() for woord in _WOORD.findall(tekst)] for tekst in gezegd)
        return cls(frozenset(woorden), vast, overgeslagen, uitspraken)

    @classmethod
    def uit(cls, *frames: pd.DataFrame) -> Kanaries:
        """The values of frames without a schema that may not occur: those of columns that nearly name a record.

        >>> import pandas as pd
        >>> Kanaries.uit(pd.DataFrame({"id": ["ab12cd34", "ef56gh78"], "wet": ["wmo", "wmo"]})).woorden
        frozenset({...})
        """
        waarden: set[str] = set()
        for frame in frames:
            for k in range(frame.shape[1]):
                kolom = frame.iloc[:, k].dropna()
                if kolom.dtype.kind not in "fMb" and len(kolom) and kolom.nunique() > EIGEN * len(kolom):
                    waarden |= {str(waarde) for waarde in kolom.unique()}
        return cls.van(waarden)

    def __or__(self, ander: Kanaries) -> Kanaries:
        sleutels = {*self.zinnen, *ander.zinnen}
        zinnen = {s: tuple(sorted({*self.zinnen.get(s, ()), *ander.zinnen.get(s, ())})) for s in sleutels}
        overgeslagen = self.overgeslagen + ander.overgeslagen
        return Kanaries(self.woorden | ander.woorden, zinnen, overgeslagen, self.gezegd | ander.gezegd)

    def zoek(self, tekst: str) -> Iterator[int]:
        """Positions in a text where a forbidden value stands."""
        if not self.woorden and not self.zinnen:
            return
        woorden, plekken = _gelezen(tekst)
        if not self.woorden.isdisjoint(woorden):
            yield from (plek for woord, plek in zip(woorden, plekken, strict=True) if woord in self.woorden)
        for k, woord in enumerate(woorden):
            if woord in self._eerste:
                for zin in self.zinnen.get(tuple(woorden[k : k + SCHINDEL]), ()):
                    if tuple(woorden[k : k + len(zin)]) == zin:
                        yield plekken[k]

    def zoek_gezegd(self, tekst: str) -> Iterator[int]:
        """Positions in a text where stands what was said in an interview, in the same words or nearly."""
        if self.gezegd.nodig:
            woorden, plekken = _gelezen(tekst)
            yield from (plekken[k] for k in self.gezegd.zoek(woorden))


@lru_cache(maxsize=1)  # the same text is searched for values and for what was said
def _gelezen(tekst: str) -> tuple[list[str], list[int]]:
    """The words of a text in small letters, and where each begins."""
    gevonden = [(match[0].lower(), match.start()) for match in _WOORD.finditer(tekst)]
    return [woord for woord, _ in gevonden], [plek for _, plek in gevonden]
