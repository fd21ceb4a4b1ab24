"""python peer_svy.py <folder> <task> <repeats>: CPU seconds of svy, one line per repetition."""

import sys
import time
from pathlib import Path

import polars as pl
import svy
from svy import Cat, Sample


def main(folder: Path, task: str, times: int) -> None:
    what, size = task.rsplit("_", 1)
    frame = pl.read_csv(folder / f"{size}.csv").with_row_index("psu")
    targets = pl.read_csv(folder / f"{size}_targets.csv")
    controls = {
        name[0]: dict(zip(part["category"], part["total"], strict=True))
        for name, part in targets.group_by("variable", maintain_order=True)
    }
    ys = [name for name in frame.columns if name.startswith("y")]
    for _ in range(times):
        design = svy.Design(stratum="stratum", wgt="w", psu="psu" if what == "bootstrap" else None)
        start = time.process_time()
        sample = Sample(frame, design)
        if what == "rake":
            sample.weighting.rake(controls=controls, tol=1e-9)
        elif what == "linear":
            sample.weighting.calibrate(controls={Cat(name): part for name, part in controls.items()})
        elif what == "domains":
            sample.estimation.mean("y01", by="domain")
        elif what == "domains_many":
            sample.estimation.mean(ys, by="domain")
        else:
            boot = sample.weighting.create_bs_wgts(500, rstate=1)
            boot.estimation.mean(ys, method="replication")
        print(time.process_time() - start)
    print("# svy", svy.__version__)


main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
