"""Saturation: themes known after each interview, a line a kind of respondent. Flat at its end is enough talked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sdm_lib import nl
from sdm_lib.report.charts import lines, opmaak
from sdm_lib.report.figures import Cijfer
from sdm_lib.report.stuk import Beeld, Stuk

LEZEN = "Leeswijzer: onder staat het hoeveelste gesprek; loopt een lijn vlak, dan kwam er niets nieuws meer bij."


def draw(stuk: Stuk) -> Beeld:
    """The lines, with a title that says from which interview on nothing new came; the axis counts interviews."""
    verloop = lines.verloop(stuk)
    kaal = replace(verloop, woorden={moment: str(int(moment)) for moment in verloop.momenten})
    reeksen = {naam: [rij for _, rij in rijen] for naam, rijen in verloop.reeksen.items()}
    alt = _alt(stuk, reeksen)
    return Beeld(lines.svg(stuk, kaal, alt), message(reeksen), alt, LEZEN)


def message(reeksen: dict[str, list[Cijfer]]) -> str:
    """From which interview on no new theme came, a kind of respondent.

    The last interview that brought something new is named; one that is the last of all leaves the question open.
    """
    delen = []
    for naam, rijen in reeksen.items():
        laatste = laatst_nieuw([rij.value for rij in rijen])
        wie = f"{naam}: " if len(reeksen) > 1 else ""
        open_ = laatste == len(rijen)
        delen.append(
            f"{wie}tot het laatste gesprek kwam er iets bij"
            if open_
            else f"{wie}na gesprek {laatste} niets nieuws meer"
        )
    tekst = "; ".join(delen)
    return tekst[:1].upper() + tekst[1:]


def laatst_nieuw(waarden: Sequence[float]) -> int:
    """The last interview, from 1, after which more was known than before.

    >>> laatst_nieuw([2, 2, 3, 3])
    3
    """
    return next((i for i in range(len(waarden), 1, -1) if waarden[i - 1] > waarden[i - 2]), 1)


def _alt(stuk: Stuk, reeksen: dict[str, list[Cijfer]]) -> str:
    delen = [f"{naam} {len(rijen)} gesprekken, {opmaak.bondig(rijen[-1])} thema's" for naam, rijen in reeksen.items()]
    return f"Oplopende lijnen, een per soort respondent. {stuk.titel}: {nl.lijst(delen)}. {message(reeksen)}."
