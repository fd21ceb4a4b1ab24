"""Stapeling: how many have one, two, three or more provisions. The rows carry the group key `aantal` (1, 2, ... 6+)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sdm_lib.report.charts import opmaak
from sdm_lib.report.charts.bars import staven
from sdm_lib.report.figures import Cijfer, schrijf, toon
from sdm_lib.report.stuk import Beeld, Stuk


def draw(stuk: Stuk) -> Beeld:
    """Draw the bars in the order of the number of provisions, one to most."""
    rijen = sorted(stuk.nu, key=_aantal)
    alt = f"Staven. {stuk.titel}".rstrip(".? ") + f": {opmaak.alle_waarden(rijen, stuk.naam)}."
    return Beeld(staven(stuk, rijen, alt=alt), message(stuk, rijen), alt)


def _aantal(rij: Cijfer) -> float:
    """The number of provisions in the group text: ``aantal=6+`` is 6; rows without one come last."""
    match = re.search(r"\d+", " ".join(rij.groep_delen.values()))
    return float(match[0]) if match else float("inf")


def message(stuk: Stuk, rijen: Sequence[Cijfer]) -> str:
    """The title: the share with two or more when every number is shown, else the most common one."""
    tellend = [rij for rij in rijen if rij.unit == "aantal" and _aantal(rij) < float("inf") and rij.value >= 0]
    totaal = sum(rij.value for rij in tellend)
    if len(tellend) == len(rijen) and totaal > 0 and not stuk.varieert("gebied") and not stuk.varieert("indicator"):
        meer = sum(rij.value for rij in tellend if _aantal(rij) >= 2)
        return f"{schrijf(meer / totaal, 'aandeel')} heeft twee of meer voorzieningen tegelijk"
    zichtbaar = sorted((rij for rij in rijen if rij.zichtbaar), key=lambda rij: -rij.value)
    if not zichtbaar:
        return "Geen van deze cijfers kan worden getoond"
    return f"Het meest: {stuk.naam(zichtbaar[0])} ({toon(zichtbaar[0])})"
