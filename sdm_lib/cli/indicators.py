"""`sdm indicators`: the catalogue as a list, a search, an explanation, or a row each."""

from __future__ import annotations

from collections.abc import Sequence

import click

from sdm_lib.errors import exit_code


def indicators_command(woorden: Sequence[str], *, vorm: str) -> None:
    """List, search or explain; one id explains that indicator. Broken blocks are told and end with exit code 2.

    Raises ParameterFout with the nearest word when nothing holds every word.
    """
    from sdm_lib import indicators, sources
    from sdm_lib.errors import ParameterFout
    from sdm_lib.indicators import listing

    catalogue = indicators.load(sources.project_root())
    if len(woorden) == 1 and woorden[0] in catalogue:
        gevonden: tuple[indicators.Indicator, ...] = (catalogue[woorden[0]],)
    else:
        gevonden = listing.search(catalogue, woorden)
        if woorden and not gevonden:
            raise ParameterFout(listing.nothing_found(catalogue, woorden), *catalogue.meldingen)
    if vorm == "csv":
        click.echo(listing.as_csv(gevonden), nl=False)
    elif len(gevonden) == 1:
        click.echo(listing.explain(gevonden[0]))
    else:
        click.echo(listing.lines(gevonden))
    for melding in catalogue.meldingen:
        click.echo(str(melding), err=True)
    if catalogue.meldingen:
        raise click.exceptions.Exit(exit_code([ParameterFout(*catalogue.meldingen)]))
