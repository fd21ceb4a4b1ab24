"""Worked examples: every block is computed on its own few records, by the code that computes the real deliveries.

A block whose example does not come out is a block whose definition does not say what its author meant.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from sdm_lib import results
from sdm_lib.aanroep import helpful
from sdm_lib.errors import Melding, SdmFout
from sdm_lib.indicators.compute import compute
from sdm_lib.indicators.definition import Indicator, Voorbeeld
from sdm_lib.results import Kader

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sdm_lib.indicators.catalogue import Catalogue

TOLERANCE = 1e-9  # an example is a handful of small numbers: anything beyond rounding of floats is another outcome
GEBIED = "WK003401"


def example(indicator: Indicator) -> float:
    """The outcome of the worked example of a block, computed."""
    voorbeeld = indicator.voorbeeld
    kader = Kader(str(voorbeeld.periode), "GM0034")
    noemer = voorbeeld.noemer
    below = None if noemer is None else results.build(pd.DataFrame({"value": [noemer.getal], "n": [1]}), kader=kader)
    table = compute(_without_minimum(indicator), _data(indicator), kader=kader, denominator=below)
    if len(table) != 1:
        raise ValueError(f"example of {indicator.id}: expected one row, got {len(table)}")
    return float(table.frame["value"].iloc[0])


@helpful
def check_examples(catalogue: Catalogue, *, ids: Iterable[str] | None = None) -> tuple[Melding, ...]:
    """The examples that do not come out, each with file, line, what was expected and what was found.

    In a notebook: ``indicators.check_examples(indicators.load())``
    """
    gekozen = catalogue.values() if ids is None else catalogue.kies(ids)
    return tuple(melding for indicator in gekozen if (melding := _check(indicator, catalogue)) is not None)


def _check(indicator: Indicator, catalogue: Catalogue) -> Melding | None:
    bestand, regel = catalogue.plaatsen.get(indicator.id, ("", 0))
    verwacht = indicator.voorbeeld.uitkomst.getal
    try:
        gevonden = example(indicator)
    except (SdmFout, ValueError, KeyError) as fout:
        wat = f"het voorbeeld van {indicator.id} is niet uit te rekenen: {fout}"
    else:
        if _same(gevonden, verwacht):
            return None
        wat = f"het voorbeeld van {indicator.id} geeft {_text(gevonden)}, niet {_text(verwacht)}"
    herstel = "Verbeter de definitie, of het voorbeeld."
    return Melding("SDM-731", wat, herstel, bestand=bestand, sleutel=indicator.id, regels=(regel,) if regel else ())


def _same(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=TOLERANCE, abs_tol=TOLERANCE) or (math.isnan(a) and math.isnan(b))


def _text(getal: float) -> str:
    return "leeg" if math.isnan(getal) else f"{getal:.6g}"


def _without_minimum(indicator: Indicator) -> Indicator:
    # four hand-made records never reach the minimum n that protects a published figure
    from dataclasses import replace

    plain = replace(indicator, minimum_n=1)
    object.__setattr__(plain, "id", indicator.id)
    object.__setattr__(plain, "onderwerp", indicator.onderwerp)
    return plain


def _data(indicator: Indicator) -> Any:
    voorbeeld = indicator.voorbeeld
    if indicator.uit_enquete:
        return _design(voorbeeld)
    frame = pd.DataFrame({kolom: _typed(waarden) for kolom, waarden in voorbeeld.gegeven.items()})
    return frame if indicator.bron != "register" else _register(frame, voorbeeld)


def _design(voorbeeld: Voorbeeld) -> Any:
    from sdm_lib import survey

    frame = pd.DataFrame({kolom: list(waarden) for kolom, waarden in voorbeeld.gegeven.items()}, dtype="str")
    gewicht = voorbeeld.gewicht or (1.0,) * len(frame)
    # "adjust": an example of one record has a mean, and its margin is nobody's concern
    return survey.design(frame.assign(gewicht=gewicht), weights="gewicht", lonely="adjust")


def _typed(waarden: tuple[str, ...]) -> pd.Series:
    """Numbers as numbers, ISO dates as dates, everything else as text; empty is missing."""
    texts = pd.Series(waarden, dtype="str").mask(lambda column: column == "")
    gevuld = texts.dropna()
    if len(gevuld) and gevuld.str.fullmatch(r"-?\d+").all():
        return texts.astype("Int64") if texts.isna().any() else texts.astype("int64")
    if len(gevuld) and gevuld.str.fullmatch(r"-?\d+\.\d+").all():
        return texts.astype("float64")
    if len(gevuld) == 0 or gevuld.str.fullmatch(r"\d{4}-\d{2}-\d{2}").all():
        return pd.Series(pd.to_datetime(texts, format="%Y-%m-%d"))
    return texts


def _register(frame: pd.DataFrame, voorbeeld: Voorbeeld) -> Any:
    from sdm_lib import registry

    k = voorbeeld.periode
    dagen = pd.to_datetime([k.begin, k.einde])
    bevolking = pd.DataFrame(
        [(dag, GEBIED, leeftijd, "man", aantal) for dag in dagen for leeftijd, aantal in voorbeeld.bevolking.items()],
        columns=["peildatum", "stadsdeel", "leeftijd", "geslacht", "inwoners"],
    )
    aantal = voorbeeld.huishoudens or 0
    huishoudens = pd.DataFrame({"peildatum": dagen, "stadsdeel": GEBIED, "huishoudens": aantal})
    return registry.open_register(
        frame,
        bevolking=bevolking if voorbeeld.bevolking else None,
        huishoudens=huishoudens if aantal else None,
        kwartaal=k,
        leverdatum=k.einde,
    )
