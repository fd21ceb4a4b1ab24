"""`sdm uitleg SDM-321`: what a message code means, why it matters and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence

import click

from sdm_lib.errors import Melding, ParameterFout, bedoelde_u


def uitleg_command(codes: Sequence[str]) -> None:
    """Explain these codes, or list all of them with their titles."""
    from sdm_lib import sources

    alle = sources.uitleg()
    if not codes:
        for code, uitleg in alle.items():
            click.echo(f"{code}  {uitleg.titel}")
        return
    gevraagd = [_code(code) for code in codes]
    vreemd = [code for code in gevraagd if code not in alle]
    if vreemd:
        raise ParameterFout(
            *(Melding("SDM-245", f"onbekende code '{code}'", bedoelde_u(code, alle)) for code in vreemd)
        )
    for code in gevraagd:
        uitleg = alle[code]
        click.echo(f"{code}: {uitleg.titel}\n  {uitleg.uitleg}\n  Wat te doen: {uitleg.herstel}")


def _code(tekst: str) -> str:
    """The code as it is written in messages: ``321`` and ``sdm-321`` are meant as ``SDM-321``.

    >>> _code("321"), _code("sdm-321")
    ('SDM-321', 'SDM-321')
    """
    kaal = tekst.strip().upper()
    return f"SDM-{kaal}" if kaal.isdigit() else kaal
