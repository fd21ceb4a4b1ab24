"""How long a catalogue of a thousand indicators takes to load, and a topic to compute and compare.

``python -m tests.benchmarks.indicators`` prints a line a figure; CPU seconds, the best of five, because the goal is
about the work and not about what else the machine does.
"""

from __future__ import annotations

import platform
import re
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from sdm_lib import indicators, survey
from sdm_lib.indicators import Meting
from sdm_lib.results import Kader

ROOT = Path(__file__).resolve().parents[2]
KADER = Kader("2015K2", "GM0034")
REPEATS = 5


def best(call: Callable[[], object]) -> float:
    """CPU seconds of the quickest of a few calls."""
    spent = []
    for _ in range(REPEATS):
        before = time.process_time()
        call()
        spent.append(time.process_time() - before)
    return min(spent)


def thousand(folder: Path) -> None:
    """A catalogue of a thousand blocks: those of the kit over and over, each with its own id."""
    target = folder / "params" / "indicatoren"
    target.mkdir(parents=True)
    files = sorted((ROOT / "params" / "indicatoren").glob("*.yaml"))
    blocks = [block for file in files for block in re.split(r"\n(?=\w+:\n)", file.read_text(encoding="utf-8"))[1:]]
    made = [re.sub(r"^\w+:", f"X{number:04d}:", blocks[number % len(blocks)]) for number in range(1000)]
    (target / "duizend.yaml").write_text("\n".join(made), encoding="utf-8")


def wave(seed: int) -> survey.SurveyDesign:
    """A weighted survey of 2,500 clients in six areas, with the ten agreement questions."""
    rng = np.random.default_rng(seed)
    words = np.array(["helemaal_eens", "eens", "neutraal", "oneens", "niet_van_toepassing"])
    frame = pd.DataFrame({f"v{k:02d}": words[rng.integers(0, 5, 2500)] for k in range(1, 11) if k != 5})
    frame["stadsdeel"] = [f"WK00340{k}" for k in rng.integers(1, 7, 2500)]
    return survey.design(frame.assign(w=rng.uniform(5, 50, 2500), stratum=frame["stadsdeel"]), weights="w")


def line(name: str, value: float, goal: float) -> None:
    """One figure as `make bench` prints it."""
    print(f"bench indicators.{name} {value:.3f} s goal {goal:g} {'ok' if value <= goal else 'short'}")


def first_load() -> float:
    """Processor seconds to read a thousand blocks that this process has not seen; a second time they cost nothing."""
    with tempfile.TemporaryDirectory() as name:
        thousand(Path(name))
        begin = time.process_time()
        catalogue = indicators.load(Path(name))
        seconds = time.process_time() - begin
    assert len(catalogue) == 1000
    return seconds


def main() -> None:
    print(f"# python {platform.python_version()}, pandas {pd.__version__}, {platform.machine()}; no peers")
    line("load_1000", first_load(), 1.0)
    catalogue = indicators.load(ROOT)
    chosen = [catalogue[f"CE{k:02d}"] for k in range(1, 11) if k != 5]
    nu, eerder = wave(1), wave(2)
    line("levels_9_by_6_areas", best(lambda: [
        indicators.compute(indicator, nu, kader=KADER, by="stadsdeel") for indicator in chosen
    ]), 1.0)  # fmt: skip
    now, then = Meting(KADER, lambda _: nu), Meting(Kader("2015K1", "GM0034"), lambda _: eerder)
    line("compare_9", best(lambda: indicators.compare(chosen, nu=now, eerder=then)), 1.0)


if __name__ == "__main__":
    main()
