"""`sdm new`: drafts that work at once, of an indicator or a whole topic."""

from __future__ import annotations

import click

from sdm_lib.cli.dutch import Group


@click.group(cls=Group)
def new() -> None:
    """Maak een eerste versie van een indicator of onderwerp, klaar om aan te passen."""


@new.command()
@click.argument("code")
@click.argument("onderwerp")
@click.option("--vraag", default="", metavar="KOLOM", help="Vraag uit een enquete van dit onderwerp.")
@click.option("--telt", multiple=True, metavar="ANTWOORD", help="Antwoord dat meetelt; mag vaker.")
@click.option("--als", "ander", default="", metavar="CODE", help="Begin met een kopie van deze indicator.")
@click.option("--toon", is_flag=True, help="Zet het cijfer ook op de pagina van het onderwerp.")
def indicator(code: str, onderwerp: str, vraag: str, telt: tuple[str, ...], ander: str, toon: bool) -> None:
    """Voeg een indicator toe, bijvoorbeeld: sdm new indicator CE41 clienten --vraag v06 --toon."""
    from sdm_lib.cli.drafting import new_indicator

    new_indicator(code, onderwerp, vraag=vraag, telt=telt, ander=ander, toon=toon)


@new.command()
@click.argument("naam")
@click.option("--bron", default="bewoners", metavar="LEVERING", help="Enquete waar het onderwerp uit komt.")
@click.option("--kwartaal", default="", metavar="KWARTAAL", help="Kwartaal van het run-bestand; anders het laatste.")
def onderwerp(naam: str, bron: str, kwartaal: str) -> None:
    """Begin een onderwerp: indicator, run-bestand en notebook, bijvoorbeeld: sdm new onderwerp wonen."""
    from sdm_lib.cli.drafting import new_onderwerp

    new_onderwerp(naam, bron=bron, kwartaal=kwartaal)
