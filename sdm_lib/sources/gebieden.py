"""Areas are known by the year of the division and the code, never by the code alone.

Statistics Netherlands re-uses codes: WK003401 is Almere Haven in 2017 and Centrum Almere Haven in 2022. A join
without a year is refused; history is recalculated on other areas where a concordance says how, and shows a break
where it does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Literal

import pandas as pd

from sdm_lib import schema
from sdm_lib.errors import Melding, ParameterFout, bedoelde_u
from sdm_lib.project import project_root
from sdm_lib.sources.hashes import record

_BESTAND = "params/gebieden.yaml"


class Jaartal(int):
    """A year in the file; 0 when it was left empty, which means there is none.

    >>> Jaartal.parse("2017"), Jaartal.parse("")
    (2017, 0)
    """

    @classmethod
    def parse(cls, tekst: str) -> Jaartal:
        """Raises ValueError when it is neither a year nor empty."""
        if tekst and (len(tekst) != 4 or not tekst.isdigit()):
            raise ValueError(f"not a year: {tekst!r}")
        return cls(tekst or 0)


GEEN_JAAR = Jaartal(0)
Niveau = Literal["gemeente", "stadsdeel", "wijk", "buurt", "wijkteam"]


class Aandeel(float):
    """A share of the inhabitants, as a number or as the fraction that it was computed from, so that shares add up.

    >>> Aandeel.parse("1590/23270") == 1590 / 23270, Aandeel.parse("0.25")
    (True, 0.25)
    """

    @classmethod
    def parse(cls, tekst: str) -> Aandeel:
        """Raises ValueError when it is neither."""
        deel, breuk, geheel = tekst.partition("/")
        if breuk and not (deel.isdigit() and geheel.isdigit() and int(geheel)):
            raise ValueError(f"not a fraction: {tekst!r}")
        return cls(int(deel) / int(geheel) if breuk else float(tekst))


HEEL = Aandeel(1)


@dataclass(frozen=True, slots=True)
class Gebied:
    """One area: its name, a short name for charts, and the code of the larger area it belongs to."""

    naam: str
    kort: str = ""
    hoort_bij: str = ""
    soort: str = ""


@dataclass(frozen=True, slots=True)
class Indeling:
    """A division of one level in one year. `hoort_bij` of its areas are codes of the division `hoort_bij_jaar`."""

    jaar: int
    niveau: Niveau
    geldig_van: int
    gebieden: dict[str, Gebied]
    geldig_tot: Jaartal = GEEN_JAAR
    hoort_bij_jaar: Jaartal = GEEN_JAAR


@dataclass(frozen=True, slots=True)
class Opvolger:
    """What share of an area (of its inhabitants) is found back in an area of a later division."""

    jaar: int
    code: str
    naar_jaar: int
    naar: str
    aandeel: Aandeel = HEEL

    def __post_init__(self) -> None:
        if not 0 < self.aandeel <= 1:
            raise ValueError(f"aandeel moet tussen 0 en 1 liggen, niet {self.aandeel:g}")


@dataclass(frozen=True, slots=True)
class _Bestand:
    indelingen: tuple[Indeling, ...]
    opvolgers: tuple[Opvolger, ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Gebieden:
    """All divisions. Every question names the year of the division."""

    indelingen: tuple[Indeling, ...]
    opvolgers: tuple[Opvolger, ...] = ()

    def indeling(self, jaar: int, *, niveau: str) -> Indeling:
        """The division of a level in a year. Raises ParameterFout when there is none."""
        for kandidaat in self.indelingen:
            if (kandidaat.jaar, kandidaat.niveau) == (jaar, niveau):
                return kandidaat
        bekend = [f"{indeling.niveau} {indeling.jaar}" for indeling in self.indelingen]
        raise _fout("SDM-254", f"geen indeling '{niveau} {jaar}'", bedoelde_u(f"{niveau} {jaar}", bekend))

    def geldend(self, jaar: int, *, niveau: str) -> Indeling:
        """The division of a level that holds in a calendar year."""
        for kandidaat in self.indelingen:
            tot = kandidaat.geldig_tot or jaar
            if kandidaat.niveau == niveau and kandidaat.geldig_van <= jaar <= tot:
                return kandidaat
        raise _fout("SDM-254", f"voor {jaar} geldt geen indeling in {niveau}", f"Vul {_BESTAND} aan.")

    @property
    def eerste_jaar(self) -> int:
        """The first calendar year for which any division holds."""
        return min(indeling.geldig_van for indeling in self.indelingen)

    def geldende_codes(self, jaar: int, *, niveau: str) -> tuple[str, ...]:
        """The codes of a level in a calendar year; none when the level did not exist then."""
        houdt = [i for i in self.indelingen if i.niveau == niveau and i.geldig_van <= jaar <= (i.geldig_tot or jaar)]
        return tuple(houdt[0].gebieden) if houdt else ()

    def niveau(self, code: str, *, jaar: int) -> Niveau:
        """The level of an area by year of the division and code. Raises ParameterFout when it is not there."""
        self.gebied(code, jaar=jaar)
        return next(i.niveau for i in self.indelingen if i.jaar == jaar and code in i.gebieden)

    def gebied(self, code: str, *, jaar: int) -> Gebied:
        """An area by year of the division and code. Raises ParameterFout when it is not there."""
        for indeling in self.indelingen:
            if indeling.jaar == jaar and code in indeling.gebieden:
                return indeling.gebieden[code]
        codes = [bekend for indeling in self.indelingen if indeling.jaar == jaar for bekend in indeling.gebieden]
        raise _fout("SDM-254", f"gebied '{code}' staat niet in de indeling van {jaar}", bedoelde_u(code, codes))

    def naam(self, code: str, *, jaar: int) -> str:
        """The name of an area."""
        return self.gebied(code, jaar=jaar).naam

    def codes(self, *, jaar: int, niveau: str) -> tuple[str, ...]:
        """The codes of a division, in the order of the file."""
        return tuple(self.indeling(jaar, niveau=niveau).gebieden)

    def codes_van(self, jaar: int, *, niveau: str = "") -> tuple[str, ...]:
        """The codes of a division, of one level or of all. Raises ParameterFout when the year has none."""
        codes = tuple(
            code
            for indeling in self.indelingen
            if indeling.jaar == jaar and niveau in ("", indeling.niveau)
            for code in indeling.gebieden
        )
        if not codes:
            raise _fout(
                "SDM-254", f"er is geen indeling {niveau} van {jaar}".replace("  ", " "), f"Vul {_BESTAND} aan."
            )
        return codes

    def stenen(self, *, jaar: int, niveau: str) -> dict[str, str]:
        """The areas that `opvolgers` brings wholly to an area of a level of the same year, each with that area."""
        zelfde = [s for s in self.opvolgers if s.jaar == s.naar_jaar == jaar and s.aandeel == HEEL]
        return {s.code: s.naar for s in zelfde if self.niveau(s.naar, jaar=jaar) == niveau}

    def frame(self, *, jaar: int, niveau: str) -> pd.DataFrame:
        """A division as a table: gebied_jaar, gebied, naam, kort, hoort_bij, soort."""
        rijen = [
            (jaar, code, gebied.naam, gebied.kort or gebied.naam, gebied.hoort_bij, gebied.soort)
            for code, gebied in self.indeling(jaar, niveau=niveau).gebieden.items()
        ]
        return pd.DataFrame(rijen, columns=["gebied_jaar", "gebied", "naam", "kort", "hoort_bij", "soort"])

    def recalculate(
        self, frame: pd.DataFrame, *, naar_jaar: int, niveau: str, sommen: Sequence[str], delen: bool = True
    ) -> tuple[pd.DataFrame, tuple[str, ...]]:
        """Counts of older areas on the areas of `naar_jaar`: the table, and the areas where the series breaks.

        frame : gebied_jaar, gebied, the count columns `sommen`, and any columns to keep apart (they group).
        An area goes to the successors that `opvolgers` names, else wholly to the larger area that it belongs to.
        An area whose successors do not add up to it, and each area it would have gone to, is a break: these
        areas are left out of the table and named in the second result. delen : without it an area that went to more
        than one is a break too, because a share of its inhabitants says nothing of who among them was counted.
        An area of which a part (of that year and level) is nowhere in the table is a break too. A count that is not
        known, or that is absent from some groups only, leaves what it is added to unknown: never a part of a sum.
        Raises ValueError when a column or the year is missing, or when parts of two levels would count people twice.
        """
        _need_year(frame, sommen)
        doel = self.codes(jaar=naar_jaar, niveau=niveau)
        stromen = [s for s in self.opvolgers if s.naar_jaar == naar_jaar and s.naar in doel]
        stromen += self._belonging(naar_jaar, doel, eigen={(s.jaar, s.code) for s in stromen})
        zelf = [Opvolger(naar_jaar, code, naar_jaar, code) for code in doel]
        tabel = pd.DataFrame(
            [(s.jaar, s.code, s.naar, s.aandeel) for s in [*stromen, *zelf]],
            columns=["gebied_jaar", "gebied", "_naar", "_aandeel"],
        )
        heel = tabel.groupby(["gebied_jaar", "gebied"])["_aandeel"].sum()
        bronnen = frame[["gebied_jaar", "gebied"]].drop_duplicates()
        dekking = heel.reindex(pd.MultiIndex.from_frame(bronnen)).fillna(0.0)  # no successor at all covers nothing
        half = set(dekking.index[(dekking - 1).abs() > 1e-6])
        half |= set() if delen else {(s.jaar, s.code) for s in stromen if s.aandeel < 1}
        geraakt = {naar for j, code, naar, _ in tabel.itertuples(index=False) if (j, code) in half}
        geen_pad = set(doel) - set(tabel["_naar"][_pairs(tabel).isin(list(dekking.index))])
        tabel = tabel.assign(_niveau=[self.niveau(code, jaar=j) for j, code in _pairs(tabel)])
        tabel["_delen"] = tabel.groupby(_PLEK)["gebied"].transform("nunique")
        samen = frame.merge(tabel, on=["gebied_jaar", "gebied"], how="inner", validate="many_to_many")
        onvolledig = set(samen.loc[_parts(samen, []) < samen["_delen"], "_naar"])
        breuk = tuple(code for code in doel if code in geraakt | geen_pad | onvolledig)
        samen = samen[~samen["_naar"].isin(breuk)]
        rest = [kolom for kolom in frame.columns if kolom not in (*sommen, "gebied_jaar", "gebied")]
        _check_levels(samen, rest)
        weegt = samen["_aandeel"].where(_parts(samen, rest) == samen["_delen"])  # a part is absent here: unknown
        samen = samen.assign(**{kolom: samen[kolom] * weegt for kolom in sommen})
        uit = samen.groupby([*rest, "_naar"], as_index=False, dropna=False)[list(sommen)].sum(skipna=False)
        uit = uit.rename(columns={"_naar": "gebied"}).assign(gebied_jaar=naar_jaar)
        return uit[[*rest, "gebied_jaar", "gebied", *sommen]], breuk

    def _belonging(self, naar_jaar: int, doel: Sequence[str], *, eigen: set[tuple[int, str]]) -> list[Opvolger]:
        """Areas that lie wholly in one of `doel`, through one or more larger areas."""
        ouder = {
            (indeling.jaar, code): (int(indeling.hoort_bij_jaar), gebied.hoort_bij)
            for indeling in self.indelingen
            for code, gebied in indeling.gebieden.items()
            if gebied.hoort_bij
        }
        gevonden = []
        for jaar, code in sorted(set(ouder) - eigen):
            plek = ouder[jaar, code]
            while plek in ouder and not (plek[0] == naar_jaar and plek[1] in doel):
                plek = ouder[plek]
            if plek[0] == naar_jaar and plek[1] in doel and (jaar, code) != (naar_jaar, plek[1]):
                gevonden.append(Opvolger(jaar, code, naar_jaar, plek[1]))
        return gevonden


def _pairs(tabel: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(tabel[["gebied_jaar", "gebied"]])


_PLEK = ["gebied_jaar", "_niveau", "_naar"]  # the parts of one year and level make up an area


def _parts(samen: pd.DataFrame, rest: list[str]) -> pd.Series:
    """For every row how many parts of its area its group has."""
    return samen.groupby([*rest, *_PLEK], dropna=False)["gebied"].transform("nunique")


def _check_levels(samen: pd.DataFrame, rest: list[str]) -> None:
    niveaus = samen.groupby([*rest, "gebied_jaar", "_naar"], dropna=False)["_niveau"].agg(lambda s: sorted(set(s)))
    if dubbel := [namen for namen in niveaus if len(namen) > 1]:
        raise ValueError(f"areas of the levels {dubbel[0]} in one table would be added up twice")


def join(links: pd.DataFrame, rechts: pd.DataFrame) -> pd.DataFrame:
    """Join two tables on area: both name the year of the division (`gebied_jaar`) beside the code (`gebied`).

    Every row of `links` must find its area. Raises ParameterFout without a year, ValueError for areas that find none.

    >>> join(pd.DataFrame({"gebied": ["WK003401"]}), pd.DataFrame({"gebied": ["WK003401"], "inwoners": [3]}))
    Traceback (most recent call last):
    sdm_lib.errors.ParameterFout: SDM-253 fout: gebieden koppelen kan niet zonder het jaar van de indeling. ...
    """
    for frame in (links, rechts):
        _need_year(frame, ())
    samen = links.merge(rechts, on=["gebied_jaar", "gebied"], how="left", validate="many_to_one", indicator=True)
    zonder = samen.loc[samen["_merge"] == "left_only", ["gebied_jaar", "gebied"]].drop_duplicates()
    if len(zonder):
        voorbeelden = [f"{jaar} {code}" for jaar, code in zonder.head(5).itertuples(index=False)]
        raise ValueError(f"join: {len(zonder)} areas have no match: {voorbeelden}")
    uit: pd.DataFrame = samen.drop(columns="_merge")
    return uit


def _need_year(frame: pd.DataFrame, sommen: Sequence[str]) -> None:
    if "gebied_jaar" not in frame or ("gebied_jaar" in frame and frame["gebied_jaar"].isna().any()):
        raise _fout(
            "SDM-253",
            "gebieden koppelen kan niet zonder het jaar van de indeling",
            "Voeg een kolom gebied_jaar toe: dezelfde code is in een ander jaar een ander gebied.",
        )
    mist = [kolom for kolom in ("gebied", *sommen) if kolom not in frame]
    if mist:
        raise ValueError(f"missing columns {mist}; present: {list(frame.columns)}")


def _fout(code: str, wat: str, herstel: str) -> ParameterFout:
    return ParameterFout(Melding(code, wat, herstel, bestand="" if code == "SDM-253" else _BESTAND))


def gebieden(*, root: Path | None = None) -> Gebieden:
    """The areas of `params/gebieden.yaml`. Raises ParameterFout with every problem in the file."""
    path = (root or project_root()) / "params" / "gebieden.yaml"
    return _gebieden(path, record(path))


@lru_cache(maxsize=8)
def _gebieden(path: Path, hash_: str) -> Gebieden:  # the hash stands for the content: a changed file is read anew
    loaded = schema.load(path, _Bestand, bestand=_BESTAND)
    _check(loaded)
    return Gebieden(loaded.value.indelingen, loaded.value.opvolgers)


def _check(loaded: schema.Loaded[_Bestand]) -> None:
    bestand = loaded.value
    bekend = {(indeling.jaar, code) for indeling in bestand.indelingen for code in indeling.gebieden}
    meldingen = []
    for i, indeling in enumerate(bestand.indelingen):
        for code, gebied in indeling.gebieden.items():
            if gebied.hoort_bij and (indeling.hoort_bij_jaar, gebied.hoort_bij) not in bekend:
                sleutel = f"indelingen.{i}.gebieden.{code}"
                meldingen.append(_unknown(gebied.hoort_bij, indeling.hoort_bij_jaar, sleutel, loaded))
    for i, opvolger in enumerate(bestand.opvolgers):
        for jaar, code in ((opvolger.jaar, opvolger.code), (opvolger.naar_jaar, opvolger.naar)):
            if (jaar, code) not in bekend:
                meldingen.append(_unknown(code, jaar, f"opvolgers.{i}.code", loaded))
    if meldingen:
        raise ParameterFout(*meldingen)
    _check_opvolgers(loaded)


def _check_opvolgers(loaded: schema.Loaded[_Bestand]) -> None:
    """An area is added up from the areas of one level: figures of two levels never stand in one table."""
    niveau = {
        (indeling.jaar, code): indeling.niveau for indeling in loaded.value.indelingen for code in indeling.gebieden
    }
    eerste: dict[tuple[int, int, str], str] = {}
    for i, een in enumerate(loaded.value.opvolgers):
        plek, eigen = (een.jaar, een.naar_jaar, een.naar), niveau[een.jaar, een.code]
        if eerste.setdefault(plek, eigen) != eigen:
            wat = f"gebied '{een.naar}' krijgt gebieden van {een.jaar} uit twee niveaus: {eerste[plek]} en {eigen}"
            sleutel, herstel = f"opvolgers.{i}.code", "Noem gebieden van een niveau."
            regels = loaded.regel(sleutel)
            raise ParameterFout(Melding("SDM-259", wat, herstel, bestand=_BESTAND, sleutel=sleutel, regels=regels))


def _unknown(code: str, jaar: int, sleutel: str, loaded: schema.Loaded[_Bestand]) -> Melding:
    wat = f"gebied '{code}' staat niet in de indeling van {jaar}"
    if not jaar:
        wat = f"gebied '{code}' zoekt een indeling, en hoort_bij_jaar ontbreekt"
    herstel = "Voeg het toe of verbeter de code."
    return Melding("SDM-254", wat, herstel, bestand=_BESTAND, sleutel=sleutel, regels=loaded.regel(sleutel))
