"""The peer of `tests.benchmarks.sources`: the same file and the same rules with pandas.read_csv and pandera.

Run by itself, in an environment that has pandas and pandera and nothing of the kit: python sources_pandera.py FILE
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

CODES = {
    "wet": ("wmo", "jeugd", "participatie"),
    "voorziening": ("begeleiding", "dagbesteding", "vervoer", "hulpmiddelen", "ambulant", "bijstand"),
    "leveringsvorm": ("zin", "pgb"),
    "geslacht": ("man", "vrouw"),
    "eenheid": ("uren_week", "dagdelen_week", "stuks"),
    "stadsdeel": tuple(f"WK00340{i}" for i in range(1, 7)),
    "aanbieder": tuple(f"A{i:02d}" for i in range(1, 41)),
    "verwijzer": ("wijkteam", "huisarts", "rechter", "geen"),
    "doel": ("meedoen", "werk", "behandelen"),
    "trede": ("basis", "licht", "zwaar"),
}
DATUMS = ("aanmelding", "begin", "einde")
SLEUTEL = ["persoon", "voorziening", "begin", "volgnummer"]
AFGEROND = r"\d([.,]\d+)?[eE]\+\d+"
CONTACT = (
    r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.[A-Za-z]{2,}|(?:^|\D)(?:\+31|0031|0)[ -]?6(?:[ -]?\d){8}(?:\D|$)",
    r"(?:^|[^0-9A-Za-z])[1-9]\d{3} ?[A-Za-z]{2}[ ,]*(?:nr\.? ?)?\d{1,4}(?:[^0-9]|$)",
)


def read_and_validate(path: Path) -> None:
    """What the kit does with this file: types, codes, bounds, dates, key, doubles, rules, numbers and contacts."""
    import pandas as pd
    import pandera.pandas as pa

    teksten = ["persoon", "huishouden", "opmerking", "sleutel_id", *CODES]
    frame = pd.read_csv(path, sep=";", decimal=",", encoding="utf-8", dtype=dict.fromkeys(teksten, "str"))
    for kolom in DATUMS:
        frame[kolom] = pd.to_datetime(frame[kolom], format="%Y-%m-%d")
    dag = pa.Check.in_range(pd.Timestamp(1880, 1, 1), pd.Timestamp(2100, 12, 31))
    heel = pa.Check(lambda reeks: ~reeks.str.fullmatch(AFGEROND))
    kolommen = {naam: pa.Column(str, pa.Check.isin(lijst)) for naam, lijst in CODES.items()}
    kolommen |= {naam: pa.Column("datetime64[us]", dag, nullable=naam == "einde", coerce=True) for naam in DATUMS}
    kolommen |= {
        "persoon": pa.Column(str, heel),
        "huishouden": pa.Column(str, heel),
        "volgnummer": pa.Column(int),
        "geboortejaar": pa.Column(int, pa.Check.in_range(1900, 2020)),
        "intensiteit": pa.Column(float, pa.Check.in_range(0, 5000)),
        "bedrag": pa.Column(float, pa.Check.ge(0), nullable=True),
        "opmerking": pa.Column(str, [pa.Check(_without(patroon)) for patroon in CONTACT], nullable=True),
    }
    regels = [
        pa.Check(lambda f: ~(f["begin"] > f["einde"])),
        pa.Check(lambda f: ~(f["aanmelding"] > f["begin"]), raise_warning=True),
        pa.Check(lambda f: ~((f["eenheid"] == "uren_week") & (f["intensiteit"] > 168))),
        pa.Check(lambda f: ~overlaps(f), raise_warning=True),
        pa.Check(lambda f: not f.duplicated().any()),
        pa.Check(lambda f: not any(looks_like_bsn(f[kolom]) for kolom in f.columns)),
        pa.Check(lambda f: not f.isna().all(axis=1).any()),
    ]
    pa.DataFrameSchema(kolommen, checks=regels, unique=SLEUTEL).validate(frame, lazy=True)


def _without(patroon: str) -> Any:
    return lambda reeks: ~reeks.str.contains(patroon, na=False)


def overlaps(frame: Any) -> Any:
    """Records that begin before an earlier one of the same person and kind ended."""
    import pandas as pd

    gesorteerd = frame.sort_values(["persoon", "voorziening", "begin"])
    wie = [gesorteerd["persoon"], gesorteerd["voorziening"]]
    einde = gesorteerd["einde"].fillna(pd.Timestamp("2100-01-01"))
    eerder = einde.groupby(wie).cummax().groupby(wie).shift()
    return (gesorteerd["begin"] <= eerder).reindex(frame.index)


def looks_like_bsn(reeks: Any) -> bool:
    """Whether half or more of a column's numbers of eight or nine digits pass the eleven test, over twenty."""
    import pandas as pd

    if pd.api.types.is_datetime64_any_dtype(reeks):
        return False
    if pd.api.types.is_numeric_dtype(reeks):
        n = reeks.dropna()
        n = n[(n >= 10_000_000) & (n < 1_000_000_000) & (n == n // 1)].astype("int64").to_numpy()
    else:
        tekst = reeks[reeks.str.len().between(8, 13)]
        tekst = tekst.str.replace(r"\.0$|[. -]", "", regex=True)
        n = tekst[tekst.str.fullmatch(r"\d{8,9}")].astype("int64").to_numpy()
    som, rest = -(n % 10), n // 10
    for gewicht in range(2, 10):
        som, rest = som + gewicht * (rest % 10), rest // 10
    return len(n) >= 20 and bool((som % 11 == 0).mean() >= 0.5)


if __name__ == "__main__":
    import warnings

    import pandera.pandas  # noqa: F401  the import is not what is measured

    warnings.simplefilter("ignore")
    begin, cpu = time.perf_counter(), time.process_time()
    read_and_validate(Path(sys.argv[1]))
    duur = {"s": time.perf_counter() - begin, "cpu_s": time.process_time() - cpu}
    print(json.dumps(duur | {"mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
