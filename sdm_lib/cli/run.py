"""`sdm run`: plan, check, execute, protect, draw, and say where the index is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sdm_lib.errors import Melding, ParameterFout, SdmFout, exit_code

if TYPE_CHECKING:
    from sdm_lib.runner.ongewijzigd import Vorige
    from sdm_lib.runner.quarter import Opdracht

ONGEWIJZIGD = "Er is niets veranderd sinds de vorige run."


def run_command(
    kwartaal: str,
    onderwerpen: Sequence[str],
    *,
    force: bool,
    gegeven: Sequence[str],
    leveringen: str,
    uit: Path | None,
    alleen_plan: bool,
    kernels: int | None,
    warm: bool,
    planner: str,
) -> None:
    """Make the reports of a quarter; ends the process with the exit code of the gravest problem."""
    from sdm_lib.project import project_root
    from sdm_lib.runner import ongewijzigd

    root, uit = project_root(), uit.absolute() if uit else None
    if planner:
        from sdm_lib.runner.verdeeld import check_address

        check_address(planner)
    vraag = ongewijzigd.vraag(
        kwartaal=kwartaal, onderwerpen=onderwerpen, gegeven=gegeven, leveringen=leveringen, uit=uit
    )
    if not force and (vorige := ongewijzigd.find(root, vraag=vraag)):
        _say_unchanged(vorige, alleen_plan=alleen_plan)
        return
    from sdm_lib.cli.progress import bezig, progress, tell
    from sdm_lib.disclosure.beleid import load_wachtregels
    from sdm_lib.monitor.runfile import parse_kwartaal
    from sdm_lib.runner import plan as planning
    from sdm_lib.runner import quarter
    from sdm_lib.runner.bewaren import ruim_op

    ruim_op(root, dagen=load_wachtregels(root / "params" / "kit.yaml").bewaren_dagen)  # before the plan looks there
    periode = parse_kwartaal(kwartaal, root=root)
    folder = str(Path(leveringen).resolve()) if leveringen else ""
    plan = planning.make_plan(
        root, kwartaal=periode, gevraagd=onderwerpen, gegeven=_parse_given(gegeven), leveringen=folder
    )
    opdracht = quarter.Opdracht(
        plan,
        uit or root / "reports" / str(periode),
        force=force,
        kernels=kernels,
        warm=warm,
        planner=planner,
    )
    if alleen_plan:
        _show_plan(opdracht)
        return
    if not quarter.up_to_date(opdracht):
        fouten = planning.check_input(plan, leveringen=folder)
        if fouten:
            _tell(fouten)
            raise click.exceptions.Exit(exit_code(fouten))
    with progress(f"{periode}", total=opdracht.steps) as step:
        verslag = quarter.run_quarter(
            replace(
                opdracht,
                executed=lambda naam: step(f"uitgevoerd {naam}"),
                drawn=lambda naam: step(f"getekend {naam}"),
                waiting=partial(tell, bezig(periode)),
                # the same index again and again, so it is told once
                partly=cache(lambda index: tell(f"{periode}: wat klaar is staat in {_shortest(index)}")),
            )
        )
    for iets in verslag.weggelaten:
        click.echo(f"Niet op de pagina: {iets}.", err=True)
    _tell(verslag.fouten)
    if verslag.ongewijzigd:
        click.echo(ONGEWIJZIGD, err=True)
    click.echo(str(_shortest(verslag.index)))
    if verslag.fouten:
        raise click.exceptions.Exit(exit_code(verslag.fouten))
    gevraagd = [taak.naam for taak in plan.taken if taak.onderwerp in plan.gevraagd]
    if verslag.gelezen is not None:
        ongewijzigd.keep(root, vraag=vraag, index=verslag.index, paginas=gevraagd, gelezen=verslag.gelezen)


def _say_unchanged(vorige: Vorige, *, alleen_plan: bool) -> None:
    if alleen_plan:
        for naam in vorige.paginas:
            click.echo(f"bewaard    {naam}")
        click.echo(f"0 van {len(vorige.paginas)} notebooks worden uitgevoerd.")
        return
    click.echo(ONGEWIJZIGD, err=True)
    click.echo(str(_shortest(Path(vorige.index))))


def _parse_given(gegeven: Sequence[str]) -> dict[str, str]:
    values = {}
    for tekst in gegeven:
        naam, teken, waarde = tekst.partition("=")
        if not teken or not naam:
            raise ParameterFout(
                Melding("SDM-236", f"'{tekst}' is geen parameter", "Schrijf -p naam=waarde, zonder spaties.")
            )
        values[naam] = waarde
    return values


def _show_plan(opdracht: Opdracht) -> None:
    from sdm_lib.runner import quarter

    nodig = {taak.naam: reden for taak, reden in quarter.reasons(opdracht)}
    gevraagd = [taak for taak in opdracht.plan.taken if taak.onderwerp in opdracht.plan.gevraagd]
    for taak in gevraagd:
        reden = nodig.get(taak.naam)
        click.echo(f"{'uitvoeren' if reden else 'bewaard  '}  {taak.naam}{f'  ({reden})' if reden else ''}")
    click.echo(f"{len(nodig)} van {len(gevraagd)} notebooks worden uitgevoerd.")


def _tell(fouten: Sequence[SdmFout]) -> None:
    for fout in fouten:
        click.echo(str(fout), err=True)


def _shortest(path: Path) -> Path:
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path
