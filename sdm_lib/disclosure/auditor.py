"""The independent auditor: somebody who reads everything a quarter publishes and calculates.

Written apart from the solver and in other terms: it looks at rows and what they show, sets up its own unknowns and
sums, and bounds every hidden small count by linear programs. It knows the layout, every shown number, that zeros are
shown, that a share does not exceed its denominator, and which indicators count the same thing. A gate on every run:
when it can narrow a hidden figure too far, nothing is published.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
import pandas as pd
from scipy.sparse import coo_matrix

from sdm_lib.disclosure import optellingen
from sdm_lib.disclosure.beleid import Verband
from sdm_lib.disclosure.optellingen import Cel, Ouders
from sdm_lib.disclosure.perioden import vorige
from sdm_lib.disclosure.verkenning import SPELING, Verkenning
from sdm_lib.errors import Melding, PrivacyFout

Rij = Mapping[str, Any]
Naam = tuple[str, str, Cel]  # indicator with its definition, column, cell


@dataclass(frozen=True, slots=True)
class Bereik:
    """What an attacker knows of a hidden figure: its range, and the range that must at least remain."""

    rij: int
    laag: float
    hoog: float
    eis_laag: float
    eis_hoog: float

    @property
    def te_smal(self) -> bool:
        """Whether the range is narrower than it must be."""
        return self.laag > self.eis_laag + SPELING or self.hoog < self.eis_hoog - SPELING


@dataclass(eq=False)
class _Kennis:
    """Unknowns with bounds, known numbers, and equations; unknowns that are the same thing share a number."""

    nummer: dict[Naam, int] = field(default_factory=dict)
    waar: list[float] = field(default_factory=list)
    bekend: list[bool] = field(default_factory=list)
    boven: list[float] = field(default_factory=list)
    onder: list[float] = field(default_factory=list)
    drempel: list[float] = field(default_factory=list)
    rij: list[int] = field(default_factory=list)  # a row it stands in
    sommen: list[dict[int, float]] = field(default_factory=list)
    eisen: dict[int, tuple[int, float, float]] = field(default_factory=dict)  # unknown -> row, range that must remain

    def nieuw(self, waarde: float, *, onder: float = 0.0, drempel: float = 0.0, rij: int = -1) -> int:
        self.waar.append(waarde)
        self.drempel.append(drempel)
        self.rij.append(rij)
        self.bekend.append(False)
        self.boven.append(np.inf)
        self.onder.append(onder)
        return len(self.waar) - 1


def gate(
    rijen: pd.DataFrame, lot: pd.DataFrame, *, uit: pd.Series, ouders: Ouders, verbanden: Iterable[Verband] = ()
) -> None:
    """Raise PrivacyFout when any hidden figure is too well known; say where, never what."""
    smal = te_bekend(rijen, lot, uit=uit, ouders=ouders, verbanden=verbanden)
    if smal:
        cijfers = rijen.loc[smal]
        plekken = sorted({f"{i} in {g}" for i, g in zip(cijfers["indicator"], cijfers["gebied"], strict=True)})
        raise PrivacyFout(
            Melding(
                "SDM-503",
                f"{len(smal)} verborgen cijfers zijn uit de andere cijfers te berekenen ({', '.join(plekken[:5])})",
                "Toon minder uitsplitsingen naast elkaar, of kies een hogere drempel voor dit onderwerp.",
            )
        )


def te_bekend(
    rijen: pd.DataFrame, lot: pd.DataFrame, *, uit: pd.Series, ouders: Ouders, verbanden: Iterable[Verband] = ()
) -> list[int]:
    """The rows of hidden figures whose range, as an attacker knows it, is too narrow."""
    return [een.rij for een in bereiken(rijen, lot, uit=uit, ouders=ouders, verbanden=verbanden) if een.te_smal]


def bereiken(
    rijen: pd.DataFrame, lot: pd.DataFrame, *, uit: pd.Series, ouders: Ouders, verbanden: Iterable[Verband] = ()
) -> list[Bereik]:
    """The range of every hidden small figure, as computed from what is shown.

    rijen : the true rows. lot : what was decided, with `status`. uit : rows that an earlier edition shows.
    Only the shown ones are used as numbers; the true value of a hidden one serves to set up the sums, which a reader
    knows from the layout.
    """
    kennis = _lees(rijen, lot, uit)
    _hoogstens(kennis, rijen)
    _zelfde_telling(kennis)
    _sommen(kennis, ouders)
    _balansen(kennis, verbanden)
    _zelfde_ondergrens(kennis)
    return [bereik for groep, sommen in _groepen(kennis) for bereik in _begrens(kennis, groep, sommen)]


def te_bekend_afgerond(
    rijen: pd.DataFrame,
    getoond: pd.DataFrame,
    basis: pd.Series,
    *,
    ouders: Ouders,
    verbanden: Iterable[Verband] = (),
) -> list[int]:
    """The rows of small counts that were rounded and of which the sums still leave too few values.

    rijen : the true rows; getoond : the same rows as shown; basis : what each was rounded to, 0 for the others.
    Somebody knows of a rounded count that it is less than the base away, and that the true counts add up. As many
    values as the base must remain.
    """
    if not (basis > 0).any():
        return []
    kennis, grenzen, op = _Kennis(), {}, {}
    paren = zip(rijen.to_dict("records"), getoond.to_dict("records"), basis.to_numpy(), strict=True)
    for positie, (waar, rond, stap) in enumerate(cast("Iterator[tuple[Rij, Rij, float]]", paren)):
        for kolom, waarde, drempel in _getallen(waar) if stap else ():
            k = _onbekende(kennis, positie, waar, kolom, waarde)
            schijn = abs(rond["n"] if kolom == "personen" else _boven_de_streep(rond))
            if schijn != schijn:  # an n that is not shown
                continue
            kennis.drempel[k], op[k] = max(kennis.drempel[k], drempel), stap
            ruim = stap - 1.0 if float(waarde).is_integer() else stap
            grenzen[k] = max(schijn - ruim, 0.0), schijn + ruim
            if 0 < waarde < drempel:
                kennis.eisen[k] = (positie, *grenzen[k])
    _zelfde_telling(kennis)
    _sommen(kennis, ouders)
    _balansen(kennis, verbanden)
    for k, (laag, hoog) in grenzen.items():
        kennis.onder[k], kennis.boven[k] = laag, hoog
    hoogste = max(op.values(), default=1.0)  # also for a rest, which no row shows
    klein = {kennis.eisen[k][0]: op.get(k, hoogste) for k in kennis.eisen}
    bereikt = [bereik for groep, sommen in _groepen(kennis) for bereik in _begrens(kennis, groep, sommen)]
    return sorted({een.rij for een in bereikt if een.hoog - een.laag < klein[een.rij] - 1.0 - SPELING})


def _boven_de_streep(rij: Rij) -> float:
    boven = rij["numerator"] if rij["numerator"] == rij["numerator"] else rij["value"]
    return float(boven)


def _lees(rijen: pd.DataFrame, lot: pd.DataFrame, uit: pd.Series) -> _Kennis:
    kennis = _Kennis()
    leeg = (lot["status"] == "niet_gemeten") & (rijen["n"] == 0)  # of nobody there is nothing to measure
    getoond = ((lot["status"] == "ok") | leeg | uit).to_numpy()
    beschermd = lot["status"].isin(("te_klein", "onderdrukt")).to_numpy() & ~uit.to_numpy()
    genoemd = (lot["status"] == "te_klein").to_numpy()
    primair = beschermd & ~lot["regel"].isin(("aanvullend", "samenhang")).to_numpy()
    for positie, rij in enumerate(cast("list[Rij]", rijen.to_dict("records"))):
        if rij["measure"] != "level" or rij["zonder_personen"]:
            continue
        for kolom, waarde, drempel in _getallen(rij):
            k = _onbekende(kennis, positie, rij, kolom, waarde)
            kennis.drempel[k] = max(kennis.drempel[k], drempel)
            kennis.bekend[k] |= bool(getoond[positie])
            if kolom == "telling" and rij["noemer"] >= waarde and not _groep_erachter(rij):
                kennis.boven[k] = min(kennis.boven[k], float(rij["noemer"]))  # a population is no secret
            if kolom == "antwoorden" and primair[positie] and waarde > 0:
                # a listed group has somebody in it; what counts is that its share cannot be computed from the others
                hoog = max(drempel, waarde + 1.0) if rij["policy"] == "kleine_populatie" else waarde + 1.0
                kennis.eisen.setdefault(k, (positie, waarde, hoog))
            elif kolom != "antwoorden" and beschermd[positie] and 0 < waarde < drempel:
                if genoemd[positie]:
                    kennis.boven[k] = min(kennis.boven[k], drempel - 1)
                hoog = drempel - 1 if genoemd[positie] else drempel
                oud = kennis.eisen.get(k, (0, np.inf, -np.inf))
                kennis.eisen[k] = (positie, min(oud[1], min(1.0, waarde)), max(oud[2], hoog))
            if primair[positie] and kolom == "bedrag" and waarde > 0:
                marge = rij["p_procent"] / 100.0 * waarde
                kennis.eisen.setdefault(k, (positie, waarde - marge, waarde + marge))
    return kennis


def _getallen(rij: Rij) -> Iterator[tuple[str, float, float]]:
    """The numbers in a row that count persons or add up money, with the threshold below which they are small."""
    drempel = float(rij["drempel"])
    if rij["geteld"]:
        if rij["teller"] == rij["teller"]:
            yield "telling", float(rij["teller"]), drempel
        if rij["unit"] == "euro":
            bedrag = rij["numerator"] if rij["numerator"] == rij["numerator"] else rij["value"]
            if bedrag == bedrag:
                yield "bedrag", float(bedrag), 0.0
        if rij["n"] == rij["n"] and rij["unit"] != "per_1000":
            yield "personen", float(rij["n"]), drempel
    elif rij["n"] == rij["n"]:
        yield "antwoorden", float(rij["n"]), drempel


def _groep_erachter(rij: Rij) -> bool:
    """Whether the denominator is the group that the figure is about, which is hidden with the figure."""
    return bool(rij["unit"] != "per_1000" and abs(rij["noemer"] - rij["n"]) < SPELING)


def _onbekende(kennis: _Kennis, positie: int, rij: Rij, kolom: str, waarde: float) -> int:
    naam = _naam(rij, kolom)
    if naam not in kennis.nummer:
        kennis.nummer[naam] = kennis.nieuw(waarde, onder=min(1.0, waarde), rij=positie)
    return kennis.nummer[naam]


def _naam(rij: Rij, kolom: str) -> Naam:
    jaar = "" if rij["gebied_soort"] == "gemeente" else str(rij["gebied_jaar"])
    delen = frozenset(deel for deel in str(rij["groep"]).split(";") if deel)
    cel: Cel = (str(rij["periode"]), str(rij["gebied_soort"]), str(rij["gebied"]), jaar, delen)
    return f"{rij['indicator']}|{rij['definitie']}|{rij['source']}", kolom, cel


def _hoogstens(kennis: _Kennis, rijen: pd.DataFrame) -> None:
    """Of a group there are never more who do something than there are in it."""
    deel = (rijen["measure"] == "level") & rijen["geteld"] & (rijen["noemer"] >= rijen["teller"])
    paren: dict[tuple[int, int], None] = {}
    for rij in cast("list[Rij]", rijen[deel].to_dict("records")):
        naam = _naam(rij, "telling")
        geheel = kennis.nummer.get(_naam(rij, "personen"), -1)
        if _groep_erachter(rij) and naam in kennis.nummer and geheel >= 0:
            paren[geheel, kennis.nummer[naam]] = None
    for geheel, k in paren:
        rest = kennis.nieuw(kennis.waar[geheel] - kennis.waar[k])
        kennis.sommen.append({geheel: 1.0, k: -1.0, rest: -1.0})


def _zelfde_telling(kennis: _Kennis) -> None:
    """Two columns that agree in every cell they share count the same thing: a count, its rate, persons behind it.

    Of two deliveries a reader believes that only when he sees it: in two cells or more, one of them shown twice.
    """
    reeksen: dict[tuple[str, str], dict[Cel, int]] = defaultdict(dict)
    for (indicator, kolom, cel), k in kennis.nummer.items():
        if kolom in ("telling", "personen", "antwoorden"):
            reeksen[indicator, kolom][cel] = k
    for (van, een), (naar, ander) in itertools.combinations(reeksen.items(), 2):
        samen = een.keys() & ander.keys()
        gezien = len(samen) > 1 and any(kennis.bekend[een[cel]] and kennis.bekend[ander[cel]] for cel in samen)
        register = {van[1], naar[1]} <= {"telling", "personen"} and _levering(van) == _levering(naar)
        samen = samen if gezien or register else set()
        if samen and all(abs(kennis.waar[een[cel]] - kennis.waar[ander[cel]]) < SPELING for cel in samen):
            kennis.sommen += [
                {een[cel]: 1.0, ander[cel]: -1.0} for cel in sorted(samen, key=str) if een[cel] != ander[cel]
            ]


def _levering(reeks: tuple[str, str]) -> str:
    return reeks[0].rpartition("|")[2]


def _sommen(kennis: _Kennis, ouders: Ouders) -> None:
    """Every total with its parts that a reader can line up."""
    reeksen: dict[tuple[str, str], dict[Cel, int]] = defaultdict(dict)
    for (indicator, kolom, cel), k in kennis.nummer.items():
        reeksen[indicator, kolom][cel] = k
    for (_, kolom), cellen in reeksen.items():
        opgeteld = {**optellingen.over_groepen(cellen), **optellingen.over_gebieden(cellen, ouders)}
        for (boven, _), delen in opgeteld.items():
            _som(kennis, cellen[boven], delen, tellend=kolom == "telling")
    tellend = {reeks: cellen for reeks, cellen in reeksen.items() if reeks[1] in ("telling", "personen")}
    _sommen_elders(kennis, tellend, ouders)


def _sommen_elders(kennis: _Kennis, reeksen: Mapping[tuple[str, str], Mapping[Cel, int]], ouders: Ouders) -> None:
    """Totals that stand in another series of the same delivery, or in none: as many wherever both are."""
    for tak in (tak for cellen in reeksen.values() for tak in optellingen.takken(cellen).values()):
        if 0 < sum(kennis.waar[k] for k in tak.values()) < max(kennis.drempel[k] for k in tak.values()):
            for k in tak.values():  # few together: a zero among them is hidden too
                kennis.onder[k] = 0.0
    sleutels = {deel.split("=")[0] for cellen in reeksen.values() for cel in cellen for deel in cel[4]}
    manieren = [
        (naam, wijze) for (naam, _), cellen in reeksen.items() for wijze in optellingen.elders(cellen, sleutels)
    ]
    namen = {cel for cellen in reeksen.values() for cel in cellen} | {cel for _, wijze in manieren for cel in wijze}
    manieren += [
        (naam, wijze)
        for (naam, _), cellen in reeksen.items()
        for wijze in optellingen.per_deling(cellen, ouders, namen)
    ]
    for (naam, wijze), ((ander, _), totalen) in itertools.product(manieren, reeksen.items()):
        hier = wijze.keys() & totalen.keys() if naam.rpartition("|")[2] == ander.rpartition("|")[2] else set()
        rest = (kennis.waar[totalen[cel]] - sum(kennis.waar[k] for k in wijze[cel]) for cel in hier)
        if naam != ander and all(abs(verschil) < SPELING for verschil in rest):
            for cel in sorted(hier, key=str):
                _som(kennis, totalen[cel], wijze[cel], tellend=False)
    per_levering: dict[str, list[Mapping[Cel, list[int]]]] = defaultdict(list)
    for naam, wijze in manieren:
        per_levering[naam.rpartition("|")[2]].append(wijze)
    for wijzen in per_levering.values():
        for deze, die in optellingen.even_groot(wijzen, kennis.waar):
            kennis.sommen.append({k: float((k in deze) - (k in die)) for k in {*deze} ^ {*die}})


def _som(kennis: _Kennis, geheel: int, delen: list[int], *, tellend: bool) -> None:
    """One total: exact when it holds; for counts a rest, or an overlap, closes it, and a small one must stay vague."""
    verschil = kennis.waar[geheel] - sum(kennis.waar[k] for k in delen)
    if 0 < kennis.waar[geheel] < kennis.drempel[geheel]:
        for k in delen:  # in a group that is small itself a zero is hidden too, so a hidden part may be nobody
            kennis.onder[k] = 0.0
    som = {geheel: 1.0}
    for k in delen:
        som[k] = som.get(k, 0.0) - 1.0
    if abs(verschil) > SPELING * (1 + 1e-3 * abs(kennis.waar[geheel])):
        if not tellend:
            return
        rest = kennis.nieuw(abs(verschil))
        som[rest] = -1.0 if verschil > 0 else 1.0
        drempel = max(kennis.drempel[k] for k in (geheel, *delen))
        if abs(verschil) < drempel:
            kennis.eisen[rest] = (kennis.rij[geheel], min(1.0, abs(verschil)), drempel)
    kennis.sommen.append(som)


def _balansen(kennis: _Kennis, verbanden: Iterable[Verband]) -> None:
    """Balances of the house rules; beside a small term a zero is hidden too, so any of them may be nobody."""
    op_plek: dict[tuple[str, Cel], dict[str, int]] = defaultdict(dict)
    achter = {"telling": "", "personen": "/noemer"}
    for (naam, kolom, cel), k in kennis.nummer.items():
        op_plek[naam.rpartition("|")[2], cel][naam.split("|")[0] + achter.get(kolom, f"/{kolom}")] = k
    for verband, (bron, cel) in itertools.product(verbanden, list(op_plek)):
        som: dict[int, float] = defaultdict(float)
        for term, teken in verband.termen.items():
            moment = vorige(cel[0]) if term in verband.vorig else cel[0]
            som[op_plek.get((bron, (moment, *cel[1:])), {}).get(term, -1)] += teken
        if -1 not in som and abs(sum(c * kennis.waar[k] for k, c in som.items())) < SPELING:
            kennis.sommen.append(dict(som))
            for k in som if any(0 < kennis.waar[k] < kennis.drempel[k] for k in som) else ():
                kennis.onder[k] = 0.0


def _zelfde_ondergrens(kennis: _Kennis) -> None:
    """One figure under two names is hidden under both: where the one may be nobody, so may the other."""
    paren = [tuple(som) for som in kennis.sommen if sorted(som.values()) == [-1.0, 1.0]]
    anders = True
    while anders:
        anders = False
        for een, ander in paren:
            if kennis.onder[een] != kennis.onder[ander]:
                kennis.onder[een] = kennis.onder[ander] = min(kennis.onder[een], kennis.onder[ander])
                anders = True


def _groepen(kennis: _Kennis) -> Iterator[tuple[list[int], list[dict[int, float]]]]:
    """Unknowns that share sums, as far as they are not known, with those sums; where something is to be kept vague."""
    baas = list(range(len(kennis.waar)))

    def top(k: int) -> int:
        while baas[k] != k:
            baas[k] = baas[baas[k]]
            k = baas[k]
        return k

    for som in kennis.sommen:
        onbekend = [k for k in som if not kennis.bekend[k]]
        for k in onbekend[1:]:
            baas[top(k)] = top(onbekend[0])
    groepen: dict[int, list[int]] = defaultdict(list)
    for k in range(len(kennis.waar)):
        if not kennis.bekend[k]:
            groepen[top(k)].append(k)
    sommen: dict[int, list[dict[int, float]]] = defaultdict(list)
    for som in kennis.sommen:
        for baas_ in {top(k) for k in som if not kennis.bekend[k]}:
            sommen[baas_].append(som)
    for baas_, groep in groepen.items():
        if any(k in kennis.eisen for k in groep):
            yield groep, sommen[baas_]


def _begrens(kennis: _Kennis, groep: list[int], sommen: list[dict[int, float]]) -> Iterator[Bereik]:
    """The range of each figure to be kept vague. Every solution found is kept: it shows how wide others are."""
    plaats = {k: j for j, k in enumerate(groep)}
    termen = [(e, plaats[k], c) for e, som in enumerate(sommen) for k, c in som.items() if k in plaats]
    rij, kolom, data = zip(*termen, strict=True) if termen else ((), (), ())
    bekend = [-sum(c * kennis.waar[k] for k, c in som.items() if k not in plaats) for som in sommen]
    aanval = Verkenning(
        coo_matrix((data, (rij, kolom)), shape=(len(sommen), len(groep))).tocsr(), np.array(bekend, dtype=float),
        onder=np.array([kennis.onder[k] for k in groep]), boven=np.array([kennis.boven[k] for k in groep]),
        waar=np.array([kennis.waar[k] for k in groep]),
    )  # fmt: skip
    gevraagd = [k for k in groep if k in kennis.eisen]
    eisen = [(plaats[k], *kennis.eisen[k][1:]) for k in gevraagd]
    aanval.zoek([(j, laag) for j, laag, _ in eisen], [(j, hoog) for j, _, hoog in eisen])
    for k, (j, eis_laag, eis_hoog) in zip(gevraagd, eisen, strict=True):
        yield Bereik(kennis.eisen[k][0], aanval.laagst[j], aanval.hoogst[j], eis_laag, min(eis_hoog, aanval.boven[j]))
