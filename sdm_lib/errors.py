"""What may go wrong, in the words of whoever can mend it.

Two audiences. A `SdmFout` is for colleagues who edit YAML or deliver data: Dutch, without traceback, with all
problems at once and the exit code that `sdm` returns. `ValueError`, `TypeError` and `KeyError` stay for callers of
Python functions and are English.

A message never holds a value of a personal column: it names file, sheet, column and row numbers.
"""

from __future__ import annotations

import difflib
import errno
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Ernst = Literal["fout", "waarschuwing", "hersteld"]

MAX_VOORBEELDEN = 5  # rows or names shown before "en nog N"


@dataclass(frozen=True, slots=True)
class Melding:
    """One problem, or one repair, with the place where it was found and what to do about it.

    code : stable, ``SDM-123``; explained in the handbook.
    wat : what was found. herstel : what to do. waarom : why it matters (may be empty).
    bestand, blad, kolom, sleutel : the place; empty where it does not apply.
    regels : row or line numbers, counted as an editor or Excel does; the first five are shown.
    aantal : how many rows in all, when more than `regels` holds.

    >>> print(Melding("SDM-000", "onbekende code 'wmmo'", "Kies wmo.", bestand="register.csv", regels=(4, 9)))
    SDM-000 fout: register.csv, regel 4 en 9: onbekende code 'wmmo'. Kies wmo.
    """

    code: str
    wat: str
    herstel: str
    bestand: str = ""
    blad: str = ""
    kolom: str = ""
    sleutel: str = ""
    regels: tuple[int, ...] = ()
    aantal: int | None = None
    waarom: str = ""
    ernst: Ernst = "fout"

    @property
    def waar(self) -> str:
        """The place in words: file, sheet, column or key, rows."""
        delen = [self.bestand]
        if self.blad:
            delen.append(f"blad {self.blad}")
        if self.kolom:
            delen.append(f"kolom {self.kolom}")
        if self.sleutel:
            delen.append(f"sleutel {self.sleutel}")
        if self.regels:
            delen.append("regel " + _opsomming(self.regels, aantal=self.aantal))
        return ", ".join(deel for deel in delen if deel)

    def __str__(self) -> str:
        zinnen = [self.wat, self.waarom, self.herstel]
        tekst = " ".join(zin.rstrip(".") + "." if zin[-1:] not in "?!" else zin for zin in zinnen if zin)
        plaats = f"{self.waar}: " if self.waar else ""
        return f"{self.code} {self.ernst}: {plaats}{tekst}"


class SdmFout(Exception):
    """A problem that a colleague can mend; `exit_code` is what `sdm` returns."""

    exit_code = 1

    def __init__(self, *meldingen: Melding) -> None:
        if not meldingen:
            raise ValueError(f"{type(self).__name__} needs at least one Melding")
        self.meldingen: tuple[Melding, ...] = meldingen
        super().__init__("\n".join(str(melding) for melding in meldingen))

    def __reduce__(self) -> tuple[type[SdmFout], tuple[Melding, ...]]:
        return type(self), self.meldingen

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows of it: the messages, no traceback. IPython looks for this name."""
        return [str(melding) for melding in self.meldingen]


class RapportFout(SdmFout):
    """A report could not be made (exit 1)."""


class ParameterFout(SdmFout):
    """Wrong use, or a parameter, key, topic, quarter or indicator that does not exist (exit 2)."""

    exit_code = 2


class SleutelFout(ParameterFout, KeyError):
    """A name that a table of names does not hold: a KeyError too, so that `in` and `get` still work."""

    __str__ = SdmFout.__str__  # a KeyError shows its text in quotes


class NaamFout(ParameterFout, AttributeError):
    """A verb or property that does not exist: an AttributeError too, so that `hasattr` still works."""


class InvoerFout(SdmFout):
    """A delivery that is missing, incomplete or contradicts its schema (exit 3)."""

    exit_code = 3


class PrivacyFout(SdmFout):
    """Something about a person would leave the building (exit 4)."""

    exit_code = 4


def exit_code(fouten: Iterable[SdmFout]) -> int:
    """The exit code of several problems together: privacy wins, then input, then parameters, then reports.

    >>> exit_code([])
    0
    """
    return max((fout.exit_code for fout in fouten), default=0)


def bedoelde_u(naam: str, bekend: Iterable[str]) -> str:
    """A Dutch question with the nearest known name, or the list of names when none is near.

    >>> bedoelde_u("kwartal", ["kwartaal", "gebied"])
    "Bedoelde u 'kwartaal'?"
    >>> bedoelde_u("xyz", ["stad", "wijk"])
    'Bekend zijn: stad, wijk.'
    """
    namen = sorted(set(bekend))
    if gevonden := nearest(naam, namen):
        return f"Bedoelde u '{gevonden}'?"
    getoond = namen[: 4 * MAX_VOORBEELDEN]
    rest = f" en nog {len(namen) - len(getoond)}" if len(namen) > len(getoond) else ""
    return f"Bekend zijn: {', '.join(getoond)}{rest}." if namen else "Er is niets om uit te kiezen."


def nearest(naam: str, bekend: Iterable[str]) -> str:
    """The known name that looks most like this one; empty when none does.

    >>> nearest("kwartal", ["kwartaal", "gebied"]), nearest("xyz", ["stad"])
    ('kwartaal', '')
    """
    return next(iter(difflib.get_close_matches(naam, sorted(set(bekend)), n=1, cutoff=0.6)), "")


def _opsomming(regels: Sequence[int], *, aantal: int | None) -> str:
    getoond = [str(regel) for regel in regels[:MAX_VOORBEELDEN]]
    rest = max(aantal or 0, len(regels)) - len(getoond)
    if rest > 0:
        return f"{', '.join(getoond)} en nog {rest}"
    return " en ".join([", ".join(getoond[:-1]), getoond[-1]]) if len(getoond) > 1 else getoond[0]


VAN_DE_MACHINE = {
    errno.ENOSPC: "de schijf is vol",
    errno.EDQUOT: "het quotum op de schijf is op",
    errno.EROFS: "de schijf kan alleen worden gelezen",
    errno.EACCES: "er is geen recht toe, of een ander programma houdt het bestand vast",
    errno.EPERM: "er is geen recht toe",
    errno.EIO: "de schijf geeft een fout",
}


def kan_niet_schrijven(fout: OSError, *, bestand: str = "") -> RapportFout:
    """What the machine refuses, as a message: a full disk is no fault of the kit and needs no traceback.

    >>> str(kan_niet_schrijven(OSError(errno.ENOSPC, "No space left on device"), bestand="2015K2")).split(". ")[0]
    'SDM-110 fout: 2015K2: kan niet schrijven: de schijf is vol'
    """
    waarom = VAN_DE_MACHINE.get(fout.errno or 0, f"{type(fout).__name__}, {fout.strerror}")
    herstel = (
        "Maak ruimte, sluit programma's die een bestand open hebben, of vraag rechten op de map; draai dan opnieuw."
    )
    return RapportFout(Melding("SDM-110", f"kan niet schrijven: {waarom}", herstel, bestand=bestand))
