"""Complementary suppression: which further quantities to hide so that no hidden one can be computed.

A covering problem (hide at least cost) to which cuts are added until every demand is met: each cut says which
quantities could widen a range that is still too narrow. Small systems are solved to proof; large ones get a cover, then
repairs by the cheapest flow, then a cleaning round. Limits count nodes and rounds, never seconds, and the last resort
is to hide the whole system: the same input gives the same pattern on every machine and under load.

Source: Fischetti and Salazar-Gonzalez (2001), Management Science 47, 1008-1027.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, milp

from sdm_lib.disclosure.aanval import TOL, Gaaf, Onhaalbaar, Tekort, onhaalbaar, ruimte, tekorten, veilig
from sdm_lib.disclosure.programma import Programma
from sdm_lib.disclosure.stelsel import Masker, Nummers, Stelsel, Vector

EXACT_TOT = 160  # quantities: up to here the optimum is proven
RONDES = 20  # cutting rounds of the exact method
RONDES_HERSTEL = 24  # rounds of the large one, of which
RONDES_DEKKING = 8  # so many solve the cover again; the rest repair
KNOPEN = 500  # branch-and-bound nodes of one covering problem
SPELING = 0.02  # gap at which the cover of a large system is good enough
SCHOON_TOT = 60  # quantities that the cleaning round tries to show again


def aanvullend(stelsel: Stelsel) -> Masker:
    """Which quantities to hide besides the ones that already are.

    Returns a mask over all quantities: hidden for the sake of others.
    Quantities of infinite weight (already released) are never chosen; where that leaves a demand unmet, the auditor
    says so.
    """
    extra = np.zeros(len(stelsel.waarde), dtype=bool)
    for knopen in stelsel.delen():
        extra[knopen] |= _los_op(stelsel.deel(knopen))
    return extra


def _los_op(deel: Stelsel) -> Masker:
    vast = ~deel.zichtbaar
    if not tekorten(deel, vast):
        return np.zeros(len(vast), dtype=bool)
    keus = kandidaten(deel)
    alles = vast.copy()
    alles[keus] = True
    taak = _Taak(deel, vast, keus, alles, onhaalbaar(deel, alles))
    gevonden = _exact(taak) if len(keus) <= EXACT_TOT else None
    return (_groot(taak) if gevonden is None else gevonden) & ~vast


@dataclass(frozen=True, eq=False)
class _Taak:
    """A connected system: what is hidden already, what may be, all of that together, and what even that cannot meet."""

    deel: Stelsel
    vast: Masker
    keus: Nummers
    alles: Masker
    behalve: Onhaalbaar
    gaaf: Gaaf = field(default_factory=set)

    def tekorten(self, verborgen: Masker) -> list[Tekort]:
        return tekorten(self.deel, verborgen, behalve=self.behalve, gaaf=self.gaaf)


def kandidaten(deel: Stelsel) -> Nummers:
    """Quantities that may be hidden for others: visible, not zero, not out already."""
    return np.flatnonzero(deel.zichtbaar & np.isfinite(deel.gewicht) & (deel.waarde > TOL))


class _Dekking:
    """The covering problem: least weight over the candidates such that every cut holds."""

    def __init__(self, deel: Stelsel, keus: Nummers) -> None:
        self.deel, self.keus = deel, keus
        self.rijen: list[sp.csr_matrix] = []
        self.eisen: list[float] = []

    def sneden(self, over: Sequence[Tekort], verborgen: Masker) -> bool:
        """Add a cut for every shortage; False when no candidate can help any of them."""
        toegevoegd = [self.snede(tekort.snede, tekort.eis, verborgen) for tekort in over]
        return any(toegevoegd)

    def snede(self, coefficienten: Vector, eis: float, verborgen: Masker) -> bool:
        """Add a cut; False when no candidate can help."""
        nog = eis - float(coefficienten[verborgen].sum())
        rij = np.minimum(coefficienten[self.keus], nog)
        if nog <= TOL or rij.max(initial=0.0) <= TOL:
            return False
        self.rijen.append(sp.csr_matrix(np.where(rij > 1e-9, rij / nog, 0.0)))
        self.eisen.append(1.0)
        return True

    def los(self, *, speling: float) -> Masker | None:
        """The cheapest choice, or None when the node limit came first and left nothing."""
        n = len(self.keus)
        opties = {"node_limit": KNOPEN, "mip_rel_gap": speling}
        eis = LinearConstraint(sp.vstack(self.rijen, format="csr"), lb=np.array(self.eisen) - 1e-9)
        uit = milp(
            self.deel.gewicht[self.keus], constraints=eis, integrality=np.ones(n), bounds=Bounds(0, 1), options=opties
        )
        if uit.x is None:
            return None
        gekozen = np.zeros(len(self.deel.waarde), dtype=bool)
        gekozen[self.keus[uit.x > 0.5]] = True
        return gekozen


def _exact(taak: _Taak) -> Masker | None:
    """Cutting planes to proof: the least weight of all safe patterns. None when a limit came first."""
    vast = taak.vast
    dekking = _Dekking(taak.deel, taak.keus)
    gekozen = np.zeros(len(vast), dtype=bool)
    for _ in range(RONDES):
        over = taak.tekorten(vast | gekozen)
        if not over:
            return vast | gekozen
        if not dekking.sneden(over, vast):
            return None  # nothing that may be hidden helps
        nieuw = dekking.los(speling=0.0)
        if nieuw is None:
            return None
        gekozen = nieuw
    return None


def _groot(taak: _Taak) -> Masker:
    """A cover of the obvious cuts, repairs by cheapest flow, and cleaning; at worst the whole system is hidden."""
    dekking = _Dekking(taak.deel, taak.keus)
    verborgen = taak.vast.copy()
    for ronde in range(RONDES_HERSTEL):
        over = taak.tekorten(verborgen)
        if not over:
            return _schoon(taak, verborgen)
        nieuw = None
        if ronde < RONDES_DEKKING and dekking.sneden(over, taak.vast):
            nieuw = dekking.los(speling=SPELING)
        verborgen = _herstel(taak.deel, verborgen, over) if nieuw is None else taak.vast | nieuw
    return taak.alles if taak.tekorten(verborgen) else _schoon(taak, verborgen)


def _herstel(deel: Stelsel, verborgen: Masker, over: Sequence[Tekort]) -> Masker:
    """For each demand in turn, the cheapest way to move the quantity far enough; what it moves is hidden too."""
    uit = verborgen.copy()
    heen_en_terug = sp.hstack([deel.vergelijkingen, -deel.vergelijkingen], format="csr")
    wegen = Programma(heen_en_terug, np.zeros(heen_en_terug.shape[0]))
    for tekort in over:
        z = _goedkoopste_weg(deel, wegen, uit, tekort)
        if z is not None:
            uit |= np.abs(z) > TOL
    return uit


def _goedkoopste_weg(deel: Stelsel, wegen: Programma, verborgen: Masker, tekort: Tekort) -> Vector | None:
    """Deviations z of least cost with A z = 0 and z = eis for the quantity; hidden quantities are nearly free."""
    omlaag, omhoog = ruimte(deel)
    mag = verborgen | (deel.zichtbaar & np.isfinite(deel.gewicht) & (deel.waarde > TOL))
    if tekort.bekend >= 0:
        mag = mag & (np.arange(len(mag)) != tekort.bekend)
    prijs = np.where(verborgen, 1e-4, np.where(mag, deel.gewicht, 0.0))
    n = len(prijs)
    boven = np.concatenate([np.where(mag, omhoog, 0.0), np.where(mag, omlaag, 0.0)])
    onder = np.zeros(2 * n)
    kolom = tekort.knoop + (0 if tekort.kant > 0 else n)
    onder[kolom] = boven[kolom] = tekort.eis
    boven[tekort.knoop + (n if tekort.kant > 0 else 0)] = 0.0
    uit = wegen.los(np.concatenate([prijs, prijs]), onder, boven)
    return None if uit is None else uit.x[:n] - uit.x[n:]


def _schoon(taak: _Taak, verborgen: Masker) -> Masker:
    """Show again what proved unnecessary, dearest first; a few tries, each judged by the attack itself."""
    uit = verborgen.copy()
    los = np.flatnonzero(uit & ~taak.vast)
    for k in los[np.argsort(-taak.deel.gewicht[los], kind="stable")][:SCHOON_TOT]:
        uit[k] = False
        if not veilig(taak.deel, uit, behalve=taak.behalve, gaaf=taak.gaaf):
            uit[k] = True
    return uit
