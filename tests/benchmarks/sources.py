"""How fast and how small deliveries are read: python -m tests.benchmarks.sources [--large]

One line a figure: bench sources.<name> <value> <unit> goal <goal> ok|short. Each measurement runs in a process of its
own, so that memory is its own. Seconds are CPU seconds of all threads together, so other work on the machine counts
little: 20 s on two cores are 40. pandera is compared with when it is installed aside.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pacsv

MILJOEN = 1_000_000
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
SCHEMA = """\
levering: groot
label: Groot register
bestand: groot.csv
vorm: csv
sleutel: [persoon, voorziening, begin, volgnummer]
einddatum: laatste_dag
persoonlijk: [persoon, huishouden, geboortejaar, begin, einde]
kolommen:
  persoon: {soort: persoonscode, verplicht: ja, namen: [bsn]}
  huishouden: {soort: persoonscode, verplicht: ja}
  volgnummer: {soort: geheel, verplicht: ja}
  geboortejaar: {soort: geheel, verplicht: ja, min: 1900, max: 2020}
  intensiteit: {soort: getal, verplicht: ja, min: 0, max: 5000}
  bedrag: {soort: bedrag, min: 0}
  aanmelding: {soort: datum, verplicht: ja}
  begin: {soort: datum, verplicht: ja}
  einde: {soort: datum}
  opmerking: {soort: tekst}
"""
REGELS = """\
regels:
  - {regel: volgorde, kolommen: [begin, einde], code: SDM-341}
  - {regel: volgorde, kolommen: [aanmelding, begin], code: SDM-343, ernst: waarschuwing}
  - {regel: overlap, kolommen: [persoon, voorziening, begin, einde], code: SDM-347, ernst: waarschuwing}
  - {regel: aannemelijk, kolommen: [intensiteit, eenheid], grenzen: {uren_week: 168}, code: SDM-353}
"""


def make(folder: Path, rijen: int) -> None:
    """A project with one schema and a delivery of 20 columns in Windows-1252 with decimal commas."""
    (folder / "params" / "leveringen").mkdir(parents=True)
    codes = "".join(
        f"  {naam}: {{soort: code, verplicht: ja, codes: [{', '.join(lijst)}]}}\n" for naam, lijst in CODES.items()
    )
    (folder / "params" / "leveringen" / "groot.yaml").write_text(SCHEMA + codes + REGELS)
    with (folder / "groot.csv").open("wb") as handle:
        for blok in range(0, rijen, MILJOEN):
            tabel = _table(min(MILJOEN, rijen - blok), blok)
            buffer = pa.BufferOutputStream()
            opties = pacsv.WriteOptions(include_header=not blok, delimiter=";", quoting_style="none")
            pacsv.write_csv(tabel, buffer, opties)
            handle.write(buffer.getvalue().to_pybytes().decode().encode("cp1252"))


def _table(n: int, vanaf: int) -> pa.Table:
    rng = np.random.default_rng(vanaf)
    persoon = rng.integers(0, n // 3 + 1, n)
    begin = rng.integers(0, 1000, n)
    einde = begin + rng.integers(0, 500, n)
    dag = np.array([str(d) for d in np.arange("2012-01-01", "2017-01-01", dtype="datetime64[D]")])
    cent = rng.integers(0, 500_000, n)
    kolommen: dict[str, object] = {
        "bsn": pa.array(_bsn()[persoon]),
        "huishouden": pa.array(np.char.add("h", (persoon // 2).astype(str))),
        "volgnummer": pa.array(np.arange(vanaf, vanaf + n)),
        "geboortejaar": pa.array(rng.integers(1920, 2015, n)),
        "intensiteit": pa.array(np.char.add((cent % 40).astype(str), ",5")),
        "bedrag": pa.array(
            np.char.add(np.char.add((cent // 100).astype(str), ","), np.char.zfill((cent % 100).astype(str), 2))
        ),
        "aanmelding": pa.array(dag[begin]),
        "begin": pa.array(dag[begin + 5]),
        "einde": pa.array(np.where(rng.random(n) < 0.3, "", dag[einde + 5])),
        "opmerking": pa.array(np.array(["", "ge\xefndiceerd", "her\xefndicatie"])[rng.integers(0, 3, n)]),
    }
    kolommen |= {naam: pa.array(np.array(lijst)[rng.integers(0, len(lijst), n)]) for naam, lijst in CODES.items()}
    return pa.table(kolommen)


def _bsn() -> np.ndarray:
    """Numbers that pass the eleven test; nobody's, for they are simply the first that do."""
    from sdm_lib.sources import eleven_test

    alle = np.arange(100_000_000, 104_500_000)
    return alle[eleven_test(alle)].astype(str)


def measure(wat: str, folder: Path) -> dict[str, float]:
    """Run one measurement in a process of its own; seconds and the most memory it held."""
    uit = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.sources", "--child", wat, "--folder", str(folder)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    gevonden: dict[str, float] = json.loads(uit.stdout.splitlines()[-1])
    return gevonden


def child(wat: str, folder: Path) -> None:
    from sdm_lib import sources

    def pseudonymise() -> None:
        sleutel = folder.parent / f"{folder.name}.sleutel"
        sleutel.write_text("k" * 64)
        (folder / "groot.csv").rename(folder / "ruw.csv")
        sources.pseudonymise("groot", bron=folder / "ruw.csv", doel=folder / "groot.csv", sleutel=sleutel, root=folder)

    taken: dict[str, Callable[[], object]] = {
        "pseudonymise": pseudonymise,
        "read": lambda: sources.read("groot", folder=folder, root=folder),
        "check": lambda: sources.check(folder, ["groot"], root=folder),
        "elfproef": lambda: sources.eleven_test(np.arange(100_000_000, 100_000_000 + MILJOEN)),
        "pandas": lambda: _pandas(folder / "groot.csv"),
    }
    begin = time.perf_counter()
    taken[wat]()
    print(
        json.dumps({"s": time.perf_counter() - begin, "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024})
    )


def _pandas(path: Path) -> None:
    """The same rules with pandas.read_csv and pandera."""
    import pandera.pandas as pa_

    frame = pd.read_csv(path, sep=";", decimal=",", encoding="utf-8", dtype={"persoon": "str", "huishouden": "str"})
    for kolom in ("aanmelding", "begin", "einde"):
        frame[kolom] = pd.to_datetime(frame[kolom], format="%Y-%m-%d")
    kolommen = {naam: pa_.Column(str, pa_.Check.isin(lijst)) for naam, lijst in CODES.items()}
    kolommen |= {
        "persoon": pa_.Column(str), "huishouden": pa_.Column(str), "volgnummer": pa_.Column(int),
        "geboortejaar": pa_.Column(int, pa_.Check.in_range(1900, 2020)),
        "intensiteit": pa_.Column(float, pa_.Check.in_range(0, 5000)),
        "bedrag": pa_.Column(float, pa_.Check.ge(0), nullable=True),
    }  # fmt: skip
    sleutel = ["persoon", "voorziening", "begin", "volgnummer"]
    regels = [
        pa_.Check(lambda f: ~(f["begin"] > f["einde"])),
        pa_.Check(lambda f: ~(f["aanmelding"] > f["begin"])),
        pa_.Check(lambda f: ~((f["eenheid"] == "uren_week") & (f["intensiteit"] > 168))),
        pa_.Check(lambda f: ~_overlaps(f)),
    ]
    pa_.DataFrameSchema(kolommen, checks=regels, unique=sleutel).validate(frame, lazy=True)


def _overlaps(frame: pd.DataFrame) -> pd.Series:
    gesorteerd = frame.sort_values(["persoon", "voorziening", "begin"])
    einde = gesorteerd["einde"].fillna(pd.Timestamp("2100-01-01"))
    eerder = einde.groupby([gesorteerd["persoon"], gesorteerd["voorziening"]]).cummax()
    eerder = eerder.groupby([gesorteerd["persoon"], gesorteerd["voorziening"]]).shift()
    return (gesorteerd["begin"] <= eerder).reindex(frame.index) & False  # measured, not judged: the demo overlaps


def line(naam: str, waarde: float, eenheid: str, doel: float, *, hoger: bool = False) -> None:
    """Print one figure."""
    ok = waarde >= doel if hoger else waarde <= doel
    print(f"bench sources.{naam} {waarde:.2f} {eenheid} goal {doel:g} {'ok' if ok else 'short'}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="also 5 million rows")
    parser.add_argument("--child", default="")
    parser.add_argument("--folder", type=Path, default=Path())
    keuze = parser.parse_args()
    if keuze.child:
        child(keuze.child, keuze.folder)
        return
    peer = importlib.util.find_spec("pandera") is not None
    print(
        f"machine {platform.machine()} python {platform.python_version()} duckdb {duckdb.__version__} "
        f"pyarrow {pa.__version__} pandas {pd.__version__} pandera {'found' if peer else 'missing'}"
    )
    with tempfile.TemporaryDirectory(prefix="sdm-bench-") as basis:
        folder = Path(basis) / "miljoen"
        line("elfproef_1m", measure("elfproef", Path(basis))["s"], "cpu_s", 1)
        make(folder, MILJOEN)
        eerst, dan = measure("pseudonymise", folder), measure("read", folder)
        line("pseudonymise_1m", eerst["s"], "cpu_s", 20)
        line("read_1m", dan["s"], "cpu_s", 20)
        line("register_1m", eerst["s"] + dan["s"], "cpu_s", 40)
        line("register_1m_memory", max(eerst["mb"], dan["mb"]) / 1024, "GB", 3)
        if peer:
            line("register_1m_vs_pandera", measure("pandas", folder)["s"] / dan["s"], "x", 3, hoger=True)
        if keuze.large:
            groot = Path(basis) / "vijfmiljoen"
            make(groot, 5 * MILJOEN)
            gemeten = measure("check", groot)
            line("check_5m", gemeten["s"], "cpu_s", 240)
            line("check_5m_memory", gemeten["mb"] / 1024, "GB", 4)


if __name__ == "__main__":
    main()
