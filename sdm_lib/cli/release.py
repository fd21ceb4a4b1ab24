"""`sdm release`: freeze the site of a quarter as an edition."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import click


def release_command(kwartaal: str, *, door: str, reden: str, uit: Path | None) -> None:
    """Freeze and say where; or say that nothing changed since the last edition."""
    from sdm_lib import sources
    from sdm_lib.cli.progress import bezig, progress, tell
    from sdm_lib.monitor.runfile import parse_kwartaal
    from sdm_lib.runner import plan as planning
    from sdm_lib.runner import quarter, vrijgave

    root = sources.project_root()
    periode = parse_kwartaal(kwartaal, root=root)
    plan = planning.make_plan(root, kwartaal=periode)
    opdracht = quarter.Opdracht(plan, uit or root / "reports" / str(periode))
    with progress(f"{periode}", total=len(plan.taken)) as step:
        opdracht = replace(opdracht, drawn=lambda naam: step(f"getekend {naam}"), waiting=partial(tell, bezig(periode)))
        uitgebracht = vrijgave.release(opdracht, door=door, reden=reden)
    plek = uitgebracht.folder.relative_to(root)
    if not uitgebracht.nieuw:
        click.echo(f"Er is niets veranderd sinds editie {uitgebracht.nummer} ({plek}); er komt geen nieuwe.", err=True)
        return
    fictief = " met fictieve gegevens" if uitgebracht.fictief else ""
    click.echo(f"Editie {uitgebracht.nummer} van {periode}{fictief} is uitgebracht door {door}.", err=True)
    click.echo(str(plek))
