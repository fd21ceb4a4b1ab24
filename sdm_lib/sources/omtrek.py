"""The outlines that the reference data hold: of which level and division, and which areas border on each other."""

from __future__ import annotations

from functools import cache

from sdm_lib.sources.gebieden import gebieden
from sdm_lib.sources.grenzen import parse_wkt
from sdm_lib.sources.reference import reference

# Which reference file holds the outlines of which level and division; the year is part of the key on purpose.
BESTANDEN = {
    ("stadsdeel", 2017): "almere_stadsdelen_2017_grenzen",
    ("wijk", 2022): "almere_wijken_2022_grenzen",
    ("stadsdeel", 2022): "almere_stadsdelen_2017_grenzen",  # still the same areas, under other codes
}


@cache
def borders(niveau: str, jaar: int) -> dict[str, str]:
    """Per area code its outline as well-known text (WGS84). Raises ValueError when this level and year have none."""
    naam = BESTANDEN.get((niveau, jaar))
    if naam is None:
        bekend = ", ".join(f"{soort} {j}" for soort, j in BESTANDEN)
        raise ValueError(f"grenzen: no outlines of {niveau!r} in {jaar!r}; there are: {bekend}")
    frame = reference(naam)
    codes = _codes_of(niveau, jaar)
    return {
        codes.get(str(code), str(code)): str(wkt)
        for code, wkt in zip(frame["wijkcode"], frame["wkt_wgs84"], strict=True)
        if isinstance(wkt, str) and wkt
    }


def _codes_of(niveau: str, jaar: int) -> dict[str, str]:
    """Codes of this division by those of the older one they lie in, where one is the whole of the other."""
    indeling = gebieden().indeling(jaar, niveau=niveau)
    boven = [gebied.hoort_bij for gebied in indeling.gebieden.values()]
    if indeling.hoort_bij_jaar == indeling.jaar or len(set(boven)) < len(boven):
        return {}
    return {gebied.hoort_bij: code for code, gebied in indeling.gebieden.items()}


@cache
def neighbours(niveau: str, jaar: int) -> dict[str, tuple[str, ...]]:
    """Per area the areas that share a stretch of border with it: two corners of their outlines; one is only a point.

    >>> neighbours("stadsdeel", 2022)["SD003401"]
    ('SD003402', 'SD003404', 'SD003405')
    """
    hoeken = {
        code: {tuple(punt) for vlak in parse_wkt(wkt) for punt in vlak.buiten.tolist()}
        for code, wkt in borders(niveau, jaar).items()
    }
    return {
        code: tuple(sorted(ander for ander, zijn in hoeken.items() if ander != code and len(eigen & zijn) > 1))
        for code, eigen in hoeken.items()
    }
