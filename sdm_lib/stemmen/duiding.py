"""Duiding: what somebody makes of the findings, signed and apart. ``params/<kwartaal>/duiding/<onderwerp>.md``.

Its figures are references to published results (``{{clienten.CE01}}``), so a correction corrects them too. A figure
that was typed has to say what the reference in the same paragraph says; when it does not, the run stops.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from sdm_lib import nl, schema
from sdm_lib.errors import Melding, ParameterFout, RapportFout
from sdm_lib.kwartaal import Verslagperiode
from sdm_lib.results import groep

MAP = "duiding"
STATUS = {"bevinding": "Bevinding", "hypothese": "Hypothese", "consensus": "Consensus met partners"}
_VERWIJZING = re.compile(r"\{\{(.*?)\}\}")
_PLEK = re.compile(r"\s*([\w-]+)\.(\w+)((?:\s+\w+=[^\s=;]+)*)\s*")
# What looks like a figure and is none: years and dates, articles of law, ages, quarters, ordinals, marks of items.
_MAAND = "(?:januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december)"
_GEEN_CIJFER = re.compile(
    rf"(?i)\b(?:artikel(?:en)? [\d.]+(?: en [\d.]+)*|(?:\d{{1,2}} )?{_MAAND}(?: \d{{4}})?"
    r"|\d{1,3}(?: tot(?: en met)? \d{1,3})? jaar|(?:19|20)\d\d(?:K[1-4])?|\d+(?:e|de|ste)|[A-Z]{1,3}\d{2})(?!\w|,\d)"
)
_CIJFER = re.compile(
    r"(?:€ ?)?[−-]?\d+(?:\.\d{3})*(?:,\d+)?"
    r"(?: ?%| procentpunt\b| procent\b| op de \d+\b| van de \d+\b| miljoen\b| euro\b)?"
)


@dataclass(frozen=True, slots=True)
class Verwijzing:
    """A reference to a published figure: its topic and id, and the area or group that it is of."""

    onderwerp: str
    indicator: str
    gebied: str = ""
    groep: str = ""

    @classmethod
    def parse(cls, tekst: str) -> Verwijzing:
        """Read ``clienten.CE01``, ``clienten.CE01 gebied=WK003401`` or ``stelsel.ST01 organisatie=ggz``.

        Raises ValueError when it is none.

        >>> Verwijzing.parse("clienten.CE09 wet=wmo")
        Verwijzing(onderwerp='clienten', indicator='CE09', gebied='', groep='wet=wmo')
        """
        match = _PLEK.fullmatch(tekst)
        if match is None:
            raise ValueError(f"no reference: {tekst!r}")
        delen = dict(deel.split("=", 1) for deel in match[3].split())
        return cls(match[1], match[2], delen.pop("gebied", ""), groep(**delen))


@dataclass(frozen=True, slots=True)
class _Kop:
    """The head of the file, between two lines of three hyphens."""

    auteur: str
    datum: date
    status: Literal["bevinding", "hypothese", "consensus"]
    titel: str
    partners: tuple[str, ...] = ()
    noemt: tuple[str, ...] = ()  # names of organisations in the text, which the recogniser lets stand

    def __post_init__(self) -> None:
        if not self.auteur.strip():
            raise ValueError("een duiding is ondertekend: vul auteur in")
        if self.status == "consensus" and not self.partners:
            raise ValueError("consensus is er met partners: noem hen bij partners")


@dataclass(frozen=True, slots=True)
class Duiding:
    """A signed interpretation of a topic: who says it, when, how sure, and the paragraphs with their references."""

    auteur: str
    datum: date
    status: str
    titel: str
    alineas: tuple[str, ...]
    bestand: str
    partners: tuple[str, ...] = ()
    noemt: tuple[str, ...] = ()

    @property
    def woorden(self) -> str:
        """The text without its references: what the author wrote himself."""
        return _VERWIJZING.sub(" ", " ".join(self.alineas))

    @property
    def tekst_status(self) -> str:
        """The status as a reader sees it."""
        met = f": {nl.lijst(self.partners)}" if self.partners else ""
        return f"{STATUS[self.status]}{met}"


def duiding_pad(root: Path, *, kwartaal: Verslagperiode, onderwerp: str) -> Path:
    """Where the interpretation of a topic lies."""
    return root / "params" / str(kwartaal) / MAP / f"{onderwerp}.md"


def load_duiding(path: Path, *, bestand: str) -> Duiding:
    """Read a file: a head with auteur, datum, status and titel, then paragraphs.

    Raises ParameterFout when the head is absent or wrong (SDM-910), there is no text, or a reference is none (SDM-911).
    """
    tekst = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    delen = re.split(r"^---[ \t]*$", tekst, maxsplit=2, flags=re.MULTILINE)
    if len(delen) != 3 or delen[0].strip():
        wat, herstel = (
            "deze duiding heeft geen kop",
            "Begin met --- en zet daaronder auteur, datum, status en titel, en weer ---.",
        )
        raise ParameterFout(Melding("SDM-910", wat, herstel, bestand=bestand))
    kop = schema.parse(delen[1].encode(), _Kop, bestand=bestand).value
    alineas = tuple(" ".join(alinea.split()) for alinea in re.split(r"\n\s*\n", delen[2]) if alinea.strip())
    if not alineas:
        raise ParameterFout(
            Melding("SDM-910", "deze duiding heeft geen tekst", "Schrijf de tekst onder de kop.", bestand=bestand)
        )
    for alinea in alineas:
        verwijzingen(alinea, bestand=bestand)
    return Duiding(kop.auteur, kop.datum, kop.status, kop.titel, alineas, bestand, kop.partners, kop.noemt)


def verwijzingen(tekst: str, *, bestand: str) -> dict[str, Verwijzing]:
    """The references in a text by how they are written. Raises ParameterFout (SDM-911) for one that is none."""
    uit: dict[str, Verwijzing] = {}
    fouten = []
    for match in _VERWIJZING.finditer(tekst):
        try:
            uit[match[0]] = Verwijzing.parse(match[1])
        except ValueError:
            herstel = "Schrijf {{onderwerp.INDICATOR}}, met zo nodig gebied=CODE of kenmerk=waarde erachter."
            fouten.append(Melding("SDM-911", f"'{match[0]}' is geen verwijzing", herstel, bestand=bestand))
    if fouten:
        raise ParameterFout(*fouten)
    return uit


def vul_in(alinea: str, cijfer: Callable[[Verwijzing], str], *, bestand: str) -> dict[str, str]:
    """What each reference of a paragraph says now, by how it is written.

    cijfer : the figure of a reference as the page shows it; it raises when there is none to show.
    Raises RapportFout with every figure that somebody typed: one that contradicts the references beside it (SDM-912),
    or has none beside it to hold it against (SDM-913).
    """
    gevonden = {tekst: cijfer(wat) for tekst, wat in verwijzingen(alinea, bestand=bestand).items()}
    fouten = list(_getypt(alinea, gevonden, bestand=bestand))
    if fouten:
        raise RapportFout(*fouten)
    return gevonden


def _getypt(alinea: str, gevonden: Mapping[str, str], *, bestand: str) -> Iterator[Melding]:
    kaal = _GEEN_CIJFER.sub(" ", _VERWIJZING.sub(" ", alinea))
    waar = {_norm(waarde) for waarde in gevonden.values()}
    for match in _CIJFER.finditer(kaal):
        getypt = match[0]
        if _norm(getypt) in waar:
            continue
        soort = _soort(getypt)
        naast = [f"{tekst} is {waarde}" for tekst, waarde in gevonden.items() if _soort(waarde) == soort]
        if naast:
            wat = f"'{getypt.strip()}' is met de hand getypt en spreekt het cijfer tegen: {nl.lijst(naast)}"
            herstel = "Zet de verwijzing in de plaats van het getal, en lees of de zin dan nog klopt."
            yield Melding("SDM-912", wat, herstel, bestand=bestand)
        elif soort != "aantal" or len(re.sub(r"\D", "", getypt)) > 1:
            wat = f"'{getypt.strip()}' is met de hand getypt, zonder verwijzing ernaast"
            herstel = "Schrijf het als verwijzing naar een uitkomst, zoals {{clienten.CE01}}, of laat het getal weg."
            yield Melding("SDM-913", wat, herstel, bestand=bestand)


def _norm(tekst: str) -> str:
    """A figure without the way it is written: ``68 procent`` is ``68%``."""
    return re.sub(r"\s", "", tekst.lower().replace("procentpunt", "pp").replace("procent", "%")).replace("−", "-")


def _soort(tekst: str) -> str:
    """What kind of figure it is: two figures of one kind in a paragraph can contradict each other."""
    kaal = _norm(tekst)
    for teken, soort in (
        ("%", "procent"),
        ("pp", "procentpunt"),
        ("€", "euro"),
        ("euro", "euro"),
        ("dag", "dagen"),
        ("vande", "deel"),
    ):
        if teken in kaal:
            return soort
    return "getal" if "," in kaal else "aantal"
