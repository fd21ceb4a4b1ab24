"""The guard of a run: one index a quarter of everything about persons, and the verdict on each finished file.

It fails closed: a file that the guard cannot judge stays out like one in which it found somebody. Only a table of the
kit's own that looks like records may be signed off, by name and with a reason, in
``params/<kwartaal>/_afgetekend.yaml``; its mark changes with its cells, so a signature ends when they change.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from sdm_lib import disclosure, monitor, schema, sources
from sdm_lib.disclosure import Bevinding, Microdata
from sdm_lib.disclosure.beleid import load_wachtregels
from sdm_lib.disclosure.guard import RECORDS
from sdm_lib.disclosure.handtekening import Handtekening
from sdm_lib.disclosure.kanaries import Kanaries
from sdm_lib.errors import Melding, ParameterFout, PrivacyFout
from sdm_lib.kwartaal import Verslagperiode
from sdm_lib.monitor.grondslag import CACHE
from sdm_lib.runner.plan import Plan
from sdm_lib.stemmen.citaten import buiten_citaten
from sdm_lib.stemmen.gesprekken import EXPORTS
from sdm_lib.stemmen.segmenten import Segment, segmenten, zinnen
from sdm_lib.stemmen.woorden import vrijgegeven

AFGETEKEND = "_afgetekend.yaml"  # the underscore keeps it from being a topic


@dataclass(frozen=True, eq=False)
class Wacht:
    """What every finished file of a quarter is held against."""

    kanaries: Kanaries = field(default_factory=lambda: Kanaries.van(()))
    microdata: Microdata = field(default_factory=Microdata.van)
    afgetekend: Mapping[str, Handtekening] = field(default_factory=dict)
    toegestaan: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Oordeel:
    """The verdict on a file: the problem that keeps it out, or None; and what was signed off in it."""

    fout: PrivacyFout | None = None
    afgetekend: tuple[tuple[Bevinding, Handtekening], ...] = ()

    @property
    def herkomst(self) -> tuple[tuple[str, str], ...]:
        """Provenance rows on what was signed off."""
        return tuple(
            ("Afgetekend", f"tabel {iets.kenmerk} lijkt op records; nagekeken door {een.door}: {een.reden}")
            for iets, een in self.afgetekend
        )


def wacht_van(plan: Plan) -> Wacht:
    """Index every delivery about persons that notebooks of this quarter read, also of the quarters it compares with."""
    frames: dict[str, list[pd.DataFrame]] = {}
    waarden: set[str] = set()
    for folder, naam in sorted(leveringen_van(plan)):
        levering = sources.load_schema(naam, root=plan.root, folder=folder)
        if levering.persoonlijk and (folder / levering.bestand).is_file():
            frame = sources.read_kept(naam, folder=folder, cache=plan.root / CACHE).frame
            frames.setdefault(naam, []).append(frame)
            open_ = [kolom for kolom, wat in levering.kolommen.items() if wat.soort == "tekst" and not wat.noembaar]
            waarden |= _waarden(frame, {*levering.persoonlijk, *open_})
    gezegd, vrij = _gezegd(plan), vrijgegeven(plan.root, kwartaal=plan.kwartaal)
    return Wacht(
        Kanaries.van(waarden | zinnen(gezegd), gezegd=buiten_citaten(gezegd, vrij)),
        Microdata.van(*(pd.concat(delen, ignore_index=True).drop_duplicates() for delen in frames.values())),
        lees_aftekeningen(plan.root, kwartaal=plan.kwartaal),
        frozenset(load_wachtregels(plan.root / "params" / "kit.yaml").toegestaan) | vrij,
    )


def _gezegd(plan: Plan) -> list[Segment]:
    """What was said in the interviews of this quarter: none of it may stand on a page but what was released."""
    per: dict[Path, list[str]] = {}
    for folder, naam in sorted(leveringen_van(plan)):
        if naam in EXPORTS:
            per.setdefault(folder, []).append(naam)
    return [een for folder, namen in per.items() for een in segmenten(folder, namen=namen, root=plan.root)]


def leveringen_van(plan: Plan) -> set[tuple[Path, str]]:
    """The deliveries that the notebooks of a plan read, as (folder, name), also of quarters they compare with."""
    uit: set[tuple[Path, str]] = set()
    for taak in plan.taken:
        waarde = taak.bestand.value
        folder = plan.root / (taak.parameters["leveringen"] or waarde.leveringen)
        uit |= {(folder, naam) for naam in waarde.bronnen}
        for ander in waarde.vergelijking.values():
            eerder = monitor.load_run(plan.root, kwartaal=ander, onderwerp=taak.onderwerp).value
            uit |= {(plan.root / eerder.leveringen, naam) for naam in eerder.bronnen}
    return uit


def _waarden(frame: pd.DataFrame, kolommen: Iterable[str]) -> set[str]:
    return {str(waarde) for kolom in kolommen if kolom in frame for waarde in frame[kolom].dropna().unique()}


def keur(
    wacht: Wacht, naam: str, inhoud: bytes, *, soort: Any, eigen: Callable[[], Collection[str]] = frozenset
) -> Oordeel:
    """Judge finished bytes.

    eigen : the marks of the findings in tables that the kit made itself, asked only when something was found.
    """
    try:
        gevonden = disclosure.guard(
            inhoud, soort=soort, canaries=wacht.kanaries, toegestaan=wacht.toegestaan, microdata=wacht.microdata
        )
        tekenbaar = frozenset(eigen()) if any(iets.categorie == RECORDS for iets in gevonden) else frozenset()
    except Exception as fout:  # whatever it is: what could not be judged does not leave
        wat = f"de wacht kon dit bestand niet beoordelen ({type(fout).__name__})"
        herstel = "Meld dit met de naam van het bestand; het blijft tot dan weg."
        return Oordeel(PrivacyFout(Melding("SDM-481", wat, herstel, bestand=naam)))
    getekend = tuple(
        (iets, wacht.afgetekend[iets.kenmerk])
        for iets in gevonden
        if iets.kenmerk in tekenbaar and iets.kenmerk in wacht.afgetekend
    )
    rest = [iets for iets in gevonden if iets not in {bevinding for bevinding, _ in getekend}]
    if not rest:
        return Oordeel(None, getekend)
    return Oordeel(PrivacyFout(*(_melding(wacht, naam, iets, tekenbaar=iets.kenmerk in tekenbaar) for iets in rest)))


def kenmerken(wacht: Wacht, inhoud: bytes, *, soort: Any) -> frozenset[str]:
    """The marks of the tables in a file that look like records."""
    return frozenset(iets.kenmerk for iets in disclosure.guard(inhoud, soort=soort, microdata=wacht.microdata)) - {""}


def _melding(wacht: Wacht, naam: str, iets: Bevinding, *, tekenbaar: bool) -> Melding:
    if not tekenbaar:
        herstel = "Haal het uit de tekst of het cijfer; de pagina blijft tot dan weg."
        return Melding("SDM-480", f"de wacht vond {iets}", herstel, bestand=naam)
    wat = f"de wacht vond {iets}: tabel {iets.kenmerk} lijkt op regels van personen"
    eerder = next((een for een in wacht.afgetekend.values() if een.bestand == naam), None)
    waarom = f"De tabel is veranderd sinds {eerder.door} een tabel van dit bestand aftekende" if eerder else ""
    herstel = (
        f"Kijk haar na in data/cache/tegengehouden/{naam}. Is zij veilig, draai dan: "
        f"sdm guard --sign {iets.kenmerk} --quarter KWARTAAL --by NAAM --reason TEKST {naam}"
    )
    return Melding("SDM-482", wat, herstel, bestand=naam, waarom=waarom)


def aftekenpad(root: Path, *, kwartaal: Verslagperiode) -> Path:
    """Where the signatures of a quarter lie."""
    return root / "params" / str(kwartaal) / AFGETEKEND


def lees_aftekeningen(root: Path, *, kwartaal: Verslagperiode) -> dict[str, Handtekening]:
    """The signatures of a quarter by the mark of their table. Raises ParameterFout when one lacks name or reason."""
    path = aftekenpad(root, kwartaal=kwartaal)
    if not path.is_file():
        return {}
    loaded, meldingen = schema.load_blocks(path, Handtekening, bestand=path.relative_to(root).as_posix())
    if meldingen:
        raise ParameterFout(*meldingen)
    return loaded.value


def teken_af(root: Path, *, kwartaal: Verslagperiode, kenmerken: Iterable[str], aftekening: Handtekening) -> Path:
    """Add signatures to the file of a quarter; what stood there stays."""
    path = aftekenpad(root, kwartaal=kwartaal)
    alle = lees_aftekeningen(root, kwartaal=kwartaal) | dict.fromkeys(kenmerken, aftekening)
    path.write_text("".join(_regels(alle)), encoding="utf-8")
    return path


def _regels(alle: Mapping[str, Handtekening]) -> Iterator[str]:
    import json

    yield "# Tabellen die op regels van personen lijken en die iemand heeft nagekeken (sdm guard --sign).\n"
    for kenmerk, een in sorted(alle.items()):
        yield f'"{kenmerk}":\n'
        for naam in ("door", "reden", "bestand"):
            yield f"  {naam}: {json.dumps(getattr(een, naam), ensure_ascii=False)}\n"  # a JSON text is a YAML text
