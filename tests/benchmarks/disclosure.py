"""What protection costs: `python tests/benchmarks/disclosure.py` prints one line a figure."""

from __future__ import annotations

import platform
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import scipy

sys.path.insert(0, str(Path(__file__).parents[2]))

from sdm_lib.disclosure import Microdata, guard, protect
from sdm_lib.disclosure.aanval import tekorten
from sdm_lib.disclosure.aanvullend import aanvullend
from sdm_lib.disclosure.afronden import rond_af
from sdm_lib.disclosure.beleid import beleid_standaard
from sdm_lib.results import Kader, Piece, build
from tests.slow.test_disclosure_attack import stelsel
from tests.unit.disclosure.test_herkenning import records


def cpu(doe: Callable[[], object]) -> float:
    """CPU seconds of one call."""
    begin = time.process_time()
    doe()
    return time.process_time() - begin


def regel(naam: str, waarde: float, eenheid: str, doel: float) -> None:
    """One line a reader can judge."""
    print(f"bench disclosure.{naam} {waarde:.3f} {eenheid} goal {doel:g} {'ok' if waarde <= doel else 'short'}")


def wijken(seed: int) -> tuple[Piece, dict[tuple[str, str], tuple[str, str]]]:
    """Clients of 71 wijken in 6 stadsdelen by 30 types in 3 wetten, with every total; and in which area each lies."""
    rng = np.random.default_rng(seed)
    x = rng.negative_binomial(1, 1 / (1 + rng.choice([8, 20, 60], size=(71, 1)) * np.ones(30)), (71, 30)).astype(float)
    ouder = np.sort(rng.integers(0, 6, 71))
    plekken = {(f"W{i:02d}", "wijk"): x[i] for i in range(71)}
    plekken |= {(f"S{d}", "stadsdeel"): x[ouder == d].sum(0) for d in range(6)} | {("GM", "gemeente"): x.sum(0)}
    rijen = []
    for (gebied, soort), rij in plekken.items():
        groepen = {f"voorziening=v{j:02d};wet=w{j % 3}": rij[j] for j in range(30)}
        groepen |= {f"wet=w{w}": rij[w::3].sum() for w in range(3)} | {"": rij.sum()}
        rijen += [{"gebied": gebied, "gebied_soort": soort, "groep": g, "value": v} for g, v in groepen.items()]
    frame = pd.DataFrame(rijen).assign(numerator=lambda f: f["value"], n=lambda f: f["value"], gebied_jaar="2022")
    results = build(frame, kader=Kader("2015K2", "GM"), indicator="BC01", unit="aantal")
    ouders = {("2022", f"W{i:02d}"): ("2022", f"S{ouder[i]}") for i in range(71)}
    return Piece("basiscijfers/GM/1", "table", "register", results), ouders


def main() -> None:
    """Protect, round and guard at the sizes of the goals."""
    versies = f"python {platform.python_version()} numpy {np.__version__} scipy {scipy.__version__}"
    print(f"machine {platform.machine()} {versies} peers none")
    geval = stelsel(71, 30, groepen=6, seed=1)
    regel("suppress_71x30", cpu(lambda: tekorten(geval, ~geval.zichtbaar | aanvullend(geval))), "cpu_s", 10)
    regel("round_71x30", cpu(lambda: rond_af(geval.waarde, geval.vergelijkingen, basis=5)), "cpu_s", 1)
    stuk, ouders = wijken(1)
    beleid = beleid_standaard()
    rond = beleid.verscherp({"register": {"afronden_op": 5}})
    regel("protect_and_audit_71x30", cpu(lambda: protect([stuk], beleid=beleid, ouders=ouders)), "cpu_s", 10)
    regel("protect_rounded_and_audit_71x30", cpu(lambda: protect([stuk], beleid=rond, ouders=ouders)), "cpu_s", 10)
    begin = time.process_time()
    index = Microdata.van(records(20_000))
    regel("guard_index_20000", time.process_time() - begin, "cpu_s", 5)
    punten = np.random.default_rng(1).random((8_000, 2)) * 1000
    tabellen = "".join(records(40, seed).iloc[:, 3:5].value_counts().reset_index().to_html() for seed in range(10))
    pagina = f"<svg><path d='{' '.join(f'{x:.4f} {y:.4f}' for x, y in punten)}'/></svg>{tabellen}".encode()
    regel("guard_page", cpu(lambda: guard(pagina, soort="html", microdata=index)), "cpu_s", 0.2)


if __name__ == "__main__":
    main()
