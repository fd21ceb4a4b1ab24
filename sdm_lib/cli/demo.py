"""`sdm demo`: make the demo municipality once, and again only when what it is made of has changed."""

from __future__ import annotations

import hashlib
from pathlib import Path

import click

STEMPEL = ".gemaakt-uit"


def make_demo(*, opnieuw: bool) -> None:
    """Write ``data/demo``; does nothing when it was made by the same code and parameters."""
    from sdm_lib import sources

    root = sources.project_root()
    out = root / "data" / "demo"
    hash_ = _made_from(root)
    stempel = out / STEMPEL
    if not opnieuw and stempel.is_file() and stempel.read_text(encoding="utf-8") == hash_:
        click.echo("De demogemeente staat klaar in data/demo/.")
        return
    from sdm_lib import synthetic
    from sdm_lib.cli.progress import progress

    with progress("Demogemeente maken", total=None) as stap:
        paths = synthetic.make(out, progress=stap)
    stempel.write_text(hash_, encoding="utf-8")
    click.echo(f"De demogemeente staat klaar in data/demo/: {len(paths)} bestanden, alles fictief.")


def _made_from(root: Path) -> str:
    bronnen = [
        *(root / "sdm_lib" / "synthetic").rglob("*.py"),
        *(root / "data" / "reference").glob("*.csv"),
    ]
    som = hashlib.sha256()
    for path in sorted(bronnen):
        som.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return som.hexdigest()
