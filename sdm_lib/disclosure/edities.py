"""Released editions: frozen once, read back as constraints, never changed.

``data/published/<kwartaal>/<editie>/`` holds the files that went out, ``patroon.csv`` (every row of every piece, no
number more precise than it was published, hidden ones with their status) and ``editie.json`` (who, when, why, what the
guard found, a hash per file). A correction is a new edition with a reason.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd

from sdm_lib.disclosure.guard import Bevinding
from sdm_lib.disclosure.perioden import vorige
from sdm_lib.disclosure.publishable import Publishable
from sdm_lib.disclosure.rijen import SLEUTEL, boven_de_streep, onder_de_streep
from sdm_lib.disclosure.samenhang import verberg
from sdm_lib.errors import InvoerFout, Melding, ParameterFout
from sdm_lib.results import COLUMNS, NUMBERS, TEXTS, geteld, policies

PATROON, GEGEVENS = "patroon.csv", "editie.json"
# Decimals with which a number is published, by unit; a test holds them against those of the downloads.
DECIMALEN = {
    "aandeel": 4, "procentpunt": 4, "aantal": 0, "euro": 0, "dagen": 1, "per_1000": 2, "cijfer": 2, "score": 2,
}  # fmt: skip
ANDERS = 6  # of another unit
BESCHERMD = ("te_klein", "onderdrukt")


@dataclass(frozen=True, eq=False)
class Editie:
    """A released edition.

    rijen : all published rows (result columns and `stuk`, the piece they stood in), numbers as precise as they were
        published; numbers above the line for registers and for who is only counted.
    fictief : made of the demo's deliveries.
    sleutel : what the site was made of. patroon : hash of the rows.
    """

    kwartaal: str
    nummer: int
    door: str
    datum: str
    reden: str
    rijen: pd.DataFrame
    fictief: bool = False
    sleutel: str = ""
    patroon: str = ""


@dataclass(frozen=True, slots=True)
class Vrijgave:
    """What an edition says of itself: who released it, on which day, for a correction why, and what it was made of."""

    kwartaal: str
    door: str
    datum: str
    reden: str = ""
    fictief: bool = False
    sleutel: str = ""


def bevries(
    folder: Path,
    publishables: Mapping[str, Publishable],
    *,
    vrijgave: Vrijgave,
    bestanden: Mapping[str, bytes],
    bevindingen: Sequence[Bevinding] = (),
) -> Path:
    """Freeze an edition under `folder` (``data/published``) and give back its own folder.

    bestanden : the files that go out, by name: pages, workbook, cijfers.csv, manifest.
    bevindingen : what the guard found and a person signed off; recorded, never the values.
    Raises ParameterFout when a later edition comes without a reason, or a name is missing.
    """
    kwartaal_map = folder / vrijgave.kwartaal
    nummer = volgende(folder, kwartaal=vrijgave.kwartaal)
    controleer(vrijgave, nummer)
    alles = dict(bestanden) | {PATROON: patroon(publishables)}
    gegevens = {
        "kwartaal": vrijgave.kwartaal, "editie": nummer, "door": vrijgave.door, "datum": vrijgave.datum,
        "reden": vrijgave.reden, "fictief": vrijgave.fictief, "sleutel": vrijgave.sleutel,
        "wachter": [[b.categorie, b.plaats, b.aantal] for b in bevindingen],
        "bestanden": {naam: hashlib.sha256(inhoud).hexdigest() for naam, inhoud in sorted(alles.items())},
    }  # fmt: skip
    alles[GEGEVENS] = (json.dumps(gegevens, ensure_ascii=False, indent=1) + "\n").encode()
    return _schrijf(kwartaal_map, nummer, alles)


def volgende(folder: Path, *, kwartaal: str) -> int:
    """The number of the next edition of a quarter."""
    return 1 + max((int(p.name) for p in (folder / kwartaal).glob("*") if p.name.isdigit()), default=0)


def controleer(vrijgave: Vrijgave, nummer: int) -> None:
    """Raise ParameterFout when a name is missing, or the reason of a later edition."""
    if not vrijgave.door.strip():
        raise ParameterFout(Melding("SDM-504", "een editie heeft geen naam van wie haar uitbrengt", "Noem een naam."))
    if nummer > 1 and not vrijgave.reden.strip():
        wat = f"{vrijgave.kwartaal} is al uitgebracht; editie {nummer} heeft geen reden"
        raise ParameterFout(Melding("SDM-505", wat, "Schrijf in een zin waarom er een nieuwe editie komt."))


def patroon(publishables: Mapping[str, Publishable]) -> bytes:
    """Every row of every piece as a reader could have it: the file that later runs are held against."""
    delen = [_zoals_gepubliceerd(p).assign(stuk=naam) for naam, p in sorted(publishables.items())]
    rijen = pd.concat(delen, ignore_index=True) if delen else pd.DataFrame(columns=[*COLUMNS, "stuk"])
    return rijen.to_csv(index=False, sep=";", lineterminator="\n").encode("utf-8")


def _zoals_gepubliceerd(publishable: Publishable) -> pd.DataFrame:
    """Value as in the downloads; of counts the numbers above and below the line, which these tell; no other."""
    table = publishable.table
    telt = geteld(table, policy=policies(table, policy=publishable.policy, opties=publishable.opties))
    tellingen = {"numerator": boven_de_streep(table), "denominator": onder_de_streep(table), "n": table["n"]}
    leeg = dict.fromkeys([naam for naam in NUMBERS if naam not in ("value", *tellingen)], np.nan)
    return table.assign(value=gepubliceerd(table), **{k: x.where(telt) for k, x in tellingen.items()}).assign(**leeg)


def gepubliceerd(rijen: pd.DataFrame) -> pd.Series:
    """The values of rows (columns value, unit) as precise as they are published."""
    decimalen = rijen["unit"].map(DECIMALEN).fillna(ANDERS).astype(int).to_numpy()
    waarden = rijen["value"].to_numpy(dtype=float)
    schaal = 10.0**decimalen
    return pd.Series(np.round(waarden * schaal) / schaal, index=rijen.index)


def _schrijf(kwartaal_map: Path, nummer: int, bestanden: Mapping[str, bytes]) -> Path:
    """All files or none: a temporary folder, then a rename that fails when the edition exists."""
    doel = kwartaal_map / str(nummer)
    tijdelijk = kwartaal_map / f".{nummer}.bezig"
    shutil.rmtree(tijdelijk, ignore_errors=True)
    for naam, inhoud in bestanden.items():
        pad = tijdelijk / naam
        if not pad.resolve().is_relative_to(tijdelijk.resolve()):
            raise ValueError(f"bevries: {naam!r} would be written outside the edition")
        pad.parent.mkdir(parents=True, exist_ok=True)
        pad.write_bytes(inhoud)
        pad.chmod(0o444)  # an edition is never written again
    os.rename(tijdelijk, doel)
    return doel


def lees(folder: Path, *, kwartaal: str = "") -> tuple[Editie, ...]:
    """The released editions, oldest first; of one quarter or of all.

    Raises InvoerFout naming every edition of which a file is missing or was changed after release.
    """
    mappen = sorted(
        (p.parent for p in folder.glob(f"{kwartaal or '*'}/*/{GEGEVENS}")), key=lambda p: (p.parent.name, int(p.name))
    )
    meldingen: list[Melding] = []
    edities = [editie for map_ in mappen if (editie := _lees(map_, meldingen)) is not None]
    if meldingen:
        raise InvoerFout(*meldingen)
    return tuple(edities)


def _lees(map_: Path, meldingen: list[Melding]) -> Editie | None:
    gegevens = json.loads((map_ / GEGEVENS).read_text(encoding="utf-8"))
    plek = f"{map_.parent.name}/{map_.name}"
    for naam, hash_ in gegevens["bestanden"].items():
        pad = map_ / naam
        if not pad.exists() or hashlib.sha256(pad.read_bytes()).hexdigest() != hash_:
            wat = f"editie {plek} is na het uitbrengen gewijzigd"
            meldingen.append(Melding("SDM-506", wat, "Zet het bestand terug uit het archief.", bestand=naam))
    if any(melding.wat.startswith(f"editie {plek} ") for melding in meldingen):
        return None
    return Editie(
        gegevens["kwartaal"], gegevens["editie"], gegevens["door"], gegevens["datum"], gegevens["reden"],
        _lees_patroon((map_ / PATROON).read_bytes()), gegevens["fictief"], gegevens["sleutel"],
        gegevens["bestanden"][PATROON],
    )  # fmt: skip


def _lees_patroon(inhoud: bytes) -> pd.DataFrame:
    tekst = dict.fromkeys((*TEXTS, "stuk"), "str")
    rijen = pd.read_csv(
        io.BytesIO(inhoud), sep=";", dtype=tekst, keep_default_na=False, na_values=dict.fromkeys(NUMBERS, "")
    )
    return rijen.astype(dict.fromkeys(NUMBERS, "float64"))


@dataclass(frozen=True, eq=False)
class Eerder:
    """What released editions say of the rows at hand.

    gelijk : shown before with the same number: it cannot be hidden any more. verborgen : hidden before and never shown.
    klein : shown before with a number of persons that differs a little: the difference would be shown too.
    bevolking : the same of a population that a rate is of, which no other figure depends on.
    """

    gelijk: pd.Series
    verborgen: pd.Series
    klein: pd.Series
    bevolking: pd.Series

    def verberg(self, lot: pd.DataFrame) -> pd.DataFrame:
        """Hide what the editions ask to be hidden."""
        return verberg(lot, (self.verborgen | self.klein) & (lot["status"] == "ok"), "editie")


def uitgebracht(
    rijen: pd.DataFrame, released: Sequence[Editie], *, standen: Mapping[str, str] = MappingProxyType({})
) -> Eerder:
    """Compare the rows of a quarter with all editions that are out, by cell.

    standen : begin stand -> the indicator that showed the same stock as an end stand a quarter earlier.
    """
    leeg = pd.Series(False, index=rijen.index)
    gelijk, verborgen, getoond, klein, bevolking = (leeg.copy() for _ in range(5))
    personen = rijen["n"].where(rijen["geteld"] & (rijen["unit"] != "per_1000"))
    sleutels, nu = _standen(_sleutels(rijen), standen), gepubliceerd(rijen)
    for editie in released:
        nummers = {sleutel: k for k, sleutel in reversed(list(enumerate(_standen(_sleutels(editie.rijen), standen))))}
        erbij = editie.rijen.reindex([nummers.get(sleutel, -1) for sleutel in sleutels]).set_axis(rijen.index)
        ok = erbij["status"] == "ok"
        teller_zelfde = _zelfde(boven_de_streep(rijen), erbij["numerator"]) | erbij["numerator"].isna()
        zelfde = ok & _zelfde(nu, erbij["value"]) & teller_zelfde
        grens = rijen["klein_verschil"].where(ok)
        gelijk |= zelfde
        getoond |= ok
        verborgen |= erbij["status"].isin(BESCHERMD)
        klein |= _verschilt(_telling(rijen), _telling(erbij), grens) | _verschilt(personen, erbij["n"], grens)
        bevolking |= _verschilt(rijen["noemer"], erbij["denominator"], grens)
    verborgen |= _verwezen(rijen, released)
    met_personen = ~rijen["zonder_personen"].astype(bool)
    gelijk &= ~klein & ~bevolking
    return Eerder(*(masker & met_personen for masker in (gelijk, verborgen & ~getoond, klein, bevolking)))


def _verschilt(nu: pd.Series, eerder: pd.Series, grens: pd.Series) -> pd.Series:
    """Whether two numbers of persons differ, and by less than the bound; not where the bound is not known."""
    verschil = (nu - eerder).abs()
    return (verschil > 0) & (verschil < grens)


def _verwezen(rijen: pd.DataFrame, released: Sequence[Editie]) -> pd.Series:
    """Differences that may refer to a level which the editions of another period hide: the reference would show it."""
    weg: set[tuple[str, ...]] = set()
    wel: set[tuple[str, ...]] = set()
    for editie in released:
        for sleutel, status in zip(_sleutels(editie.rijen), editie.rijen["status"], strict=True):
            if sleutel[7] == "level" and status in (*BESCHERMD, "ok"):
                (wel if status == "ok" else weg).add((sleutel[2], sleutel[0], *sleutel[3:7], sleutel[8]))
    perioden: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for periode, *cijfer in weg - wel:
        perioden[tuple(cijfer)].add(periode)
    verwijst = (rijen["measure"] != "level") & rijen["reference"].notna()
    eerder = [
        perioden[s[0], *s[3:7], s[8]] - {s[2]} if mee else () for s, mee in zip(_sleutels(rijen), verwijst, strict=True)
    ]
    return pd.Series([bool(andere) for andere in eerder], index=rijen.index, dtype=bool)


def _sleutels(rijen: pd.DataFrame) -> list[tuple[str, ...]]:
    plek = rijen[SLEUTEL].assign(gebied_jaar=rijen["gebied_jaar"].mask(rijen["gebied_soort"] == "gemeente", ""))
    return list(plek.itertuples(index=False, name=None))


def _standen(sleutels: list[tuple[str, ...]], standen: Mapping[str, str]) -> list[tuple[str, ...]]:
    """The same keys, a begin stand named as the end stand it was; by its definition it is another figure."""
    eind = {*standen.values()}
    return [
        (standen.get(s[0], s[0]), "", vorige(s[2]) if s[0] in standen else s[2], *s[3:])
        if s[7] == "level" and (s[0] in eind or (s[0] in standen and vorige(s[2])))
        else s
        for s in sleutels
    ]


def _telling(rijen: pd.DataFrame) -> pd.Series:
    """The count in a row: the numerator of counts and rates, the value of a bare count."""
    telt = rijen["unit"].isin(("aantal", "aandeel", "per_1000"))
    kaal = rijen["value"].where(rijen["unit"] == "aantal")
    return boven_de_streep(rijen).where(telt).fillna(kaal.astype("float64"))


def _zelfde(a: pd.Series, b: pd.Series) -> pd.Series:
    gelijk = np.isclose(a.to_numpy(dtype=float), b.to_numpy(dtype=float), rtol=1e-12, atol=0.0, equal_nan=True)
    return pd.Series(gelijk, index=a.index)
