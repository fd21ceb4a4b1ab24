"""`sdm` on the command line.

Exit codes: 0 all well, 1 a report failed, 2 wrong use or parameters, 3 wrong input, 4 blocked for privacy (wins).
Nothing heavy is imported before a command needs it, so `sdm --help` answers at once.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from sdm_lib.cli.commands import sdm
from sdm_lib.cli.dutch import usage_message
from sdm_lib.errors import VAN_DE_MACHINE, SdmFout, kan_niet_schrijven


def main() -> None:
    """The entry point: runs a command and ends with its exit code. Messages go to stderr."""
    for stream in (sys.stdout, sys.stderr):
        # a console that cannot show a sign (code page 1252) prints a question mark instead of failing
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        sys.exit(sdm.main(standalone_mode=False) or 0)
    except SdmFout as fout:
        for melding in fout.meldingen:
            click.echo(str(melding), err=True)
        sys.exit(fout.exit_code)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as fout:
        click.echo(usage_message(fout), err=True)
        sys.exit(2)
    except OSError as fout:
        if fout.errno not in VAN_DE_MACHINE:
            raise
        click.echo(str(kan_niet_schrijven(fout, bestand=Path(str(fout.filename or "")).name)), err=True)
        sys.exit(1)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Afgebroken. Wat af was is bewaard; de volgende run gaat daar verder.", err=True)
        sys.exit(1)


__all__ = ["main", "sdm"]
