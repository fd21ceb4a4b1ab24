"""Speed and memory of sdm_lib.registry against peers on the same data: ``python -m tests.benchmarks.registry``.

Two sizes: 300k spells (six figures over 40 quarters, against a pandas loop and dask.dataframe), and 10M spells with
about 2.5M clients (unique clients and costs per quarter, against the interval join in DuckDB SQL). ``--large`` adds
100M spells (25M clients, 342 municipalities, 10 years), made here, and Spark on the 10M. Every task runs in a process
of its own, in turn with its peer; wall, CPU seconds and peak memory are of that process. Numbers are compared before
times are. dask is left out by name when it is not installed (SDM_PEERS names a Python that has it).

Prints ``bench registry.<name> <value> <unit> goal <goal> ok|short``.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from sdm_lib.kwartaal import Kwartaal

KWARTALEN = [Kwartaal(2015, 1) + i for i in range(40)]
MAP = Path(os.environ.get("SDM_BENCH_DATA", tempfile.gettempdir())) / "sdm-bench-registry"
GROOTTES = {
    "300k": (300_000, 86_000, 30),
    "10m": (10_000_000, 2_500_000, 1_020),
    "100m": (100_000_000, 25_000_000, 10_260),
}
GEHEUGEN = {"300k": "2GB", "10m": "1500MB", "100m": "12GB"}


def maak(grootte: str) -> Path:
    """Synthetic spells of 2015-2024 as Parquet, the same every time: a hash of the row number decides."""
    import duckdb

    pad = MAP / f"{grootte}.parquet"
    if pad.exists():
        return pad
    MAP.mkdir(parents=True, exist_ok=True)
    rijen, clienten, wijken = GROOTTES[grootte]
    con = duckdb.connect(config={"memory_limit": GEHEUGEN[grootte], "temp_directory": str(MAP / "tmp")})
    con.execute(f"""
        copy (
            with bron as (
                select i, hash(i, 1) % {clienten} as p, hash(i, 2) as h2, hash(i, 3) as h3, hash(i, 4) as h4,
                       hash(i, 5) as h5 from range({rijen}) t(i)
            ), dagen as (
                select *, date '2015-01-01' + (h2 % 3650)::int as begin,
                       1 + (-500 * ln((h3 % 1000000 + 1) / 1000001.0))::int as duur from bron
            )
            select printf('%016x', hash(p)) as persoon, printf('WK%06d', p % {wijken}) as wijk,
                   ['wmo', 'jeugd', 'participatie'][1 + (h4 % 3)::int] as wet,
                   'type' || (h4 % 12)::int as voorziening, begin::timestamp as begin,
                   case when begin + duur > date '2024-12-31' then null else (begin + duur)::timestamp end as einde,
                   ['wijkteam', 'huisarts', 'rechter'][1 + (h5 % 3)::int] as verwijzer,
                   (h5 % 20000 + 500)::bigint as tarief_cent
            from dagen
        ) to '{pad}.deel' (format parquet, compression zstd)""")
    Path(f"{pad}.deel").rename(pad)
    return pad


def ons(pad: Path, grootte: str, *, zes: bool) -> dict[str, Any]:
    """Our figures; the clock of six starts with the connection warm and the register open."""
    from sdm_lib import registry

    register = registry.open_register(pad, gecontroleerd=grootte != "300k")
    con = register.tabel.get_backend().con
    con.execute(f"set memory_limit = '{GEHEUGEN[grootte]}'")
    con.execute(f"set temp_directory = '{MAP / 'tmp'}'")
    registry.unieke(register, periodes=KWARTALEN[0])
    begin = time.perf_counter(), time.process_time()
    gebruik = registry.unieke(register, periodes=KWARTALEN, by=["wijk", "wet"])
    kosten = registry.uitgaven(register, periodes=KWARTALEN, by=["wet"], grondslag="tarief")
    if zes:
        registry.stapeling(register, dag=KWARTALEN[20].laatste_dag)
        registry.stromen(register, periodes=KWARTALEN, by=["wet"], binnen="wet")
        registry.verwijzers(register, periodes=KWARTALEN)

        registry.duur(register, periodes=KWARTALEN[-1], by=["wet"])
    return _klaar(
        begin, gebruik.rename(columns={"periode": "kwartaal"}), kosten.rename(columns={"periode": "kwartaal"})
    )


def interval_join(pad: Path, grootte: str, *, zes: bool) -> dict[str, Any]:
    """The usual recipe: spells joined to the quarters they overlap, then count(distinct)."""
    import duckdb

    con = duckdb.connect()
    con.execute("create table kw(kwartaal varchar, van timestamp, tot timestamp)")
    con.executemany("insert into kw values (?, ?, ?)", [(str(k), k.begin, k.einde) for k in KWARTALEN])
    begin = time.perf_counter(), time.process_time()
    gebruik = con.execute(f"""
        select kwartaal, wijk, wet, count(distinct persoon) as aantal
        from '{pad}' p join kw on p.begin < kw.tot and coalesce(p.einde, timestamp '2100-01-01') > kw.van
        group by all""").df()
    kosten = con.execute(f"""
        select kwartaal, wet, sum(tarief_cent * date_diff('day', greatest(p.begin, kw.van),
               least(coalesce(p.einde, timestamp '2100-01-01'), kw.tot)))::bigint as bedrag_cent
        from '{pad}' p join kw on p.begin < kw.tot and coalesce(p.einde, timestamp '2100-01-01') > kw.van
        group by all""").df()
    return _klaar(begin, gebruik, kosten)


def pandas_lus(pad: Path, grootte: str, *, zes: bool) -> dict[str, Any]:
    """A loop over the quarters in pandas."""
    return _lus(pd.read_parquet(pad), lambda x: x)


def dask_lus(pad: Path, grootte: str, *, zes: bool) -> dict[str, Any]:
    """The same loop on dask.dataframe, two threads."""
    import dask
    import dask.dataframe as dd

    with dask.config.set(scheduler="threads", num_workers=2):
        return _lus(dd.from_pandas(pd.read_parquet(pad), npartitions=4), lambda x: x.compute())


def _lus(frame: Any, reken: Callable[[Any], Any]) -> dict[str, Any]:
    begin = time.perf_counter(), time.process_time()
    frame = frame.assign(einde_=frame["einde"].fillna(pd.Timestamp("2100-01-01")))
    gebruik, kosten = [], []
    for kwartaal in KWARTALEN:
        van, tot = pd.Timestamp(kwartaal.begin), pd.Timestamp(kwartaal.einde)
        deel = frame[(frame["begin"] < tot) & (frame["einde_"] > van)]
        uniek = reken(deel.groupby(["wijk", "wet"])["persoon"].nunique())
        gebruik.append(uniek.rename("aantal").reset_index().assign(kwartaal=str(kwartaal)))
        dagen = (deel["einde_"].clip(upper=tot) - deel["begin"].clip(lower=van)).dt.days
        som = reken(deel.assign(bedrag_cent=deel["tarief_cent"] * dagen).groupby("wet")["bedrag_cent"].sum())
        kosten.append(som.reset_index().assign(kwartaal=str(kwartaal)))
        reken(deel[deel["begin"] >= van].groupby("verwijzer")["persoon"].count())  # referrers of new starts
        eerder = frame[(frame["begin"] < van) & (frame["einde_"] > van)]
        later = frame[(frame["begin"] < tot) & (frame["einde_"] > tot)]
        reken(eerder.groupby("wet")["persoon"].nunique()), reken(later.groupby("wet")["persoon"].nunique())
        uit = deel[deel["einde_"] <= tot]
        reken((uit["einde_"] - uit["begin"]).dt.days.groupby(uit["wet"]).mean())
    dag = pd.Timestamp(KWARTALEN[20].laatste_dag)
    nu = frame[(frame["begin"] <= dag) & (frame["einde_"] > dag)]
    reken(reken(nu.groupby("persoon")["voorziening"].nunique()).value_counts())
    return _klaar(begin, pd.concat(gebruik), pd.concat(kosten))


def _klaar(begin: tuple[float, float], gebruik: pd.DataFrame, kosten: pd.DataFrame) -> dict[str, Any]:
    """Times since `begin`, peak memory, and a fingerprint of the numbers that are not zero."""
    wand, cpu = time.perf_counter() - begin[0], time.process_time() - begin[1]
    vingerafdrukken = []
    for tabel, sleutel, waarde in (
        (gebruik, ["kwartaal", "wijk", "wet"], "aantal"),
        (kosten, ["kwartaal", "wet"], "bedrag_cent"),
    ):
        vol = tabel.loc[tabel[waarde] > 0, [*sleutel, waarde]].astype({waarde: "int64"}).astype("str")
        regels = vol.agg("|".join, axis=1).sort_values()
        vingerafdrukken.append(hashlib.sha256("\n".join(regels).encode()).hexdigest())
    piek = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return {"wand": wand, "cpu": cpu, "gb": piek, "cijfers": vingerafdrukken, "rijen": len(gebruik)}


TAKEN: dict[str, Callable[..., dict[str, Any]]] = {
    "ons": ons, "interval_join": interval_join, "pandas": pandas_lus, "dask": dask_lus,
}  # fmt: skip


def meet(taak: str, grootte: str, *, zes: bool = False, python: str = sys.executable) -> dict[str, Any]:
    """One task in a process of its own."""
    woorden = [python, "-m", "tests.benchmarks.registry", "--taak", taak, grootte, *(["--zes"] if zes else [])]
    uit = subprocess.run(woorden, stdout=subprocess.PIPE, text=True, check=True, cwd=Path(__file__).parents[2])
    return dict(json.loads(uit.stdout.splitlines()[-1]))


def om_beurten(taken: list[str], grootte: str, *, keer: int, zes: bool = False) -> dict[str, dict[str, Any]]:
    """The tasks in turn, so that other work on the machine hits them alike; medians. Refuses unequal numbers."""
    rondes: dict[str, list[dict[str, Any]]] = {taak: [] for taak in taken}
    for _ in range(keer):
        for taak in taken:
            rondes[taak].append(meet(taak, grootte, zes=zes, python=_python(taak)))
    if len({json.dumps(ronde["cijfers"]) for alle in rondes.values() for ronde in alle}) != 1:
        raise RuntimeError(f"{taken} do not give the same numbers at {grootte}")
    return {
        taak: {naam: statistics.median(r[naam] for r in alle) for naam in ("wand", "cpu", "gb")}
        for taak, alle in rondes.items()
    }


def _python(taak: str) -> str:
    return os.environ.get("SDM_PEERS", sys.executable) if taak == "dask" else sys.executable


def _dask_aanwezig() -> bool:
    if "SDM_PEERS" in os.environ:
        return (
            subprocess.run([os.environ["SDM_PEERS"], "-c", "import dask.dataframe"], capture_output=True).returncode
            == 0
        )
    return importlib.util.find_spec("dask") is not None


def regel(naam: str, waarde: float, eenheid: str, doel: float, *, hoog: bool = True) -> None:
    """One line; `hoog`: more is better."""
    gehaald = waarde >= doel if hoog else waarde <= doel
    print(f"bench registry.{naam} {waarde:.3g} {eenheid} goal {doel:g} {'ok' if gehaald else 'short'}", flush=True)


def klein_en_groot(keer: int) -> dict[str, Any]:
    """The two standard sizes; returns our measurement at 10M."""
    maak("300k")
    met_dask = _dask_aanwezig()
    uit = om_beurten(["ons", "pandas", *(["dask"] if met_dask else [])], "300k", keer=keer, zes=True)
    regel("zes_300k", uit["ons"]["wand"], "s", 3, hoog=False)
    regel("zes_300k_vs_pandas", uit["pandas"]["wand"] / uit["ons"]["wand"], "x", 3)
    if met_dask:
        regel("zes_300k_vs_dask", uit["dask"]["wand"] / uit["ons"]["wand"], "x", 15)
    else:
        print("peer dask missing: name a Python that has it in SDM_PEERS", flush=True)
    maak("10m")
    groot = om_beurten(["ons", "interval_join"], "10m", keer=max(1, keer - 1))
    onze, join = groot["ons"], groot["interval_join"]
    regel("10m_vs_join_wall", join["wand"] / onze["wand"], "x", 4)
    regel("10m_vs_join_cpu", join["cpu"] / onze["cpu"], "x", 4)
    regel("10m_vs_join_memory", join["gb"] / onze["gb"], "x", 4)
    regel("10m_memory", onze["gb"], "GB", 2, hoog=False)
    return onze


def heel_groot(onze: dict[str, Any]) -> None:
    """100M rows: memory, and time per row against 10M."""
    maak("100m")
    uit = meet("ons", "100m")
    regel("100m_memory", uit["gb"], "GB", 14, hoog=False)
    regel("100m_wall", uit["wand"], "s", 900, hoog=False)
    regel("100m_time_per_row", uit["wand"] / 10 / onze["wand"], "x of 10m", 1.5, hoog=False)


def main() -> None:
    """Measure and print, or run one task for the parent process."""
    lezer = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    lezer.add_argument("--taak", nargs=2, metavar=("TAAK", "GROOTTE"))
    lezer.add_argument("--zes", action="store_true")
    lezer.add_argument("--large", action="store_true")
    lezer.add_argument("--keer", type=int, default=3)
    keuze = lezer.parse_args()
    if keuze.taak:
        taak, grootte = keuze.taak
        print(json.dumps(TAKEN[taak](maak(grootte), grootte, zes=keuze.zes)))
        return
    pakketten = ", ".join(f"{naam} {version(naam)}" for naam in ("duckdb", "ibis-framework", "pandas"))
    print(
        f"machine {platform.machine()} {os.cpu_count()} cores, python {platform.python_version()}, {pakketten}",
        flush=True,
    )
    onze = klein_en_groot(keuze.keer)
    if keuze.large:
        heel_groot(onze)


if __name__ == "__main__":
    main()
