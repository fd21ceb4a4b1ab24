"""`protect`: the pieces of a quarter in, what may be drawn out. The only maker of `Publishable`."""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from sdm_lib import nl
from sdm_lib.disclosure import samenhang
from sdm_lib.disclosure.aanvullend import aanvullend
from sdm_lib.disclosure.afgerond import Afgerond, rond
from sdm_lib.disclosure.auditor import gate, te_bekend, te_bekend_afgerond
from sdm_lib.disclosure.beleid import Beleid, Regels, Verband
from sdm_lib.disclosure.edities import Editie, uitgebracht
from sdm_lib.disclosure.geheel import niemand, nullen
from sdm_lib.disclosure.groeperingen import Ouders
from sdm_lib.disclosure.primair import UITLEG, primair
from sdm_lib.disclosure.publishable import Publishable, maak
from sdm_lib.disclosure.rijen import verzamel
from sdm_lib.disclosure.structuur import bouw
from sdm_lib.disclosure.volgorde import NODIG, herschik
from sdm_lib.results import COLUMNS, GEEN_SCHATTING, NUMBERS, Piece

TEKENS = {
    "onderdrukt": "x",
    "te_klein": "<10",  # with the threshold of the page
    "te_onzeker": "te onzeker",
    "niet_gemeten": "niet gemeten",
    "niet_gepubliceerd": "niet gepubliceerd",
}
GEVOELIG = ("te_klein", "onderdrukt")  # hidden for a person's sake; te_onzeker is hidden for the reader's


Maker = Callable[[], pd.DataFrame]


def protect(
    pieces: Sequence[Piece],
    *,
    beleid: Beleid,
    released: Sequence[Editie] = (),
    ouders: Ouders | None = None,
    bewaard: Callable[[Maker, str], pd.DataFrame] = lambda maak, merk: maak(),
) -> dict[str, Publishable]:
    """Protect all pieces of a quarter together.

    pieces : of all topics and areas; their order does not change which cells are hidden.
    released : the editions that are out already; what they show and hide is a constraint.
    ouders : (year, code) of an area -> (year, code) of the area it lies in; without it every area lies in the city.
    bewaard : gives the protected rows of the same mark from before, or makes them. The mark holds rows and policy;
        released editions, areas and code are for the caller to tell apart.
    Returns one Publishable per piece, by piece id, in the order of `pieces`.
    Raises ValueError when two pieces share an id; PrivacyFout when the auditor finds a hidden figure too well known.
    """
    volgorde = sorted(pieces, key=lambda piece: piece.id)  # of two patterns that cost as much the order would choose
    rijen = verzamel(volgorde, beleid=beleid)
    beschermd = bewaard(lambda: _beschermd(rijen, beleid, released, ouders or {}), _merk(rijen, beleid))
    gezien = {naam: beschermd[naam].tolist() for naam in (*COLUMNS, "regel", "basis")}
    waar = {naam: rijen[naam].tolist() for naam in NODIG}
    grenzen = np.searchsorted(rijen["piece"].to_numpy(dtype=float), np.arange(len(pieces) + 1))
    uit: dict[str, Publishable] = {}
    for piece, (van, tot) in zip(volgorde, itertools.pairwise(grenzen.tolist()), strict=True):
        mijn = {naam: waarden[van:tot] for naam, waarden in gezien.items()}
        orde = herschik({naam: waarden[van:tot] for naam, waarden in waar.items()}, mijn)
        uit[piece.id] = _bescherm(piece, {naam: [waarden[k] for k in orde] for naam, waarden in mijn.items()}, beleid)
    return {piece.id: uit[piece.id] for piece in pieces}


def _merk(rijen: pd.DataFrame, beleid: Beleid) -> str:
    """One hash of all rows before protection and of the policy."""
    som = hashlib.sha256(repr(beleid).encode())
    for naam in rijen:
        som.update(repr((naam, rijen[naam].to_numpy(dtype=object).tolist())).encode())
    return som.hexdigest()


def _beschermd(rijen: pd.DataFrame, beleid: Beleid, released: Sequence[Editie], ouders: Ouders) -> pd.DataFrame:
    """Per row what a reader gets: the result columns, by which `regel` it was hidden, and the `basis` of rounding."""
    afgerond = _rond_af(rijen, beleid=beleid, released=released, ouders=ouders)
    rijen, verbanden = afgerond.rijen, tuple(beleid.verbanden.values())
    lot = primair(rijen, beleid=beleid)
    lot = samenhang.verberg(lot, afgerond.verschil & (lot["status"] == "ok"), "afronding")
    leeg = (afgerond.basis > 0) & rijen["value"].isna()  # a share of a group that was rounded to nobody
    lot = lot.assign(regel=lot["regel"].mask(leeg, "telling"), status=lot["status"].mask(leeg, "te_klein"))
    lot = samenhang.samen(rijen, nullen(rijen, lot, verbanden=verbanden))
    eerder = uitgebracht(rijen, released, standen=beleid.standen)
    lot = samenhang.samen(rijen, eerder.verberg(lot))
    lot = _aanvullend(rijen, lot, beleid=beleid, uit=eerder.gelijk, ouders=ouders)
    lot, veilig = _vangnet(rijen, lot, uit=eerder.gelijk, ouders=ouders, verbanden=verbanden)
    if not veilig:
        gate(rijen, lot, uit=eerder.gelijk, ouders=ouders, verbanden=verbanden)
    lot = samenhang.verschillen(rijen, samenhang.verberg(lot, eerder.bevolking & (lot["status"] == "ok"), "editie"))
    return _tabel(rijen, lot).assign(regel=lot["regel"], basis=afgerond.basis)


def _rond_af(rijen: pd.DataFrame, *, beleid: Beleid, released: Sequence[Editie], ouders: Ouders) -> Afgerond:
    """Round what the policy says is to be rounded; what the auditor then knows too well is hidden instead."""
    niet: list[int] = []
    verbanden = tuple(beleid.verbanden.values())
    while True:
        afgerond = rond(rijen, ouders=ouders, verbanden=verbanden, released=released, niet=niet)
        bekend = te_bekend_afgerond(rijen, afgerond.rijen, afgerond.basis, ouders=ouders, verbanden=verbanden)
        if not bekend:
            return afgerond
        niet += bekend  # each round takes at least one system out, so this ends


def _aanvullend(
    rijen: pd.DataFrame, lot: pd.DataFrame, *, beleid: Beleid, uit: pd.Series, ouders: Ouders
) -> pd.DataFrame:
    """Hide what would let a reader compute a hidden figure; "<10" stays only where it says no more than that."""
    gevoelig = lot["status"].isin(GEVOELIG).to_numpy()
    gezien = (lot["status"] == "ok") | niemand(rijen, lot)
    structuur = bouw(
        rijen, verborgen=~gezien.to_numpy(), gevoelig=gevoelig, uit=uit.to_numpy(), ouders=ouders,
        verbanden=tuple(beleid.verbanden.values()),
    )  # fmt: skip
    extra = aanvullend(structuur.stelsel)
    raak = pd.Series(structuur.rijen(extra), index=rijen.index) & gezien
    lot = samenhang.samen(rijen, samenhang.verberg(lot, raak, "aanvullend"))
    lot = samenhang.samen(rijen, samenhang.verteld(rijen, lot))
    alleen = pd.Series(structuur.alleenstaand(extra | ~structuur.stelsel.zichtbaar), index=rijen.index)
    status = lot["status"].mask((lot["status"] == "te_klein") & ~alleen, "onderdrukt")
    return samenhang.zelfde_cel(rijen, lot.assign(status=status))


def _vangnet(
    rijen: pd.DataFrame, lot: pd.DataFrame, *, uit: pd.Series, ouders: Ouders, verbanden: Sequence[Verband]
) -> tuple[pd.DataFrame, bool]:
    """What the auditor still finds too well known loses everything around it: safe, coarse, and the same every time.

    First the whole table of that indicator in that area, then its tables of all areas, then the indicator itself; at
    last all of that delivery in that area, in areas of that kind, and everywhere.
    Returns the fate of the rows, and whether the auditor saw exactly that and found nothing.
    """
    for kolommen in itertools.product((["indicator"], ["source"]), (["gebied"], ["gebied_soort"], [])):
        smal = te_bekend(rijen, lot, uit=uit, ouders=ouders, verbanden=verbanden)
        if not smal:
            return lot, True
        sleutel = rijen[[*kolommen[0], *kolommen[1]]].agg("\x1f".join, axis=1)
        rondom = sleutel.isin(set(sleutel.loc[smal])) & ~uit
        lot = samenhang.samen(rijen, samenhang.verberg(lot, rondom & (lot["status"] == "ok"), "aanvullend"))
        # "<10" beside them would say something again
        lot = lot.assign(status=lot["status"].mask(rondom & (lot["status"] == "te_klein"), "onderdrukt"))
        lot = samenhang.zelfde_cel(rijen, lot)
    return lot, False


def _tabel(rijen: pd.DataFrame, lot: pd.DataFrame) -> pd.DataFrame:
    """The result columns of all rows as a reader gets them: hidden rows have a status and no number.

    How a figure was computed depends on the answers (that there are none, that all are the same), so the method of what
    is hidden for persons goes too; who was only counted has the same method whatever the count.
    """
    table = rijen[list(COLUMNS)].assign(status=lot["status"])
    table.loc[table["status"] != "ok", list(NUMBERS)] = np.nan
    geheim = table["status"].isin(GEVOELIG) & ~table["method"].isin(GEEN_SCHATTING)
    table["method"] = table["method"].mask(geheim, "")
    return table.astype(dict.fromkeys(NUMBERS, "float64"))


def _bescherm(piece: Piece, mijn: Mapping[str, list[Any]], beleid: Beleid) -> Publishable:
    """One piece; mijn : its rows as a reader gets them, with by which `regel` and to which `basis`."""
    telling, eigen = Counter(mijn["regel"]), beleid.voor(piece.id).regels(piece.policy)
    return maak(
        id=piece.id, vorm=piece.vorm, policy=piece.policy, opties=dict(piece.opties), labels=dict(piece.labels),
        plain={naam: mijn[naam] for naam in COLUMNS}, tekens=TEKENS | {"te_klein": f"<{eigen.drempel}"},
        legenda=_legenda(set(mijn["status"]), eigen, basis=max(mijn["basis"], default=0)),
        verlies={naam: telling[naam] for naam in UITLEG if telling[naam]},
    )  # fmt: skip


def _legenda(aanwezig: set[str], regels: Regels, *, basis: float) -> dict[str, str]:
    """What the signs on this page mean, only those that occur, and the note under rounded counts."""
    teksten = {
        "onderdrukt": "niet getoond: het cijfer kan iets over een persoon verraden, of een ander verborgen cijfer",
        "te_klein": f"minder dan {regels.drempel} personen of antwoorden: te weinig om te tonen",
        "te_onzeker": _onzeker(regels),
        "niet_gemeten": "over deze groep of periode is niets gemeten",
        "niet_gepubliceerd": "de bron publiceert dit cijfer niet",
    }
    tekens = TEKENS | {"te_klein": f"<{regels.drempel}"}
    uit = {tekens[status]: tekst for status, tekst in teksten.items() if status in aanwezig}
    if basis:
        afgerond = f"aantallen zijn afgerond op een veelvoud van {nl.getal(basis)}"
        uit["afgerond"] = f"{afgerond}; optellingen kloppen, verhoudingen horen erbij"
    return uit


def _onzeker(regels: Regels) -> str:
    delen = []
    if regels.halve_breedte:
        breedte = nl.getal(regels.halve_breedte)
        delen.append(f"een aandeel krijgt een marge van meer dan {breedte} procentpunt naar elke kant")
    if regels.variatiecoefficient:
        cv = nl.procent(regels.variatiecoefficient)
        delen.append(f"een gemiddelde of bedrag een standaardfout van meer dan {cv}")
    if not delen:  # of a full count: not yet enough has happened, or too much is unexplained
        return "er is te weinig bekend voor een bruikbaar cijfer"
    return f"de steekproef is te klein voor een bruikbaar cijfer: {nl.lijst(delen, 'of')}"
