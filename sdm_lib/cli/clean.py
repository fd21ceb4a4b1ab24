"""`sdm clean`: remove what was kept about persons and can be made again."""

from __future__ import annotations

import click


def clean_command(*, verlopen: bool) -> None:
    """Empty ``data/cache``, or only what is past its retention, and say how much that was."""
    from sdm_lib import sources
    from sdm_lib.disclosure.beleid import load_wachtregels
    from sdm_lib.runner.bewaren import ruim_op

    root = sources.project_root()
    dagen = load_wachtregels(root / "params" / "kit.yaml").bewaren_dagen if verlopen else 0
    weg = ruim_op(root, dagen=dagen)
    omvang = f"{weg.bytes / 1e6:.1f}".replace(".", ",")
    click.echo(f"{weg.bestanden} bestanden ({omvang} MB) uit data/cache/ verwijderd.")
