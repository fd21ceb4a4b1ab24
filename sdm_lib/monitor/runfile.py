"""A run file: what one topic of one quarter is made from. ``params/2015K2/clienten.yaml``.

The file names its delivery folder; there is no fallback from one folder to another, and the notice "fictieve gegevens"
follows a marker inside the deliveries, never the folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from sdm_lib import nl
from sdm_lib.errors import Melding, ParameterFout, bedoelde_u
from sdm_lib.kwartaal import Verslagperiode, parse_periode
from sdm_lib.results import Policy
from sdm_lib.schema import Loaded, load

VERGELIJKINGEN = ("nulmeting", "vorige", "jaar_eerder")  # what an earlier run can be to this one
STAD = "stad"  # the word for the whole municipality in parameters and file names


@dataclass(frozen=True, slots=True)
class Weging:
    """How a survey delivery is weighted.

    gewicht : column with the design weight. strata : columns that together form the sampling stratum.
    marges : what is raked to, variables or crossings (``leeftijd*geslacht``).
    doel : where the totals come from: the population delivery, or the drawn sample itself.
    lonely : what to do with a stratum of one respondent, a choice that must be made.
    eindig : ja when the frame lists everybody who is spoken about (finite-population correction).
    """

    gewicht: str
    strata: tuple[str, ...]
    marges: tuple[str, ...]
    doel: Literal["bevolking", "steekproefkader"]
    lonely: Literal["error", "adjust", "average", "certainty", "remove"]
    eindig: bool = False
    kerncijfers: tuple[str, ...] = ()  # indicators shown unweighted beside weighted in the account of the survey
    persoon: str = ""  # column that names a person over waves


@dataclass(frozen=True, slots=True)
class Bron:
    """A delivery of this run: which protection its figures get, and how it is weighted when it is a survey."""

    bescherming: Policy
    weging: Weging | None = None


@dataclass(frozen=True, slots=True)
class RunBestand:
    """The keys of a run file."""

    titel: str
    vraag: str  # what the reader wants to know, one sentence
    stand: Literal["voorlopig", "nader_voorlopig", "definitief"]
    leveringen: str  # folder, seen from the project
    gebied_jaar: str  # year of the division of areas
    gebieden: tuple[str, ...]  # "stad" and area codes: a page each
    peildatum: date
    leverdatum: date
    bronnen: dict[str, Bron]
    zonder_clienten: tuple[str, ...] = ()  # posts of the ledger that pay for nobody who is in the register
    eigen_bijdragen: tuple[str, ...] = ()  # posts of the ledger with what clients pay, booked below zero
    begin: str = ""  # of a year: the folder with the population on its first day
    vergelijking: dict[str, Verslagperiode] = field(default_factory=dict)  # nulmeting, vorige, jaar_eerder
    geschiedenis: tuple[Verslagperiode, ...] = ()  # earlier quarters to show on the areas of this one, oldest first
    bescherming: dict[str, dict[str, float]] = field(default_factory=dict)  # rules that are stricter for this topic

    def __post_init__(self) -> None:
        if not self.gebieden:
            raise ValueError("noem bij gebieden minstens een gebied, bijvoorbeeld stad")
        dubbel = {gebied for gebied in self.gebieden if self.gebieden.count(gebied) > 1}
        if dubbel:
            raise ValueError(f"gebied {', '.join(sorted(dubbel))} staat er twee keer")
        vreemd = set(self.vergelijking) - set(VERGELIJKINGEN)
        if vreemd:
            raise ValueError(f"vergelijking kent {nl.lijst(VERGELIJKINGEN)}, niet {', '.join(sorted(vreemd))}")


def run_path(root: Path, *, kwartaal: Verslagperiode, onderwerp: str) -> Path:
    """Where the run file of a topic and quarter lies."""
    return root / "params" / str(kwartaal) / f"{onderwerp}.yaml"


def load_run(root: Path, *, kwartaal: Verslagperiode, onderwerp: str) -> Loaded[RunBestand]:
    """Read a run file. Raises ParameterFout with the nearest name when quarter or topic does not exist."""
    bekend = list(onderwerpen(root, kwartaal=kwartaal))
    if onderwerp not in bekend:
        raise ParameterFout(
            Melding(
                "SDM-221",
                f"onbekend onderwerp '{onderwerp}' voor {kwartaal}",
                bedoelde_u(onderwerp, bekend),
                bestand=f"params/{kwartaal}/",
            )
        )
    path = run_path(root, kwartaal=kwartaal, onderwerp=onderwerp)
    return load(path, RunBestand, bestand=path.relative_to(root).as_posix())


def onderwerpen(root: Path, *, kwartaal: Verslagperiode) -> Iterator[str]:
    """The topics that have a run file for a quarter, in the order of the alphabet.

    Raises ParameterFout naming the nearest quarter when there is none.
    """
    folder = root / "params" / str(kwartaal)
    if not folder.is_dir():
        bekend = [path.name for path in (root / "params").iterdir() if path.is_dir() and _is_periode(path.name)]
        raise ParameterFout(
            Melding(
                "SDM-222",
                f"er zijn geen run-bestanden voor {kwartaal}",
                bedoelde_u(str(kwartaal), bekend),
                bestand=f"params/{kwartaal}/",
            )
        )
    yield from sorted(path.stem for path in folder.glob("*.yaml") if not path.name.startswith("_"))


def _is_periode(naam: str) -> bool:
    try:
        parse_periode(naam)
    except ValueError:
        return False
    return True


def parse_kwartaal(tekst: str, *, root: Path) -> Verslagperiode:
    """A quarter or year as somebody typed it. Raises ParameterFout with the nearest one that has run files."""
    try:
        return parse_periode(str(tekst))  # a notebook may say 2015 without quotes
    except ValueError:
        bekend = [path.name for path in (root / "params").iterdir() if path.is_dir() and _is_periode(path.name)]
        herstel = f"Schrijf het als 2015K2, of 2015 voor een jaar. {bedoelde_u(str(tekst), bekend)}"
        raise ParameterFout(Melding("SDM-220", f"'{tekst}' is geen kwartaal of jaar", herstel)) from None
