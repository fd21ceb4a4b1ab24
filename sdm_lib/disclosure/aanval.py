"""What somebody could compute: the range of a hidden quantity, and why it is too narrow.

Deviations z = x - waarde of the hidden quantities satisfy A z = 0 within their bounds. One point where many sensitive
quantities reach their demand at once certifies them all; only the others get a linear program of their own, whose dual
says which quantities would have to be hidden too.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp

from sdm_lib.disclosure.programma import Oplossing, Programma
from sdm_lib.disclosure.stelsel import Masker, Stelsel, Vector, samenhangend

TOL = 1e-6
MAX_TEKORTEN = 60  # shortages of one group of hidden quantities that a round collects
PATRONEN = 6  # mixtures of up and down that are tried before each quantity is tried by itself
Onhaalbaar = frozenset[tuple[int, int, int]]  # quantity, side, who knows
Gaaf = set[bytes]  # groups of hidden quantities in order: what is seen does not move, so a group decides for itself
Eis = tuple[int, int, float]  # quantity in its group, side, distance
ONGRENS = 1e7  # stands for "nothing is known" where a solver needs a number


@dataclass(frozen=True, eq=False)
class Tekort:
    """A sensitive quantity that is too well known.

    knoop : its number. kant : +1 when the upper end is too low, -1 when the lower end is too high. eis : the distance
    from the true value it must reach. snede : for every quantity, how far hiding it may widen this end. bekend : a
    quantity the attacker knew already, -1 for an outsider.
    """

    knoop: int
    kant: int
    eis: float
    snede: Vector
    bekend: int = -1

    @property
    def naam(self) -> tuple[int, int, int]:
        """What is short of what, without the numbers."""
        return self.knoop, self.kant, self.bekend


def ruimte(stelsel: Stelsel) -> tuple[Vector, Vector]:
    """How far each quantity may lie below and above its true value in the attacker's eyes."""
    omlaag = np.maximum(stelsel.waarde - stelsel.onder, 0.0)
    omhoog = np.maximum(stelsel.boven - stelsel.waarde, 0.0)
    return np.minimum(omlaag, ONGRENS), np.minimum(omhoog, ONGRENS)


def tekorten(
    stelsel: Stelsel, verborgen: Masker, *, behalve: Onhaalbaar = frozenset(), gaaf: Gaaf | None = None
) -> list[Tekort]:
    """Demands that a set of hidden quantities does not meet, in a fixed order.

    Cheap reasons first: a single equation that holds a quantity too tight; then what outsiders can compute by all
    equations together; then what insiders can. Empty only when none of the three finds anything.
    behalve : demands that cannot be met at all, from `onhaalbaar`. gaaf : groups that were found in order before, under
    the same `behalve`; what is found now is added.
    """
    if uit := [tekort for tekort in enkelvoudig(stelsel, verborgen) if tekort.naam not in behalve]:
        return uit
    delen = _delen(stelsel, verborgen, gaaf=gaaf or frozenset())
    zoekers: tuple[Callable[[], Iterable[Tekort]], ...] = (
        lambda: (tekort for deel in delen for tekort in deel.tekorten(behalve=behalve)),
        lambda: (tekort for deel in delen for tekort in deel.insiders(behalve=behalve)),
    )
    for zoek in zoekers:
        if uit := list(zoek()):
            return uit
    if gaaf is not None:
        gaaf.update(deel.naam for deel in delen)
    return []


def onhaalbaar(stelsel: Stelsel, hoogstens: Masker) -> Onhaalbaar:
    """Demands that are not met even when everything that may be hidden is: somebody's own number, mostly."""
    delen = _delen(stelsel, hoogstens)
    buiten = [tekort.naam for deel in delen for tekort in deel.tekorten(hooguit=len(deel.eisen))]
    return frozenset(buiten + [tekort.naam for deel in delen for tekort in deel.insiders()])


def veilig(stelsel: Stelsel, verborgen: Masker, *, behalve: Onhaalbaar, gaaf: Gaaf) -> bool:
    """Whether every demand that can be met is; stops at the first that is not. gaaf : as in `tekorten`."""
    if any(tekort.naam not in behalve for tekort in enkelvoudig(stelsel, verborgen)):
        return False
    for deel in _delen(stelsel, verborgen, gaaf=gaaf):
        if deel.tekorten(hooguit=1, behalve=behalve) or deel.insiders(behalve=behalve):
            return False
        gaaf.add(deel.naam)
    return True


def enkelvoudig(stelsel: Stelsel, verborgen: Masker) -> list[Tekort]:
    """Demands that one equation by itself breaks: the others in it cannot move far enough."""
    omlaag, omhoog = ruimte(stelsel)
    matrix = stelsel.vergelijkingen
    positief, negatief = matrix.maximum(0), (-matrix).maximum(0)
    laag, hoog = np.where(verborgen, omlaag, 0.0), np.where(verborgen, omhoog, 0.0)
    sommen = {+1: positief @ hoog + negatief @ laag, -1: positief @ laag + negatief @ hoog}  # how far A z may go
    kolommen = matrix.tocsc()
    rij, data = kolommen.indices, kolommen.data
    kolom = np.repeat(np.arange(matrix.shape[1]), np.diff(kolommen.indptr))
    gevoelig = stelsel.gevoelig
    eis = {+1: np.minimum(stelsel.hoog - stelsel.waarde, omhoog), -1: np.minimum(stelsel.waarde - stelsel.laag, omlaag)}
    gebroken: dict[tuple[int, int], int] = {}  # quantity and side -> the first place in the matrix that holds it tight
    for kant in (+1, -1):
        tegen = np.where(data > 0, -kant, kant)  # the others move the other way, through the sign of a
        eigen = np.abs(data) * np.where((tegen > 0) == (data > 0), hoog[kolom], laag[kolom])
        totaal = np.where(tegen > 0, sommen[+1][rij], sommen[-1][rij])
        smal = gevoelig[kolom] & (eis[kant][kolom] > TOL) & ((totaal - eigen) / np.abs(data) < eis[kant][kolom] - TOL)
        for plek in np.flatnonzero(smal).tolist():
            gebroken.setdefault((int(kolom[plek]), kant), plek)
    uit: list[Tekort] = []
    for k, kant in sorted(gebroken, key=lambda een: (een[0], -een[1])):
        plek, ver = gebroken[k, kant], float(eis[kant][k])
        uit.append(Tekort(k, kant, ver, _enkele_snede(stelsel, k, int(rij[plek]), data[plek], kant, ver)))
    return uit


def _enkele_snede(stelsel: Stelsel, k: int, e: int, a: float, kant: int, eis: float) -> Vector:
    omlaag, omhoog = ruimte(stelsel)
    rij = stelsel.vergelijkingen[e]
    d = np.zeros(len(stelsel.waarde))
    d[rij.indices] = -kant * rij.data / a
    d[k] = 0.0
    return np.minimum(np.where(d > 0, d * omhoog, -d * omlaag), eis)


def _eisen(stelsel: Stelsel, k: int, omlaag: float, omhoog: float) -> list[tuple[int, float]]:
    """The distances that the ends of a range must reach, as far as bounds known beforehand allow."""
    paren = (
        (+1, min(stelsel.hoog[k] - stelsel.waarde[k], omhoog)),
        (-1, min(stelsel.waarde[k] - stelsel.laag[k], omlaag)),
    )
    return [(kant, float(eis)) for kant, eis in paren if eis > TOL]


def _delen(stelsel: Stelsel, verborgen: Masker, *, gaaf: Collection[bytes] = ()) -> list[_Deel]:
    groepen = samenhangend(stelsel.vergelijkingen, verborgen)
    return [_Deel(stelsel, g) for g in groepen if stelsel.gevoelig[g].any() and g.tobytes() not in gaaf]


def _richting(k: int, patroon: int) -> int:
    """Up (-2), down (-1), or by a bit of the number."""
    return (+1, -1)[patroon + 2] if patroon < 0 else 2 * ((k >> patroon) & 1) - 1


class _Deel:
    """Hidden quantities that hang together, as a small linear program."""

    def __init__(self, stelsel: Stelsel, groep: np.ndarray) -> None:
        self.stelsel, self.groep, self.naam = stelsel, groep, groep.tobytes()
        self.punten: list[Vector] = []  # feasible points found so far
        rijen = stelsel.vergelijkingen[:, groep]
        self.actief = np.flatnonzero(np.diff(rijen.indptr) > 0)
        self.matrix: sp.csr_matrix = rijen[self.actief]
        omlaag, omhoog = ruimte(stelsel)
        self.omlaag, self.omhoog = omlaag[groep], omhoog[groep]
        gevoelig = np.flatnonzero(stelsel.gevoelig[groep])
        self.eisen = [
            (int(k), kant, eis)
            for k in gevoelig
            for kant, eis in _eisen(stelsel, int(groep[k]), self.omlaag[k], self.omhoog[k])
        ]

    def tekorten(self, *, hooguit: int = MAX_TEKORTEN, behalve: Onhaalbaar = frozenset()) -> list[Tekort]:
        """Demands that an outsider's knowledge breaks, at most so many.

        Many demands are tried by one point; what it does not meet is tried again without the others, then by halves,
        and in the end one by one. Every point serves every demand.
        """
        over = {eis: None for eis in self.eisen if (int(self.groep[eis[0]]), eis[1], -1) not in behalve}
        stapel = [[eis for eis in over if eis[1] == kant] for kant in (-1, +1)]
        uit: list[Tekort] = []
        while stapel and len(uit) < hooguit:
            samen = [eis for eis in stapel.pop() if eis in over]
            if len(samen) == 1:
                z, tekort = self._los(samen[0])
                uit += [] if tekort is None else [tekort]
                del over[samen[0]]
            elif samen:
                z = self._samen(samen)
            else:
                continue
            for eis in [eis for eis in over if eis[1] * z[eis[0]] >= eis[2] - TOL]:
                del over[eis]
            rest = [eis for eis in samen if eis in over]
            gelijk = len(rest) == len(samen)
            stapel += [rest[1::2], rest[::2]] if gelijk else [rest]
        return uit

    def insiders(self, *, behalve: Onhaalbaar = frozenset()) -> list[Tekort]:
        """What sole contributors, who know their own value, can compute exactly."""
        alleen = np.flatnonzero(self.stelsel.alleen[self.groep])
        if len(alleen) > 1:
            self._punten_voor(alleen)
        return [tekort for k in alleen for tekort in self._exact_bekend(int(k), behalve)]

    def _punten_voor(self, alleen: np.ndarray) -> None:
        """Points in which one half of the sole contributors stays put and everything else moves; then other halves.

        Halves by the bits of their numbers: any two of them are once on different sides.
        """
        gevoelig = np.flatnonzero(self.stelsel.gevoelig[self.groep])
        for bit in range(int(len(alleen) - 1).bit_length()):
            for zijde in (0, 1):
                vast = alleen[(np.arange(len(alleen)) >> bit) & 1 == zijde]
                los = np.setdiff1d(gevoelig, vast)
                for patroon in range(-2, 1):
                    if len(los):
                        self._samen([(int(k), _richting(int(k), patroon), self._stap(int(k))) for k in los], vast)

    def _stap(self, k: int) -> float:
        return float(self.stelsel.stap[self.groep[k]])

    def _exact_bekend(self, bekend: int, behalve: Onhaalbaar) -> list[Tekort]:
        """Sensitive quantities whose two ends both stay put for somebody who knows one of the quantities."""
        gevoelig = np.flatnonzero(self.stelsel.gevoelig[self.groep])
        wie = int(self.groep[bekend])
        vast = np.array(
            [k for k in gevoelig if k != bekend and (int(self.groep[k]), +1, wie) not in behalve], dtype=np.intp
        )
        stap = self.stelsel.stap[self.groep]
        if self.punten:  # a point found before, in which the known one does not move, serves here too
            punten = np.array([z for z in self.punten if abs(z[bekend]) < TOL]).reshape(-1, len(self.groep))
            vast = vast[~(np.abs(punten[:, vast]) >= stap[vast] - TOL).any(axis=0)]
        for teken in range(-2, PATRONEN):  # all up, all down, then mixtures: a point that moves k proves k
            if len(vast):
                z = self._samen([(int(k), _richting(int(k), teken), self._stap(int(k))) for k in vast], [bekend])
                vast = vast[np.abs(z[vast]) < stap[vast] - TOL]
        uit = []
        while len(vast):
            k, vast = int(vast[0]), vast[1:]
            los = [self._los((k, kant, self._stap(k)), [bekend]) for kant in (+1, -1)]
            tekort = [t for _, t in los if t is not None]
            if len(tekort) == 2:  # either end would do, so the cuts add up to one
                snede = np.minimum(tekort[0].snede + tekort[1].snede, stap[k])
                uit.append(Tekort(tekort[0].knoop, +1, self._stap(k), snede, wie))
            for z, _ in los:
                vast = vast[np.abs(z[vast]) < stap[vast] - TOL]
        return uit

    @cached_property
    def _programma(self) -> Programma:
        return Programma(self.matrix, np.zeros(self.matrix.shape[0]))

    def _verst(
        self, doel: Vector, eisen: Sequence[Eis], bekend: Sequence[int] | np.ndarray
    ) -> tuple[Vector, Oplossing | None]:
        """The feasible point where the aim is least, no demand exceeded: far enough is far enough."""
        grenzen = {-1: -self.omlaag, +1: self.omhoog.copy()}
        vast = np.asarray(bekend, dtype=np.intp)
        grenzen[-1][vast] = grenzen[+1][vast] = 0.0
        for k, kant, eis in eisen:
            grenzen[kant][k] = kant * min(eis, kant * grenzen[kant][k])
        uit = self._programma.los(doel, grenzen[-1], grenzen[+1])
        z = np.zeros(len(doel)) if uit is None else uit.x
        self.punten.append(z)
        return z, uit

    def _samen(self, eisen: Sequence[Eis], bekend: Sequence[int] | np.ndarray = ()) -> Vector:
        """A feasible point where the demands together are met as far as one point can."""
        doel = np.zeros(len(self.groep))
        for k, kant, eis in eisen:
            doel[k] = -kant / eis
        return self._verst(doel, eisen, bekend)[0]

    def _los(self, vraag: Eis, bekend: Sequence[int] = ()) -> tuple[Vector, Tekort | None]:
        """The furthest point for one demand, and what is short of it."""
        k, kant, eis = vraag
        doel = np.zeros(len(self.groep))
        doel[k] = -kant
        z, uit = self._verst(doel, [vraag], bekend)
        if kant * z[k] >= eis - TOL:
            return z, None
        return z, Tekort(int(self.groep[k]), kant, eis, self._snede(uit, k, kant, eis))

    def _snede(self, uit: Oplossing | None, k: int, kant: int, eis: float) -> Vector:
        """The cut: for any multipliers, z_k = sum d z with d = e - A'multipliers; so hiding i adds at most its room."""
        stelsel = self.stelsel
        d = np.zeros(len(stelsel.waarde))
        d[self.groep[k]] = kant
        if uit is not None:
            d += stelsel.vergelijkingen[self.actief].T @ uit.marges
        d[np.abs(d) < 1e-7] = 0.0
        omlaag, omhoog = ruimte(stelsel)
        snede = np.where(d > 0, d * omhoog, -d * omlaag)
        return np.minimum(snede, eis)
