"""What protection costs: `python tests/benchmarks/disclosure.py` prints one line a figure."""

from __future__ import annotations

import platform
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import scipy

sys.path.insert(0, str(Path(__file__).parents[2]))

from sdm_lib.disclosure import Microdata, guard
from sdm_lib.disclosure.aanval import tekorten
from sdm_lib.disclosure.aanvullend import aanvullend
from sdm_lib.disclosure.afronden import rond_af
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


def main() -> None:
    """Protect, round and guard at the sizes of the goals."""
    versies = f"python {platform.python_version()} numpy {np.__version__} scipy {scipy.__version__}"
    print(f"machine {platform.machine()} {versies} peers none")
    geval = stelsel(71, 30, groepen=6, seed=1)
    regel("suppress_71x30", cpu(lambda: tekorten(geval, ~geval.zichtbaar | aanvullend(geval))), "cpu_s", 10)
    regel("round_71x30", cpu(lambda: rond_af(geval.waarde, geval.vergelijkingen, basis=5)), "cpu_s", 1)
    index = Microdata.van(records(20_000))
    punten = np.random.default_rng(1).random((8_000, 2)) * 1000
    tabellen = "".join(records(40, seed).iloc[:, 3:5].value_counts().reset_index().to_html() for seed in range(10))
    pagina = f"<svg><path d='{' '.join(f'{x:.4f} {y:.4f}' for x, y in punten)}'/></svg>{tabellen}".encode()
    regel("guard_page", cpu(lambda: guard(pagina, soort="html", microdata=index)), "cpu_s", 0.2)


if __name__ == "__main__":
    main()
