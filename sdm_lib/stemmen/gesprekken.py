"""Interviews as the analysis left them: who was spoken to, and which theme was found in which interview by whom.

The text of a segment is not here: only `segmenten` reads it, for who has to redact it, and nothing keeps it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import pandas as pd

from sdm_lib.errors import InvoerFout, Melding

LIJST = "gesprekken"  # the delivery with one row an interview
EXPORTS = ("interviews_maxqda", "interviews_atlasti")  # the deliveries with coded segments
SOORTEN = ("client_wmo", "ouder_jeugd", "mantelzorger", "professional")
_NIVEAU = re.compile(r"\s*(?:\\|>|::|:)\s*")  # between the levels of a code: MAXQDA, older MAXQDA, ATLAS.ti
_CODES = re.compile(r"\s*[\r\n;]+\s*")  # between the codes of one quotation in ATLAS.ti


def codepad(tekst: str) -> tuple[str, ...]:
    r"""The levels of a code, top first, each with a capital; spelling of the separator does not matter.

    >>> codepad("Toegang\\wijkteam onbekend") == codepad("Toegang: Wijkteam onbekend")
    True
    """
    delen = (deel.strip() for deel in _NIVEAU.split(tekst))
    return tuple(deel[:1].upper() + deel[1:] for deel in delen if deel)


@dataclass(frozen=True, eq=False)
class Gesprekken:
    """Interviews and their codes.

    lijst : one row an interview: document, soort, volgorde, deelnemers, toestemming.
    codes : one row per interview, theme and coder: document, thema, codeur.
    """

    lijst: pd.DataFrame = field(repr=False)
    codes: pd.DataFrame = field(repr=False)

    @property
    def soorten(self) -> tuple[str, ...]:
        """The kinds of respondent that were spoken to, in the order of the schema."""
        aanwezig = set(self.lijst["soort"])
        return tuple(soort for soort in SOORTEN if soort in aanwezig)

    @property
    def themas(self) -> tuple[str, ...]:
        """Every theme that somebody coded, in alphabetical order of the tree."""
        return tuple(sorted(self.codes["thema"].unique()))

    @property
    def eerste(self) -> pd.DataFrame:
        """What counts: of each interview the codes of the coder who coded most interviews of all that coded it.

        A second coder is there to check the first; counting both would find more the more were checked.
        """
        werk = self.codes.groupby("codeur")["document"].nunique()
        rang = {naam: (-int(aantal), str(naam)) for naam, aantal in werk.items()}
        wie = self.codes.groupby("document")["codeur"].agg(lambda namen: min(set(namen), key=lambda naam: rang[naam]))
        return self.codes[self.codes["codeur"] == self.codes["document"].map(wie)]


def gesprekken(lijst: pd.DataFrame, *exports: pd.DataFrame) -> Gesprekken:
    """Join the list of interviews with coded segments, from either program.

    exports : frames with columns document, code and codeur; a cell may hold several codes under each other.
    Raises InvoerFout (SDM-901) when a coded interview is not in the list: its respondent has no kind.
    """
    codes = pd.concat([_tidy(export) for export in exports], ignore_index=True) if exports else _tidy(None)
    _known(codes["document"], lijst["document"])
    return Gesprekken(lijst.reset_index(drop=True), codes)


def _tidy(export: pd.DataFrame | None) -> pd.DataFrame:
    """One row per interview, theme and coder: how often something was said does not count."""
    if export is None:
        return pd.DataFrame({"document": [], "thema": [], "codeur": []}, dtype="str")
    rijen = [
        (document, ": ".join(codepad(code)), codeur)
        for document, codes, codeur in zip(export["document"], export["code"], export["codeur"], strict=True)
        for code in _CODES.split(str(codes))
        if codepad(code)
    ]
    return pd.DataFrame(rijen, columns=["document", "thema", "codeur"], dtype="str").drop_duplicates(ignore_index=True)


def _known(documenten: Iterable[str], lijst: Iterable[str]) -> None:
    vreemd = set(documenten) - set(lijst)
    if vreemd:
        wat = f"{len(vreemd)} gecodeerde gesprekken staan niet in de lijst van gesprekken"
        waarom = "Zonder de lijst is niet bekend wat voor respondent het was, en of die toestemming gaf"
        herstel = "Vul de lijst aan, met dezelfde naam als in de analyse."
        raise InvoerFout(Melding("SDM-901", wat, herstel, bestand="gesprekken.csv", kolom="document", waarom=waarom))
