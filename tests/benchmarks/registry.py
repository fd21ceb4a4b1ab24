"""Speed and memory of sdm_lib.registry against peers on the same data: ``python -m tests.benchmarks.registry``.

Two sizes: 300k spells (six figures over 40 quarters, against a loop over the quarters in pandas and in
dask.dataframe), and 10M spells of about 2.5M clients (unique clients and costs per quarter, against the interval join
in DuckDB SQL). ``--large`` adds the same figures of 10M spells on a standalone Spark cluster with two workers, and 100M
spells (25M clients, 342 municipalities, 10 years), made here; ``--alleen-groot`` runs those alone, after our side of
10M. Every task runs in a process of its own, in turn with its peer; wall, CPU seconds and peak memory are of that
process. All numbers are compared before times are; of 100M those of some areas and quarters, with the interval join.
Spark comes with `make engines`, dask with `make bench-peers` (SDM_PEERS names another Python that has it); what is not
there is left out by name.

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
import shutil
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
GROOTTES = {  # spells, clients, areas
    "klein": (3_000, 800, 5),
    "300k": (300_000, 86_000, 30),
    "10m": (10_000_000, 2_500_000, 1_020),
    "100m": (100_000_000, 25_000_000, 10_260),
}
PEILDAG = KWARTALEN[20].laatste_dag
STROMEN = ["beginstand", "instroom", "uitstroom", "eindstand"]
CIJFERS = {  # figure -> keys and the number
    "gebruik": (["periode", "wijk", "wet"], "aantal"), "kosten": (["periode", "wet"], "bedrag_cent"),
    "stapeling": (["voorzieningen"], "aantal"), "stromen": (["periode", "wet", "stroom"], "aantal"),
    "verwijzers": (["periode", "verwijzer"], "aantal"), "duur": (["wet"], "mediaan"),
}  # fmt: skip
BEDRAG = """sum(tarief_cent * date_diff('day', greatest(p.begin, kw.van),
            least(coalesce(p.einde, timestamp '2100-01-01'), kw.tot)))::bigint"""
GEHEUGEN = {"klein": "1GB", "300k": "2GB", "10m": "1200MB", "100m": "12GB"}


def maak(grootte: str) -> Path:
    """Synthetic spells of 2015-2024 as Parquet, the same every time: a hash of the row number decides.

    The name of the file holds the recipe, so that another recipe is never measured on an old file.
    """
    rijen, clienten, wijken = GROOTTES[grootte]
    recept = f"""
        with bron as (
            select i, hash(i * 8 + 1) % {clienten} as p, hash(i * 8 + 2) as h2, hash(i * 8 + 3) as h3,
                   hash(i * 8 + 4) as h4, hash(i * 8 + 5) as h5 from range({rijen}) t(i)
        ), dagen as (
            select *, date '2015-01-01' + (h2 % 3650)::int as begin,
                   1 + (-500 * ln((h3 % 1000000 + 1) / 1000001.0))::int as duur from bron
        )
        select printf('%016x', hash(p)) as persoon, printf('WK%06d', p % {wijken}) as wijk,
               ['wmo', 'jeugd', 'participatie'][1 + (h4 % 3)::int] as wet,
               'type' || (h4 % 12)::int as voorziening, begin::timestamp as begin,
               case when begin + duur > date '2024-12-31' then null else (begin + duur)::timestamp end as einde,
               ['wijkteam', 'huisarts', 'rechter'][1 + (h5 % 3)::int] as verwijzer,
               (h5 // 3 % 20000 + 500)::bigint as tarief_cent
        from dagen"""
    pad = MAP / f"{grootte}-{hashlib.sha256(recept.encode()).hexdigest()[:8]}.parquet"
    if not pad.exists():
        import duckdb

        MAP.mkdir(parents=True, exist_ok=True)
        con = duckdb.connect(config={"memory_limit": GEHEUGEN[grootte], "temp_directory": str(MAP / "tmp")})
        con.execute(f"copy ({recept}) to '{pad}.deel' (format parquet, compression zstd)")
        Path(f"{pad}.deel").rename(pad)
    return pad


def ons(pad: Path, grootte: str, *, zes: bool) -> dict[str, Any]:
    """Our figures; the clock starts with the connection warm and the register open."""
    from sdm_lib import registry

    register = registry.open_register(pad, gecontroleerd=grootte != "300k")
    con = register.tabel.get_backend().con
    con.execute(f"set memory_limit = '{GEHEUGEN[grootte]}'")
    con.execute(f"set temp_directory = '{MAP / 'tmp'}'")
    registry.unieke(register, periodes=KWARTALEN[0])
    klok = time.perf_counter(), time.process_time()
    tabellen = {
        "gebruik": registry.unieke(register, periodes=KWARTALEN, by=["wijk", "wet"]),
        "kosten": registry.uitgaven(register, periodes=KWARTALEN, by=["wet"], grondslag="tarief"),
    }
    if zes:
        stromen = registry.stromen(register, periodes=KWARTALEN, by=["wet"], binnen="wet")
        tabellen |= {
            "stapeling": registry.stapeling(register, dag=PEILDAG),
            "stromen": stromen.melt(["periode", "wet"], STROMEN, var_name="stroom", value_name="aantal"),
            "verwijzers": registry.verwijzers(register, periodes=KWARTALEN),
            "duur": registry.duur(register, periodes=KWARTALEN[-1], by=["wet"]),
        }
    uit = _klaar(klok, tabellen)
    return uit | ({"nagerekend": steekproef(pad, **tabellen)} if grootte == "100m" else {})


def spark(pad: Path, grootte: str, *, zes: bool) -> dict[str, Any]:
    """Our two figures on a standalone cluster: a master and two workers of one core each."""
    from sdm_lib import registry
    from tests.unit.registry.registry_cluster import cluster, instellingen

    with tempfile.TemporaryDirectory() as naam, cluster(Path(naam), geheugen="2500m") as meester:
        con = registry.verbind(f"spark://{meester}", **instellingen(Path(naam), geheugen="2g", delen=16))
        register = registry.open_register(con.read_parquet(str(pad)), gecontroleerd=True)
        klok = time.perf_counter(), time.process_time()
        tabellen = {
            "gebruik": registry.unieke(register, periodes=KWARTALEN, by=["wijk", "wet"]),
            "kosten": registry.uitgaven(register, periodes=KWARTALEN, by=["wet"], grondslag="tarief"),
        }
        uit = _klaar(klok, tabellen)
        con._session.stop()
    return uit


def steekproef(pad: Path, *, gebruik: pd.DataFrame, kosten: pd.DataFrame) -> int:
    """Some areas and quarters again, with the interval join. Returns how many numbers were equal; raises if not all."""
    import duckdb

    con = duckdb.connect(config={"memory_limit": "3GB"})
    wijken = gebruik["wijk"].drop_duplicates().iloc[::1026].tolist()
    con.execute(f"create table deel as select * from '{pad}' where wijk in {tuple(wijken)}")
    wie = _samengevoegd(con, "deel", KWARTALEN, "wijk, wet", "count(distinct persoon)")
    wat = _samengevoegd(con, f"'{pad}'", KWARTALEN[3::13], "wet", BEDRAG)
    goed = 0
    for eigen, ander, sleutel, waarde in (
        (gebruik[gebruik["wijk"].isin(wijken)], wie, ["periode", "wijk", "wet"], "aantal"),
        (kosten[kosten["periode"].isin(wat["periode"])], wat, ["periode", "wet"], "bedrag_cent"),
    ):
        samen = eigen.merge(ander, on=sleutel, how="outer", validate="1:1")
        if (samen[waarde].fillna(0) != samen["uit"].fillna(0)).any():
            raise RuntimeError(f"{waarde} of a sample of {pad.name} differs from the interval join")
        goed += len(samen)
    return goed


def _samengevoegd(con: Any, tabel: str, kwartalen: list[Kwartaal], groep: str, waarde: str) -> pd.DataFrame:
    """The usual recipe: spells joined to the quarters they overlap. Columns periode, those of `groep`, uit."""
    con.execute("create or replace table kw(periode varchar, van timestamp, tot timestamp)")
    con.executemany("insert into kw values (?, ?, ?)", [(str(k), k.begin, k.einde) for k in kwartalen])
    uit: pd.DataFrame = con.execute(f"""
        select periode, {groep}, {waarde} as uit
        from {tabel} p join kw on p.begin < kw.tot and coalesce(p.einde, timestamp '2100-01-01') > kw.van
        group by periode, {groep}""").df()
    return uit


def interval_join(pad: Path, grootte: str, *, zes: bool) -> dict[str, Any]:
    """Spells joined to the quarters they overlap, then count(distinct) and sum."""
    import duckdb

    con = duckdb.connect()
    klok = time.perf_counter(), time.process_time()
    gebruik = _samengevoegd(con, f"'{pad}'", KWARTALEN, "wijk, wet", "count(distinct persoon)")
    kosten = _samengevoegd(con, f"'{pad}'", KWARTALEN, "wet", BEDRAG)
    return _klaar(klok, {"gebruik": gebruik.rename(columns={"uit": "aantal"}),
                         "kosten": kosten.rename(columns={"uit": "bedrag_cent"})})  # fmt: skip


def pandas_lus(pad: Path, grootte: str, *, zes: bool) -> dict[str, Any]:
    """A loop over the quarters in pandas."""
    return _lus(pd.read_parquet(pad), lambda frame: frame, lambda *delen: delen)


def dask_lus(pad: Path, grootte: str, *, zes: bool) -> dict[str, Any]:
    """The same loop on dask.dataframe, two threads; one computation a quarter. Spells are joined in pandas before."""
    import dask
    import dask.dataframe as dd

    with dask.config.set(scheduler="threads", num_workers=2):
        return _lus(pd.read_parquet(pad), lambda frame: dd.from_pandas(frame, npartitions=4), dask.compute)


def _lus(frame: pd.DataFrame, los: Callable[[pd.DataFrame], Any], reken: Callable[..., Any]) -> dict[str, Any]:
    """The six figures. los : a frame for the engine. reken : what was asked of it as frames and series."""
    klok = time.perf_counter(), time.process_time()
    frame = frame.assign(einde=frame["einde"].fillna(pd.Timestamp("2100-01-01")))
    trajecten = _aaneen(frame, ["persoon", "wet", "voorziening"])
    spells, per_wet, traject = los(frame), los(_aaneen(frame, ["persoon", "wet"])), los(trajecten)
    delen: dict[str, list[pd.DataFrame]] = {naam: [] for naam in ("gebruik", "kosten", "stromen", "verwijzers")}
    for kwartaal in KWARTALEN:
        van, tot = pd.Timestamp(kwartaal.begin), pd.Timestamp(kwartaal.einde)
        deel = spells[(spells["begin"] < tot) & (spells["einde"] > van)]
        dagen = (deel["einde"].clip(upper=tot) - deel["begin"].clip(lower=van)).dt.days
        bedrag = deel.assign(bedrag_cent=deel["tarief_cent"] * dagen)
        b, e = per_wet["begin"], per_wet["einde"]
        stand = ((b < van) & (e > van), (b >= van) & (b < tot), (e > van) & (e <= tot), (b < tot) & (e > tot))
        nieuw = traject[(traject["begin"] >= van) & (traject["begin"] < tot)]
        per_stand = [per_wet[wat].groupby("wet")["persoon"].count() for wat in stand]
        uniek, som, wie, *stroom = reken(
            deel.groupby(["wijk", "wet"])["persoon"].nunique(), bedrag.groupby("wet")["bedrag_cent"].sum(),
            nieuw.groupby("verwijzer")["persoon"].count(), *per_stand,
        )  # fmt: skip
        balans = pd.concat(dict(zip(STROMEN, stroom, strict=True)), names=["stroom", "wet"])
        for naam, reeks, waarde in (("gebruik", uniek, "aantal"), ("kosten", som, "bedrag_cent"),
                                    ("stromen", balans, "aantal"), ("verwijzers", wie, "aantal")):  # fmt: skip
            delen[naam].append(reeks.rename(waarde).reset_index().assign(periode=str(kwartaal)))
    nu = spells[(spells["begin"] <= pd.Timestamp(PEILDAG)) & (spells["einde"] > pd.Timestamp(PEILDAG))]
    (soorten,) = reken(nu.groupby("persoon")["voorziening"].nunique())
    klassen = soorten.clip(upper=6).map(lambda aantal: "6+" if aantal == 6 else str(aantal)).value_counts()
    tabellen = {naam: pd.concat(rijen) for naam, rijen in delen.items()}
    tabellen["stapeling"] = klassen.rename_axis("voorzieningen").rename("aantal").reset_index()
    tabellen["duur"] = _mediaan(trajecten)
    return _klaar(klok, tabellen)


def _aaneen(frame: pd.DataFrame, sleutel: list[str]) -> pd.DataFrame:
    """Spells of a unit that touch or overlap joined to one, with the referrer of the first."""
    rij = frame.sort_values(
        [*sleutel, "begin", "einde", "verwijzer"], ascending=[True] * len(sleutel) + [True, False, False]
    )
    eerder = rij.groupby(sleutel)["einde"].cummax().groupby([rij[naam] for naam in sleutel]).shift()
    nieuw = (eerder.isna() | (rij["begin"] > eerder)).cumsum()
    hoe = dict.fromkeys(sleutel, "first") | {"begin": "min", "einde": "max", "verwijzer": "first"}
    return rij.groupby(nieuw.to_numpy()).agg(hoe).reset_index(drop=True)


def _mediaan(trajecten: pd.DataFrame) -> pd.DataFrame:
    """Kaplan-Meier median of the trajects known at the end of the last quarter, per wet."""
    tot = pd.Timestamp(KWARTALEN[-1].einde)
    bekend = trajecten[trajecten["begin"] < tot]
    duur = (bekend["einde"].clip(upper=tot) - bekend["begin"]).dt.days
    rijen = []
    for wet, deel in bekend.assign(duur=duur, gebeurd=bekend["einde"] <= tot).groupby("wet"):
        per = deel.groupby("duur")["gebeurd"].agg(["size", "sum"])
        risico = len(deel) - per["size"].cumsum().shift(fill_value=0)
        kans = (1 - per["sum"] / risico).cumprod()
        rijen.append((wet, kans.index[kans <= 0.5 + 1e-12][0]))
    return pd.DataFrame(rijen, columns=["wet", "mediaan"])


def _klaar(klok: tuple[float, float], tabellen: dict[str, pd.DataFrame]) -> dict[str, Any]:
    """Times since `klok`, peak memory, and per figure a fingerprint of the numbers that are not zero."""
    wand, cpu = time.perf_counter() - klok[0], time.process_time() - klok[1]
    piek = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    vingerafdrukken = {}
    for naam, tabel in tabellen.items():
        sleutel, waarde = CIJFERS[naam]
        vol = tabel.loc[tabel[waarde] > 0, [*sleutel, waarde]].astype({waarde: "int64"}).astype("str")
        regels = vol.agg("|".join, axis=1).sort_values()
        vingerafdrukken[naam] = hashlib.sha256("\n".join(regels).encode()).hexdigest()
    return {"wand": wand, "cpu": cpu, "gb": piek, "cijfers": vingerafdrukken}


TAKEN: dict[str, Callable[..., dict[str, Any]]] = {
    "ons": ons, "interval_join": interval_join, "pandas": pandas_lus, "dask": dask_lus, "spark": spark,
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
    gelijk([(taak, ronde["cijfers"]) for taak, alle in rondes.items() for ronde in alle], grootte=grootte)
    return {
        taak: {naam: statistics.median(r[naam] for r in alle) for naam in ("wand", "cpu", "gb")}
        for taak, alle in rondes.items()
    }


def gelijk(vingerafdrukken: list[tuple[str, dict[str, str]]], *, grootte: str) -> None:
    """Refuse tasks of which a figure differs, or is missing in one of them (RuntimeError names task and figure)."""
    eerste, verwacht = vingerafdrukken[0]
    for taak, cijfers in vingerafdrukken[1:]:
        anders = sorted(naam for naam in verwacht | cijfers if verwacht.get(naam) != cijfers.get(naam))
        if anders:
            raise RuntimeError(f"{eerste} and {taak} do not give the same {', '.join(anders)} at {grootte}")


def _python(taak: str) -> str:
    eigen = Path(__file__).parents[2] / ".peers" / "bin" / "python"
    return os.environ.get("SDM_PEERS", str(eigen)) if taak == "dask" else sys.executable


def _dask_aanwezig() -> bool:
    try:
        return subprocess.run([_python("dask"), "-c", "import dask.dataframe"], capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


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
        print("peer dask missing: make bench-peers", flush=True)
    maak("10m")
    groot = om_beurten(["ons", "interval_join"], "10m", keer=max(1, keer - 1))
    onze, join = groot["ons"], groot["interval_join"]
    regel("10m_vs_join_wall", join["wand"] / onze["wand"], "x", 4)
    regel("10m_vs_join_cpu", join["cpu"] / onze["cpu"], "x", 4)
    regel("10m_vs_join_memory", join["gb"] / onze["gb"], "x", 4)
    regel("10m_memory", onze["gb"], "GB", 2, hoog=False)
    return onze


def op_cluster() -> None:
    """The figures of 10M rows on a Spark cluster, which must be those of DuckDB; its time is shown beside ours."""
    if shutil.which("java") is None or importlib.util.find_spec("pyspark") is None:
        print("peer spark missing: make engines", flush=True)
        return
    hier, daar = meet("ons", "10m"), meet("spark", "10m")
    gelijk([("ons", hier["cijfers"]), ("spark", daar["cijfers"])], grootte="10m")
    regel("10m_spark_cluster_same", len(daar["cijfers"]), "figures equal to DuckDB", len(hier["cijfers"]))
    print(f"spark cluster {daar['wand']:.0f} s, DuckDB {hier['wand']:.0f} s", flush=True)


def heel_groot(onze: dict[str, Any]) -> None:
    """100M rows: memory, and time per row against 10M."""
    maak("100m")
    uit = meet("ons", "100m")
    regel("100m_memory", uit["gb"], "GB", 14, hoog=False)
    regel("100m_wall", uit["wand"], "s", 900, hoog=False)
    regel("100m_time_per_row", uit["wand"] / 10 / onze["wand"], "x of 10m", 1.5, hoog=False)
    regel("100m_checked", uit["nagerekend"], "numbers equal to the interval join", 1000)


def main() -> None:
    """Measure and print, or run one task for the parent process."""
    lezer = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    lezer.add_argument("--taak", nargs=2, metavar=("TAAK", "GROOTTE"))
    lezer.add_argument("--zes", action="store_true")
    lezer.add_argument("--large", action="store_true")
    lezer.add_argument("--alleen-groot", action="store_true")
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
    if keuze.alleen_groot:
        maak("10m")
    onze = meet("ons", "10m") if keuze.alleen_groot else klein_en_groot(keuze.keer)
    if keuze.large or keuze.alleen_groot:
        op_cluster()
        heel_groot(onze)


if __name__ == "__main__":
    main()
