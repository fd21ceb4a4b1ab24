"""Tables that a chart of their own kind wants: stapeling by number, budget beside spending.

They rearrange figures of the catalogue and of the register; nothing is defined here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from sdm_lib import results, sources
from sdm_lib.indicators.aggregates import rounding_gaps
from sdm_lib.results import Kader, Results

if TYPE_CHECKING:
    from sdm_lib.registry import Register
    from sdm_lib.sources import Levering

LABELS = {
    "stapeling": "Voorzieningen tegelijk",
    "begroting": "Begroting en uitgaven",
    "levering_regels": "Regels in de levering",
    "levering_hersteld": "Hersteld bij het lezen",
    "levering_waarschuwing": "Waarschuwingen bij de controle",
    "kader_afronding": "Gedrukt totaal min de som van de delen",
    "aantal": "Aantal voorzieningen",
    "levering": "Levering",
    "soort": "Soort bedrag",
    "soort=begroting": "Begroting van het jaar",
    "soort=realisatie": "Uitgegeven tot en met dit kwartaal",
}
EENHEDEN = ("huishoudens", "clienten")  # who can have several provisions at once
STROMEN = ("BC13B", "BC11", "BC12", "BC13")  # begin stock, inflow, outflow, end stock: a balance in params/kit.yaml too


def stapeling(register: Register, *, kader: Kader, eenheid: str, where: Mapping[str, Collection[str]]) -> Results:
    """Households or clients by their number of provisions in the quarter: groups ``aantal=1`` to ``aantal=6+``."""
    from sdm_lib import registry

    table = registry.stapeling(register, periodes=kader.periode, eenheid=eenheid, where=where or None)
    groepen = [results.groep(aantal=str(aantal)) for aantal in table["voorzieningen"]]
    rows = pd.DataFrame(
        {"groep": groepen, "value": table["aantal"], "numerator": table["aantal"], "n": table["aantal"]}
    )
    return results.build(rows, kader=kader, indicator="stapeling", unit="aantal", method="volledige telling")


def begroting(levels: Results) -> Results:
    """Budget of the year beside what was spent of it, from the share of the budget that was spent (K04)."""
    delen = []
    for soort, kolom in (("begroting", "denominator"), ("realisatie", "numerator")):
        frame = levels.frame
        groepen = [results.groep(**results.parse_groep(groep), soort=soort) for groep in frame["groep"]]
        delen.append(
            frame.assign(
                indicator="begroting",
                groep=groepen,
                value=frame[kolom],
                reference=float("nan"),
                unit="euro",
                numerator=frame[kolom],
                denominator=float("nan"),
                method=f"{soort}, som van boekingen",
            )
        )
    return Results(pd.concat(delen, ignore_index=True))


def levering(gelezen: Levering, *, kader: Kader) -> Results:
    """What a delivery held: its rows, and how many things were repaired or doubted on reading."""
    soorten = [melding.ernst for melding in gelezen.meldingen]
    waarden = {
        "levering_regels": gelezen.rijen,
        "levering_hersteld": soorten.count("hersteld"),
        "levering_waarschuwing": soorten.count("waarschuwing"),
    }
    rows = pd.DataFrame({"indicator": list(waarden), "value": list(waarden.values()), "n": gelezen.rijen})
    rows["groep"] = results.groep(levering=gelezen.naam)
    return results.build(rows, kader=kader, unit="aantal", method=results.TELLING)


def afrondingsverschillen(*, kader: Kader) -> Results:
    """The printed totals of the 2012 frame that are not the sum of their parts, in euro. Reported, not repaired."""
    gaps = rounding_gaps(sources.reference("financieel_kader_2012"))
    groepen = [results.groep(post=post, jaar=jaar) for post, jaar in zip(gaps["post"], gaps["jaar"], strict=True)]
    rows = pd.DataFrame({"groep": groepen, "value": gaps["verschil"] * 1000.0, "n": 1.0})
    return results.build(
        rows, kader=kader, indicator="kader_afronding", unit="euro", method="gedrukt totaal min som van delen"
    )


def share_of_year(levels: Results) -> str:
    """How much of the year had passed, as the chart of a budget wants it; empty when the figures do not say."""
    known: Sequence[float] = levels.frame["reference"].dropna().unique().tolist()
    return f"{known[0]:g}" if len(known) == 1 else ""
