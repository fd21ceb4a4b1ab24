"""What a run shows in the notebook itself: its card, the weighting as a table, and the preview of a piece."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from sdm_lib import nl, results, sources
from sdm_lib.monitor.runfile import STAD
from sdm_lib.results import Kader, Piece, Results

if TYPE_CHECKING:
    from sdm_lib.monitor.run import Run
    from sdm_lib.survey import SurveyDesign

WEGING = {
    "weging_respondenten": "Respondenten met een gewicht",
    "weging_effectief": "Effectief aantal respondenten",
    "weging_deff": "Variantie, keer zo groot door ongelijke gewichten",
    "weging_afwijking": "Grootste afwijking van een marge",
    "weging_rondes": "Rondes tot alle marges klopten",
    "weging_kleinste": "Kleinste gewicht",
    "weging_grootste": "Grootste gewicht",
}
ALLEEN = "Voorbeeld. Bij sdm run wordt het hele kwartaal samen beschermd; dan kan er meer verborgen zijn."


def area_name(gebied: str, gebied_jaar: str) -> str:
    """An area as a reader knows it; the whole city has the name of the municipality."""
    return "Almere" if gebied == STAD else _areas().naam(gebied, jaar=int(gebied_jaar))


@lru_cache(maxsize=1)
def _areas() -> sources.Gebieden:
    return sources.gebieden()


def card(run: Run) -> str:
    """The run card: what this notebook is about to compute, from what."""
    bestand = run.bestand.value
    rijen = {
        "Onderwerp": bestand.titel,
        "Kwartaal": run.kwartaal.label,
        "Gebied": run.gebied_naam,
        "Stand": bestand.stand.replace("_", " "),
        "Peildatum": nl.datum(bestand.peildatum),
        "Leveringen": f"{run.folder.name}: {', '.join(bestand.bronnen)}",
        "Vergelijking": ", ".join(f"{soort} {kwartaal}" for soort, kwartaal in bestand.vergelijking.items()) or "geen",
    }
    cellen = "".join(f"<tr><th>{escape(naam)}</th><td>{escape(waarde)}</td></tr>" for naam, waarde in rijen.items())
    return f"<table>{cellen}</table>"


def weighting_table(design: SurveyDesign, *, kader: Kader) -> Results:
    """The weighting report of a design as result rows, one a measure; ids as in `WEGING`."""
    verslag = design.weighting
    if verslag is None:
        raise ValueError("weighting_table: this design was not weighted")
    gewichten = verslag.after[verslag.after != 0]
    slechtste = verslag.worst_margin
    waarden = {
        "weging_respondenten": (float(len(gewichten)), "aantal"),
        "weging_effectief": (verslag.n_eff, "aantal"),
        "weging_deff": (verslag.kish_deff, "getal"),
        "weging_afwijking": (slechtste.deviation if slechtste else 0.0, "aandeel"),
        "weging_rondes": (float(verslag.iterations), "aantal"),
        "weging_kleinste": (float(gewichten.min()), "getal"),
        "weging_grootste": (float(gewichten.max()), "getal"),
    }
    rijen = [(naam, waarde, unit, len(gewichten)) for naam, (waarde, unit) in waarden.items()]
    table = pd.DataFrame(rijen, columns=["indicator", "value", "unit", "n"])
    return results.build(table, kader=kader, method=results.WEEGVERSLAG)


def as_html(piece: Piece, shown: Sequence[Piece], *, run: Run) -> str:
    """The preview: this piece, protected by the rules of its topic with those shown before it, drawn as on the page.

    A run sees more: the other topics and areas of the quarter, and what was released. The preview says so.
    """
    from sdm_lib import disclosure, report

    bestand, huis = run.bestand, disclosure.load_beleid(run.root / "params" / "kit.yaml")
    beleid = huis.verscherp(bestand.value.bescherming, onderwerp=run.onderwerp, bestand=bestand.bestand)
    ouders = run.once("ouders", lambda: parents(run.root))
    return report.preview(disclosure.protect(shown, beleid=beleid, ouders=ouders)[piece.id], erbij=ALLEEN)


def parents(root: Path) -> dict[tuple[str, str], tuple[str, str]]:
    """For each area, by year of the division and code, the larger area it lies in."""
    found = {}
    for indeling in sources.gebieden(root=root).indelingen:
        for code, gebied in indeling.gebieden.items():
            if gebied.hoort_bij:
                found[str(indeling.jaar), code] = (str(indeling.hoort_bij_jaar or indeling.jaar), gebied.hoort_bij)
    return found
