"""Published figures as a file that Swing Studio imports: a row per area and period, a column per indicator.

Only figures that a finished run has published leave here, so protection is done: the numbers come from `cijfers.csv`,
and only when it still is, byte for byte, the file of that run. A figure that is not shown is an empty cell. Shares
become percentages; a figure of a group is an indicator of its own. Levels only: a difference is not a measurement.
Source of the form: Swing Studio help, "Importing (Meta)Data", format 1 (PERIOD, GEOLEVEL, GEOITEM, a column per
indicator; percentages 0-100) and "Indicators" (codes of at most 50 characters a-z, 0-9 and _).
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sdm_lib.errors import Melding, ParameterFout, RapportFout

LANGST = 50  # characters of an indicator code in Swing
NODIG = (
    "indicator", "naam", "definitie", "meetperiode", "gebied_soort", "gebied", "gebied_jaar", "groep", "maat", "waarde",
    "eenheid", "status", "bron",
)  # fmt: skip
PLEK = ("PERIOD", "GEOLEVEL", "GEOITEM")
Rij = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Swing:
    """Both files as text, and how many figures they show and leave out."""

    waarden: str
    onderwerpen: str
    getoond: int
    verborgen: int


def published(folder: Path) -> list[dict[str, str]]:
    """The rows of `cijfers.csv` of a finished run.

    Raises RapportFout (SDM-246) when there is none, or when the file is no longer the one that the run wrote.
    """
    bestand, manifest = folder / "cijfers.csv", folder / "manifest.json"
    if not (bestand.is_file() and manifest.is_file()):
        herstel = f"Maak de rapporten eerst: sdm run {folder.name}."
        raise RapportFout(Melding("SDM-246", f"in {folder} staan geen cijfers van een voltooide run", herstel))
    inhoud = bestand.read_bytes()
    hash_ = json.loads(manifest.read_text(encoding="utf-8"))["bestanden"].get(bestand.name)
    if hashlib.sha256(inhoud).hexdigest() != hash_:
        wat = f"{bestand.name} is gewijzigd sinds de run"
        herstel = f"Maak de rapporten opnieuw: sdm run {folder.name}."
        raise RapportFout(Melding("SDM-246", wat, herstel, waarom="Alleen beveiligde cijfers mogen naar Swing"))
    lezer = csv.DictReader(io.StringIO(inhoud.decode("utf-8-sig"), newline=""), delimiter=";")
    return list(lezer)


def as_swing(rijen: Iterable[Rij], *, niveaus: Mapping[str, str]) -> Swing:
    """The file for Swing and the list of its indicators.

    niveaus : area level (``wijk``, or ``wijk2022`` for one division) to the code that it has in Swing.

    Raises ParameterFout (SDM-247) for a level of two divisions without codes of their own, RapportFout (SDM-248) when
    one cell has two figures or a column is missing.
    """
    standen = [rij for rij in rijen if _complete(rij) and rij["maat"] == "level"]
    plaatsen = _levels(standen, niveaus)
    cellen: dict[tuple[str, str, str], dict[str, str]] = {}
    codes: dict[str, Rij] = {}
    verborgen = 0
    for rij in standen:
        code = indicator_code(rij)
        if _name(codes.setdefault(code, rij)) != _name(rij):
            wat = f"onderwerpcode '{code}' staat voor twee verschillende cijfers"
            raise RapportFout(Melding("SDM-248", wat, "Geef een van beide een andere indicator of groep."))
        plek = (rij["meetperiode"], plaatsen[rij["gebied_soort"], rij["gebied_jaar"]], rij["gebied"])
        waarde = _value(rij)
        verborgen += not waarde
        if cellen.setdefault(plek, {}).setdefault(code, waarde) != waarde:
            wat = f"'{code}' heeft twee waarden voor {rij['gebied']}, {rij['meetperiode']}"
            raise RapportFout(Melding("SDM-248", wat, "Meld dit als fout."))
    gevuld = sorted(code for code in codes if any(rij.get(code) for rij in cellen.values()))
    tabel = [[*plek, *(cellen[plek].get(code, "") for code in gevuld)] for plek in sorted(cellen)]
    lijst = [[code, *(codes[code][kolom] for kolom in ("naam", "groep", "eenheid", "bron"))] for code in gevuld]
    getoond = sum(bool(cel) for rij in tabel for cel in rij[len(PLEK) :])
    kop = ("code", "naam", "groep", "eenheid", "bron")
    return Swing(_csv([*PLEK, *gevuld], tabel), _csv(kop, lijst), getoond, verborgen)


def indicator_code(rij: Rij) -> str:
    """The indicator code of a figure: indicator and group, in the letters that Swing allows; cut with a mark when long.

    A figure outside the catalogue, such as response, is named after its source as well.

    >>> indicator_code({"indicator": "BC03", "groep": "wet=wmo", "definitie": "2015K1", "bron": "register"})
    'bc03_wet_wmo'
    """
    delen = [rij["indicator"], rij["groep"], "" if rij["definitie"] else rij["bron"]]
    code = "_".join(filter(None, map(_plain, delen)))
    if len(code) <= LANGST:
        return code
    return code[: LANGST - 9].rstrip("_") + "_" + hashlib.sha256(code.encode()).hexdigest()[:8]


def _plain(tekst: str) -> str:
    kaal = unicodedata.normalize("NFKD", tekst).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", kaal).strip("_")


def _name(rij: Rij) -> tuple[str, str, str]:
    return rij["indicator"], rij["groep"], "" if rij["definitie"] else rij["bron"]


def _complete(rij: Rij) -> bool:
    for kolom in NODIG:
        if rij.get(kolom) is None:
            herstel = "Maak de rapporten opnieuw met deze versie van de kit."
            raise RapportFout(Melding("SDM-248", f"cijfers.csv mist kolom '{kolom}'", herstel))
    return True


def _levels(rijen: Sequence[Rij], niveaus: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """The code of each level and division; codes of areas are re-used, so two divisions may not share a level."""
    jaren: dict[str, set[str]] = {}
    for rij in rijen:
        jaren.setdefault(rij["gebied_soort"], set()).add(rij["gebied_jaar"])
    bekend = {soort + jaar for soort, alle in jaren.items() for jaar in ("", *alle)}
    onbekend = sorted(set(niveaus) - bekend)
    if onbekend:
        wat = f"niveau '{onbekend[0]}' komt in deze cijfers niet voor"
        raise ParameterFout(Melding("SDM-247", wat, f"Kies uit {', '.join(sorted(bekend))}."))
    gevonden: dict[tuple[str, str], str] = {}
    for soort, alle in sorted(jaren.items()):
        for jaar in sorted(alle):
            gevonden[soort, jaar] = niveaus.get(soort + jaar, niveaus.get(soort, soort))
        if len({gevonden[soort, jaar] for jaar in alle}) < len(alle):
            wat = f"niveau '{soort}' heeft gebieden van meer dan een indeling: {', '.join(sorted(alle))}"
            voorbeeld = " ".join(f"--niveau {soort}{jaar}=CODE" for jaar in sorted(alle))
            raise ParameterFout(Melding("SDM-247", wat, f"Geef elke indeling een eigen code: {voorbeeld}."))
    return gevonden


def _value(rij: Rij) -> str:
    if rij["status"] != "ok" or not rij["waarde"]:
        return ""
    if rij["eenheid"] != "aandeel":
        return rij["waarde"]
    # cijfers.csv holds four decimals: as a percentage two, moved as text so that no digit is invented
    heel, _, deel = rij["waarde"].partition(",")
    teken, heel = ("-", heel[1:]) if heel.startswith("-") else ("", heel)
    cijfers = (heel + deel.ljust(2, "0"))[: len(heel) + 2].lstrip("0") or "0"
    rest = deel[2:].rstrip("0")
    return teken + cijfers + ("," + rest if rest else "")


def _csv(koppen: Sequence[str], rijen: Iterable[Sequence[str]]) -> str:
    # no byte order mark: it would become part of the name PERIOD
    buffer = io.StringIO()
    schrijver = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    schrijver.writerow(koppen)
    schrijver.writerows(rijen)
    return buffer.getvalue()
