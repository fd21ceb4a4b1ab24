"""Three voices: what residents, professionals and clients say on one theme, each with its own margin, never tested."""

from __future__ import annotations

from dataclasses import replace

from sdm_lib import nl
from sdm_lib.report.charts import dot
from sdm_lib.report.figures import kapitaal, toon
from sdm_lib.report.stuk import Beeld, Stuk

LEZEN = "Leeswijzer: de streep is de marge. Het zijn andere mensen en andere vragen; de verschillen zijn niet getoetst."


def draw(stuk: Stuk) -> Beeld:
    """Dots with the question beside each; the title names every voice and ranks none."""
    delen = [f"{rij.naam.partition(':')[0].lower()} {toon(rij)}" for rij in stuk.nu]
    return replace(dot.draw(stuk), boodschap=kapitaal(nl.lijst(delen)), lezen=LEZEN)
