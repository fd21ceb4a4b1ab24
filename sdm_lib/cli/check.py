"""`sdm check`: what can be wrong before a run, all at once: parameters, indicators, notebooks and deliveries."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from sdm_lib.errors import Melding, ParameterFout, SdmFout, bedoelde_u, exit_code
from sdm_lib.kwartaal import Verslagperiode


def check_command(kwartaal: str, *, leveringen: str, pagina: Path | None = None, tabel: Path | None = None) -> None:
    """Say everything that is wrong, by file and severity; ends the process with the exit code of the gravest.

    pagina, tabel : where to write the same as a page for a colleague and as a CSV for the supplier.
    """
    from sdm_lib import sources
    from sdm_lib.monitor.runfile import parse_kwartaal

    root = sources.project_root()
    periode = parse_kwartaal(kwartaal, root=root)
    folder = Path(leveringen).resolve() if leveringen else None
    _outside_reports(root, pagina, tabel)
    fouten = [*_parameters(root, periode)]
    meldingen = [melding for fout in fouten for melding in fout.meldingen]
    geleverd = _all_deliveries(root, periode, folder)
    meldingen += geleverd
    uitleg = sources.uitleg(root=root)
    meldingen = sources.explained(dict.fromkeys(meldingen), uitleg)
    click.echo(sources.as_text(meldingen))
    titel = f"Controle van de leveringen van {periode}"
    if pagina:
        pagina.write_text(sources.as_html(meldingen, titel=titel, uitleg=uitleg), encoding="utf-8")
        click.echo(f"Deze pagina staat in {pagina}.")
    if tabel:
        tabel.write_bytes(sources.as_csv(meldingen))
        click.echo(f"De lijst voor de leverancier staat in {tabel}.")
    if privacy_or_input := sources.failure(geleverd):
        fouten.append(privacy_or_input)
    if fouten:
        click.echo("Wat een code betekent en wat u eraan doet: sdm uitleg CODE.")
        raise click.exceptions.Exit(exit_code(fouten))
    click.echo(f"\n{periode} is in orde: de leveringen kunnen worden gebruikt.")


def _outside_reports(root: Path, *bestanden: Path | None) -> None:
    """What is wrong with a delivery is for its supplier, so it does not lie among the reports."""
    for bestand in bestanden:
        if bestand and bestand.resolve().is_relative_to(root / "reports"):
            wat = f"{bestand.name} hoort niet tussen de rapporten"
            raise ParameterFout(Melding("SDM-244", wat, "Kies een andere map dan reports/."))
        if bestand and not bestand.resolve().parent.is_dir():
            raise ParameterFout(
                Melding("SDM-244", f"de map voor {bestand.name} bestaat niet", "Maak de map, of kies een andere.")
            )


def _beleid(root: Path, periode: Verslagperiode) -> None:
    """The house rules, and what each topic raises of them in its run file."""
    from sdm_lib import disclosure, monitor

    beleid = disclosure.load_beleid(root / "params" / "kit.yaml")
    for onderwerp in monitor.onderwerpen(root, kwartaal=periode):
        bestand = monitor.load_run(root, kwartaal=periode, onderwerp=onderwerp)
        beleid.verscherp(bestand.value.bescherming, onderwerp=onderwerp, bestand=bestand.bestand)


def _parameters(root: Path, periode: Verslagperiode) -> Iterable[SdmFout]:
    from sdm_lib import indicators, sources
    from sdm_lib.errors import ParameterFout
    from sdm_lib.indicators.glossary import load_begrippen
    from sdm_lib.runner.plan import make_plan

    for stap in (
        lambda: make_plan(root, kwartaal=periode),
        lambda: _beleid(root, periode),
        lambda: load_begrippen(root),
        lambda: sources.gebieden(root=root),
        lambda: [sources.load_schema(naam, root=root) for naam in sources.schema_names(root=root)],
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


def _all_deliveries(root: Path, periode: Verslagperiode, folder: Path | None) -> tuple[Melding, ...]:
    """What is wrong with the deliveries; nothing when the parameters do not say which those are."""
    try:
        nodig = _needed(root, periode, folder)
        return tuple(melding for map_, namen in nodig.items() for melding in _check(map_, namen, root, periode))
    except ParameterFout:
        return ()  # told already, with its line


def _needed(root: Path, periode: Verslagperiode, folder: Path | None) -> dict[Path, list[str]]:
    """Per folder the deliveries that the topics use, and every other file in it that has a schema."""
    from sdm_lib import monitor, sources

    nodig: dict[Path, list[str]] = {}
    elders = bool(sources.load_databron(root / "params" / "kit.yaml", bestand="params/kit.yaml"))
    for onderwerp in monitor.onderwerpen(root, kwartaal=periode):
        bestand = monitor.load_run(root, kwartaal=periode, onderwerp=onderwerp).value
        namen = nodig.setdefault(folder or root / bestand.leveringen, [])
        namen += [naam for naam in bestand.bronnen if naam not in namen and not (naam == "register" and elders)]
    for map_, namen in nodig.items():
        for naam in sources.schema_names(root=root):
            if naam not in namen and (map_ / sources.load_schema(naam, root=root, folder=map_).bestand).is_file():
                namen.append(naam)
    return nodig


def _check(map_: Path, namen: list[str], root: Path, periode: Verslagperiode) -> Iterable[Melding]:
    """The messages about the deliveries in a folder, with a bar for who waits."""
    from sdm_lib import sources
    from sdm_lib.cli.progress import byte_progress

    paden = {naam: map_ / sources.load_schema(naam, root=root, folder=map_).bestand for naam in namen}
    groottes = {naam: pad.stat().st_size if pad.is_file() else 0 for naam, pad in paden.items()}
    with byte_progress("Controleren", total=sum(groottes.values())) as gelezen:
        for naam in namen:
            gehoord: list[int] = []
            with sources.listen(gelezen), sources.listen(gehoord.append):
                yield from sources.check(map_, [naam], root=root, kwartaal=periode.slot)
            gelezen(groottes[naam] - sum(gehoord))  # other forms than csv are read in one go
    yield from _without_schema(map_, {pad.name for pad in paden.values()})


def _without_schema(map_: Path, bekend: set[str]) -> Iterable[Melding]:
    """Files that nobody reads: a delivery under another name, or one that has no schema yet."""
    aanwezig = sorted(pad.name for pad in map_.iterdir() if pad.is_file()) if map_.is_dir() else []
    for naam in aanwezig:
        if naam not in bekend and not naam.startswith((".", "~$")):
            herstel = f"{bedoelde_u(naam, bekend)} Of maak een schema: sdm new levering {naam}."
            yield Melding(
                "SDM-246", "dit bestand heeft geen schema en wordt niet gelezen", herstel, bestand=naam,
                ernst="waarschuwing",
            )  # fmt: skip
