"""Making the demo: one world, eight quarters of deliveries, a ninth in 2022 by wijk, and the truth beside them."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sdm_lib.kwartaal import Kwartaal
from sdm_lib.synthetic import deliveries, files, gesprekken, groei
from sdm_lib.synthetic.bewoners import Residents, make_residents, make_wave, voices
from sdm_lib.synthetic.bewoners_levering import resident_table, spss_labels
from sdm_lib.synthetic.clienten import Clients, make_client_wave, make_clients
from sdm_lib.synthetic.details import Register, make_register
from sdm_lib.synthetic.kerncijfers import key_figures
from sdm_lib.synthetic.ledger import ledger_table
from sdm_lib.synthetic.population import Population, make_population
from sdm_lib.synthetic.professionals import Staff, make_staff, make_staff_wave
from sdm_lib.synthetic.signalen import signal_table
from sdm_lib.synthetic.streams import of_date, stream
from sdm_lib.synthetic.traits import Traits, make_traits
from sdm_lib.synthetic.truth import truth
from sdm_lib.synthetic.vektis import vektis_table
from sdm_lib.synthetic.wijken import Wijken, make_wijken

SEED = 2015
EERSTE = Kwartaal(2015, 1)
KWARTALEN = tuple(EERSTE + nummer for nummer in range(8))
IN_WIJKEN = Kwartaal(2022, 2)  # the same municipality seven years later, in the 71 wijken of 2022
TIJD_2022 = 12  # what was moving in 2015 and 2016 has moved on for three years, and then stood still
WAARHEID = "waarheid"
_CONTROLE = {
    "register.parquet": "bedrag_betaald",
    "bewoners.sav": "w0",
    "clienten.csv": "w0",
    "professionals.xlsx": "w0",
    "grootboek.csv": "bedrag",
    "bevolking.csv": "inwoners",
    "huishoudens.csv": "huishoudens",
    "vroegsignalen.csv": "meldingen",
    "vektis.csv": "verzekerden",
    gesprekken.LIJST: "deelnemers",
    gesprekken.MAXQDA: "Weight score",
    gesprekken.ATLASTI: "Density",
    "kerncijfers_wijken.csv": "inwoners",
}


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """Everything that does not depend on a quarter."""

    seed: int
    pop: Population
    register: Register
    residents: Residents
    clients: Clients
    staff: Staff
    traits: Traits
    wijken: Wijken | None = None


def make_world(seed: int = SEED) -> World:
    """Draw the municipality: people, their support from 2012 to 2016, and how they answer surveys."""
    pop = make_population(seed)
    traits = make_traits(seed, pop)
    register = make_register(seed, pop, traits)
    return World(
        seed,
        pop,
        register,
        make_residents(seed, pop, traits),
        make_clients(seed, pop, traits, register),
        make_staff(seed),
        traits,
    )


def grown_world(world: World) -> World:
    """The same municipality in 2022: who is still there is older, and lives in one of the wijken of that year."""
    seed = world.seed + 7
    wijken = make_wijken(seed)
    pop = groei.grow(seed, world.pop, wijken)
    traits = groei.grown_traits(seed, pop, wijken, toen=world.pop, traits=world.traits)
    register = make_register(seed, pop, traits)
    residents, clients = make_residents(seed, pop, traits), make_clients(seed, pop, traits, register)
    nu = groei.put_forward(pop)
    register = groei.without_seam(stream(seed, "naad"), nu, groei.put_forward(register))
    return World(seed, nu, register, residents, clients, world.staff, traits, wijken)


def make(
    out: Path,
    *,
    seed: int = SEED,
    kwartalen: Sequence[Kwartaal] = (*KWARTALEN, IN_WIJKEN),
    progress: Callable[[str], None] | None = None,
) -> tuple[Path, ...]:
    """Write the deliveries of the demo municipality to ``out/<kwartaal>/`` and the truth to ``out/waarheid/``.

    The same seed gives the same bytes, whichever quarters are asked for. All is made in a temporary folder beside `out`
    and moved into place when complete; other folders in `out` stay.
    progress : called with each quarter when its deliveries are made.

    Returns the folders of the quarters. Raises ValueError for a quarter outside 2015K1-2016K4 and 2022K2.
    """
    vreemd = [str(kwartaal) for kwartaal in kwartalen if kwartaal not in (*KWARTALEN, IN_WIJKEN)]
    if vreemd:
        raise ValueError(
            f"make: the demo knows {KWARTALEN[0]} to {KWARTALEN[-1]} and {IN_WIJKEN}, got {', '.join(vreemd)}"
        )
    out.mkdir(parents=True, exist_ok=True)
    world = make_world(seed)
    werkmap = Path(tempfile.mkdtemp(prefix=".maken-", dir=out))
    try:
        (werkmap / WAARHEID).mkdir()
        for kwartaal in kwartalen:
            write_quarter(grown_world(world) if kwartaal == IN_WIJKEN else world, kwartaal, werkmap)
            if progress:
                progress(str(kwartaal))
        return tuple(_place(werkmap, out, kwartaal) for kwartaal in kwartalen)
    finally:
        shutil.rmtree(werkmap)


def _place(werkmap: Path, out: Path, kwartaal: Kwartaal) -> Path:
    """Move a finished quarter into place; what was there goes with the temporary folder."""
    doel = out / str(kwartaal)
    (out / WAARHEID).mkdir(exist_ok=True)
    if doel.exists():
        doel.rename(werkmap / f"oud-{kwartaal}")
    (werkmap / str(kwartaal)).rename(doel)
    (werkmap / WAARHEID / f"{kwartaal}.json").replace(out / WAARHEID / f"{kwartaal}.json")
    return doel


def write_quarter(world: World, kwartaal: Kwartaal, out: Path) -> None:
    """One quarter's deliveries and truth under `out`."""
    map_ = out / str(kwartaal)
    map_.mkdir()
    tijd = TIJD_2022 if kwartaal == IN_WIJKEN else 4 * (kwartaal.jaar - EERSTE.jaar) + kwartaal.nummer - EERSTE.nummer
    van, tot = of_date(kwartaal.begin), of_date(kwartaal.einde)
    pop, register = world.pop, world.register
    rng = {naam: stream(world.seed, f"{naam} {kwartaal}") for naam in ("bewoners", "clienten", "professionals")}
    golf = make_wave(rng["bewoners"], pop, world.residents, dag=van, tijd=tijd)
    clienten = make_client_wave(rng["clienten"], pop, world.clients, register, dagen=(van, tot), tijd=tijd)
    staf = make_staff_wave(rng["professionals"], world.staff, tijd=tijd)
    gedeclareerd = deliveries.billed(stream(world.seed, f"declaraties {kwartaal}"), register, kwartaal)
    tabellen = {
        "register.parquet": deliveries.register_table(pop, register, kwartaal=kwartaal, gedeclareerd=gedeclareerd),
        "bewoners.sav": resident_table(
            rng["bewoners"], pop, world.residents, golf, kwartaal=kwartaal, stemmen=voices(world.seed, golf, tijd=tijd)
        ),
        "clienten.csv": deliveries.client_table(rng["clienten"], pop, clienten, kwartaal=kwartaal),
        "professionals.xlsx": deliveries.staff_table(
            rng["professionals"], world.staff, staf, stadsdelen=pop.stadsdelen
        ),
        "grootboek.csv": ledger_table(world.seed, register, kwartaal),
        "bevolking.csv": deliveries.population_table(pop, kwartaal),
        "huishoudens.csv": deliveries.household_table(pop, kwartaal),
        "vroegsignalen.csv": signal_table(world.seed, pop, kwartaal),
        "vektis.csv": vektis_table(world.seed, pop, kwartaal),
        **gesprekken.interview_tables(world.seed, kwartaal),
    }
    if world.wijken is not None:
        tabellen["kerncijfers_wijken.csv"] = key_figures(world.seed, pop, world.traits, world.wijken, dag=van)
    for bestand, tabel in tabellen.items():
        _write(tabel, map_ / bestand, kwartaal)
    files.write_csv(_letter(tabellen), map_ / "leveringsbrief.csv")
    waar = truth(kwartaal, pop=pop, register=register, golf=golf, clienten=clienten, staf=staf)
    tekst = json.dumps(waar, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    (out / WAARHEID / f"{kwartaal}.json").write_bytes(tekst.encode("utf-8"))


def _write(tabel: pd.DataFrame, pad: Path, kwartaal: Kwartaal) -> None:
    leverdatum = deliveries.leverdatum(kwartaal)
    if pad.suffix == ".parquet":
        files.write_parquet(tabel, pad)
    elif pad.suffix == ".sav":
        files.write_sav(tabel, pad, spss=spss_labels(), leverdatum=leverdatum)
    elif pad.name == gesprekken.ATLASTI:
        gesprekken.write_atlasti(tabel, pad, leverdatum=leverdatum)
    elif pad.suffix == ".xlsx":
        titel = f"Professionals sociaal domein, {kwartaal.label} (fictieve gegevens)"
        files.write_xlsx(tabel, pad, blad="respons", titel=titel, leverdatum=leverdatum)
    else:
        files.write_csv(tabel, pad, codering="cp1252" if pad.stem in ("clienten", "grootboek") else "utf-8")


def _letter(tabellen: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """What was sent: rows and the sum of a column, per file."""
    rijen = []
    for bestand, tabel in tabellen.items():
        kolom = _CONTROLE[bestand]
        waarden = tabel[kolom]
        if kolom == "bedrag":
            waarden = waarden.str.replace(".", "").str.replace(",", ".").astype("float64")
        rijen.append((bestand, len(tabel), kolom, deliveries.checksum(waarden)))
    return pd.DataFrame(rijen, columns=["bestand", "regels", "controlekolom", "controlesom"])
