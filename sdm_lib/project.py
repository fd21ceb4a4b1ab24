"""Where the project lies: deliveries, parameters and reference data are found from its root."""

from __future__ import annotations

import os
from pathlib import Path

from sdm_lib.errors import Melding, ParameterFout

KENMERKEN = ("pyproject.toml", "notebooks")  # what makes a folder the project


def project_root() -> Path:
    """The folder with pyproject.toml and notebooks: `SDM_ROOT`, else upward from here, else from the package.

    Raises ParameterFout when `SDM_ROOT` names no folder, or when no project is found.
    """
    wens = os.environ.get("SDM_ROOT", "")
    if wens:
        return _named(Path(wens))
    starts = (Path.cwd(), Path(__file__).resolve().parent)
    for start in starts:
        for folder in (start, *start.parents):
            if all((folder / kenmerk).exists() for kenmerk in KENMERKEN):
                return folder
    raise ParameterFout(
        Melding(
            "SDM-250",
            "hier en in de mappen erboven is geen project gevonden",
            "Ga naar de map met pyproject.toml en notebooks, of zet SDM_ROOT.",
        )
    )


def _named(folder: Path) -> Path:
    if not folder.is_dir():
        raise ParameterFout(
            Melding("SDM-250", "SDM_ROOT wijst naar een map die niet bestaat", "Verbeter of verwijder SDM_ROOT.")
        )
    return folder.resolve()
