"""The account of a survey: who was drawn, who answered, what was not applicable, and what weighting did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sdm_lib import results, survey
from sdm_lib.errors import InvoerFout, Melding
from sdm_lib.indicators import derive
from sdm_lib.indicators.compute import By, Where, columns, compute, finish, place
from sdm_lib.indicators.definition import Indicator
from sdm_lib.indicators.surveyed import condition
from sdm_lib.results import Kader, Results

if TYPE_CHECKING:
    from sdm_lib.survey import SurveyDesign

UITKOMSTEN = ("volledig", "gedeeltelijk", "geen_respons", "niet_bereikt", "niet_in_aanmerking")
# indicator ids of the rows, with the label a page shows
VERANTWOORDING = {
    "respons_getrokken": "Getrokken",
    "respons_niet_in_aanmerking": "Niet in aanmerking",
    "respons_ingevuld": "Ingevuld, geheel of gedeeltelijk",
    "respons_gedeeltelijk": "Waarvan gedeeltelijk",
    "respons_aandeel": "Respons",
}


def verantwoording(frame: pd.DataFrame, *, kader: Kader, strata: By = None, uitkomst: str = "uitkomst") -> Results:
    """What became of everyone drawn, and the response per stratum.

    frame : a row per person drawn, with column `uitkomst`: volledig, gedeeltelijk, geen_respons, niet_bereikt or
    niet_in_aanmerking. strata : column or columns of the sampling strata, each broken down on its own.

    Returns rows for the ids of `VERANTWOORDING`: four counts and the response, (volledig + gedeeltelijk) of everyone
    drawn who was eligible; people who were not reached stay in the denominator (AAPOR response rate 2 with nobody of
    unknown eligibility removed). A stratum gives its response alone: what remained of it is a handful of people.
    Raises InvoerFout on an outcome that is empty or unknown.
    """
    _check_outcomes(frame, uitkomst)
    tables = [_outcomes(frame, kader=kader, uitkomst=uitkomst)]
    tables += [_response(frame, (kolom,), kader=kader, uitkomst=uitkomst) for kolom in columns(strata)]
    return results.concat(*tables)


def _check_outcomes(frame: pd.DataFrame, uitkomst: str) -> None:
    wrong = ~frame[uitkomst].isin(UITKOMSTEN)
    if wrong.any():
        rows = np.flatnonzero(wrong.to_numpy()) + 2
        raise InvoerFout(
            Melding("SDM-741", "de uitkomst van het veldwerk is leeg of onbekend", f"Gebruik {', '.join(UITKOMSTEN)}.",
                    kolom=uitkomst, regels=tuple(int(row) for row in rows[:5]), aantal=len(rows))
        )  # fmt: skip


def _outcomes(frame: pd.DataFrame, *, kader: Kader, uitkomst: str) -> Results:
    """The counts of everyone, then their response."""
    counts = frame[uitkomst].value_counts().reindex(UITKOMSTEN, fill_value=0)
    values = {
        "respons_getrokken": len(frame),
        "respons_niet_in_aanmerking": counts["niet_in_aanmerking"],
        "respons_ingevuld": counts["volledig"] + counts["gedeeltelijk"],
        "respons_gedeeltelijk": counts["gedeeltelijk"],
    }
    rows = pd.DataFrame({"indicator": list(values), "value": [float(number) for number in values.values()]})
    counted = results.build(rows, kader=kader, unit="aantal", n=float(len(frame)), method=results.TELLING)
    return results.concat(counted, _response(frame, (), kader=kader, uitkomst=uitkomst))


def _response(frame: pd.DataFrame, by: tuple[str, ...], *, kader: Kader, uitkomst: str) -> Results:
    told = pd.DataFrame({
        **{key: frame[key].astype(str) for key in by},
        "numerator": frame[uitkomst].isin(("volledig", "gedeeltelijk")).astype("float64"),
        "denominator": (frame[uitkomst] != "niet_in_aanmerking").astype("float64"),
    })  # fmt: skip
    sums = told.groupby(list(by), as_index=False).sum() if by else told.sum().to_frame().T
    eligible = sums["denominator"]
    rows = sums.assign(value=sums["numerator"] / eligible.where(eligible > 0), n=eligible)
    return results.build(
        place(rows, where=None), kader=kader, indicator="respons_aandeel", unit="aandeel", method=results.TELLING
    )


def nvt(indicator: Indicator, design: SurveyDesign, *, kader: Kader, by: By = None, where: Where = None) -> Results:
    """The share that said "niet van toepassing", of everyone who gave any answer; id ``CE01_nvt``.

    It is what left the denominator of the indicator itself, and is shown beside it. Raises ValueError for an
    indicator that has no single question behind it.
    """
    vragen = [kolom for kolom, eis in indicator.noemer.items() if eis == "beantwoord"]
    if len(vragen) != 1:
        raise ValueError(f"nvt: {indicator.id} has {len(vragen)} questions, expected one")
    column = design.frame[vragen[0]]
    said = derive.not_applicable(column)
    known = (said | derive.answered(column)) & derive.limited_to(indicator, design.frame)
    derived = survey.with_columns(design, {"nvt": said.astype("float64").where(known).to_numpy()})
    inside = condition(design, where)
    table = survey.proportion(derived, "nvt", by=list(columns(by)) or None, where=inside)
    table = table.rename(columns={"estimate": "value", "ci_low": "lower", "ci_high": "upper"})
    kept = table[[*columns(by), "value", "lower", "upper", "se", "n", "n_eff", "method"]]
    return finish(indicator, kept, kader=kader, where=where, indicator=f"{indicator.id}_nvt", unit="aandeel")


def unweighted(indicators: Sequence[Indicator], design: SurveyDesign, *, kader: Kader) -> Results:
    """Key figures without and with weights, in groups ``weging=ongewogen`` and ``weging=gewogen``.

    The unweighted ones have no margin: they show what weighting did, they are no estimate of the population.
    """
    alike = design.frame.assign(een=(design.weights != 0).astype("float64"))
    plain = survey.design(alike, weights="een", lonely="adjust")
    rows = []
    for indicator in indicators:
        for naam, used in (("ongewogen", plain), ("gewogen", design)):
            frame = compute(indicator, used, kader=kader).frame.assign(groep=results.groep(weging=naam))
            if naam == "ongewogen":
                frame[["lower", "upper", "se", "n_eff"]] = np.nan
                frame["method"] = results.ONGEWOGEN
            rows.append(Results(frame))
    return results.concat(*rows)
