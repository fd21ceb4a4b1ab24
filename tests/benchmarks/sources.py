"""How fast and how small deliveries are read: python -m tests.benchmarks.sources [--large]

One line a figure: bench sources.<name> <value> <unit> goal <goal> ok|short. Each measurement runs in a process of its
own, so that memory is its own. `s` are seconds on the clock, `cpu_s` those of all threads together, which other work on
the machine changes less. The peer, pandas.read_csv with pandera on the same rules, runs in the environment that
`make bench-peers` makes, or is left out by name.
"""

from __future__ import annotations

import argparse
import json
import os
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

from tests.benchmarks.sources_pandera import CODES

MILJOEN = 1_000_000
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


Gemeten = dict[str, float]


def measure(wat: str, folder: Path) -> Gemeten:
    """Run one measurement in a process of its own: s, cpu_s and mb, the most memory it held."""
    return _last_line([sys.executable, "-m", "tests.benchmarks.sources", "--child", wat, "--folder", str(folder)])


def measure_peer(folder: Path) -> Gemeten | None:
    """The same rules with pandas and pandera, in the environment of the peers; None when they are not there."""
    python = Path(".peers") / ("Scripts" if os.name == "nt" else "bin") / "python"
    for kandidaat in (kandidaat for kandidaat in (python, Path(sys.executable)) if kandidaat.exists()):
        heeft = subprocess.run([kandidaat, "-c", "import pandera.pandas"], capture_output=True, check=False)
        if not heeft.returncode:
            return _last_line([str(kandidaat), "tests/benchmarks/sources_pandera.py", str(folder / "groot.csv")])
    return None


def _last_line(opdracht: list[str]) -> Gemeten:
    uit = subprocess.run(opdracht, check=True, capture_output=True, text=True)
    gevonden: Gemeten = json.loads(uit.stdout.splitlines()[-1])
    return gevonden


def child(wat: str, folder: Path) -> None:
    """One measurement; prints what it took as JSON."""
    from sdm_lib import sources

    def pseudonymise() -> None:
        sleutel = folder.parent / f"{folder.name}.sleutel"
        sleutel.write_text("k" * 64)
        (folder / "groot.csv").rename(folder / "ruw.csv")
        sources.pseudonymise("groot", bron=folder / "ruw.csv", doel=folder / "groot.csv", sleutel=sleutel, root=folder)

    getallen = np.arange(100_000_000, 100_000_000 + MILJOEN)
    taken: dict[str, Callable[[], object]] = {
        "pseudonymise": pseudonymise,
        "read": lambda: sources.read("groot", folder=folder, root=folder),
        "check": lambda: sources.check(folder, ["groot"], root=folder),
        "elfproef": lambda: sources.eleven_test(getallen),
    }
    begin, cpu = time.perf_counter(), time.process_time()
    taken[wat]()
    duur = {"s": time.perf_counter() - begin, "cpu_s": time.process_time() - cpu}
    print(json.dumps(duur | {"mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


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
    with tempfile.TemporaryDirectory(prefix="sdm-bench-") as basis:
        print(
            f"machine {platform.machine()} python {platform.python_version()} duckdb {duckdb.__version__} "
            f"pyarrow {pa.__version__} pandas {pd.__version__}"
        )
        _million(Path(basis))
        if keuze.large:
            _five_million(Path(basis))


def _million(basis: Path) -> None:
    line("elfproef_1m", measure("elfproef", basis)["s"], "s", 1)
    folder = basis / "miljoen"
    make(folder, MILJOEN)
    eerst, dan = measure("pseudonymise", folder), measure("read", folder)
    line("register_1m", eerst["s"] + dan["s"], "s", 20)
    line("register_1m_cpu", eerst["cpu_s"] + dan["cpu_s"], "cpu_s", 40)
    line("register_1m_memory", max(eerst["mb"], dan["mb"]) / 1024, "GB", 3)
    peer = measure_peer(folder)
    if peer is None:
        print("peer pandera missing: make bench-peers")
        return
    line("register_1m_vs_pandera", peer["s"] / dan["s"], "x", 3, hoger=True)
    line("register_1m_vs_pandera_cpu", peer["cpu_s"] / dan["cpu_s"], "x", 1, hoger=True)
    line("register_1m_vs_pandera_memory", peer["mb"] / dan["mb"], "x", 1, hoger=True)


def _five_million(basis: Path) -> None:
    folder = basis / "vijfmiljoen"
    make(folder, 5 * MILJOEN)
    gemeten = measure("check", folder)
    line("check_5m", gemeten["s"], "s", 120)
    line("check_5m_cpu", gemeten["cpu_s"], "cpu_s", 240)
    line("check_5m_memory", gemeten["mb"] / 1024, "GB", 4)


if __name__ == "__main__":
    main()
