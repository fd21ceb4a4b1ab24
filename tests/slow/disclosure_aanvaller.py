"""Somebody who downloads everything a quarter publishes and calculates: written apart from solver and auditor.

Reads `cijfers.csv` and the workbook as bytes. Of every figure that is shown in either the attacker is given all numbers
behind it in full (value, count, denominator, n, amount), also those that no file prints. Of a hidden one the attacker
knows that it exists, its sign, that zeros are shown, every sum and every pair of equal series it takes part in, and
sums among indicators that nobody declared (what came in and went out), found by trying all of them.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.sparse import lil_matrix

from sdm_lib.results import MATEN, Piece, geteld, policies

DREMPEL = 10
SLEUTEL = ("indicator", "definitie", "periode", "gebied_soort", "gebied", "gebied_jaar", "groep", "measure", "source")
CSV_SLEUTEL = (*SLEUTEL[:7], "maat", "bron")
Sleutel = tuple[str, ...]
Cel = tuple[str, str, str]  # kind of area, code, group
Grens = tuple[float, float | None]
Reeks = tuple[str, str, str, str, str]  # indicator, definition, source, period, what is counted


@dataclass(frozen=True)
class Smal:
    """A hidden figure that is known too well."""

    cel: tuple[Reeks, Cel]
    waar: float
    laag: float
    hoog: float


def status_per_cel(cijfers: bytes) -> dict[Sleutel, str]:
    """What `cijfers.csv` says of every figure: ok, or why not."""
    rijen = csv.DictReader(io.StringIO(cijfers.decode("utf-8-sig")), delimiter=";")
    uit: dict[Sleutel, str] = {}
    for rij in rijen:
        sleutel = tuple(rij[kolom] for kolom in CSV_SLEUTEL)
        assert (rij["status"] == "ok") == bool(rij["waarde"]), sleutel
        assert rij["status"] == "ok" or not any(rij[k] for k in ("ondergrens", "bovengrens", "n")), sleutel
        uit[sleutel] = "ok" if uit.get(sleutel) == "ok" else rij["status"]
    return uit


def anders_in_werkboek(xlsx: bytes, cijfers: bytes) -> list[tuple[str, ...]]:
    """Numbers in the workbook that `cijfers.csv` does not show, and the other way round: kenmerk, measure, source.

    A figure of two topics stands on two sheets, under the names it has there.
    """
    in_csv: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for rij in csv.DictReader(io.StringIO(cijfers.decode("utf-8-sig")), delimiter=";"):
        if rij["waarde"]:
            in_csv[rij["indicator"], MATEN[rij["maat"]], rij["bron"]].append(rij["waarde"])
    in_boek: dict[tuple[str, ...], list[float]] = defaultdict(list)
    for veld in _rijen_in_werkboek(xlsx):
        getal = isinstance(veld["Waarde"], int | float)
        assert getal or all(veld[k] in (None, "") for k in ("Ondergrens", "Bovengrens", "n")), veld["Kenmerk"]
        if getal:
            sleutel = tuple(str(veld[k]) for k in ("Kenmerk", "Maat", "Bron"))
            in_boek[sleutel].append(float(veld["Waarde"]))  # type: ignore[arg-type]
    mist = [k for k, lijst in in_boek.items() for x in lijst if not any(_staat_als(x, t) for t in in_csv[k])]
    return mist + [k for k, lijst in in_csv.items() for t in lijst if not any(_staat_als(x, t) for x in in_boek[k])]


def _staat_als(getal: float, tekst: str) -> bool:
    """Whether a number reads as this text, rounded to its decimals."""
    return abs(getal - float(tekst.replace(",", "."))) <= 0.501 * 10.0 ** -len(tekst.partition(",")[2])


def _rijen_in_werkboek(xlsx: bytes) -> Iterable[dict[str, object]]:
    import openpyxl

    for blad in openpyxl.load_workbook(io.BytesIO(xlsx), read_only=True).worksheets:
        rijen = [rij for rij in blad.iter_rows(values_only=True) if rij and any(cel is not None for cel in rij)]
        kop = next((k for k, rij in enumerate(rijen) if rij[0] == "Kenmerk"), None)
        if kop is not None:
            yield from (dict(zip(rijen[kop], rij, strict=True)) for rij in rijen[kop + 1 :])


def waarheid(pieces: Iterable[Piece]) -> pd.DataFrame:
    """All true rows, each cell once."""
    delen = [p.results.frame.assign(policy=policies(p.results.frame, policy=p.policy, opties=p.opties)) for p in pieces]
    rijen = pd.concat(delen, ignore_index=True).drop_duplicates(list(SLEUTEL)).reset_index(drop=True)
    return rijen.assign(geteld=geteld(rijen, policy=rijen["policy"]))


@dataclass
class Aanvaller:
    """Quantities by series and cell, what is known of them, and the sums among them."""

    zonder_personen: Sequence[str]
    waarde: dict[tuple[Reeks, Cel], float] = field(default_factory=dict)
    bekend: set[tuple[Reeks, Cel]] = field(default_factory=set)
    hoogstens: dict[tuple[Reeks, Cel], float] = field(default_factory=dict)
    eis: dict[tuple[Reeks, Cel], tuple[float, float]] = field(default_factory=dict)
    sommen: list[dict[tuple[Reeks, Cel], float]] = field(default_factory=list)
    kan_nul: set[tuple[Reeks, Cel]] = field(default_factory=set)
    kleine_verschillen: list[tuple[Reeks, Cel]] = field(default_factory=list)  # counts of two editions side by side

    def lees(self, waar: pd.DataFrame, status: Mapping[Sleutel, str], *, editie: str = "") -> None:
        """Take in a publication: true rows, and the status each has in what was published.

        editie : marks the quantities of a publication of other data; what is the same there is one quantity.
        """
        for rij in waar.to_dict("records"):
            sleutel = tuple(str(rij[kolom]) for kolom in SLEUTEL)
            if rij["measure"] != "level" or rij["source"] in self.zonder_personen or sleutel not in status:
                continue
            cel = (rij["gebied_soort"], rij["gebied"], rij["groep"])
            for soort, waarde in self._getallen(rij):
                reeks = (rij["indicator"], rij["definitie"], rij["source"], rij["periode"], soort)
                eerder = self.waarde.get((reeks, cel))
                if editie and eerder != waarde:
                    if eerder is not None and (reeks, cel) in self.bekend and status[sleutel] == "ok":
                        klein = rij["geteld"] and soort in ("teller", "n") and abs(eerder - waarde) < DREMPEL
                        self.kleine_verschillen += [(reeks, cel)] if klein else []
                    reeks = (*reeks[:4], soort + editie)
                self._zet((reeks, cel), waarde, status[sleutel], rij)

    def _getallen(self, rij: Mapping[str, object]) -> Iterable[tuple[str, float]]:
        teller = rij["value"] if rij["unit"] == "aantal" and rij["numerator"] != rij["numerator"] else rij["numerator"]
        if rij["geteld"] and rij["unit"] in ("aantal", "aandeel", "per_1000") and teller == teller:
            yield "teller", abs(float(teller))  # type: ignore[arg-type]
        if rij["policy"] == "register" and rij["unit"] == "euro" and rij["value"] == rij["value"]:
            yield "bedrag", float(rij["value"])  # type: ignore[arg-type]
        if rij["n"] == rij["n"] and rij["unit"] != "per_1000":
            yield "n", float(rij["n"])  # type: ignore[arg-type]

    def _zet(self, naam: tuple[Reeks, Cel], waarde: float, status: str, rij: Mapping[str, object]) -> None:
        self.waarde[naam] = waarde
        if status == "ok":
            self.bekend.add(naam)
        soort = naam[0][4]
        klein = 0 < waarde < DREMPEL
        if status in ("te_klein", "onderdrukt") and klein and rij["geteld"] and not soort.startswith("bedrag"):
            self.eis[naam] = (1.0, DREMPEL - 1.0)
            if status == "te_klein" and soort.startswith("teller"):
                self.hoogstens[naam] = DREMPEL - 1.0
        if status in ("te_klein", "onderdrukt") and klein and not rij["geteld"]:
            self.eis[naam] = (waarde, waarde + 1.0)  # not to be computed exactly

    def leg_verbanden(self) -> None:
        """Every sum of the layout that holds, and every series that runs along with another."""
        reeksen: dict[Reeks, dict[Cel, float]] = defaultdict(dict)
        for (reeks, cel), waarde in self.waarde.items():
            reeksen[reeks][cel] = waarde
        for reeks, cellen in reeksen.items():
            for boven, delen in itertools.chain(_groepen(cellen), _gebieden(cellen)):
                if abs(cellen[boven] - sum(cellen[deel] for deel in delen)) < 1e-6 * (1 + abs(cellen[boven])):
                    self.sommen.append({(reeks, boven): 1.0, **{(reeks, deel): -1.0 for deel in delen}})
                if 0 < cellen[boven] < DREMPEL:
                    self.kan_nul |= {(reeks, deel) for deel in delen}
        for som in _elders(reeksen):
            self.sommen.append(som)
            geheel, *delen = som
            if 0 < self.waarde[geheel] < DREMPEL:
                self.kan_nul |= {*delen}
        self.sommen += _zonder_totaal(reeksen)
        for reeks, cellen in reeksen.items():
            for delen in _takken(cellen).values():
                if 0 < sum(cellen[deel] for deel in delen) < DREMPEL:  # few together: a zero among them is hidden too
                    self.kan_nul |= {(reeks, deel) for deel in delen}
        for een, ander in itertools.combinations(sorted(reeksen), 2):
            samen = reeksen[een].keys() & reeksen[ander].keys()
            if samen and all(abs(reeksen[een][cel] - reeksen[ander][cel]) < 1e-6 for cel in samen):
                self.sommen += [{(een, cel): 1.0, (ander, cel): -1.0} for cel in sorted(samen)]
        for som in _balansen(reeksen):
            self.sommen.append(som)
            if any(0 < self.waarde[naam] < DREMPEL for naam in som):  # there a zero is hidden too
                self.kan_nul |= som.keys()
        gelijk = [som.keys() for som in self.sommen if sorted(som.values()) == [-1.0, 1.0]]
        while nieuw := [paar for paar in gelijk if len(paar & self.kan_nul) == 1]:
            self.kan_nul = self.kan_nul.union(*nieuw)  # one figure under two names is hidden under both

    def te_smal(self) -> list[Smal]:
        """The hidden figures whose range is narrower than it must be."""
        uit: list[Smal] = []
        for groep in self._samenhangend():
            uit += self._begrens(groep)
        return uit

    def _samenhangend(self) -> list[list[tuple[Reeks, Cel]]]:
        buren: dict[tuple[Reeks, Cel], set[int]] = defaultdict(set)
        for e, som in enumerate(self.sommen):
            for naam in som.keys() - self.bekend:
                buren[naam].add(e)
        gezien: set[tuple[Reeks, Cel]] = set()
        groepen = []
        for start in self.eis:
            if start in gezien or start in self.bekend:
                continue
            groep, stapel = {start}, [start]
            while stapel:
                for e in buren[stapel.pop()]:
                    nieuw = self.sommen[e].keys() - self.bekend - groep
                    groep |= nieuw
                    stapel += nieuw
            gezien |= groep
            groepen.append(sorted(groep))
        return groepen

    def door_wie_alleen_is(self) -> list[tuple[tuple[Reeks, Cel], tuple[Reeks, Cel]]]:
        """Who is the only one in a hidden cell knows that cell: other hidden counts that such a one can compute."""
        uit = []
        for groep in self._samenhangend():
            matrix, rechts, grenzen, plaats = self._stelsel(groep)
            geheim = [naam for naam in self.eis if naam in plaats and naam[0][4].startswith("teller")]
            for ik in [naam for naam in geheim if self.waarde[naam] == 1]:
                anderen = [naam for naam in geheim if not self._zelf(naam, ik)]
                mijn = [*grenzen]
                mijn[plaats[ik]] = (1.0, 1.0)
                gezien: list[np.ndarray] = []
                for naam in anderen:
                    k = plaats[naam]
                    for factor in (1.0, -1.0):
                        if not gezien or np.ptp([z[k] for z in gezien]) < 0.5:
                            doel = np.zeros(len(groep))
                            doel[k] = factor
                            boven = [(laag, hoog if hoog is not None else 1e6) for laag, hoog in mijn]
                            gezien.append(linprog(doel, A_eq=matrix, b_eq=rechts, bounds=boven).x)
                    if np.ptp([z[k] for z in gezien]) < 0.5:
                        uit.append((ik, naam))
        return uit

    def _zelf(self, naam: tuple[Reeks, Cel], ik: tuple[Reeks, Cel]) -> bool:
        """Whether the one person in a cell is the one in the other: same cell, or one that shares a word with it."""
        woorden = [set(re.split(r"[=;+]", cel[2])[1:]) for _, cel in (naam, ik)]
        return naam[1] == ik[1] or (
            naam[1][:2] == ik[1][:2] and self.waarde[naam] == 1 and bool(woorden[0] & woorden[1])
        )

    def _stelsel(self, groep: list[tuple[Reeks, Cel]]) -> tuple[object, np.ndarray, list[Grens], dict[object, int]]:
        """The sums of one group with what is known filled in, and the bounds of the rest."""
        plaats = {naam: k for k, naam in enumerate(groep)}
        sommen = [som for som in self.sommen if any(naam in plaats for naam in som)]
        matrix, rechts = lil_matrix((len(sommen), len(groep))), np.zeros(len(sommen))
        for e, som in enumerate(sommen):
            for naam, factor in som.items():
                if naam in plaats:
                    matrix[e, plaats[naam]] = factor
                else:
                    rechts[e] -= factor * self.waarde[naam]
        onder = [0.0 if naam in self.kan_nul else min(1.0, self.waarde[naam]) for naam in groep]
        return (
            matrix.tocsr(),
            rechts,
            [(laag, self.hoogstens.get(n)) for laag, n in zip(onder, groep, strict=True)],
            plaats,
        )

    def _begrens(self, groep: list[tuple[Reeks, Cel]]) -> Iterable[Smal]:
        matrix, rechts, grenzen, plaats = self._stelsel(groep)
        for naam, (eis_laag, eis_hoog) in self.eis.items():
            if naam in plaats:
                doel = np.zeros(len(groep))
                doel[plaats[naam]] = 1.0
                opgelost = [linprog(f * doel, A_eq=matrix, b_eq=rechts, bounds=grenzen) for f in (1, -1)]
                assert all(uit.status in (0, 3) for uit in opgelost)
                laag, hoog = (uit.x[plaats[naam]] if uit.status == 0 else np.inf for uit in opgelost)
                if laag > eis_laag + 1e-4 or hoog < eis_hoog - 1e-4:
                    yield Smal(naam, self.waarde[naam], laag, hoog)


def _elders(reeksen: Mapping[Reeks, Mapping[Cel, float]]) -> Iterable[dict[tuple[Reeks, Cel], float]]:
    """Groups of one series that add up to another series wherever both are: all, or those with a word in common.

    Users of one to six provisions are all users; who uses jeugd, jeugd+wmo and so on are all who use jeugd.
    """
    sleutels = {
        deel.split("=")[0] for cellen in reeksen.values() for _, _, g in cellen for deel in g.split(";") if deel
    }
    for een, ander in itertools.permutations(sorted(reeksen), 2):
        if een[2:4] != ander[2:4] or een[0] == ander[0]:
            continue
        cellen, totalen = reeksen[een], reeksen[ander]
        enkel = [cel for cel in cellen if cel[2].count("=") == 1]
        woorden = {woord for cel in enkel for woord in cel[2].split("=")[1].split("+")} - {""}
        for groep, woord in [("", ""), *((f"{s}={w}", w) for s in sleutels for w in woorden)]:
            per_plek: dict[Cel, list[Cel]] = defaultdict(list)
            for cel in enkel:
                if not woord or woord in cel[2].split("=")[1].split("+"):
                    per_plek[(*cel[:2], groep)].append(cel)
            hier = {cel: delen for cel, delen in per_plek.items() if cel in totalen and len(delen) > 1}
            if all(abs(totalen[cel] - sum(cellen[deel] for deel in delen)) < 1e-6 for cel, delen in hier.items()):
                for cel, delen in hier.items():
                    yield {(ander, cel): 1.0, **{(een, deel): -1.0 for deel in delen}}


def _zonder_totaal(reeksen: Mapping[Reeks, Mapping[Cel, float]]) -> Iterable[dict[tuple[Reeks, Cel], float]]:
    """Groups or areas of one series that are as many as those of another, wherever both can be added up."""
    steden = {cel[1] for cellen in reeksen.values() for cel in cellen if cel[0] == "gemeente"}
    gezien: dict[tuple[object, ...], list[tuple[dict[Cel, float], list[tuple[Reeks, Cel]]]]] = defaultdict(list)
    for reeks, cellen in reeksen.items():
        wijzen: dict[str, dict[Cel, list[Cel]]] = defaultdict(lambda: defaultdict(list))
        for (boven, sleutel), delen in _takken(cellen).items():
            wijzen[sleutel][boven] = delen
        for soort, gebied, groep in cellen if len(steden) == 1 else ():
            if soort != "gemeente":
                wijzen[f"in {soort}"]["gemeente", min(steden), groep].append((soort, gebied, groep))
        for wijze in wijzen.values():
            som = {boven: round(sum(cellen[deel] for deel in delen), 6) for boven, delen in wijze.items()}
            for boven, delen in wijze.items():
                mijn = [(reeks, deel) for deel in delen]
                eerder = gezien[reeks[2:4], boven, som[boven]]
                for ander, die in eerder:
                    if all(som[c] == ander[c] for c in som.keys() & ander.keys()):
                        yield {**dict.fromkeys(die, 1.0), **dict.fromkeys(mijn, -1.0)}
                        break
                eerder.append((som, mijn))


def _balansen(reeksen: Mapping[Reeks, Mapping[Cel, float]]) -> list[dict[tuple[Reeks, Cel], float]]:
    """Series of one delivery and period of which two together are a third, or two others, in four places or more."""
    uit: list[dict[tuple[Reeks, Cel], float]] = []
    tellers = sorted(reeks for reeks in reeksen if reeks[4].startswith("teller"))
    for _, groep in itertools.groupby(sorted(tellers, key=_bij_elkaar), key=_bij_elkaar):
        namen = list(groep)
        cellen = sorted({cel for naam in namen for cel in reeksen[naam]})
        stand = np.array([[reeksen[naam].get(cel, np.nan) for cel in cellen] for naam in namen])
        paren = list(itertools.combinations(range(len(namen)), 2))
        som = np.array([stand[i] + stand[j] for i, j in paren]).reshape(len(paren), len(cellen))
        for p, (i, j) in enumerate(paren):
            for samen, anderen in ((som, paren), (stand, [(k,) for k in range(len(namen))])):
                for q in _gelijk(som[p], samen):
                    if not {i, j} & {*anderen[q]} and (len(anderen[q]) == 1 or q > p):
                        uit += [
                            {(namen[i], c): 1.0, (namen[j], c): 1.0, **{(namen[k], c): -1.0 for k in anderen[q]}}
                            for k_, c in enumerate(cellen)
                            if np.isfinite(som[p][k_] + samen[q][k_])
                        ]
    return uit


def _bij_elkaar(reeks: Reeks) -> tuple[str, str, str]:
    return reeks[2], reeks[3], reeks[4]


def _gelijk(een: np.ndarray, alle: np.ndarray) -> list[int]:
    """Which rows equal this one wherever both are known: in four places or more, with three different numbers."""
    verschil = np.abs(alle - een)
    kandidaten = np.flatnonzero((np.nan_to_num(verschil) < 1e-6).all(axis=1) & (np.isfinite(verschil).sum(axis=1) >= 4))
    return [int(k) for k in kandidaten if len(np.unique(een[np.isfinite(verschil[k])])) >= 3]


def _groepen(cellen: Mapping[Cel, float]) -> Iterable[tuple[Cel, list[Cel]]]:
    """A group, and the groups that split it by one key more."""
    yield from ((boven, delen) for (boven, _), delen in _takken(cellen).items() if boven in cellen)


def _takken(cellen: Mapping[Cel, float]) -> dict[tuple[Cel, str], list[Cel]]:
    """A group and a key, and the groups that split it by that key."""
    takken: dict[tuple[Cel, str], list[Cel]] = defaultdict(list)
    for soort, gebied, groep in cellen:
        delen = [deel for deel in groep.split(";") if deel]
        for k, deel in enumerate(delen):
            boven = (soort, gebied, ";".join(delen[:k] + delen[k + 1 :]))
            takken[boven, deel.split("=")[0]].append((soort, gebied, groep))
    return takken


def _gebieden(cellen: Mapping[Cel, float]) -> Iterable[tuple[Cel, list[Cel]]]:
    """A group in the municipality, and the same group in its areas."""
    takken: dict[tuple[str, str], list[Cel]] = defaultdict(list)
    for soort, gebied, groep in cellen:
        if soort != "gemeente":
            takken[soort, groep].append((soort, gebied, groep))
    for boven in [cel for cel in cellen if cel[0] == "gemeente"]:
        yield from ((boven, delen) for (_, groep), delen in takken.items() if groep == boven[2])
