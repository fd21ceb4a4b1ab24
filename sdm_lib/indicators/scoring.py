"""Scales by name: answers in words to the codes of `survey.scales`, and its scores back with Dutch names.

A new scale is one function here, registered in `SCHALEN`; blocks of the catalogue then name it under ``schaal``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from sdm_lib.errors import InvoerFout, Melding, ParameterFout, bedoelde_u
from sdm_lib.indicators.definition import Schaal
from sdm_lib.survey import scales

GEEN_ANTWOORD = ("geen_antwoord", "")
NIET_VAN_TOEPASSING = ("niet_van_toepassing", "geen_ervaring")

DRIE = {"nee": 1, "min_of_meer": 2, "ja": 3}
EENS5 = {"helemaal_eens": 1, "eens": 2, "neutraal": 3, "oneens": 4, "helemaal_oneens": 5}
VAAK6 = {"altijd": 1, "meestal": 2, "vaak": 3, "soms": 4, "zelden": 5, "nooit": 6}

Scorer = Callable[[pd.DataFrame, Sequence[str]], pd.DataFrame]


def score(schaal: Schaal, frame: pd.DataFrame) -> pd.Series:
    """The score of a scale per respondent, NaN where the missing rule of the scale says so.

    Raises ParameterFout (SDM-723) for an unknown scale or outcome, InvoerFout (SDM-713) for an answer outside it.
    """
    if schaal.naam not in SCHALEN:
        raise ParameterFout(Melding("SDM-723", f"onbekende schaal '{schaal.naam}'", bedoelde_u(schaal.naam, SCHALEN)))
    scores = SCHALEN[schaal.naam](frame, schaal.items)
    if schaal.uitkomst not in scores:
        wat = f"schaal '{schaal.naam}' heeft geen uitkomst '{schaal.uitkomst}'"
        raise ParameterFout(Melding("SDM-723", wat, bedoelde_u(schaal.uitkomst, map(str, scores))))
    return scores[schaal.uitkomst].astype("float64")


def coded(frame: pd.DataFrame, items: Sequence[str], *, codes: Mapping[str, int]) -> pd.DataFrame:
    """Answers in words as codes, NaN without usable answer. Raises InvoerFout for a word that is no answer."""
    columns, meldingen = {}, []
    for item in items:
        empty = frame[item].isna() | frame[item].isin([*GEEN_ANTWOORD, *NIET_VAN_TOEPASSING])
        values = frame[item].map(codes)
        wrong = np.flatnonzero((values.isna() & ~empty).to_numpy())
        if len(wrong):
            rows = tuple(int(row) + 2 for row in wrong[:5])
            meldingen.append(
                Melding("SDM-713", "antwoord past niet bij de schaal", f"Gebruik {', '.join(codes)}.", kolom=item,
                        regels=rows, aantal=len(wrong))
            )  # fmt: skip
        columns[item] = values.astype("float64")
    if meldingen:
        raise InvoerFout(*meldingen)
    return pd.DataFrame(columns, index=frame.index)


def eenzaamheid6(frame: pd.DataFrame, items: Sequence[str]) -> pd.DataFrame:
    """De Jong Gierveld, three emotional items, then three social ones: emotioneel, sociaal (0-3), totaal (0-6)."""
    _length("eenzaamheid6", items, 6)
    found = scales.loneliness(coded(frame, items, codes=DRIE), emotional=items[:3], social=items[3:])
    return found.rename(columns={"emotional": "emotioneel", "social": "sociaal", "total": "totaal"})


def mhi5(frame: pd.DataFrame, items: Sequence[str]) -> pd.DataFrame:
    """MHI-5 in the order nervous, down, calm, sad, happy: score 0-100; the cut-off stands in the block."""
    _length("mhi5", items, 5)
    nervous, down, calm, sad, happy = items
    answers = coded(frame, items, codes=VAAK6)
    return scales.mhi5(answers, negative=[nervous, down, sad], positive=[calm, happy], cutoff="cbs")[["score"]]


def cohesie4(frame: pd.DataFrame, items: Sequence[str]) -> pd.DataFrame:
    """Social cohesion from four statements, the first one reversed: score 0-10."""
    _length("cohesie4", items, 4)
    answers = coded(frame, items, codes=EENS5)
    return scales.cohesion(answers, items=items, reverse=items[:1], statement_set="VM 2012-2017")[["score"]]


def regie7(frame: pd.DataFrame, items: Sequence[str]) -> pd.DataFrame:
    """Mastery from seven statements, five negative and then two positive: score 7 (none) to 35."""
    _length("regie7", items, 7)
    answers = coded(frame, items, codes=EENS5)
    return pd.DataFrame({"score": scales.sum_score(answers, items, low=1, high=5, reverse=items[5:])})


def eens5(frame: pd.DataFrame, items: Sequence[str]) -> pd.DataFrame:
    """Mean agreement per respondent, 0 (fully disagree) to 100, when at least half of the statements is answered."""
    answers = coded(frame, items, codes=EENS5)
    missing = len(items) // 2
    scores = scales.sum_score(answers, items, low=1, high=5, reverse=items, max_missing=missing, rule="percent")
    return pd.DataFrame({"score": scores})


def _length(naam: str, items: Sequence[str], expected: int) -> None:
    if len(items) != expected:
        wat = f"schaal '{naam}' heeft {expected} vragen, hier staan er {len(items)}"
        raise ParameterFout(Melding("SDM-723", wat, "Noem alle vragen, in de volgorde van de schaal."))


SCHALEN: dict[str, Scorer] = {
    "eenzaamheid6": eenzaamheid6,
    "mhi5": mhi5,
    "cohesie4": cohesie4,
    "regie7": regie7,
    "eens5": eens5,
}
