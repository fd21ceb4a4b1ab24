"""Quotes: ``params/<kwartaal>/citaten/<onderwerp>.yaml``. Each with consent, a pseudonym, themes and a release by name.

A quote is somebody's words as they were said, with what could point at them taken out between square brackets. What the
recogniser still finds must be signed off word by word. A quote illustrates a chapter; it is no proof of a share.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sdm_lib import nl, schema
from sdm_lib.errors import Melding, ParameterFout, PrivacyFout
from sdm_lib.kwartaal import Verslagperiode
from sdm_lib.schema import Loaded
from sdm_lib.stemmen.herkenning import Woordenlijst, herken
from sdm_lib.stemmen.segmenten import Segment

MAP = "citaten"
_GEREDIGEERD = re.compile(r"\[[^\]]*\]|\(\.\.\.\)|…")  # what the researcher put in the place of words
_WEGGELATEN = re.compile(r"\(\.\.\.\)|…")  # behind it a sentence may begin
MINSTE = 3  # words of a part that must stand in the interview


@dataclass(frozen=True, slots=True)
class Toestemming:
    """When and how the respondent agreed to be quoted."""

    datum: date
    wijze: str


@dataclass(frozen=True, slots=True)
class Vrijgave:
    """Who released it, when, and why it is safe. A quote, profile or signed-off word needs a name and a reason."""

    door: str
    datum: date
    reden: str

    def __post_init__(self) -> None:
        if not self.door.strip() or not self.reden.strip():
            raise ValueError("een vrijgave heeft een naam en een reden")


@dataclass(frozen=True, slots=True)
class Citaat:
    """A quote as the file says it.

    document : the interview it comes from. wie : the respondent in broad words ("cliënt Wmo, boven de 65").
    hoofdstuk : the chapter it illustrates. afgetekend : words that the recogniser found and somebody let stand, each
    with the reason; they fall under the name of the release.
    """

    document: str
    tekst: str
    pseudoniem: str
    wie: str
    hoofdstuk: str
    themas: tuple[str, ...]
    toestemming: Toestemming
    vrijgegeven: Vrijgave | None = None
    afgetekend: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.themas:
            raise ValueError("een citaat noemt minstens een thema")
        if any(not reden.strip() for reden in self.afgetekend.values()):
            raise ValueError("elk afgetekend woord heeft een reden")


def citaten_pad(root: Path, *, kwartaal: Verslagperiode, onderwerp: str) -> Path:
    """Where the quotes of a topic lie."""
    return root / "params" / str(kwartaal) / MAP / f"{onderwerp}.yaml"


def load_citaten(path: Path, *, lijst: Woordenlijst, bestand: str) -> dict[str, Citaat]:
    """The quotes of a topic by their mark, all released and free of words that nobody signed off.

    Raises ParameterFout with every unknown key or missing field, and PrivacyFout with every quote that was not released
    (SDM-903) or that holds something by which a person may be known (SDM-904).
    """
    loaded, meldingen = schema.load_blocks(path, Citaat, bestand=bestand)
    if meldingen:
        raise ParameterFout(*meldingen)
    fouten = [melding for naam in loaded.value for melding in _problemen(naam, loaded, lijst)]
    if fouten:
        raise PrivacyFout(*fouten)
    return loaded.value


def vrijgegeven(root: Path, *, kwartaal: Verslagperiode) -> frozenset[str]:
    """The texts of all released quotes of a quarter: what of the interviews may stand on a page."""
    teksten: set[str] = set()
    for path in sorted((root / "params" / str(kwartaal) / MAP).glob("*.yaml")):
        loaded, _ = schema.load_blocks(path, Citaat, bestand=path.relative_to(root).as_posix())
        teksten |= {citaat.tekst for citaat in loaded.value.values() if citaat.vrijgegeven is not None}
    return frozenset(teksten)


def buiten_citaten(alle: Iterable[Segment], vrij: Iterable[str]) -> frozenset[str]:
    """What was said and not released: the words of every segment, cut where a released text takes over.

    >>> een = Segment(1, "C01", "Toegang", "Ik wist het niet. Mijn zus kende de weg wel, gelukkig.")
    >>> sorted(buiten_citaten([een], ["Mijn zus kende de weg wel"]))
    ['gelukkig', 'ik wist het niet']
    """
    delen = {deel for tekst in vrij for deel in map(_kaal, _GEREDIGEERD.split(tekst)) if len(deel.split()) >= MINSTE}
    lange = sorted(delen, key=lambda deel: (-len(deel), deel))
    uit: set[str] = set()
    for tekst in {f" {_kaal(segment.tekst)} " for segment in alle}:
        for deel in lange:
            tekst = tekst.replace(f" {deel} ", " | ")
        uit |= {rest.strip() for rest in tekst.split("|")}
    return frozenset(uit - {""})


def _problemen(naam: str, loaded: Loaded[dict[str, Citaat]], lijst: Woordenlijst) -> Iterator[Melding]:
    citaat, regel = loaded.value[naam], loaded.regel(naam)
    if citaat.vrijgegeven is None:
        yield niet_vrijgegeven("citaat", naam, bestand=loaded.bestand, regels=regel)
    for veld, tekst in (("tekst", citaat.tekst), ("pseudoniem", zonder_letter(citaat.pseudoniem)), ("wie", citaat.wie)):
        yield from herkenbaar(
            f"{naam}.{veld}", tekst, lijst, toegestaan=citaat.afgetekend, bestand=loaded.bestand, regels=regel
        )


def zonder_letter(pseudoniem: str) -> str:
    """A pseudonym without the letter that it may end with; one that looks like a name has to be signed off.

    >>> zonder_letter("Mevrouw A"), zonder_letter("Fatima")
    ('Mevrouw', 'Fatima')
    """
    return re.sub(r" [A-Z]\.?$", "", pseudoniem)


def niet_vrijgegeven(wat: str, naam: str, *, bestand: str, regels: tuple[int, ...]) -> Melding:
    """The message for a quote or profile that nobody put a name under."""
    herstel = "Lees het na en zet bij vrijgegeven een naam, datum en reden; of haal het weg."
    return Melding(
        "SDM-903", f"{wat} {naam} is nog niet vrijgegeven", herstel, bestand=bestand, sleutel=naam, regels=regels
    )


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


def check_gesprekken(
    citaten: Mapping[str, Citaat], alle: Iterable[Segment], *, toestemming: Mapping[str, str], bestand: str
) -> None:
    """Whether every quote was said in its interview, by somebody who agreed.

    toestemming : interview -> ja or nee, from the list. Raises PrivacyFout with every quote of somebody who did not
    agree (SDM-905), and ParameterFout with every quote that nobody said like that (SDM-906).
    """
    per: dict[str, list[str]] = {}
    for segment in alle:
        per.setdefault(segment.document, []).append(_kaal(segment.tekst))
    nee = [naam for naam, citaat in citaten.items() if toestemming.get(citaat.document) != "ja"]
    if nee:
        herstel = "Haal het citaat weg, of leg de toestemming vast in de lijst van gesprekken."
        wat = "van dit gesprek is geen toestemming voor een citaat vastgelegd"
        raise PrivacyFout(*(Melding("SDM-905", wat, herstel, bestand=bestand, sleutel=naam) for naam in nee))
    vreemd = [naam for naam, citaat in citaten.items() if not _gezegd(citaat.tekst, per.get(citaat.document, []))]
    if vreemd:
        herstel = "Neem de woorden letterlijk over; wat u weglaat of vervangt staat tussen [ ] of is (...)."
        wat = "dit is in dat gesprek niet zo gezegd"
        raise ParameterFout(*(Melding("SDM-906", wat, herstel, bestand=bestand, sleutel=naam) for naam in vreemd))


def _gezegd(tekst: str, gesprek: Iterable[str]) -> bool:
    """Whether every part between redactions stands in one segment, in that order of words."""
    delen = [_kaal(deel) for deel in _GEREDIGEERD.split(tekst)]
    delen = [deel for deel in delen if len(deel.split()) >= MINSTE]
    return bool(delen) and any(all(deel in segment for deel in delen) for segment in gesprek)


def _kaal(tekst: str) -> str:
    return " ".join(re.findall(r"\w+", tekst.lower()))
