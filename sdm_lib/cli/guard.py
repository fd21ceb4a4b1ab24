"""`sdm guard`: hold finished files against persons by hand, or sign off a table that was looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sdm_lib.errors import Melding, ParameterFout, PrivacyFout

if TYPE_CHECKING:
    from sdm_lib.runner.wacht import Wacht

SOORTEN = {
    ".html": "html", ".htm": "html", ".xhtml": "html", ".svg": "html", ".md": "html", ".xml": "html", ".csv": "csv",
    ".tsv": "csv", ".xlsx": "xlsx", ".xlsm": "xlsx", ".docx": "xlsx", ".pptx": "xlsx", ".zip": "xlsx", ".json": "json",
    ".ipynb": "ipynb", ".png": "beeld", ".jpg": "beeld", ".jpeg": "beeld", ".webp": "beeld", ".txt": "txt",
    ".log": "txt", ".py": "txt", ".yaml": "txt", ".css": "txt", ".js": "txt",
}  # fmt: skip


def guard_command(bestanden: Sequence[Path], *, microdata: Sequence[Path], kwartaal: str) -> None:
    """Judge each file, say what was found, and end with 4 when there was something."""
    from sdm_lib.runner.wacht import keur

    paden = list(_paden(bestanden))
    wacht = _wacht(microdata, kwartaal)
    meldingen: list[Melding] = []
    for path in paden:
        soort = SOORTEN.get(path.suffix.lower())
        if soort is None:
            herstel = f"De wacht leest {', '.join(sorted(SOORTEN))}. Zet het bestand om, of deel het niet."
            meldingen.append(
                Melding("SDM-488", "dit soort bestand kan de wacht niet lezen", herstel, bestand=path.name)
            )
            continue
        fout = keur(wacht, path.name, path.read_bytes(), soort=soort).fout
        if fout is None:
            click.echo(f"{path.name}: niets gevonden")
        else:
            meldingen += fout.meldingen
    if meldingen:
        raise PrivacyFout(*meldingen)
    if not wacht.microdata.aantal:
        click.echo("Zonder --microdata of --quarter is niet gekeken of er regels van personen in staan.", err=True)


def _paden(bestanden: Sequence[Path]) -> Iterator[Path]:
    """The files, and of a folder all files under it."""
    for path in bestanden:
        if path.is_dir():
            yield from sorted(onder for onder in path.rglob("*") if onder.is_file())
        elif path.is_file():
            yield path
        else:
            raise ParameterFout(Melding("SDM-489", f"'{path.name}' bestaat niet", "Controleer de naam en de map."))


def _wacht(microdata: Sequence[Path], kwartaal: str) -> Wacht:
    """What the files are held against: the deliveries of a quarter, and the files named."""
    import dataclasses

    from sdm_lib import sources
    from sdm_lib.disclosure import Kanaries, Microdata
    from sdm_lib.runner.wacht import Wacht, wacht_van

    basis = wacht_van(_plan(kwartaal)) if kwartaal else Wacht()
    if not microdata:
        return basis
    frames = [sources.read_loose(path) for path in microdata]
    zelf = Wacht(Kanaries.uit(*frames), Microdata.van(*frames))
    return dataclasses.replace(
        zelf, kanaries=zelf.kanaries | basis.kanaries, microdata=zelf.microdata | basis.microdata
    )


def _plan(kwartaal: str) -> Any:
    from sdm_lib import sources
    from sdm_lib.monitor.runfile import parse_kwartaal
    from sdm_lib.runner.plan import make_plan

    root = sources.project_root()
    return make_plan(root, kwartaal=parse_kwartaal(kwartaal, root=root))


def sign_command(bestanden: Sequence[Path], *, kwartaal: str, kenmerk: str, door: str, reden: str) -> None:
    """Sign off a table that the guard stopped: by name, with a reason, and only one that lies stopped."""
    from sdm_lib.disclosure.handtekening import Handtekening
    from sdm_lib.runner import store, wacht

    if not (kwartaal and door.strip() and reden.strip() and len(bestanden) == 1):
        herstel = "Schrijf: sdm guard --sign KENMERK --quarter 2015K2 --by NAAM --reason TEKST BESTAND"
        raise ParameterFout(Melding("SDM-489", "een aftekening noemt kwartaal, naam, reden en een bestand", herstel))
    plan = _plan(kwartaal)
    naam = bestanden[0].name
    path = store.private_folder(plan.root, "tegengehouden") / naam
    soort: Any = SOORTEN.get(path.suffix.lower(), "txt")
    gevonden = wacht.kenmerken(wacht.wacht_van(plan), path.read_bytes(), soort=soort) if path.is_file() else frozenset()
    if kenmerk not in gevonden:
        wat = f"in {naam} hield de wacht geen tabel {kenmerk} tegen"
        herstel = "Draai sdm run; de melding noemt het kenmerk. Alleen een tabel die op regels lijkt is af te tekenen."
        raise ParameterFout(Melding("SDM-489", wat, herstel))
    getekend = Handtekening(door.strip(), reden.strip(), bestand=naam)
    doel = wacht.teken_af(plan.root, kwartaal=plan.kwartaal, kenmerken=[kenmerk], aftekening=getekend)
    click.echo(f"Tabel {kenmerk} is afgetekend door {door} in {doel.relative_to(plan.root)}.", err=True)
