"""From counts per group to the table that a figure returns: ages made, conditions met, zeros filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sdm_lib.errors import Melding, ParameterFout
from sdm_lib.registry.perioden import Periode
from sdm_lib.registry.register import Register, Where

LEEFTIJDEN = ("0-11", "12-17", "18-22", "23-29", "30-44", "45-64", "65-74", "75+")


def genummerd(ruw: pd.DataFrame, groep: Sequence[str]) -> tuple[pd.DataFrame, np.ndarray]:
    """The different groups of a frame, and for each of its rows the number of its group."""
    if not groep:
        return pd.DataFrame(index=[0]), np.zeros(len(ruw), dtype=np.int64)
    groepen = ruw[list(groep)].drop_duplicates(ignore_index=True)
    met = ruw.merge(groepen.reset_index(names="groep_nr"), on=list(groep), how="left", validate="m:1")
    return groepen, met["groep_nr"].to_numpy(np.int64)


def op_rooster(
    register: Register,
    groepen: pd.DataFrame,
    delen: Mapping[str, np.ndarray],
    momenten: Sequence[Periode],
    *,
    by: Sequence[str],
    where: Where | None,
) -> pd.DataFrame:
    """Numbers per group and window on the full grid of `by`: ages made, exclusive conditions met, zeros filled in.

    delen : by name, whole numbers of shape (groups, windows). Returns venster (the label), by, the names of `delen`.
    """
    namen, aantal = list(delen), len(momenten)
    lang = groepen.loc[groepen.index.repeat(aantal)].reset_index(drop=True)
    lang["venster"] = np.tile(np.arange(aantal), len(groepen))
    lang = lang.assign(**{naam: deel.ravel() for naam, deel in delen.items()})
    lang = met_leeftijd(lang, momenten, by=by, where=where)
    lang = voldoet(lang, where)
    som = lang.groupby([*by, "venster"], observed=True)[namen].sum().reset_index()
    uit = volledig(register, aantal, by=by, where=where).merge(som, on=[*by, "venster"], how="left", validate="1:1")
    uit = uit.fillna(dict.fromkeys(namen, 0)).astype(dict.fromkeys(namen, "int64"))  # no rows is a true zero
    if not uit[namen].sum().equals(som[namen].sum().astype("int64")):
        raise RuntimeError(f"the grid of {list(by)} misses groups that were counted")
    uit["venster"] = np.array([moment.label for moment in momenten], dtype=object)[uit["venster"].to_numpy()]
    return uit.astype({"venster": "str"})[["venster", *by, *namen]]


def voldoet(lang: pd.DataFrame, where: Where | None) -> pd.DataFrame:
    """The rows that meet the conditions on the columns that are there."""
    for kolom, keuze in (where or {}).items():
        if kolom in lang and kolom != "leeftijd":
            lang = lang[lang[kolom].isin([keuze] if isinstance(keuze, str) else list(keuze))]
    return lang


def volledig(register: Register, aantal_vensters: int, *, by: Sequence[str], where: Where | None) -> pd.DataFrame:
    """The grid: window number and every group of `by`, windows first."""
    gewoon = [kolom for kolom in by if kolom != "leeftijd"]
    rooster = pd.DataFrame({"venster": range(aantal_vensters)}).merge(
        register.combinaties(gewoon, where), how="cross", validate="m:m"
    )
    if "leeftijd" in by:
        rooster = rooster.merge(pd.DataFrame({"leeftijd": list(_leeftijden(where))}), how="cross", validate="m:m")
    return rooster


def met_leeftijd(
    lang: pd.DataFrame, momenten: Sequence[Periode], *, by: Sequence[str], where: Where | None
) -> pd.DataFrame:
    """Year of birth replaced by the age group in that window; ages outside the condition left out."""
    keuze = (where or {}).get("leeftijd")
    if "leeftijd" not in by and keuze is None:
        return lang
    if any(m.begin.year != m.laatste_dag.year for m in momenten):
        raise ValueError("leeftijd needs periods within one calendar year: the register knows years of birth only")
    jaren = np.array([m.begin.year for m in momenten], dtype=np.int64)
    ouderdom = jaren[lang["venster"].to_numpy()] - lang["geboortejaar"].to_numpy(np.int64)
    if keuze is not None:
        binnen = np.zeros(len(lang), dtype=bool)
        for groep in [keuze] if isinstance(keuze, str) else keuze:
            onder, boven = leeftijdsgrenzen(groep)
            binnen |= (ouderdom >= onder) & (ouderdom <= boven)
        lang, ouderdom = lang[binnen], ouderdom[binnen]
    namen = list(LEEFTIJDEN)
    ondergrens = np.array([leeftijdsgrenzen(naam)[0] for naam in namen])
    nummer = np.clip(np.searchsorted(ondergrens, ouderdom, side="right") - 1, 0, None)
    return lang.assign(leeftijd=np.array(namen, dtype=object)[nummer]).astype({"leeftijd": "str"})


def leeftijdsgrenzen(groep: str) -> tuple[int, int]:
    """Lowest and highest age of ``0-17`` or ``65+``. Raises ParameterFout SDM-872 on anything else.

    >>> leeftijdsgrenzen("0-17"), leeftijdsgrenzen("75+")
    ((0, 17), (75, 999))
    """
    match = re.fullmatch(r"(\d{1,3})(?:-(\d{1,3})|\+)", groep)
    if match is None or (match[2] and int(match[2]) < int(match[1])):
        raise ParameterFout(Melding("SDM-872", f"'{groep}' is geen leeftijdsgroep", "Schrijf 0-17 of 65+."))
    return int(match[1]), int(match[2]) if match[2] else 999


def _leeftijden(where: Where | None) -> list[str]:
    """The age groups of the grid: those that overlap the condition."""
    keuze = (where or {}).get("leeftijd")
    if keuze is None:
        return list(LEEFTIJDEN)
    ranges = [leeftijdsgrenzen(groep) for groep in ([keuze] if isinstance(keuze, str) else keuze)]
    grenzen = {naam: leeftijdsgrenzen(naam) for naam in LEEFTIJDEN}
    return [naam for naam, (onder, boven) in grenzen.items() if any(o <= boven and b >= onder for o, b in ranges)]
