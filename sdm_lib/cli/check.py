"""`sdm check`: what can be wrong before a run, all at once: parameters, indicators, notebooks and deliveries."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from sdm_lib.errors import Melding, SdmFout, exit_code
from sdm_lib.kwartaal import Kwartaal

KOPPEN = {"fout": "Te herstellen", "waarschuwing": "Om naar te kijken", "hersteld": "Herkend en hersteld"}


def check_command(kwartaal: str, *, leveringen: str) -> None:
    """Say everything that is wrong, by severity and file; ends the process with the exit code of the gravest."""
    from sdm_lib import sources
    from sdm_lib.monitor.runfile import parse_kwartaal

    root = sources.project_root()
    periode = parse_kwartaal(kwartaal, root=root)
    folder = Path(leveringen).resolve() if leveringen else None
    fouten = [*_parameters(root, periode)]
    meldingen = [melding for fout in fouten for melding in fout.meldingen]
    geleverd = () if fouten else tuple(_deliveries(root, periode, folder))
    meldingen += geleverd
    for ernst, kop in KOPPEN.items():
        groep = [melding for melding in dict.fromkeys(meldingen) if melding.ernst == ernst]
        if groep:
            click.echo(f"\n{kop}: {len(groep)}")
            for melding in groep:
                click.echo(f"  {melding}")
    if privacy_or_input := sources.failure(geleverd):
        fouten.append(privacy_or_input)
    if fouten:
        raise click.exceptions.Exit(exit_code(fouten))
    click.echo(f"\n{periode} is in orde: de leveringen kunnen worden gebruikt.")


def _parameters(root: Path, periode: Kwartaal) -> Iterable[SdmFout]:
    from sdm_lib import disclosure, indicators, monitor, sources
    from sdm_lib.errors import ParameterFout
    from sdm_lib.indicators.glossary import load_begrippen
    from sdm_lib.runner.plan import make_plan

    for stap in (
        lambda: make_plan(root, kwartaal=periode),
        lambda: disclosure.load_beleid(root / "params" / "kit.yaml"),
        lambda: load_begrippen(root),
        lambda: sources.gebieden(root=root),
        lambda: [sources.load_schema(naam, root=root) for naam in sources.schema_names(root=root)],
        lambda: [
            monitor.load_run(root, kwartaal=periode, onderwerp=o) for o in monitor.onderwerpen(root, kwartaal=periode)
        ],
    ):
        try:
            stap()
        except SdmFout as fout:
            yield fout
    catalogue = indicators.load(root)
    examples, definitions = indicators.check_examples(catalogue), indicators.check_definitions(catalogue, root=root)
    broken = (*catalogue.meldingen, *examples, *definitions)
    if broken:
        yield ParameterFout(*broken)


def _deliveries(root: Path, periode: Kwartaal, folder: Path | None) -> Iterable[Melding]:
    from sdm_lib import monitor, sources

    nodig: dict[Path, list[str]] = {}
    for onderwerp in monitor.onderwerpen(root, kwartaal=periode):
        bestand = monitor.load_run(root, kwartaal=periode, onderwerp=onderwerp).value
        namen = nodig.setdefault(folder or root / bestand.leveringen, [])
        namen += [naam for naam in bestand.bronnen if naam not in namen]
    for map_, namen in nodig.items():
        yield from sources.check(map_, namen, root=root, kwartaal=periode)
