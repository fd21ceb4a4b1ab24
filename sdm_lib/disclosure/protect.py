"""`protect`: the pieces of a quarter in, what may be drawn out. The only maker of `Publishable`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sdm_lib import nl
from sdm_lib.disclosure import samenhang
from sdm_lib.disclosure.beleid import Beleid
from sdm_lib.disclosure.primair import UITLEG, primair
from sdm_lib.disclosure.publishable import Publishable, maak
from sdm_lib.disclosure.rijen import verzamel
from sdm_lib.results import COLUMNS, NUMBERS, Piece


def protect(pieces: Sequence[Piece], *, beleid: Beleid) -> dict[str, Publishable]:
    """Protect all pieces of a quarter together.

    pieces : of all topics and areas; their order does not change which cells are hidden.
    Returns one Publishable per piece, by piece id, in the order of `pieces`.
    Raises ValueError when two pieces share an id.
    """
    rijen = verzamel(pieces, beleid=beleid)
    lot = primair(rijen, beleid=beleid)
    lot = samenhang.zelfde_cel(rijen, lot)
    lot = samenhang.verwant(rijen, lot)
    return {piece.id: _bescherm(piece, rijen[rijen["piece"] == k], lot) for k, piece in enumerate(pieces)}


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
