"""Questions with more than one answer in SPSS (multiple-response sets) become a column an answer, with ja or nee.

A set of dichotomies has a variable for each answer, in which one value counts; a set of categories has variables that
share a list of answers (first, second, third mentioned). Someone who gave no answer in the whole set answered
nothing; a set in which something was ticked is answered, so what was not ticked is a nee.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sdm_lib.errors import Melding
from sdm_lib.sources.lees_excel import as_text
from sdm_lib.sources.ruw import plat

JA, NEE = "ja", "nee"


@dataclass(frozen=True, slots=True)
class Reeks:
    """A set as the file describes it; `telt` is the value that counts in a set of dichotomies."""

    naam: str
    label: str
    variabelen: tuple[str, ...]
    telt: float | None


def sets(meta: Any, kolommen: Sequence[str]) -> tuple[Reeks, ...]:
    """The sets of a file; names of variables are looked up without regard to capitals, as SPSS does."""
    bekend = {kolom.casefold(): kolom for kolom in kolommen}
    gevonden = []
    for naam, reeks in (getattr(meta, "mr_sets", None) or {}).items():
        variabelen = tuple(bekend.get(str(v).casefold(), "") for v in reeks["variable_list"])
        if variabelen and all(variabelen):
            telt = float(reeks["counted_value"]) if reeks["is_dichotomy"] else None
            gevonden.append(Reeks(str(naam).lstrip("$"), str(reeks["label"] or ""), variabelen, telt))
    return tuple(gevonden)


def expand(
    reeks: Reeks, frame: pd.DataFrame, *, labels: Mapping[str, Mapping[Any, str]], ontbreekt: Mapping[str, Any]
) -> dict[str, list[str | None]]:
    """The columns of a set: its own variables for dichotomies, ``<set>_<answer>`` for categories.

    labels : value labels per variable. ontbreekt : per variable a function that says whether a value is missing.
    """
    waarden = [[None if _missing(w, ontbreekt[v]) else w for w in frame[v].tolist()] for v in reeks.variabelen]
    beantwoord = [any(waarde is not None for waarde in rij) for rij in zip(*waarden, strict=True)]
    if reeks.telt is not None:
        return {
            naam: [_word(waarde == reeks.telt, ja) for waarde, ja in zip(kolom, beantwoord, strict=True)]
            for naam, kolom in zip(reeks.variabelen, waarden, strict=True)
        }
    return {
        f"{reeks.naam}_{plat(label)}": [
            _word(antwoord in rij, ja) for rij, ja in zip(zip(*waarden, strict=True), beantwoord, strict=True)
        ]
        for antwoord, label in _answers(reeks, waarden, labels, ontbreekt).items()
    }


def _missing(waarde: Any, ontbreekt: Any) -> bool:
    return bool(pd.isna(waarde) or waarde == "" or ontbreekt(waarde))


def _word(gekozen: bool, beantwoord: bool) -> str | None:
    return (JA if gekozen else NEE) if beantwoord else None


def _answers(
    reeks: Reeks, waarden: list[list[Any]], labels: Mapping[str, Mapping[Any, str]], ontbreekt: Mapping[str, Any]
) -> dict[Any, str]:
    """Every answer that the set offers or that occurs, with its label, in the order of its codes."""
    antwoorden = {
        waarde: label
        for v in reeks.variabelen
        for waarde, label in labels.get(v, {}).items()
        if not _missing(waarde, ontbreekt[v])
    }
    antwoorden |= {w: as_text(w) or "" for kolom in waarden for w in kolom if w is not None and w not in antwoorden}
    return dict(sorted(antwoorden.items(), key=lambda paar: str(paar[0])))


def told(reeks: Reeks, kolommen: Sequence[str], bestand: str) -> Melding:
    """What was recognised."""
    wat = f"meerkeuzevraag {reeks.naam} gelezen: {len(kolommen)} antwoorden, elk een kolom met ja of nee"
    return Melding("SDM-372", wat, "U hoeft niets te doen.", bestand=bestand, ernst="hersteld")
