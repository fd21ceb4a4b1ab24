"""python peer_samplics.py <folder> <task> <repeats>: CPU seconds of samplics, one line per repetition."""

import sys
import time
import warnings
from pathlib import Path

import pandas as pd

warnings.simplefilter("ignore")
import samplics  # noqa: E402
from samplics import PopParam, SampleWeight, TaylorEstimator  # noqa: E402


def main(folder: Path, task: str, times: int) -> None:
    what, size = task.rsplit("_", 1)
    frame = pd.read_csv(folder / f"{size}.csv")
    targets = pd.read_csv(folder / f"{size}_targets.csv")
    controls = {
        name: dict(zip(part["category"], part["total"], strict=True)) for name, part in targets.groupby("variable")
    }
    for _ in range(times):
        start = time.process_time()
        if what == "rake":
            margins = {name: frame[name] for name in controls}
            SampleWeight().rake(samp_weight=frame["w"], control=controls, margins=margins, tol=1e-9, max_iter=100)
        else:
            TaylorEstimator(PopParam.mean).estimate(
                y=frame["y01"], samp_weight=frame["w"], stratum=frame["stratum"], domain=frame["domain"]
            )
        print(time.process_time() - start)
    print("# samplics", samplics.__version__)


main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
