"""Around a delivery: replace who can be found in it, draft a schema for it, and fetch a reference table for it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from sdm_lib.errors import Melding, ParameterFout, PrivacyFout


def pseudonymise_command(naam: str, bron: Path, doel: Path, *, sleutel: Path, nieuw: bool) -> None:
    """Write a delivery again with pseudonyms; the original stays where it is and may not lie in the project."""
    from sdm_lib import sources

    root = sources.project_root()
    _require_source(bron, root=root)
    if nieuw:
        sources.new_key(sleutel, root=root)
        click.echo("Nieuw sleutelbestand gemaakt. Bewaar het goed: zonder dit bestand past een volgende levering niet.")
    gedaan = sources.pseudonymise(naam, bron=bron, doel=doel, sleutel=sleutel, root=root)
    for melding in gedaan.meldingen:
        click.echo(str(melding), err=True)
    kolommen = ", ".join(gedaan.kolommen) or "geen"
    click.echo(f"{gedaan.rijen} regels geschreven naar {doel}; vervangen kolommen: {kolommen}.")
    click.echo(f"Sleutel {gedaan.sleutel_id}: dit nummer gaat mee in de levering en in de verantwoording.")


def _require_source(bron: Path, *, root: Path) -> None:
    if not bron.is_file():
        raise ParameterFout(Melding("SDM-241", f"bestand {bron.name} bestaat niet", "Controleer de naam en de map."))
    if bron.resolve().is_relative_to(root.resolve()):
        wat = f"{bron.name} ligt in het project, met burgerservicenummers en al"
        herstel = "Zet het origineel buiten het project en verwijder het hier."
        raise PrivacyFout(Melding("SDM-243", wat, herstel, waarom="Het project mag geen originelen bewaren."))


def new_levering_command(bestand: Path, *, naam: str) -> None:
    """Draft ``params/leveringen/<naam>.yaml`` from a file; an existing schema is never overwritten."""
    from sdm_lib import sources
    from sdm_lib.sources.ruw import plat

    if not bestand.is_file():
        wat = f"bestand {bestand.name} bestaat niet"
        raise ParameterFout(Melding("SDM-241", wat, "Controleer de naam en de map."))
    naam = plat(naam or bestand.stem)
    doel = sources.project_root() / "params" / "leveringen" / f"{naam}.yaml"
    if doel.exists():
        wat = f"het schema '{naam}' bestaat al"
        herstel = "Kies met --naam een andere naam, of verwijder het oude."
        raise ParameterFout(Melding("SDM-242", wat, herstel, bestand=f"params/leveringen/{doel.name}"))
    tekst = sources.draft_schema(bestand, naam=naam)
    with doel.open("x", encoding="utf-8") as handle:
        handle.write(tekst)
    vragen = sum("  # " in regel for regel in tekst.splitlines())
    click.echo(f"Ontwerp geschreven: params/leveringen/{doel.name}, met {vragen} regels om na te lopen (achter een #).")
    click.echo("Vul sleutel, persoonlijk en regels in, en controleer het met: sdm check KWARTAAL.")


def fetch_cbs_command(tabel: str, *, filters: str, odata: int, uit: Path | None, adres: str) -> None:
    """Write a snapshot of a StatLine table."""
    from sdm_lib import sources
    from sdm_lib.sources.cbs import MAP

    doel = uit or sources.project_root() / MAP
    vandaag = datetime.now(tz=UTC).date()  # an explicit command: the manifest says when it was given
    opname = sources.fetch_cbs(
        tabel, doel=doel, opgehaald=vandaag, filters=filters, versie=3 if odata == 3 else 4, adres=adres
    )
    stand = opname.stand.replace("_", " ") or "de tabel noemt geen stand"
    click.echo(f"{opname.rijen} cijfers van tabel {tabel} geschreven naar {opname.csv}.")
    click.echo(f"Gewijzigd door het CBS: {opname.gewijzigd or 'onbekend'}; stand: {stand}.")
