"""A whole quarter against the usual way: ``python -m tests.benchmarks.quarter``.

The usual way is a shell loop of ``papermill`` and ``jupyter nbconvert`` over the same notebooks and deliveries, timed
on one page of every topic and scaled to all pages. Ours is timed whole, in a project of its own: with nothing kept,
with ``--force`` (every notebook executed and every page drawn again), and with nothing changed. Wall time depends on
what else the machine does; both ways run in one session, and the ratio is what counts. ``--large`` executes 500
notebooks in one run and looks at their rate and memory.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import platform
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sdm_lib.runner.execute import Uitkomst

ROOT = Path(__file__).parents[2]
KWARTAAL = "2015K2"


class Kost:
    """Wall seconds, CPU seconds and peak memory of a command and all it started."""

    def __init__(self, words: Sequence[str], *, env: Mapping[str, str]) -> None:
        before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        done = subprocess.run([sys.executable, "-m", *words], env=env, cwd=env["SDM_ROOT"], capture_output=True,
                              text=True, check=False)  # fmt: skip
        self.wall = time.perf_counter() - begin
        gather_orphans()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        self.mb = after.ru_maxrss / 1024
        if done.returncode:
            raise SystemExit(f"{' '.join(words)}: exit {done.returncode}\n{done.stderr[-2000:]}")


def adopt_orphans() -> None:
    """Let processes that outlive who started them (the server that drawing processes fork from) count as our own."""
    with contextlib.suppress(OSError, AttributeError):  # Linux alone knows it
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def gather_orphans() -> None:
    """Wait until they have ended, so that their CPU seconds are in the sum."""
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()


def line(naam: str, waarde: float, eenheid: str, goal: float, *, more: bool = False) -> None:
    """One benchmark line; `more` when a higher value is better."""
    ok = waarde >= goal if more else waarde <= goal
    print(f"bench quarter.{naam} {waarde:.3g} {eenheid} goal {goal:g} {'ok' if ok else 'short'}", flush=True)


def project(folder: Path) -> Path:
    """A project of its own with the demo, so that nothing kept in this one counts."""
    for naam in ("params", "notebooks", "data/demo", "data/reference"):
        shutil.copytree(ROOT / naam, folder / naam)
    for naam in ("pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / naam, folder / naam)
    return folder


def usual_way(folder: Path, *, env: Mapping[str, str]) -> tuple[float, float]:
    """Wall and CPU seconds of the shell loop over all pages, from one page of every topic."""
    wall = cpu = 0.0
    for path in sorted((folder / "params" / KWARTAAL).glob("[a-z]*.yaml")):
        pages = len(re.search(r"^gebieden: \[(.*)\]", path.read_text(encoding="utf-8"), re.M)[1].split(","))  # type: ignore[index]
        out = folder / "out.ipynb"
        boek = f"notebooks/{path.stem}.ipynb"
        words = ["papermill", boek, str(out), "-p", "kwartaal", KWARTAAL, "-k", "python3", "--no-progress-bar"]
        steps = [Kost(words, env=env), Kost(["jupyter", "nbconvert", "--to", "html", str(out)], env=env)]
        print(f"  the usual way, {path.stem}: {sum(s.wall for s in steps):.1f} s a page, {pages} pages", flush=True)
        wall += pages * sum(step.wall for step in steps)
        cpu += pages * sum(step.cpu for step in steps)
    return wall, cpu


def page_weights(folder: Path) -> None:
    """The weight of the city's page of every topic; the catalogue and the index are no such page."""
    for path in sorted((folder / "params" / KWARTAAL).glob("[a-z]*.yaml")):
        page = folder / "reports" / KWARTAAL / f"{path.stem}.html"
        line(f"page_weight_{path.stem}", page.stat().st_size / 1000, "KB", 150)


def edit(folder: Path) -> None:
    """Change the text of one notebook."""
    path = folder / "notebooks" / "kosten.ipynb"
    boek = json.loads(path.read_text(encoding="utf-8"))
    for cel in boek["cells"]:
        if cel["cell_type"] == "markdown":
            cel["source"] = [*cel["source"], " "]
    path.write_text(json.dumps(boek), encoding="utf-8")


@contextlib.contextmanager
def previewing(folder: Path, *, env: Mapping[str, str]) -> Iterator[Callable[[], None]]:
    """`sdm preview` of one page, as somebody has open beside a notebook; the function waits until a page is new."""
    words = ["sdm_lib", "preview", "kosten", "--kwartaal", KWARTAAL, "--geen-browser"]
    with subprocess.Popen([sys.executable, "-m", *words], env=env, cwd=folder, stdout=subprocess.PIPE) as loopt:
        adres = loopt.stdout.readline().decode().split()[0]  # type: ignore[union-attr]
        with urllib.request.urlopen(f"{adres}stand", timeout=120) as stand:

            def wait() -> None:
                while not (regel := stand.readline()).startswith(b"data:") or b"Voorbeeld van deze" not in regel:
                    pass

            wait()
            yield wait
        loopt.terminate()


def edited(folder: Path, wait: Callable[[], None]) -> float:
    """Seconds from an edit to the new page."""
    edit(folder)
    begin = time.perf_counter()
    wait()
    return time.perf_counter() - begin


def large(folder: Path, *, notebooks: int = 500, by: int = 50) -> None:
    """Execute 500 notebooks in one run: the rate of the last fifty beside the first, and memory likewise."""
    from sdm_lib.monitor.runfile import parse_kwartaal
    from sdm_lib.runner.execute import execute
    from sdm_lib.runner.plan import make_plan

    os.environ["SDM_ROOT"] = str(folder)
    plan = make_plan(folder, kwartaal=parse_kwartaal(KWARTAAL, root=folder), gevraagd=["kosten"])
    taken = [taak for taak in plan.taken if taak.onderwerp == "kosten"]
    moments: list[tuple[float, float]] = []

    def done(uitkomst: Uitkomst) -> None:
        if uitkomst.fout is not None:
            raise uitkomst.fout
        moments.append((time.perf_counter(), _resident()))
        if len(moments) % by == 0:
            seconds = moments[-1][0] - moments[-by][0]
            print(f"  {len(moments)} notebooks, {seconds / by:.2f} s each, {moments[-1][1]:.0f} MB", flush=True)

    execute(folder, [taken[i % len(taken)] for i in range(notebooks)], kernels=2, done=done)
    # the first fifty fill what is kept of figures, so the second fifty are the measure
    first, last = (moments[i + by - 1][0] - moments[i][0] for i in (by, notebooks - by))
    line("last_fifty_to_first", last / first, "times", 1.2)
    memory = [statistics.median(mb for _, mb in moments[i : i + by]) for i in (by, notebooks - by)]
    line("memory_last_fifty_to_first", memory[1] / memory[0], "times", 1.1)


def around(folder: Path) -> None:
    """What a page costs beside its cells and its charts: empty notebooks, and everything after the last cell.

    Runs when the quarter has been made, so that no cell has to; the charts are timed within the drawing.
    """
    from sdm_lib.monitor.runfile import parse_kwartaal
    from sdm_lib.report import charts
    from sdm_lib.runner import execute, site, store
    from sdm_lib.runner.plan import make_plan
    from sdm_lib.runner.uitgevoerd import read_executed

    os.environ["SDM_ROOT"] = str(folder)
    begin = cpu()
    plan = make_plan(folder, kwartaal=parse_kwartaal(KWARTAAL, root=folder))
    empty = [replace(taak, onderwerp="leeg", gebied=f"p{i}") for i, taak in enumerate(plan.taken)]
    write_empty(folder / "notebooks" / "leeg.ipynb", like=folder / "notebooks" / "kosten.ipynb")
    execute.execute(folder, empty, kernels=3)
    drawn: list[float] = []

    def timed(stuk: Any, *, draw: Callable[[Any], Any] = charts.draw) -> Any:
        at = time.process_time()
        try:
            return draw(stuk)
        finally:
            drawn.append(time.process_time() - at)

    charts.draw = timed
    executed = [
        read_executed(taak, store.private_folder(folder, "uitgevoerd") / f"{taak.id}.ipynb") for taak in plan.taken
    ]
    uit = folder / "om"
    with store.replacing(uit) as new:
        made = site.build(plan, executed, new, processes=1, done=lambda naam: None, opnieuw=True)
        site.finish(plan, executed, made, new, uit=uit, mislukt={}, oud=())
    spent, pages = cpu() - begin - sum(drawn), len(executed)
    print(f"  around {pages} pages: {spent:.1f} CPU s; {len(drawn)} charts: {sum(drawn):.1f} CPU s", flush=True)
    line("around_a_page_beside_8_a_quarter", (spent - 8) / pages, "cpu_s", 0.5)
    line("chart", sum(drawn) / len(drawn), "cpu_s", 0.2)


def write_empty(path: Path, *, like: Path) -> None:
    """A notebook with the parameters of another, that loads the kit and says nothing."""
    boek = json.loads(like.read_text(encoding="utf-8"))
    boek["cells"] = [cel for cel in boek["cells"] if "parameters" in cel["metadata"].get("tags", [])]
    cel = {"cell_type": "code", "id": "kit", "execution_count": None, "metadata": {}, "outputs": []}
    boek["cells"].append(cel | {"source": "import sdm_lib.monitor"})
    path.write_text(json.dumps(boek), encoding="utf-8")


def cpu() -> float:
    """CPU seconds of this process and of all it started that have ended."""
    tijden = [resource.getrusage(wie) for wie in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(tijd.ru_utime + tijd.ru_stime for tijd in tijden)


def _resident() -> float:
    """Megabytes of this process and all it started; what they share counts once."""
    import psutil  # type: ignore[import-untyped, unused-ignore]

    ik = psutil.Process()
    total = 0
    for process in (ik, *ik.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):
            total += process.memory_full_info().pss
    return total / 1e6


def most_at_once(words: Sequence[str], *, env: Mapping[str, str]) -> float:
    """Most megabytes that a command and all it started hold together; looking costs time, so it is a run of its own."""
    before, most = _resident(), 0.0
    with subprocess.Popen([sys.executable, "-m", *words], env=env, cwd=env["SDM_ROOT"], stderr=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL) as loopt:  # fmt: skip
        while loopt.poll() is None:
            most = max(most, _resident() - before)
            time.sleep(0.2)
    return most


def main() -> None:
    """Print a line a figure."""
    print(f"python {platform.python_version()}, {os.cpu_count()} cores", flush=True)
    adopt_orphans()
    with tempfile.TemporaryDirectory() as naam:
        folder = project(Path(naam))
        if "--large" in sys.argv:
            large(folder)
            return
        env = os.environ | {"SDM_ROOT": str(folder), "PYTHONPATH": str(ROOT)}
        run = ["sdm_lib", "run", KWARTAAL]
        leeg = Kost(run, env=env)
        print(f"  empty cache: {leeg.wall:.1f} s, {leeg.cpu:.1f} CPU s", flush=True)
        force = Kost([*run, "--force"], env=env)
        print(f"  --force: {force.wall:.1f} s, {force.cpu:.1f} CPU s", flush=True)
        page_weights(folder)
        line("nothing_changed", statistics.median(Kost(run, env=env).wall for _ in range(5)), "s", 0.5)
        line("plan", statistics.median(Kost([*run, "--plan"], env=env).wall for _ in range(5)), "s", 0.5)
        line("help", statistics.median(Kost(["sdm_lib", "--help"], env=env).wall for _ in range(5)), "s", 0.2)
        with previewing(folder, env=env) as wait:
            line("one_edited_notebook", statistics.median(edited(folder, wait) for _ in range(5)), "s", 2.5)
        around(folder)
        een = Kost([*run, "kosten"], env=env)
        print(f"  one edited notebook, all its areas: {een.wall:.1f} s, {een.cpu:.1f} CPU s", flush=True)
        wall, cpu = usual_way(folder, env=env)
        line("whole_force_wall", wall / force.wall, "times", 12, more=True)
        line("whole_force_cpu", cpu / force.cpu, "times", 6, more=True)
        line("whole_empty_wall", wall / leeg.wall, "times", 7, more=True)
        line("peak_of_one_process", max(leeg.mb, force.mb), "MB", 1200)
        line("peak_together", most_at_once([*run, "--force"], env=env), "MB", 1200)


if __name__ == "__main__":
    main()
