"""`protect`: the pieces of a quarter in, what may be drawn out. The only maker of `Publishable`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sdm_lib import nl
from sdm_lib.disclosure import samenhang
from sdm_lib.disclosure.aanvullend import aanvullend
from sdm_lib.disclosure.auditor import gate
from sdm_lib.disclosure.beleid import Beleid
from sdm_lib.disclosure.edities import Editie, uitgebracht
from sdm_lib.disclosure.geheel import nullen
from sdm_lib.disclosure.primair import UITLEG, primair
from sdm_lib.disclosure.publishable import Publishable, maak
from sdm_lib.disclosure.rijen import verzamel
from sdm_lib.disclosure.structuur import Ouders, bouw
from sdm_lib.results import COLUMNS, NUMBERS, Piece

GEVOELIG = ("te_klein", "onderdrukt")  # hidden for a person's sake; te_onzeker is hidden for the reader's


def protect(
    pieces: Sequence[Piece], *, beleid: Beleid, released: Sequence[Editie] = (), ouders: Ouders | None = None
) -> dict[str, Publishable]:
    """Protect all pieces of a quarter together.

    pieces : of all topics and areas; their order does not change which cells are hidden.
    released : the editions that are out already; what they show and hide is a constraint.
    ouders : (year, code) of an area -> (year, code) of the area it lies in; without it every area lies in the city.
    Returns one Publishable per piece, by piece id, in the order of `pieces`.
    Raises ValueError when two pieces share an id; PrivacyFout when the auditor finds a hidden figure too well known.
    """
    rijen = verzamel(pieces, beleid=beleid)
    lot = samenhang.samen(rijen, nullen(rijen, primair(rijen, beleid=beleid)))
    eerder = uitgebracht(rijen, released)
    lot = samenhang.samen(rijen, eerder.verberg(lot))
    lot = _aanvullend(rijen, lot, beleid=beleid, uit=eerder.gelijk, ouders=ouders or {})
    gate(rijen, lot, uit=eerder.gelijk, ouders=ouders or {})
    return {piece.id: _bescherm(piece, rijen[rijen["piece"] == k], lot) for k, piece in enumerate(pieces)}


def _aanvullend(
    rijen: pd.DataFrame, lot: pd.DataFrame, *, beleid: Beleid, uit: pd.Series, ouders: Ouders
) -> pd.DataFrame:
    """Hide what would let a reader compute a hidden figure; "<10" stays only where it says no more than that."""
    gevoelig = lot["status"].isin(GEVOELIG).to_numpy()
    structuur = bouw(
        rijen, verborgen=(lot["status"] != "ok").to_numpy(), gevoelig=gevoelig, uit=uit.to_numpy(), ouders=ouders,
        verbanden=tuple(beleid.verbanden.values()),
    )  # fmt: skip
    extra = aanvullend(structuur.stelsel)
    raak = pd.Series(structuur.rijen(extra), index=rijen.index) & (lot["status"] == "ok")
    lot = samenhang.samen(rijen, samenhang.verberg(lot, raak, "aanvullend"))
    alleen = pd.Series(structuur.alleenstaand(extra | ~structuur.stelsel.zichtbaar), index=rijen.index)
    status = lot["status"].mask((lot["status"] == "te_klein") & ~alleen, "onderdrukt")
    return samenhang.zelfde_cel(rijen, lot.assign(status=status))


def _bescherm(piece: Piece, rijen: pd.DataFrame, lot: pd.DataFrame) -> Publishable:
    table = rijen[list(COLUMNS)].reset_index(drop=True)
    regel = lot.loc[rijen.index, "regel"].to_numpy()
    table["status"] = lot.loc[rijen.index, "status"].to_numpy()
    table.loc[table["status"] != "ok", list(NUMBERS)] = np.nan
    table = table.astype(dict.fromkeys(NUMBERS, "float64"))
    telling = pd.Series(regel)[regel != ""].value_counts()
    verlies = {naam: int(telling[naam]) for naam in UITLEG if naam in telling}
    tekens = _tekens(rijen)
    return maak(
        id=piece.id, vorm=piece.vorm, policy=piece.policy, opties=dict(piece.opties), labels=dict(piece.labels),
        table=table, verlies=verlies, legenda=_legenda(table, tekens, rijen), tekens=tekens,
    )  # fmt: skip


def _tekens(rijen: pd.DataFrame) -> dict[str, str]:
    drempel = f"{rijen['drempel'].max():.0f}" if len(rijen) else "10"
    return {
        "onderdrukt": "x",
        "te_klein": f"<{drempel}",
        "te_onzeker": "te onzeker",
        "niet_gemeten": "niet gemeten",
        "niet_gepubliceerd": "niet gepubliceerd",
    }


def _legenda(table: pd.DataFrame, tekens: Mapping[str, str], rijen: pd.DataFrame) -> dict[str, str]:
    """What the signs on this page mean; only those that occur."""
    aanwezig = set(table["status"])
    regels = rijen.iloc[0] if len(rijen) else pd.Series(dtype="object")
    teksten = {
        "onderdrukt": "niet getoond: het cijfer kan iets over een persoon verraden, of een ander verborgen cijfer",
        "te_klein": f"minder dan {tekens['te_klein'][1:]} personen of antwoorden: te weinig om te tonen",
        "te_onzeker": _onzeker(regels),
        "niet_gemeten": "over deze groep of periode is niets gemeten",
        "niet_gepubliceerd": "de bron publiceert dit cijfer niet",
    }
    return {tekens[status]: tekst for status, tekst in teksten.items() if status in aanwezig}


def _onzeker(regels: pd.Series) -> str:
    breedte, cv = float(regels.get("halve_breedte", 0.0)), float(regels.get("variatiecoefficient", 0.0))
    delen = (
        [f"een aandeel krijgt een marge van meer dan {nl.getal(breedte)} procentpunt naar elke kant"] if breedte else []
    )
    delen += [f"een gemiddelde of bedrag een standaardfout van meer dan {nl.procent(cv)}"] if cv else []
    return "de steekproef is te klein voor een bruikbaar cijfer" + (f": {nl.lijst(delen, 'of')}" if delen else "")
