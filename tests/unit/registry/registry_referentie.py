"""Every figure of `sdm_lib.registry` again, in plain pandas and Python loops, straight from its definition.

Slow on purpose: spells are looked at one by one and days are walked through. Nothing of the library is used but the
periods, so that an error in the library cannot hide here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd

SLEUTEL = {
    "clienten": ["persoon"],
    "voorzieningen": ["persoon", "wet", "voorziening"],
    "huishoudens": ["huishouden"],
}
EXCLUSIEF = ["stadsdeel", "geslacht", "geboortejaar"]
ONEINDIG = date(4000, 1, 1)
DAG = timedelta(days=1)
BINNEN = {"alle": [], "wet": ["wet"], "voorziening": ["wet", "voorziening"]}


def register(*regels: dict[str, Any]) -> pd.DataFrame:
    """A frame of spells: every row needs begin and einde (text, einde may be None); the rest has a default."""
    standaard = {
        "persoon": "p1", "huishouden": "h1", "geboortejaar": 1950, "geslacht": "vrouw", "stadsdeel": "WK003401",
        "wet": "wmo", "voorziening": "begeleiding", "trede": "licht", "leveringsvorm": "zin", "aanbieder": "A01",
        "verwijzer": "wijkteam", "reden_einde": None, "bedrag_betaald_cent": 0, "tarief_cent": 100,
        "datum_aanmelding": None,
    }  # fmt: skip
    frame = pd.DataFrame([standaard | regel for regel in regels])
    for kolom in ("begin", "einde", "datum_aanmelding"):
        frame[kolom] = pd.to_datetime(frame[kolom])
    return frame.astype({"bedrag_betaald_cent": "Int64", "tarief_cent": "Int64", "reden_einde": "str"})


def rijen(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The spells as dictionaries with plain dates, open ends far away."""
    uit = []
    for regel in frame[frame["begin"].notna()].to_dict("records"):
        einde = ONEINDIG if pd.isna(regel["einde"]) else regel["einde"].date()
        uit.append(regel | {"begin": regel["begin"].date(), "einde": einde})
    return uit


def _voldoet(regel: dict[str, Any], where: dict[str, Any], kolommen: Sequence[str]) -> bool:
    return all(regel[k] in ([w] if isinstance(w, str) else w) for k, w in where.items() if k in kolommen)


def _winnaar(spells: list[dict[str, Any]], tot: date, eigen: Sequence[str]) -> dict[str, Any]:
    return max(spells, key=lambda s: (min(s["einde"], tot), s["begin"], *(s[k] for k in eigen)))


def tellingen(frame: pd.DataFrame, vensters: Sequence[Any], *, eenheid: str, by=(), where=None) -> Counter:
    """Counter of (label, *by): unique units that touch each window."""
    where = dict(where or {})
    eigen = sorted({k for k in [*by, *where] if k in EXCLUSIEF})
    dims = [k for k in by if k not in EXCLUSIEF]
    anders = [k for k in where if k not in EXCLUSIEF]
    uit: Counter = Counter()
    for venster in vensters:
        per: dict[tuple, list] = {}
        for s in rijen(frame):
            if s["begin"] < venster.einde and s["einde"] > venster.begin and _voldoet(s, where, anders):
                per.setdefault(tuple(s[k] for k in [*SLEUTEL[eenheid], *dims]), []).append(s)
        for spells in per.values():
            een = _winnaar(spells, venster.einde, eigen)
            if _voldoet(een, where, eigen):
                uit[(venster.label, *(een[k] for k in by))] += 1
    return uit


def klassen(frame: pd.DataFrame, venster: Any, *, eenheid: str, wat: Sequence[str], by=()) -> Counter:
    """Counter of (*by, number of different `wat`) of the units that touch a window."""
    eigen = sorted({k for k in by if k in EXCLUSIEF})
    dims = [k for k in by if k not in EXCLUSIEF]
    per: dict[tuple, list] = {}
    for s in rijen(frame):
        if s["begin"] < venster.einde and s["einde"] > venster.begin:
            per.setdefault(tuple(s[k] for k in [*SLEUTEL[eenheid], *dims]), []).append(s)
    uit: Counter = Counter()
    for spells in per.values():
        een = _winnaar(spells, venster.einde, eigen)
        uit[(*(een[k] for k in by), len({tuple(s[k] for k in wat) for s in spells}))] += 1
    return uit


def eilanden(spells: list[dict[str, Any]], gat: int) -> list[list[dict[str, Any]]]:
    """Spells grouped to episodes, breaks of at most `gat` days bridged."""
    uit: list[list] = []
    for s in sorted(spells, key=lambda s: (s["begin"], s["einde"])):
        if uit and (s["begin"] - max(x["einde"] for x in uit[-1])).days <= gat:
            uit[-1].append(s)
        else:
            uit.append([s])
    return uit


def _grens(spells: list[dict[str, Any]]) -> tuple[date, date]:
    return min(s["begin"] for s in spells), max(s["einde"] for s in spells)


def _tijdlijn(spells: list[dict[str, Any]], eigen: Sequence[str], tot: date) -> list[tuple[tuple, date, date]]:
    """Walk the days of one episode: where the unit is, as (place, begin, end)."""
    begin, einde = _grens(spells)
    stukken: list[tuple[tuple, date, date]] = []
    dag, plaats = begin, ()
    while dag < min(einde, tot):
        actief = [s for s in spells if s["begin"] <= dag < s["einde"]]
        if actief:
            een = max(actief, key=lambda s: (s["begin"], s["einde"], *(s[k] for k in eigen)))
            plaats = tuple(een[k] for k in eigen)
        if stukken and stukken[-1][0] == plaats:
            stukken[-1] = (plaats, stukken[-1][1], dag + DAG)
        else:
            stukken.append((plaats, dag, dag + DAG))
        dag += DAG
    if stukken and einde > tot:
        stukken[-1] = (stukken[-1][0], stukken[-1][1], einde)
    return stukken


def stromen(
    frame: pd.DataFrame, periodes: Sequence[Any], *, eenheid: str = "clienten", by=(), binnen="alle", gat=0
) -> Counter:
    """Counter of (label, *by, name of stock or flow)."""
    eigen = sorted({k for k in by if k in EXCLUSIEF})
    dims = [k for k in by if k not in EXCLUSIEF]
    ver = max(p.einde for p in periodes) + 400 * DAG
    uit: Counter = Counter()
    ruim: dict[tuple, list] = {}
    for s in rijen(frame):
        ruim.setdefault(tuple(s[k] for k in dict.fromkeys([*SLEUTEL[eenheid], *BINNEN[binnen]])), []).append(s)
    for alles in ruim.values():
        for wijd in eilanden(alles, gat):
            w_begin, w_einde = _grens(wijd)
            groepen: dict[tuple, list] = {}
            for s in wijd:
                groepen.setdefault(tuple(s[k] for k in dims), []).append(s)
            for groep, spells in groepen.items():
                for episode in eilanden(spells, gat):
                    ep_einde = _grens(episode)[1]
                    for plaats, begin, einde in _tijdlijn(episode, eigen, ver):
                        waarden = dict(zip(dims, groep, strict=True)) | dict(zip(eigen, plaats, strict=True))
                        cel = tuple(waarden[k] for k in by)
                        verhuist = einde < ep_einde
                        for p in periodes:
                            _boek(uit, (p.label, *cel), p, begin, einde, verhuist, begin == w_begin, einde == w_einde)
    return uit


def _boek(uit: Counter, cel: tuple, p: Any, begin: date, einde: date, verhuist: bool, nieuw: bool, weg: bool) -> None:
    dag_van_einde = einde if verhuist else einde - DAG  # a move is counted on the first day elsewhere
    voor = lambda t: begin < t and (einde >= t if verhuist else einde > t)  # noqa: E731
    uit[(*cel, "beginstand")] += voor(p.begin)
    uit[(*cel, "eindstand")] += voor(p.einde)
    if p.begin <= begin < p.einde:
        uit[(*cel, "instroom" if nieuw else "overgang_in")] += 1
    if p.begin <= dag_van_einde < p.einde:
        uit[(*cel, "uitstroom" if weg else "overgang_uit")] += 1


def overgangen(frame: pd.DataFrame, periodes: Sequence[Any], *, by=()) -> Counter:
    """Counter of (label, *by, van, naar): the heaviest step on the day before each period and on its last day."""
    zwaarte = ["geen", "basis", "licht", "zwaar"]
    per: dict[str, list] = {}
    for s in rijen(frame):
        per.setdefault(s["persoon"], []).append(s)
    uit: Counter = Counter()
    for spells in per.values():
        for p in periodes:
            dagen = [[s for s in spells if s["begin"] <= dag < s["einde"]] for dag in (p.begin - DAG, p.einde - DAG)]
            if any(dagen):
                plaats = max(dagen[1] or dagen[0], key=lambda s: (s["begin"], *(s[k] for k in sorted(by))))
                stap = [max((s["trede"] for s in dag), key=zwaarte.index, default="geen") for dag in dagen]
                uit[(p.label, *(plaats[k] for k in by), *stap)] += 1
    return uit


def trajecten(frame: pd.DataFrame, periodes: Sequence[Any], *, by=(), kant="eerste", gat=0) -> Counter:
    """Counter of (label, *by) of trajects that began (kant eerste) or ended (kant laatste) in each period."""
    per: dict[tuple, list] = {}
    for s in rijen(frame):
        per.setdefault((s["persoon"], s["wet"], s["voorziening"]), []).append(s)
    mee = [k for k in by if k not in ("persoon", "wet", "voorziening")]
    uit: Counter = Counter()
    for spells in per.values():
        for episode in eilanden(spells, gat):
            begin, einde = _grens(episode)
            hoog = tuple(mee)
            if kant == "eerste":
                een = min(episode, key=lambda s: (s["begin"], (ONEINDIG - s["einde"]).days, _omgekeerd(s, hoog)))
                dag = begin
            else:
                een = max(episode, key=lambda s: (s["einde"], s["begin"], *(s[k] for k in hoog)))
                dag = einde - DAG
            for p in periodes:
                if p.begin <= dag < p.einde:
                    uit[(p.label, *(een[k] for k in by))] += 1
    return uit


class _omgekeerd:
    """Order turned round: of equal spells the one with the highest values comes first."""

    def __init__(self, s: dict[str, Any], kolommen: Sequence[str]) -> None:
        self.waarde = tuple(s[k] for k in kolommen)

    def __lt__(self, ander: _omgekeerd) -> bool:
        return self.waarde > ander.waarde


def kosten(frame: pd.DataFrame, periodes: Sequence[Any], *, by=()) -> Counter:
    """Counter of (label, *by): tariff per day, summed day by day."""
    uit: Counter = Counter()
    for s in rijen(frame):
        for p in periodes:
            dagen = max(0, (min(s["einde"], p.einde) - max(s["begin"], p.begin)).days)
            uit[(p.label, *(s[k] for k in by))] += dagen * int(s["tarief_cent"])
    return uit


def als_telling(tabel: pd.DataFrame, sleutels: Sequence[str], waarde: str = "aantal") -> Counter:
    """A figure as a Counter, zeros left out, to compare with the functions above."""
    uit = Counter()
    for regel in tabel.to_dict("records"):
        if regel[waarde]:
            uit[tuple(regel[k] for k in sleutels)] += regel[waarde]
    return uit


def zonder_nul(telling: Counter) -> Counter:
    """Only the cells that are not zero."""
    return Counter({cel: aantal for cel, aantal in telling.items() if aantal})
