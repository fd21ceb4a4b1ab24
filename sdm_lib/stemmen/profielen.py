"""Client profiles: a life in a few lines that could be many people's.

What a profile says of somebody (area, age, provision) is counted in the register or a survey: when fewer people share
it than the house rule asks, the profile is refused, because a neighbour would know who it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd

from sdm_lib import nl
from sdm_lib.errors import Melding, ParameterFout, PrivacyFout, bedoelde_u
from sdm_lib.schema import Loaded
from sdm_lib.stemmen.herkenning import Woordenlijst
from sdm_lib.stemmen.woorden import Woorden, lees_woorden

LEEFTIJD = "leeftijd"  # ``65-74`` or ``75-``, counted from the year of birth where there is no class
PERSOON, GEBOORTEJAAR, BEGIN, EINDE, UITKOMST = "persoon", "geboortejaar", "begin", "einde", "uitkomst"


@dataclass(frozen=True, eq=False)
class Telbron:
    """Records in which people can be counted by characteristics. naam : as a message says it ("het register")."""

    naam: str
    frame: pd.DataFrame = field(repr=False)


def load_profielen(
    path: Path, *, lijst: Woordenlijst, bronnen: Sequence[Telbron], peildatum: date, drempel: int, bestand: str
) -> dict[str, Woorden]:
    """The profiles of a topic by their mark, released, free of names, and shared by enough people.

    bronnen : where to count, the first that has all characteristics. drempel : fewest people that share them.
    Raises ParameterFout and PrivacyFout as `lees_woorden` says, ParameterFout for unknown characteristics (SDM-908)
    and PrivacyFout with every profile that is a rare combination (SDM-907).
    """
    loaded, fouten = lees_woorden(path, soort="profiel", lijst=lijst, bestand=bestand)
    if vreemd := list(_onbekend(loaded, bronnen)):
        raise ParameterFout(*vreemd)
    for naam, profiel in loaded.value.items():
        regels = loaded.regel(naam)
        fouten += _zeldzaam(
            naam, profiel, bronnen, peildatum=peildatum, drempel=drempel, bestand=bestand, regels=regels
        )
    if fouten:
        raise PrivacyFout(*fouten)
    return loaded.value


def _onbekend(loaded: Loaded[dict[str, Woorden]], bronnen: Sequence[Telbron]) -> Iterator[Melding]:
    bekend = sorted({kolom for bron in bronnen for kolom in _kolommen(bron.frame)})
    for naam, profiel in loaded.value.items():
        if _bron(profiel.kenmerken, bronnen) is None:
            vreemd = [kolom for kolom in profiel.kenmerken if kolom not in bekend]
            wat = "deze kenmerken zijn samen in geen levering te tellen: " + nl.lijst(vreemd or list(profiel.kenmerken))
            herstel = bedoelde_u(vreemd[0], bekend) if vreemd else "Kies kenmerken die samen in een levering staan."
            yield Melding("SDM-908", wat, herstel, bestand=loaded.bestand, sleutel=naam, regels=loaded.regel(naam))


def _kolommen(frame: pd.DataFrame) -> set[str]:
    return {str(kolom) for kolom in frame} | ({LEEFTIJD} if GEBOORTEJAAR in frame else set())


def _bron(kenmerken: Mapping[str, str], bronnen: Sequence[Telbron]) -> Telbron | None:
    return next((bron for bron in bronnen if set(kenmerken) <= _kolommen(bron.frame)), None)


def _zeldzaam(
    naam: str,
    profiel: Woorden,
    bronnen: Sequence[Telbron],
    *,
    peildatum: date,
    drempel: int,
    bestand: str,
    regels: tuple[int, ...],
) -> Iterator[Melding]:
    bron = _bron(profiel.kenmerken, bronnen)
    if bron is None or telt(bron.frame, profiel.kenmerken, peildatum=peildatum) >= drempel:
        return
    wat = f"dit profiel is een zeldzame combinatie: in {bron.naam} delen minder dan {drempel} mensen deze kenmerken"
    ruimer = [
        weg
        for weg in profiel.kenmerken
        if telt(bron.frame, {k: v for k, v in profiel.kenmerken.items() if k != weg}, peildatum=peildatum) >= drempel
    ]
    herstel = (
        f"Maak {nl.lijst(ruimer, 'of')} ruimer of laat het weg, ook in het verhaal."
        if ruimer
        else "Laat meer dan een kenmerk weg, ook in het verhaal."
    )
    waarom = "Wie de persoon kent, weet dan over wie het gaat"
    yield Melding("SDM-907", wat, herstel, bestand=bestand, sleutel=naam, regels=regels, waarom=waarom)


def telt(frame: pd.DataFrame, kenmerken: Mapping[str, str], *, peildatum: date) -> int:
    """How many people share these characteristics: of a register with support on the day, of a survey who answered.

    A register has columns persoon, begin and einde (the first day without); a survey one row a person.

    >>> frame = pd.DataFrame({"stadsdeel": ["a", "a", "b"]})
    >>> telt(frame, {"stadsdeel": "a"}, peildatum=date(2015, 7, 1))
    2
    """
    masker = pd.Series(True, index=frame.index)
    for kolom, waarde in kenmerken.items():
        masker &= (
            _leeftijd(frame, waarde, peildatum) if kolom == LEEFTIJD and kolom not in frame else frame[kolom] == waarde
        )
    if BEGIN in frame and EINDE in frame:
        dag = pd.Timestamp(peildatum)
        masker &= (frame[BEGIN] <= dag) & (frame[EINDE].isna() | (frame[EINDE] > dag))
    if UITKOMST in frame:
        masker &= frame[UITKOMST].isin(["volledig", "gedeeltelijk"])
    hier = frame[masker]
    return int(hier[PERSOON].nunique()) if PERSOON in frame else len(hier)


def _leeftijd(frame: pd.DataFrame, klasse: str, peildatum: date) -> pd.Series:
    """Who is in an age class (``65-74``, ``75-``) by year of birth.

    Raises ValueError when it is no class.
    """
    van, streep, tot = klasse.partition("-")
    if not streep or not van.isdigit() or (tot and not tot.isdigit()):
        raise ValueError(f"telt: an age class is written 65-74 or 75-, got {klasse!r}")
    leeftijd = peildatum.year - frame[GEBOORTEJAAR]
    return leeftijd.between(int(van), int(tot) if tot else 200)
