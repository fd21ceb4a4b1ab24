"""Words that were said in an interview, found again when a word was changed, left out or put in between.

A text is cut into pairs of neighbouring words. A place on a page is a find when, within ten words, five pairs of eight
words that were said stand there; of a shorter remark seven in ten of its pairs. A remark of four words or fewer is
found only as it was said (`kanaries`). What shares fewer pairs is put in other words, and needs somebody to read it.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

SPAN, RUIMTE = 8, 10  # words that were said, and the words on a page among which they are looked for
GENOEG, DEEL = 5, 0.7  # pairs of a span, and the share of a shorter remark's pairs, from which it was said
MINSTE = 5  # words of the shortest remark
Paar = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Gezegd:
    """Remarks by their pairs: of each pair the remarks and places where it stands; nodig : pairs that make a find."""

    paren: Mapping[Paar, tuple[tuple[int, int], ...]] = field(default_factory=dict, repr=False)
    nodig: tuple[int, ...] = ()

    @classmethod
    def van(cls, uitspraken: Iterable[Sequence[str]]) -> Gezegd:
        """Index remarks, each as its words in lower case; those that are too short are left to `kanaries`."""
        paren: dict[Paar, list[tuple[int, int]]] = defaultdict(list)
        nodig: list[int] = []
        for woorden in sorted({tuple(een) for een in uitspraken if len(een) >= MINSTE}):
            for plaats, paar in enumerate(pairwise(woorden)):
                paren[paar].append((len(nodig), plaats))
            nodig.append(min(GENOEG, math.ceil(DEEL * (len(woorden) - 1))))
        return cls({paar: tuple(waar) for paar, waar in paren.items()}, tuple(nodig))

    def __or__(self, ander: Gezegd) -> Gezegd:
        eigen = len(self.nodig)
        verder = {paar: tuple((eigen + een, plaats) for een, plaats in waar) for paar, waar in ander.paren.items()}
        paren = {paar: self.paren.get(paar, ()) + verder.get(paar, ()) for paar in {*self.paren, *verder}}
        return Gezegd(paren, self.nodig + ander.nodig)

    def zoek(self, woorden: Sequence[str]) -> Iterator[int]:
        """Places in the words of a page where a remark begins that was said like this, or nearly; each once.

        >>> gezegd = Gezegd.van(["mijn zus wist gelukkig de weg naar het wijkteam".split()])
        >>> list(gezegd.zoek("zij zei mijn zus wist de weg naar het wijkteam".split()))
        [2]
        >>> list(gezegd.zoek("mijn broer vond de weg naar het buurthuis".split()))
        []
        """
        recent: dict[int, deque[tuple[int, int]]] = defaultdict(deque)
        tot = -1
        for hier, paar in enumerate(pairwise(woorden)):
            for een, plaats in self.paren.get(paar, ()):
                rij = recent[een]
                rij.append((hier, plaats))
                while rij[0][0] <= hier - RUIMTE + 1:
                    rij.popleft()
                binnen = {ander for _, ander in rij if plaats - SPAN + 1 < ander <= plaats}
                if len(binnen) >= self.nodig[een] and hier > tot:
                    yield min(waar for waar, ander in rij if ander in binnen)
                    tot = hier + RUIMTE
