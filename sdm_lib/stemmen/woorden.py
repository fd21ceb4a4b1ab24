"""Words of somebody that illustrate a chapter: a quote or a profile, with consent, a pseudonym and a release by name.

What could point at somebody stands between square brackets, or is signed off word by word. Words illustrate; they are
no proof of a share. Quotes lie in ``params/<kwartaal>/citaten/<onderwerp>.yaml``, profiles in ``profielen``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from sdm_lib import nl, schema
from sdm_lib.disclosure.handtekening import Handtekening
from sdm_lib.errors import Melding, ParameterFout, PrivacyFout
from sdm_lib.kwartaal import Verslagperiode
from sdm_lib.schema import Loaded
from sdm_lib.stemmen.herkenning import Woordenlijst, herken

Soort = Literal["citaat", "profiel"]
MAPPEN: Mapping[Soort, str] = {"citaat": "citaten", "profiel": "profielen"}
_WEGGELATEN = re.compile(r"\(\.\.\.\)|…")  # behind it a sentence may begin


@dataclass(frozen=True, slots=True)
class Toestemming:
    """When and how the respondent agreed to be quoted."""

    datum: date
    wijze: str


@dataclass(frozen=True, slots=True)
class Woorden:
    """A quote or a profile as its file says it.

    hoofdstuk : the chapter it illustrates. afgetekend : words that the recogniser found and somebody let stand, each
    with the reason; they fall under the name of the release.
    Of a quote: document, the interview it comes from; wie, the respondent in broad words ("cliënt Wmo, boven de 65").
    Of a profile: kenmerken, what it gives away as columns of the register or a survey with their values. Its text may
    not say more than these; whoever releases it puts a name under that.
    """

    tekst: str
    pseudoniem: str
    hoofdstuk: str
    themas: tuple[str, ...]
    toestemming: Toestemming
    vrijgegeven: Handtekening | None = None
    afgetekend: Mapping[str, str] = field(default_factory=dict)
    document: str = ""
    wie: str = ""
    kenmerken: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if bool(self.document) == bool(self.kenmerken):
            raise ValueError(
                "een citaat noemt bij document zijn gesprek; een profiel noemt bij kenmerken wat het over iemand zegt,"
                " want anders is niet te tellen hoe zeldzaam het is"
            )
        if self.document and not self.wie:
            raise ValueError("een citaat noemt bij wie in brede woorden wie het zei")
        if not self.themas:
            raise ValueError("woorden noemen minstens een thema")
        if self.vrijgegeven is not None and self.vrijgegeven.datum is None:
            raise ValueError("een vrijgave heeft een datum")
        if any(not reden.strip() for reden in self.afgetekend.values()):
            raise ValueError("elk afgetekend woord heeft een reden")

    @property
    def soort(self) -> Soort:
        """Which of the two it is."""
        return "citaat" if self.document else "profiel"


def woorden_pad(root: Path, *, soort: Soort, kwartaal: Verslagperiode, onderwerp: str) -> Path:
    """Where the quotes or profiles of a topic lie."""
    return root / "params" / str(kwartaal) / MAPPEN[soort] / f"{onderwerp}.yaml"


def lees_woorden(
    path: Path, *, soort: Soort, lijst: Woordenlijst, bestand: str
) -> tuple[Loaded[dict[str, Woorden]], list[Melding]]:
    """The quotes or profiles of a file by their mark, and what keeps them off a page.

    That is: which were not released (SDM-903) or hold something by which a person may be known (SDM-904).
    Raises ParameterFout with every unknown key, missing field and block of the other kind (SDM-916).
    """
    loaded, meldingen = schema.load_blocks(path, Woorden, bestand=bestand)
    ander = [naam for naam, een in loaded.value.items() if een.soort != soort]
    herstel = f"Zet een citaat in {MAPPEN['citaat']} en een profiel in {MAPPEN['profiel']}."
    wat = f"dit is geen {soort}"
    vreemd = [
        Melding("SDM-916", wat, herstel, bestand=bestand, sleutel=naam, regels=loaded.regel(naam)) for naam in ander
    ]
    if meldingen or vreemd:
        raise ParameterFout(*meldingen, *vreemd)
    return loaded, [melding for naam in loaded.value for melding in _problemen(naam, loaded, lijst)]


def vrijgegeven(root: Path, *, kwartaal: Verslagperiode) -> frozenset[str]:
    """The texts of all released quotes and profiles of a quarter: what of the interviews may stand on a page."""
    teksten: set[str] = set()
    for naam in MAPPEN.values():
        for path in sorted((root / "params" / str(kwartaal) / naam).glob("*.yaml")):
            loaded, _ = schema.load_blocks(path, Woorden, bestand=path.relative_to(root).as_posix())
            teksten |= {een.tekst for een in loaded.value.values() if een.vrijgegeven is not None}
    return frozenset(teksten)


def _problemen(naam: str, loaded: Loaded[dict[str, Woorden]], lijst: Woordenlijst) -> Iterator[Melding]:
    een, regel = loaded.value[naam], loaded.regel(naam)
    if een.vrijgegeven is None:
        wat = f"{een.soort} {naam} is nog niet vrijgegeven"
        herstel = "Lees het na en zet bij vrijgegeven een naam, datum en reden; of haal het weg."
        yield Melding("SDM-903", wat, herstel, bestand=loaded.bestand, sleutel=naam, regels=regel)
    for veld, tekst in (("tekst", een.tekst), ("pseudoniem", zonder_letter(een.pseudoniem)), ("wie", een.wie)):
        yield from herkenbaar(
            f"{naam}.{veld}", tekst, lijst, toegestaan=een.afgetekend, bestand=loaded.bestand, regels=regel
        )


def zonder_letter(pseudoniem: str) -> str:
    """A pseudonym without the letter that it may end with; one that looks like a name has to be signed off.

    >>> zonder_letter("Mevrouw A"), zonder_letter("Fatima")
    ('Mevrouw', 'Fatima')
    """
    return re.sub(r" [A-Z]\.?$", "", pseudoniem)


def herkenbaar(
    sleutel: str, tekst: str, lijst: Woordenlijst, *, toegestaan: Iterable[str], bestand: str, regels: tuple[int, ...]
) -> Iterator[Melding]:
    """A message for what the recogniser finds in a text and nobody signed off: kinds and number, never the words."""
    vrij = {woord.lower() for woord in toegestaan}
    schoon = _WEGGELATEN.sub(lambda match: "." * len(match[0]), tekst)
    schoon = re.sub(r"\[[^\]]*\]", lambda match: " " * len(match[0]), schoon)
    soorten = [
        vondst.soort for vondst in herken(schoon, lijst) if schoon[vondst.begin : vondst.eind].lower() not in vrij
    ]
    if soorten:
        telling = nl.lijst([f"{soorten.count(soort)} keer {soort}" for soort in dict.fromkeys(soorten)])
        herstel = (
            "Zet er iets als [naam] of [school] voor in de plaats, of teken het woord af bij afgetekend, met de reden."
        )
        wat = f"in deze tekst is iemand misschien te herkennen: {telling}"
        yield Melding("SDM-904", wat, herstel, bestand=bestand, sleutel=sleutel, regels=regels)


def check_tekst(sleutel: str, tekst: str, lijst: Woordenlijst, *, toegestaan: Iterable[str], bestand: str) -> None:
    """Raise PrivacyFout (SDM-904) when somebody may be known from a text, but for the words that were let stand."""
    fouten = list(herkenbaar(sleutel, tekst, lijst, toegestaan=toegestaan, bestand=bestand, regels=()))
    if fouten:
        raise PrivacyFout(*fouten)
