"""The page of every area: ``python -m tests.benchmarks.wijkprofiel``.

Executes the profile of the city, its stadsdelen and its 71 wijken in one run, after the page of the city has filled
what is kept of figures: the last pages must cost no more than the first, and a page no more than one of another topic
whose figures are kept too. CPU seconds of this process and its kernels; drawing and protection are in ``quarter``.
"""

from __future__ import annotations

import itertools
import os
import platform
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.quarter import project

if TYPE_CHECKING:
    from sdm_lib.runner.execute import Uitkomst
    from sdm_lib.runner.plan import Taak

KWARTAAL = "2022K2"
BEGIN = 10  # pages that are compared with as many at the end


def line(naam: str, waarde: float, eenheid: str, goal: float) -> None:
    """One benchmark line."""
    verdict = "ok" if waarde <= goal else "short"
    print(f"bench wijkprofiel.{naam} {waarde:.3g} {eenheid} goal {goal:g} {verdict}", flush=True)


def seconds(folder: Path, taken: Sequence[Taak]) -> list[float]:
    """CPU seconds of each page, executed one after another; the first, which fills what is kept, is left out."""
    from sdm_lib.runner.execute import execute

    momenten: list[float] = []

    def done(uitkomst: Uitkomst) -> None:
        if uitkomst.fout is not None:
            raise uitkomst.fout
        momenten.append(_cpu())

    execute(folder, taken, kernels=1, done=done)
    return [na - voor for voor, na in itertools.pairwise(momenten)]


def _cpu() -> float:
    """CPU seconds of this process and all it started."""
    import psutil  # type: ignore[import-untyped, unused-ignore]

    ik = psutil.Process()
    return float(sum(sum(een.cpu_times()[:4]) for een in (ik, *ik.children(recursive=True))))


def main() -> None:
    """Print a line a figure."""
    print(f"python {platform.python_version()}, {os.cpu_count()} cores", flush=True)
    with tempfile.TemporaryDirectory() as naam:
        folder = project(Path(naam))
        os.environ["SDM_ROOT"] = str(folder)
        from sdm_lib.monitor.runfile import parse_kwartaal
        from sdm_lib.runner.plan import make_plan

        plan = make_plan(folder, kwartaal=parse_kwartaal(KWARTAAL, root=folder))
        per = {onderwerp: seconds(folder, [taak for taak in plan.taken if taak.onderwerp == onderwerp])
               for onderwerp in ("wijkprofiel", "clienten", "basiscijfers")}  # fmt: skip
    wijken = per["wijkprofiel"]
    print(f"  {len(wijken) + 1} pages, {sum(wijken):.0f} CPU s, {statistics.median(wijken):.2f} s a page", flush=True)
    line("last_ten_to_first_ten", statistics.median(wijken[-BEGIN:]) / statistics.median(wijken[:BEGIN]), "times", 1.2)
    anders = statistics.median([*per["clienten"], *per["basiscijfers"]])
    line("page_to_page_of_another_topic", statistics.median(wijken) / anders, "times", 1.2)


if __name__ == "__main__":
    main()
