"""Speed of sdm_lib.survey against R survey, svy and samplics on the same data, in CPU seconds (medians).

``python -m tests.benchmarks.survey`` (slow peers once) or ``--large`` (slow peers three times). Ours starts from a
pandas frame with categoricals and describes the design anew in every repetition; peers start from their own loaded
frame. R needs Debian's r-cran-survey; the Python peers live in an environment of their own, whose interpreter is named
by SDM_PEERS (by default .peers/bin/python). What is not installed is left out by name.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

# idle BLAS threads spin on a busy machine, and their CPU time would count as ours; the peers get the same
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pandas as pd

from sdm_lib import survey

HERE = Path(__file__).parent / "survey_peers"
SIZES = {"5k": 5_000, "50k": 50_000, "1m": 1_000_000}
LIMIT = 900  # seconds for one peer and task


@dataclass(frozen=True, slots=True)
class Task:
    """One measurement: name with size, ours, and the ratio to reach per peer."""

    name: str
    ours: Callable[[pd.DataFrame, pd.DataFrame], object]
    goals: dict[str, float]
    slow: bool = False


def population(size: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A sample with six margins (2, 3, 5, 8, 12, 20 categories), 16 strata, 100 domains, 50 yes/no answers; targets."""
    rng = np.random.default_rng(20150401)
    columns: dict[str, object] = {"w": rng.uniform(5, 50, size)}
    columns["stratum"] = pd.Categorical.from_codes(rng.integers(0, 16, size), [f"s{k:02d}" for k in range(16)])
    columns["domain"] = pd.Categorical.from_codes(rng.integers(0, 100, size), [f"d{k:03d}" for k in range(100)])
    for place, width in enumerate((2, 3, 5, 8, 12, 20), start=1):
        codes = rng.choice(width, size, p=rng.dirichlet(np.full(width, 20.0)))
        columns[f"m{place}"] = pd.Categorical.from_codes(codes, [f"c{k:02d}" for k in range(width)])
    for k in range(50):
        columns[f"y{k + 1:02d}"] = (rng.random(size) < 0.05 + 0.015 * k).astype(np.int64)
    frame = pd.DataFrame(columns)
    return frame, _targets(frame, rng)


def _targets(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    total, parts = float(frame["w"].sum()) * 1.5, []
    for name in [f"m{k}" for k in range(1, 7)]:
        share = frame.groupby(name, observed=False)["w"].sum() / frame["w"].sum()
        moved = share * rng.uniform(0.8, 1.25, len(share))
        counts = (moved / moved.sum() * total).round()
        counts.iloc[0] += round(total) - counts.sum()
        parts.append(pd.DataFrame({"variable": name, "category": counts.index.astype(str), "total": counts.to_numpy()}))
    return pd.concat(parts, ignore_index=True)


def _design(frame: pd.DataFrame) -> survey.SurveyDesign:
    return survey.design(frame, weights="w", strata="stratum", lonely="error")


def _bootstrap(frame: pd.DataFrame, targets: pd.DataFrame) -> object:
    design = survey.replicate(_design(frame), "bootstrap", n=500, rng=np.random.default_rng(1))
    return survey.mean(design, _answers(frame))


def _answers(frame: pd.DataFrame) -> list[str]:
    return [name for name in frame.columns if name.startswith("y")]


def _calibrate(method: str) -> Callable[[pd.DataFrame, pd.DataFrame], object]:
    bounds = (0.2, 5.0) if method == "logit" else None
    return lambda frame, targets: survey.calibrate(_design(frame), targets, method=method, bounds=bounds)  # type: ignore[arg-type]


def _rake(frame: pd.DataFrame, targets: pd.DataFrame) -> object:
    return survey.rake(_design(frame), targets)


TASKS = [
    Task("rake_50k", _rake, {"r": 40, "svy": 5, "samplics": 15}),
    Task("linear_50k", _calibrate("linear"), {"r": 8, "svy": 8}),
    Task("exponential_50k", _calibrate("exponential"), {"r": 8}),
    Task("logit_50k", _calibrate("logit"), {"r": 8}),
    Task("domains_50k", lambda f, t: survey.mean(_design(f), "y01", by="domain"), {"r": 150, "svy": 80}),
    Task("domains_many_5k", lambda f, t: survey.mean(_design(f), _answers(f), by="domain"), {"r": 200, "svy": 120}),
    Task("bootstrap_50k", _bootstrap, {"r": 50, "svy": 8}, slow=True),
    Task("rake_1m", _rake, {"r": 30, "svy": 5}, slow=True),
    Task("linear_1m", _calibrate("linear"), {"r": 30}, slow=True),
]


def cpu(function: Callable[[], object], *, repeats: int) -> float:
    """Median CPU seconds (all threads) after one warm-up."""
    function()
    found = []
    for _ in range(repeats):
        start = time.process_time()
        function()
        found.append(time.process_time() - start)
    return statistics.median(found)


def peers() -> dict[str, list[str]]:
    """The command of each peer that is installed."""
    found: dict[str, list[str]] = {}
    if shutil.which("Rscript") and _works(["Rscript", "-e", "library(survey)"]):
        found["r"] = ["Rscript", str(HERE / "peer.R")]
    python = os.environ.get("SDM_PEERS", str(Path(__file__).parents[2] / ".peers" / "bin" / "python"))
    for name in ("svy", "samplics"):
        if Path(python).exists() and _works([python, "-W", "ignore", "-c", f"import {name}"]):
            found[name] = [python, str(HERE / f"peer_{name}.py")]
    return found


def _works(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def measure_peer(command: list[str], folder: Path, task: Task, *, repeats: int) -> tuple[float | None, str]:
    """Median CPU seconds of a peer and its version; None with the reason when it failed or took too long."""
    try:
        done = subprocess.run(
            [*command, str(folder), task.name, str(repeats)], capture_output=True, text=True, timeout=LIMIT, check=False
        )
    except subprocess.TimeoutExpired:
        return None, f"not finished in {LIMIT} s"
    lines = done.stdout.split("\n")
    values = [float(line) for line in lines if line.strip() and not line.startswith("#")]
    version = next((line[2:].strip() for line in lines if line.startswith("#")), "")
    if done.returncode or not values:
        return None, (done.stderr.strip().splitlines() or ["no answer"])[-1][:100]
    return statistics.median(values), version


def line(name: str, value: float, unit: str, goal: float, *, at_most: bool = False) -> str:
    """One line of the benchmark report."""
    good = value <= goal if at_most else value >= goal
    return f"bench survey.{name} {value:.3g} {unit} goal {goal:g} {'ok' if good else 'short'}"


def main() -> None:
    """Measure every task, print a line per peer and goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="slow peers three times instead of once")
    parser.add_argument("--only", default="", help="tasks whose name holds this text")
    options = parser.parse_args()
    installed = peers()
    absent = [name for name in ("r", "svy", "samplics") if name not in installed]
    print(f"# {platform.machine()} {os.cpu_count()} cores, numpy {np.__version__}, pandas {pd.__version__}; "
          f"peers: {', '.join(installed) or 'none'}; not installed: {', '.join(absent) or 'none'}")  # fmt: skip
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for task in TASKS:
            if options.only in task.name:
                _run(task, folder, installed, large=options.large)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(line("memory_peak", peak, "GB", 2, at_most=True))


def _run(task: Task, folder: Path, installed: dict[str, list[str]], *, large: bool) -> None:
    size = task.name.rsplit("_", 1)[1]
    frame, targets = population(SIZES[size])
    if not (folder / f"{size}.csv").exists():
        frame.to_csv(folder / f"{size}.csv", index=False)
        targets.to_csv(folder / f"{size}_targets.csv", index=False)
    ours = cpu(lambda: task.ours(frame, targets), repeats=3 if task.slow else 9)
    print(f"# {task.name}: {ours:.4g} CPU s")
    for peer, goal in task.goals.items():
        if peer not in installed:
            continue
        theirs, said = measure_peer(installed[peer], folder, task, repeats=3 if large or not task.slow else 1)
        if theirs is None:
            print(f"# {task.name} {peer}: {said}")
        else:
            print(f"# {task.name} {said}: {theirs:.4g} CPU s")
            print(line(f"{task.name}_vs_{peer}", theirs / ours, "x", goal), flush=True)


if __name__ == "__main__":
    main()
