"""Quotes: somebody's words as they were said in an interview, by somebody who agreed to be quoted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from sdm_lib.errors import Melding, ParameterFout, PrivacyFout
from sdm_lib.stemmen.herkenning import Woordenlijst
from sdm_lib.stemmen.segmenten import Segment
from sdm_lib.stemmen.woorden import Woorden, lees_woorden

_GEREDIGEERD = re.compile(r"\[[^\]]*\]|\(\.\.\.\)|…")  # what the researcher put in the place of words
MINSTE = 3  # words of a part that must stand in the interview


def load_citaten(path: Path, *, lijst: Woordenlijst, bestand: str) -> dict[str, Woorden]:
    """The quotes of a topic by their mark, all released and free of words that nobody signed off.

    Raises ParameterFout and PrivacyFout as `lees_woorden` says.
    """
    loaded, fouten = lees_woorden(path, soort="citaat", lijst=lijst, bestand=bestand)
    if fouten:
        raise PrivacyFout(*fouten)
    return loaded.value


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


def check_gesprekken(
    citaten: Mapping[str, Woorden], alle: Iterable[Segment], *, toestemming: Mapping[str, str], bestand: str
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
