"""Progress for people: a bar on a terminal, plain lines on a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def progress(wat: str, *, total: int | None) -> Iterator[Callable[[str], None]]:
    """Give a function to call after each step with what was done.

    total : how many steps there will be; None when that is not known.
    """
    if not sys.stderr.isatty():
        gedaan = 0

        def line(stap: str) -> None:
            nonlocal gedaan
            gedaan += 1
            click.echo(f"{wat}: {gedaan}{f'/{total}' if total else ''} {stap}", err=True)

        yield line
        return
    from tqdm import tqdm

    vorm = "{desc}: {bar} {n_fmt}/{total_fmt}{postfix}, nog {remaining}" if total else "{desc}: {n_fmt}{postfix}"
    with tqdm(total=total, desc=wat, bar_format=vorm, leave=False) as bar:

        def step(stap: str) -> None:
            bar.set_postfix_str(stap, refresh=False)
            bar.update(1)

        yield step


def tell(tekst: str) -> None:
    """Say something while a bar may be drawn."""
    if not sys.stderr.isatty():
        click.echo(tekst, err=True)
        return
    from tqdm import tqdm

    tqdm.write(tekst, file=sys.stderr)


def bezig(kwartaal: object) -> str:
    """Why nothing happens yet."""
    return f"{kwartaal}: wacht op een andere run van dit kwartaal."


@contextmanager
def byte_progress(wat: str, *, total: int) -> Iterator[Callable[[int], None]]:
    """Give a function to call with the bytes that were read since; draws a bar on a terminal alone."""
    if not sys.stderr.isatty():
        yield lambda gelezen: None
        return
    from tqdm import tqdm

    vorm = "{desc}: {bar} {percentage:3.0f}% {n_fmt}/{total_fmt} nog {remaining}"
    with tqdm(total=total, desc=wat, bar_format=vorm, leave=False, unit="B", unit_scale=True) as bar:
        yield lambda gelezen: bar.update(min(gelezen, bar.total - bar.n)) and None
