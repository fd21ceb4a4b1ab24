"""From a survey delivery to a weighted design: who answered, what is raked to, and where the totals come from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from sdm_lib import survey
from sdm_lib.errors import InvoerFout, Melding
from sdm_lib.monitor.runfile import Weging

GEANTWOORD = ("volledig", "gedeeltelijk")
BUITEN_POPULATIE = "niet_in_aanmerking"
POPULATIE = "populatie"  # column with the stratum's population, for the finite-population correction


def respondents(frame: pd.DataFrame) -> pd.DataFrame:
    """The drawn persons who answered, wholly or in part."""
    return frame[frame["uitkomst"].isin(GEANTWOORD)].reset_index(drop=True)


def weighted_design(
    frame: pd.DataFrame, weging: Weging, *, bevolking: pd.DataFrame | None = None, bestand: str = ""
) -> survey.SurveyDesign:
    """The respondents of a drawn sample as a raked design.

    frame : everybody who was drawn, with `uitkomst`, the design weight and the variables of the margins.
    bevolking : peildatum, leeftijd, geslacht, area and `inwoners`; needed when `weging.doel` is ``bevolking``.
    Raises InvoerFout when nobody answered or a margin cannot be matched.
    """
    geantwoord = respondents(frame)
    if geantwoord.empty:
        raise InvoerFout(
            Melding("SDM-225", "niemand in dit bestand heeft geantwoord", "Lever de antwoorden aan.", bestand=bestand)
        )
    stratum = _joined(geantwoord, weging.strata, teken="|")
    geantwoord = geantwoord.assign(stratum=stratum)
    if weging.eindig:
        lijst = frame[frame["uitkomst"] != BUITEN_POPULATIE]
        grootte = _joined(lijst, weging.strata, teken="|").value_counts()
        geantwoord[POPULATIE] = stratum.map(grootte).astype("float64")
    design = survey.design(
        geantwoord,
        weights=weging.gewicht,
        strata="stratum",
        fpc=POPULATIE if weging.eindig else None,
        lonely=weging.lonely,
    )
    return survey.rake(design, targets(frame, weging, bevolking=bevolking))


def targets(frame: pd.DataFrame, weging: Weging, *, bevolking: pd.DataFrame | None) -> pd.DataFrame:
    """The totals to rake to, as one long table: variable, category, total."""
    if weging.doel == "bevolking":
        if bevolking is None:
            raise ValueError("targets: doel is bevolking, but no population table was given")
        kolommen = {deel for marge in weging.marges for deel in marge.split("*")}
        basis = as_survey_classes(bevolking, klassen=frame["leeftijd"].dropna().unique(), kolommen=kolommen)
        gewicht = "inwoners"
    else:
        basis, gewicht = frame[frame["uitkomst"] != BUITEN_POPULATIE], weging.gewicht
    return pd.concat([_margin(basis, marge, gewicht=gewicht) for marge in weging.marges], ignore_index=True)


def _margin(basis: pd.DataFrame, marge: str, *, gewicht: str) -> pd.DataFrame:
    category = _joined(basis, marge.split("*"), teken="*")
    totals = basis[gewicht].astype("float64").groupby(category).sum()
    return pd.DataFrame({"variable": marge, "category": totals.index, "total": totals.to_numpy()})


def _joined(frame: pd.DataFrame, kolommen: Sequence[str], *, teken: str) -> pd.Series:
    """The texts of several columns as one. Raises ValueError where one is missing: a row would drop out unseen."""
    teksten = frame[list(kolommen)].astype("str")
    eerste, rest = teksten.iloc[:, 0], teksten.iloc[:, 1:]
    samen: pd.Series = eerste.str.cat(rest, sep=teken) if len(kolommen) > 1 else eerste
    if samen.isna().any():
        raise ValueError(f"{' x '.join(kolommen)}: {int(samen.isna().sum())} rows have no value")
    return samen


def as_survey_classes(bevolking: pd.DataFrame, *, klassen: Iterable[str], kolommen: Iterable[str]) -> pd.DataFrame:
    """Population counts in the age classes of a survey, on the first date in the table.

    Ages outside every class of the survey (children, for a survey of adults) are left out: they are not its population.
    """
    begin = bevolking[bevolking["peildatum"] == bevolking["peildatum"].min()]
    grenzen = {klasse: _grenzen(klasse) for klasse in klassen}
    naar = {oud: _covering(oud, grenzen) for oud in begin["leeftijd"].unique()}
    vertaald = begin.assign(leeftijd=begin["leeftijd"].map(naar))
    binnen = vertaald[vertaald["leeftijd"].notna()]
    sums: pd.DataFrame = binnen.groupby(sorted(set(kolommen)), as_index=False)["inwoners"].sum()
    return sums


def ages_from(klassen: pd.Series, vanaf: int) -> pd.Series:
    """Which age classes lie wholly at or above an age. Raises ValueError for a class that straddles it.

    >>> ages_from(pd.Series(["12-17", "18-22", "75+"]), 18).tolist()
    [False, True, True]
    """
    grenzen = {klasse: _grenzen(klasse) for klasse in klassen.unique()}
    over = [klasse for klasse, (laag, hoog) in grenzen.items() if laag < vanaf <= hoog]
    if over:
        raise ValueError(f"age class {over[0]!r} straddles {vanaf}")
    return klassen.map({klasse: laag >= vanaf for klasse, (laag, _) in grenzen.items()})


def _grenzen(klasse: str) -> tuple[float, float]:
    getallen = [int(deel) for deel in re.findall(r"\d+", klasse)]
    return float(getallen[0]), float(getallen[1]) if len(getallen) > 1 else np.inf


def _covering(klasse: str, grenzen: dict[str, tuple[float, float]]) -> str | None:
    laag, hoog = _grenzen(klasse)
    for naam, (van, tot) in grenzen.items():
        if van <= laag and hoog <= tot:
            return naam
        if van <= hoog and laag <= tot:
            raise ValueError(
                f"age class {klasse!r} straddles {naam!r}: the classes of population and survey do not fit"
            )
    return None
