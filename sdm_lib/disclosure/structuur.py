"""From rows to a linked system: which quantities the pages show, and how they add up.

A quantity is a count in one place and group (whichever indicator shows it), the n of a survey figure, or an amount. The
equations are those a reader knows: groups add up to their total, areas to the municipality, and what does not add up
leaves a rest that can be computed as well. So a small rest (three clients of unknown area) is a small count too.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd
import scipy.sparse as sp

from sdm_lib.disclosure.bedragen import bedrag_van
from sdm_lib.disclosure.beleid import Verband
from sdm_lib.disclosure.groeperingen import Cellen, Ouders, Plek, Wijze, delingen, groeperingen, kinderen
from sdm_lib.disclosure.leeftijden import splits
from sdm_lib.disclosure.perioden import vorige
from sdm_lib.disclosure.stelsel import Masker, Stelsel, Vector
from sdm_lib.results import parse_groep

TELLINGEN = ("teller", "noemer", "n")
Tabel = tuple[str, str, str, str]  # indicator, definition, period, column
GROF = 20.0  # a figure of the whole municipality, or of everyone, weighs twenty times one of a part
SOMMEERT = 1e-6


@dataclass(frozen=True, eq=False)
class Structuur:
    """The system, and which quantities each row shows, by column (teller, noemer, n, bedrag) for row k of the table.

    soort : of each quantity: tel, bedrag, n_enquete or rest.
    """

    stelsel: Stelsel
    kolommen: Sequence[Mapping[str, int]]
    soort: tuple[str, ...]

    @property
    def knopen_van(self) -> list[tuple[int, ...]]:
        """Per row the quantities it shows."""
        return [tuple(dict.fromkeys(mijn.values())) for mijn in self.kolommen]

    def rijen(self, knopen: Masker) -> Masker:
        """The rows that show any of these quantities."""
        return np.array([any(knopen[k] for k in mijn) for mijn in self.knopen_van], dtype=bool)

    def alleenstaand(self, verborgen: Masker) -> Masker:
        """Rows whose quantities stand in no equation with another hidden one, so that "<10" says no more than that."""
        rijen = self.stelsel.vergelijkingen[:, verborgen]
        gedeeld = np.zeros(len(verborgen), dtype=bool)
        gedeeld[verborgen] = np.asarray((rijen != 0).sum(axis=0)).ravel() > 0
        return np.array([not any(gedeeld[k] for k in mijn) for mijn in self.knopen_van], dtype=bool)


class _Meting(NamedTuple):
    """A number in a row that somebody could calculate with."""

    positie: int
    kolom: str
    indicator: str
    definitie: str
    periode: str
    plek: Plek
    groep: str
    waarde: float
    drempel: float
    boven: float
    telling: str  # the sample that was counted; empty for a register, whose counts go through all its indicators

    @property
    def tabel(self) -> Tabel:
        return self.indicator, self.definitie, self.periode, self.kolom

    @property
    def sleutel(self) -> tuple[object, ...]:
        if self.kolom in TELLINGEN:
            return "tel", self.telling, self.periode, self.plek, self.groep, round(self.waarde, 3)
        return self.kolom, self.indicator, self.definitie, self.periode, self.plek, self.groep


@dataclass(eq=False)
class _Bouw:
    """Quantities and equations while they are gathered."""

    nummer: dict[tuple[object, ...], int] = field(default_factory=dict)
    waarde: list[float] = field(default_factory=list)
    soort: list[str] = field(default_factory=list)  # tel, bedrag, n_enquete, rest
    drempel: list[float] = field(default_factory=list)  # 0: never sensitive by its size
    boven: list[float] = field(default_factory=list)  # a share cannot exceed its denominator
    hoogstens: dict[tuple[int, int], None] = field(default_factory=dict)  # a part, the group that it is of
    nul: list[bool] = field(default_factory=list)  # part of a small whole, where zeros are hidden too
    grof: list[float] = field(default_factory=list)  # how much more a total weighs than a part
    som: dict[tuple[tuple[int, float], ...], None] = field(default_factory=dict)
    resten: list[int] = field(default_factory=list)

    def knoop(self, meting: _Meting) -> int:
        """The number of a quantity; the strictest threshold and bound of all rows that show it hold."""
        totalen = (meting.plek[0] == "gemeente") + (meting.groep == "")
        k = self._nummer(meting.sleutel, meting.waarde, grof=GROF**totalen)
        self.drempel[k], self.boven[k] = max(self.drempel[k], meting.drempel), min(self.boven[k], meting.boven)
        return k

    def _nummer(self, sleutel: tuple[object, ...], waarde: float, *, grof: float) -> int:
        if sleutel not in self.nummer:
            self.nummer[sleutel] = len(self.waarde)
            self.waarde.append(waarde)
            self.soort.append(str(sleutel[0]))
            self.drempel.append(0.0)
            self.boven.append(np.inf)
            self.nul.append(False)
            self.grof.append(grof)
        return self.nummer[sleutel]

    def optelling(self, geheel: int, delen: Iterable[int], *, alleen_exact: bool) -> None:
        """The parts add up to the whole, with a rest of their own when they do not.

        Parts that overlap exceed the whole; then the rest is what they share. alleen_exact : leave inexact sums out.
        """
        mijn = sorted(set(delen) - {geheel})
        if 0 < self.waarde[geheel] < self.drempel[geheel]:
            for k in mijn:
                self.nul[k] = True
        verschil = self.waarde[geheel] - sum(self.waarde[k] for k in mijn)
        termen = [(geheel, 1.0)] + [(k, -1.0) for k in mijn]
        if abs(verschil) > SOMMEERT * (1 + abs(self.waarde[geheel])):
            if alleen_exact:
                return
            rest = self._nummer(("rest", geheel, tuple(mijn)), abs(verschil), grof=1.0)
            self.drempel[rest] = max(self.drempel[k] for k in (geheel, *mijn))
            self.resten.append(rest)
            termen.append((rest, -1.0 if verschil > 0 else 1.0))
        if mijn:
            self.som[tuple(sorted(termen))] = None

    def samen_klein(self, delen: Iterable[int]) -> None:
        """Parts that are few together, published total or not: zeros among them are hidden, so a hidden one may be."""
        mijn = set(delen)
        if 0 < sum(self.waarde[k] for k in mijn) < max(self.drempel[k] for k in mijn):
            for k in mijn:
                self.nul[k] = True

    def balans(self, termen: Mapping[int, float]) -> None:
        """Quantities that add up to zero, each times its factor; left out when they do not."""
        if termen and abs(sum(c * self.waarde[k] for k, c in termen.items())) < SOMMEERT:
            if any(0 < self.waarde[k] < self.drempel[k] for k in termen):
                for k in termen:  # there a term of zero is hidden too
                    self.nul[k] = True
            self.som[tuple(sorted(termen.items()))] = None


@dataclass(frozen=True, eq=False)
class _Lot:
    """What is decided about the rows before complements: unseen, to be kept vague, out already."""

    verborgen: Masker
    gevoelig: Masker
    uit: Masker


def bouw(
    rijen: pd.DataFrame,
    *,
    verborgen: Masker,
    gevoelig: Masker,
    uit: Masker,
    ouders: Ouders,
    verbanden: Sequence[Verband] = (),
) -> Structuur:
    """The linked system of a quarter.

    rijen : from `rijen.verzamel`. verborgen : rows nobody sees; gevoelig : of those, the ones that must stay vague.
    uit : rows that stand in a released edition. verbanden : balances between indicators.
    ouders : in which area an area lies; without it areas lie in the municipality.
    Every sum a reader could try is looked at, declared or not: one that happens to hold gives as much away.
    """
    b = _Bouw()
    tabellen: dict[Tabel, Cellen] = {}
    kolommen: list[dict[str, int]] = [{} for _ in range(len(rijen))]
    tellingen: dict[Tabel, str] = {}
    for meting in _metingen(rijen):
        k = b.knoop(meting)
        tabellen.setdefault(meting.tabel, {})[meting.plek, meting.groep] = k
        tellingen[meting.tabel] = meting.telling
        kolommen[meting.positie][meting.kolom] = k
    for mijn in kolommen:
        if "teller" in mijn and "noemer" in mijn and b.waarde[mijn["teller"]] <= b.waarde[mijn["noemer"]]:
            b.hoogstens[mijn["teller"], mijn["noemer"]] = None
    for tabel, cellen in tabellen.items():
        _groepen(b, tabel, cellen)
        _gebieden(b, tabel, cellen, ouders)
    _elders(b, tabellen, tellingen, ouders)
    _verbanden(b, tabellen, verbanden)
    knopen_van = [list(dict.fromkeys(mijn.values())) for mijn in kolommen]
    stelsel = _stelsel(b, rijen, knopen_van, _Lot(verborgen, gevoelig, uit))
    return Structuur(stelsel, kolommen, tuple(b.soort))


def _metingen(rijen: pd.DataFrame) -> Iterator[_Meting]:
    """Every quantity that a row shows.

    Counts: one place, group and number is one quantity, whichever indicator shows it. A denominator counts when it is
    the group behind the figure; a population is no secret. Amounts and survey numbers: every indicator has its own, and
    none is sensitive by its size alone.
    """
    level = (rijen["measure"] == "level") & ~rijen["zonder_personen"].astype(bool)
    telling = level & rijen["geteld"]
    groep_erachter = ((rijen["noemer"] - rijen["n"]).abs() < 0.5) | (rijen["policy"] != "register")
    kolommen = {
        "teller": rijen["teller"].where(telling),
        "noemer": rijen["noemer"].where(telling & groep_erachter),
        "n": rijen["n"].where(telling & (rijen["unit"] != "per_1000")),
        "bedrag": bedrag_van(rijen).where(telling),
        "n_enquete": rijen["n"].where(level & ~rijen["geteld"]),
    }
    jaar = rijen["gebied_jaar"].mask(rijen["gebied_soort"] == "gemeente", "")
    plekken = list(zip(rijen["gebied_soort"], rijen["gebied"], jaar, strict=True))
    definitie = rijen["definitie"] + "|" + rijen["source"]  # one id in two deliveries is two figures
    vast = (
        rijen.assign(definitie=definitie)[["indicator", "definitie", "periode", "groep"]].to_numpy(dtype=str).tolist()
    )
    drempel = rijen["drempel"].to_numpy(dtype=float)
    noemer = rijen["noemer"].mask(groep_erachter).fillna(np.inf).to_numpy(dtype=float)
    steekproef = rijen["source"].mask(rijen["policy"] == "register", "").tolist()
    klein = (rijen["policy"] == "kleine_populatie").to_numpy()  # there even the size of a group points at somebody
    for kolom, waarden in kolommen.items():
        getallen = waarden.to_numpy(dtype=float)
        for positie in np.flatnonzero(~np.isnan(getallen)).tolist():
            indicator, definitie, periode, groep = vast[positie]
            yield _Meting(
                positie, kolom, indicator, definitie, periode, plekken[positie], groep, float(getallen[positie]),
                drempel=float(drempel[positie]) if kolom in TELLINGEN or klein[positie] else 0.0,
                boven=float(noemer[positie]) if kolom == "teller" else np.inf,
                telling=steekproef[positie],
            )  # fmt: skip


def _groepen(b: _Bouw, tabel: Tabel, cellen: Cellen) -> None:
    """Groups add up to the group that lacks one of their keys."""
    for (plek, boven, _), delen in kinderen(cellen).items():
        geheel = cellen.get((plek, boven))
        deling = splits(tuple(delen))
        b.samen_klein(delen.values())
        if geheel is not None:
            b.optelling(geheel, [delen[w] for w in deling.delen], alleen_exact=tabel[3] != "teller")
        for geheel_w, delen_w in deling.verbanden:
            b.optelling(delen[geheel_w], [delen[w] for w in delen_w], alleen_exact=False)


def _elders(b: _Bouw, tabellen: Mapping[Tabel, Cellen], tellingen: Mapping[Tabel, str], ouders: Ouders) -> None:
    """Groups or areas that add up to the numbers of another indicator, wherever both are.

    Users of one to six provisions are all users; jeugd, jeugd+wmo and so on are all who use jeugd.
    """
    sleutels = {sleutel for cellen in tabellen.values() for _, groep in cellen for sleutel in parse_groep(groep)}
    samen: dict[tuple[str, str], list[Cellen]] = defaultdict(list)
    for tabel, cellen in tabellen.items():
        if tabel[3] in TELLINGEN:
            samen[tellingen[tabel], tabel[2]].append(cellen)
    for groep in samen.values():
        overal = {plek for cellen in groep for plek, _ in cellen}
        manieren = [wijze for cellen in groep for wijze in groeperingen(cellen, sleutels)]
        manieren += [wijze for cellen in groep for wijze in delingen(cellen, overal, ouders)]
        for sommen, ander in itertools.product(manieren, groep):
            hier = sommen.keys() & ander.keys()
            if all(abs(b.waarde[ander[c]] - sum(b.waarde[k] for k in sommen[c])) < SOMMEERT for c in hier):
                for cel in sorted(hier):
                    b.optelling(ander[cel], sommen[cel], alleen_exact=True)
        _zonder_totaal(b, manieren, groep)


def _zonder_totaal(b: _Bouw, manieren: Sequence[Wijze], tabellen: Sequence[Cellen]) -> None:
    """Parts of one table that are as many as parts of another, wherever both are, while no table shows how many."""
    getoond = {(cel, round(b.waarde[k], 3)) for cellen in tabellen for cel, k in cellen.items()}
    sommen = [{cel: round(sum(b.waarde[k] for k in delen), 3) for cel, delen in wijze.items()} for wijze in manieren]
    met: dict[tuple[tuple[Plek, str], float], list[int]] = defaultdict(list)
    for nummer, som in enumerate(sommen):
        for sleutel in som.items():
            if sleutel not in getoond:
                met[sleutel].append(nummer)
    for (cel, _), nummers in met.items():
        for plaats, dit in enumerate(nummers):
            gelijk = (
                k for k in nummers[:plaats] if all(sommen[k][c] == x for c, x in sommen[dit].items() if c in sommen[k])
            )
            for een in itertools.islice(gelijk, 1):
                termen = Counter(manieren[een][cel])
                termen.subtract(Counter(manieren[dit][cel]))
                b.balans({k: float(c) for k, c in sorted(termen.items()) if c})


def _gebieden(b: _Bouw, tabel: Tabel, cellen: Cellen, ouders: Ouders) -> None:
    """Areas add up to the area they lie in, and those of one division to the municipality."""
    for wijze in delingen(cellen, {plek for plek, _ in cellen}, ouders):
        for cel, delen in wijze.items():
            if cel in cellen:
                b.optelling(cellen[cel], delen, alleen_exact=tabel[3] != "teller")


def _verbanden(b: _Bouw, tabellen: Mapping[Tabel, Cellen], verbanden: Sequence[Verband]) -> None:
    """Balances between indicators: begin plus in minus out is end, and begin is what the end was before."""
    per_term: dict[tuple[str, str, str], Cellen] = defaultdict(dict)
    for (indicator, definitie, periode, kolom), cellen in tabellen.items():
        bron = definitie.rpartition("|")[2]
        per_term[indicator if kolom == "teller" else f"{indicator}/{kolom}", bron, periode].update(cellen)
    bronnen = sorted({(bron, periode) for _, bron, periode in per_term})
    for verband, (bron, periode) in itertools.product(verbanden, bronnen):
        toen = vorige(periode) if verband.vorig else ""
        wanneer = ((naam, toen if naam in verband.vorig else periode) for naam in verband.termen)
        tabellen_nu = [per_term.get((naam, bron, moment), {}) for naam, moment in wanneer]
        for cel in sorted(set.intersection(*(set(tabel) for tabel in tabellen_nu))):
            termen: Counter[int] = Counter()  # two terms of equal size may be one quantity
            for tabel, teken in zip(tabellen_nu, verband.termen.values(), strict=True):
                termen[tabel[cel]] += teken
            b.balans({k: float(c) for k, c in termen.items() if c})


def _stelsel(b: _Bouw, rijen: pd.DataFrame, knopen_van: list[list[int]], lot: _Lot) -> Stelsel:
    n = len(b.waarde)
    waarde = np.array(b.waarde, dtype=float)
    getoond = np.zeros(n, dtype=np.int64)
    vrij = np.zeros(n, dtype=bool)
    een_aanbieder = np.zeros(n, dtype=bool)
    een = (rijen["aanbieders"] == 1).to_numpy()
    for positie, mijn in enumerate(knopen_van):
        een_aanbieder[[k for k in mijn if b.soort[k] == "bedrag"]] |= bool(een[positie])
        getoond[mijn] += not lot.verborgen[positie]
        vrij[mijn] |= bool(lot.uit[positie])
    laag, hoog = _eisen(b, waarde, rijen, knopen_van, lot.gevoelig)
    laag[vrij] = hoog[vrij] = np.nan  # what is out cannot be taken back
    gewicht = getoond * np.array(b.grof, dtype=float) + 1e-3 * np.log1p(waarde)
    gewicht[vrij] = np.inf
    zichtbaar = vrij | ((getoond > 0) & np.isnan(laag))
    boven = np.array(b.boven, dtype=float)
    for deel, geheel in b.hoogstens:  # a group that is seen bounds whoever is in it
        boven[deel] = min(boven[deel], waarde[geheel] if zichtbaar[geheel] else np.inf)
    return Stelsel(
        waarde=waarde,
        onder=np.where(b.nul, 0.0, np.minimum(1.0, waarde)),  # where zeros are shown, what is hidden is one or more
        boven=np.maximum(boven, waarde),
        gewicht=gewicht,
        vergelijkingen=_matrix(b, n),
        zichtbaar=zichtbaar,
        laag=laag,
        hoog=hoog,
        alleen=np.isfinite(laag) & ((waarde == 1) & (np.array(b.soort) == "tel") | een_aanbieder),
        stap=np.where(np.array(b.soort) == "bedrag", np.fmin(hoog - waarde, waarde - laag), 1.0),
    )


def _eisen(
    b: _Bouw, waarde: Vector, rijen: pd.DataFrame, knopen_van: list[list[int]], gevoelig: Masker
) -> tuple[Vector, Vector]:
    """The range that must remain around each sensitive quantity; NaN for the others.

    A small count: from 1 to the threshold. An amount: plus and minus p percent. Any other hidden figure (a complement,
    a small difference between editions): as far to both sides as the threshold; a survey number: not exactly.
    """
    n = len(waarde)
    drempel = np.array(b.drempel, dtype=float)
    soort = np.array(b.soort)
    laag, hoog = np.full(n, np.nan), np.full(n, np.nan)
    p = rijen["p_procent"].to_numpy(dtype=float) / 100.0
    grens = rijen["drempel"].to_numpy(dtype=float)
    for positie in np.flatnonzero(gevoelig):
        mijn = np.array(knopen_van[positie], dtype=np.intp)
        klein = mijn[(waarde[mijn] < drempel[mijn]) & (soort[mijn] != "bedrag")]
        for k in klein:
            onder = waarde[k] if soort[k] == "n_enquete" else min(1.0, waarde[k])  # a listed group has members
            _ruimer(laag, hoog, k, onder, max(drempel[k], waarde[k] + 1.0))
        bedragen = mijn[soort[mijn] == "bedrag"]
        groot = bedragen if len(bedragen) or len(klein) else mijn[:1]
        for k in groot:
            ruim = {"bedrag": p[positie] * waarde[k], "n_enquete": 1.0}.get(soort[k], grens[positie])
            onder = waarde[k] if soort[k] == "n_enquete" else max(waarde[k] - ruim, min(1.0, waarde[k]))
            _ruimer(laag, hoog, k, onder, waarde[k] + ruim)
    for k in b.resten:
        if 0 < waarde[k] < drempel[k]:
            _ruimer(laag, hoog, k, min(1.0, waarde[k]), drempel[k])
    return laag, hoog


def _ruimer(laag: Vector, hoog: Vector, k: int, onder: float, boven: float) -> None:
    laag[k] = onder if np.isnan(laag[k]) else min(laag[k], onder)
    hoog[k] = boven if np.isnan(hoog[k]) else max(hoog[k], boven)


def _matrix(b: _Bouw, n: int) -> sp.csr_matrix:
    rij = [e for e, termen in enumerate(b.som) for _ in termen]
    kolom = [k for termen in b.som for k, _ in termen]
    data = [c for termen in b.som for _, c in termen]
    return sp.csr_matrix((np.array(data, dtype=float), (rij, kolom)), shape=(len(b.som), n))
