"""Reference data of the project: small public files under `data/reference`, each with its source in BRONNEN.md."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sdm_lib.errors import Melding, ParameterFout, bedoelde_u
from sdm_lib.project import project_root
from sdm_lib.sources.hashes import record

_CODES = ("code", "periode", "gebied", "gemeente", "jaar")  # columns that stay text wherever they occur


def reference(naam: str, *, root: Path | None = None) -> pd.DataFrame:
    """A reference file by its name without .csv: UTF-8, comma, decimal point; empty means not published.

    Codes stay text. Raises ParameterFout when there is no such file.
    """
    folder = (root or project_root()) / "data" / "reference"
    path = folder / f"{naam}.csv"
    if not path.is_file():
        bekend = [bestand.stem for bestand in folder.glob("*.csv")]
        raise ParameterFout(Melding("SDM-255", f"onbekend referentiebestand '{naam}'", bedoelde_u(naam, bekend)))
    record(path)
    kop = path.read_text(encoding="utf-8").split("\n", 1)[0].strip().split(",")
    codes = {kolom: "str" for kolom in kop if any(deel in kolom for deel in _CODES) and kolom != "jaar"}
    return pd.read_csv(path, dtype=codes, encoding="utf-8")
