"""The catalogue: every definition of ``params/indicatoren``, read once, with the place where each one stands."""

from __future__ import annotations

import copy
import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sdm_lib import schema
from sdm_lib.errors import Melding, ParameterFout, SleutelFout, bedoelde_u
from sdm_lib.indicators.definition import Indicator

MAP = "params/indicatoren"


@dataclass(frozen=True, repr=False)
class Catalogue(Mapping[str, Indicator]):
    """Indicators by id, in the order of their files; `meldingen` names the blocks that are broken and left out.

    plaatsen : per id the file and line of its block.
    """

    indicatoren: dict[str, Indicator]
    meldingen: tuple[Melding, ...] = ()
    plaatsen: dict[str, tuple[str, int]] = field(default_factory=dict)

    def __getitem__(self, id: str) -> Indicator:
        """The indicator with an id. Raises SleutelFout, a KeyError, that names the nearest one."""
        if id not in self.indicatoren:
            raise SleutelFout(self._onbekend(id, bestand="", regels={}))
        return self.indicatoren[id]

    def __contains__(self, id: object) -> bool:
        return id in self.indicatoren

    def __iter__(self) -> Iterator[str]:
        return iter(self.indicatoren)

    def __len__(self) -> int:
        return len(self.indicatoren)

    @property
    def onderwerpen(self) -> tuple[str, ...]:
        """The topics that have indicators, in order."""
        return tuple(dict.fromkeys(indicator.onderwerp for indicator in self.indicatoren.values()))

    def van(self, onderwerp: str) -> tuple[Indicator, ...]:
        """The indicators of one topic. Raises ParameterFout (SDM-703) for a topic that has none."""
        if onderwerp not in self.onderwerpen:
            raise ParameterFout(_no_topic(onderwerp, self.onderwerpen))
        return tuple(indicator for indicator in self.indicatoren.values() if indicator.onderwerp == onderwerp)

    def kies(
        self, ids: Iterable[str], *, bestand: str = "", regels: Mapping[str, int] | None = None
    ) -> tuple[Indicator, ...]:
        """The indicators asked for, in that order.

        bestand, regels : where the ids were read, for the message: file, and line per id.
        Raises ParameterFout that names every unknown id with its nearest known one, and every id given twice.
        """
        namen = list(ids)
        meldingen = [self._onbekend(naam, bestand=bestand, regels=regels or {}) for naam in namen if naam not in self]
        for naam in dict.fromkeys(naam for naam in namen if namen.count(naam) > 1):
            meldingen.append(
                Melding("SDM-702", f"indicator '{naam}' staat er meer dan een keer", "Haal de herhaling weg.", bestand)
            )
        if meldingen:
            raise ParameterFout(*meldingen)
        return tuple(self[naam] for naam in namen)

    def _nearest(self, naam: str) -> str:
        """The id that looks like a name, or that of the figure whose label it is a part of."""
        zo_heet = [een for een in self.values() if len(naam) > 3 and naam.casefold() in een.label.casefold()]
        return f"Bedoelde u '{zo_heet[0].id}' ({zo_heet[0].label})?" if zo_heet else bedoelde_u(naam, self)

    def _onbekend(self, naam: str, *, bestand: str, regels: Mapping[str, int]) -> Melding:
        kapot = [melding for melding in self.meldingen if melding.sleutel.split(".")[0] == naam]
        wat = f"indicator '{naam}' staat met een fout in de catalogus" if kapot else f"onbekende indicator '{naam}'"
        herstel = f"Verbeter {kapot[0].waar}." if kapot else self._nearest(naam)
        regel = (regels[naam],) if naam in regels else ()
        return Melding("SDM-701", wat, herstel, bestand=bestand, regels=regel)


def load(root: Path | None = None, onderwerpen: Iterable[str] | None = None) -> Catalogue:
    """Read the catalogue of a project.

    root : the project folder (found by itself when left out). onderwerpen : topics to read; all when left out.
    A broken block is reported in `meldingen` and the others still load; so is an id that is used twice.
    Raises ParameterFout when a file is missing or is no YAML at all.
    """
    bestanden = _files(_project_root(root) / MAP, onderwerpen)
    with _collector_paused():
        return _join([_read(pad) for pad in bestanden])


@contextmanager
def _collector_paused() -> Iterator[None]:
    # reading makes a few hundred thousand small objects that all live on: looking for cycles among them while they
    # are made takes a third of the time and finds none
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _project_root(root: Path | None) -> Path:
    if root is not None:
        return root
    from sdm_lib import sources

    return sources.project_root()


def _files(map_: Path, onderwerpen: Iterable[str] | None) -> list[Path]:
    aanwezig = {pad.stem: pad for pad in sorted(map_.glob("*.yaml"))}
    if onderwerpen is None:
        return list(aanwezig.values())
    gevraagd = list(onderwerpen)
    meldingen = [_no_topic(naam, aanwezig) for naam in gevraagd if naam not in aanwezig]
    if meldingen:
        raise ParameterFout(*meldingen)
    return [aanwezig[naam] for naam in gevraagd]


def _no_topic(naam: str, bekend: Iterable[str]) -> Melding:
    return Melding("SDM-703", f"geen indicatoren voor onderwerp '{naam}'", bedoelde_u(naam, bekend), bestand=MAP)


def _read(pad: Path) -> tuple[dict[str, Indicator], tuple[Melding, ...], dict[str, tuple[str, int]]]:
    bestand = f"{MAP}/{pad.name}"
    loaded, meldingen = schema.load_blocks(pad, Indicator, bestand=bestand)
    named = {id: _named(indicator, id=id, onderwerp=pad.stem) for id, indicator in loaded.value.items()}
    return named, meldingen, {id: (bestand, loaded.regels[id]) for id in named}


def _named(indicator: Indicator, *, id: str, onderwerp: str) -> Indicator:
    # id and topic come from the key and the file, so the schema must not offer them as keys of the block
    named = copy.copy(indicator)
    object.__setattr__(named, "id", id)
    object.__setattr__(named, "onderwerp", onderwerp)
    return named


def _join(
    delen: Iterable[tuple[dict[str, Indicator], tuple[Melding, ...], dict[str, tuple[str, int]]]],
) -> Catalogue:
    indicatoren: dict[str, Indicator] = {}
    plaatsen: dict[str, tuple[str, int]] = {}
    meldingen: list[Melding] = []
    for blokken, fouten, regels in delen:
        meldingen += fouten
        for id, indicator in blokken.items():
            if id in indicatoren:
                eerder = "{} regel {}".format(*plaatsen[id])
                bestand, regel = regels[id]
                meldingen.append(
                    Melding(
                        "SDM-704",
                        f"indicator '{id}' bestaat al in {eerder}",
                        "Geef deze een eigen naam.",
                        bestand=bestand,
                        sleutel=id,
                        regels=(regel,),
                    )
                )
            else:
                indicatoren[id], plaatsen[id] = indicator, regels[id]
    return Catalogue(indicatoren, tuple(meldingen), plaatsen)
