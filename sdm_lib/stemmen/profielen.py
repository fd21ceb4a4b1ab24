"""Client profiles: ``params/<kwartaal>/profielen/<onderwerp>.yaml``. A life in a few lines that could be many people's.

What a profile says of somebody (area, age, provision) is counted in the register or a survey: when fewer people share
it than the house rule asks, the profile is refused, because a neighbour would know who it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd

from sdm_lib import nl, schema
from sdm_lib.errors import Melding, ParameterFout, PrivacyFout, bedoelde_u
from sdm_lib.kwartaal import Verslagperiode
from sdm_lib.schema import Loaded
from sdm_lib.stemmen.citaten import Toestemming, Vrijgave, herkenbaar, niet_vrijgegeven, zonder_letter
from sdm_lib.stemmen.herkenning import Woordenlijst

MAP = "profielen"
LEEFTIJD = "leeftijd"  # ``65-74`` or ``75-``, counted from the year of birth where there is no class
PERSOON, GEBOORTEJAAR, BEGIN, EINDE, UITKOMST = "persoon", "geboortejaar", "begin", "einde", "uitkomst"


@dataclass(frozen=True, slots=True)
class Profiel:
    """A profile as the file says it.

    kenmerken : what the story gives away, as columns of the register or a survey with their values. The story may not
    say more than these; whoever releases it puts a name under that.
    """

    pseudoniem: str
    kenmerken: Mapping[str, str]
    verhaal: str
    hoofdstuk: str
    themas: tuple[str, ...]
    toestemming: Toestemming
    vrijgegeven: Vrijgave | None = None
    afgetekend: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.kenmerken:
            raise ValueError(
                "noem bij kenmerken wat het verhaal over iemand zegt; anders is niet te tellen hoe zeldzaam het is"
            )


@dataclass(frozen=True, eq=False)
class Telbron:
    """Records in which people can be counted by characteristics. naam : as a message says it ("het register")."""

    naam: str
    frame: pd.DataFrame = field(repr=False)


def profielen_pad(root: Path, *, kwartaal: Verslagperiode, onderwerp: str) -> Path:
    """Where the profiles of a topic lie."""
    return root / "params" / str(kwartaal) / MAP / f"{onderwerp}.yaml"


def load_profielen(
    path: Path, *, lijst: Woordenlijst, bronnen: Sequence[Telbron], peildatum: date, drempel: int, bestand: str
) -> dict[str, Profiel]:
    """The profiles of a topic by their mark, released, free of names, and shared by enough people.

    bronnen : where to count, the first that has all characteristics. drempel : fewest people that share them.
    Raises ParameterFout for unknown keys and characteristics (SDM-908), and PrivacyFout with every profile that was not
    released (SDM-903), holds something that points at a person (SDM-904) or is a rare combination (SDM-907).
    """
    loaded, meldingen = schema.load_blocks(path, Profiel, bestand=bestand)
    if meldingen:
        raise ParameterFout(*meldingen)
    if vreemd := list(_onbekend(loaded, bronnen)):
        raise ParameterFout(*vreemd)
    fouten: list[Melding] = []
    for naam, profiel in loaded.value.items():
        regel = loaded.regel(naam)
        if profiel.vrijgegeven is None:
            fouten.append(niet_vrijgegeven("profiel", naam, bestand=bestand, regels=regel))
        for veld, tekst in (("verhaal", profiel.verhaal), ("pseudoniem", zonder_letter(profiel.pseudoniem))):
            fouten += herkenbaar(
                f"{naam}.{veld}", tekst, lijst, toegestaan=profiel.afgetekend, bestand=bestand, regels=regel
            )
        fouten += _zeldzaam(naam, profiel, bronnen, peildatum=peildatum, drempel=drempel, bestand=bestand, regels=regel)
    if fouten:
        raise PrivacyFout(*fouten)
    return loaded.value


def _onbekend(loaded: Loaded[dict[str, Profiel]], bronnen: Sequence[Telbron]) -> Iterator[Melding]:
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
    profiel: Profiel,
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
