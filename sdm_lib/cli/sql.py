"""`sdm sql`: the SQL behind a figure of the register, for who wants to check it in the own warehouse.

It is written for a register in which every code of the delivery occurs once, so no delivery is opened and no condition
is left out because nobody met it this quarter.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from sdm_lib.errors import Melding, ParameterFout, bedoelde_u
from sdm_lib.kwartaal import Kwartaal, Verslagperiode

if TYPE_CHECKING:
    import pandas as pd

    from sdm_lib.registry import Register

# what a colleague calls an engine -> what Ibis calls it, and what is known of its SQL
DIALECTEN = {
    "duckdb": ("duckdb", "Elk cijfer is met deze SQL in de tests uitgerekend."),
    "postgres": ("postgres", "Elk cijfer is met deze SQL in de tests op een PostgreSQL-server uitgerekend."),
    "spark": ("pyspark", "Elk cijfer is met deze SQL in de tests op Spark uitgerekend."),
    "mssql": ("mssql", "NIET UITGEVOERD: in een test gemaakt en ontleed, maar nooit op SQL Server gedraaid."),
}  # fmt: skip
TABEL = "voorzieningen"
VEEL = 10_000  # more than there are codes: nobody may use more than there are


def sql_command(naam: str, *, dialect: str, kwartaal: str, per: Sequence[str]) -> None:
    """Print every statement that the figure sends to the engine.

    Raises ParameterFout (SDM-270) for an indicator that does not come from the register.
    """
    from sdm_lib import indicators, registry, sources
    from sdm_lib.monitor.runfile import parse_kwartaal

    root = sources.project_root()
    periode = parse_kwartaal(kwartaal, root=root)
    catalogue = indicators.load(root)
    (indicator,) = catalogue.kies([naam])
    if indicator.bron != "register":
        eigen = [een for een in catalogue if catalogue[een].bron == "register"]
        wat = f"indicator {naam} komt niet uit het register en heeft geen SQL"
        raise ParameterFout(Melding("SDM-270", wat, bedoelde_u(naam, eigen)))
    from sdm_lib.results import Kader

    kader = Kader(periode=str(periode), gebied="stad", source="register")
    taal, bekend = DIALECTEN[dialect]
    regels = registry.to_sql(
        lambda register: indicators.compute(indicator, register, kader=kader, by=tuple(per)),
        register_van_codes(sources.load_schema("register", root=root), periode),
        dialect=taal,
    )
    click.echo(f"-- {naam} {indicator.label}, {periode}, {dialect}. {bekend}")
    click.echo(f"-- {indicator.zin}")
    click.echo(f"-- Tabel {TABEL}: een rij is een voorziening van een persoon; einde is de eerste dag zonder.")
    click.echo("-- Alleen deze aantallen verlaten de databron; noemers en percentages komen daarna.")
    click.echo(";\n\n".join(regels) + ";")


def register_van_codes(levering: Any, periode: Verslagperiode) -> Register:
    """A register in which every code of a delivery occurs, with inhabitants and households in every group."""
    import dataclasses

    import pandas as pd

    from sdm_lib import registry, sources

    gebied = levering.kolommen["stadsdeel"]
    gebieden = gebied.codes or sources.gebieden().geldende_codes(periode.einde.year, niveau=gebied.niveau)
    kolommen = {**levering.kolommen, "stadsdeel": dataclasses.replace(gebied, codes=tuple(gebieden))}
    tabel = registry.als_tabel(_alle_codes(kolommen, pd.Timestamp(periode.begin)), naam=TABEL)
    dagen = pd.to_datetime([periode.begin, periode.einde])
    rooster = pd.MultiIndex.from_product(
        [dagen, list(gebieden), registry.LEEFTIJDEN, ["man", "vrouw"]],
        names=["peildatum", "stadsdeel", "leeftijd", "geslacht"],
    )
    bevolking = rooster.to_frame(index=False).assign(inwoners=VEEL)
    huishoudens = bevolking[["peildatum", "stadsdeel"]].drop_duplicates(ignore_index=True).assign(huishoudens=VEEL)
    return registry.open_register(
        tabel, bevolking=bevolking, huishoudens=huishoudens, gecontroleerd=True, leverdatum=periode.einde,
        kwartaal=periode if isinstance(periode, Kwartaal) else None,
    )  # fmt: skip


def _alle_codes(kolommen: Any, begin: pd.Timestamp) -> pd.DataFrame:
    import pandas as pd

    from sdm_lib.registry.register import VOORZIENINGEN

    paren = [(wet, soort) for wet, soorten in VOORZIENINGEN.items() for soort in soorten]
    aantal = max(len(paren), *(len(kolom.codes) for kolom in kolommen.values()))
    frame = pd.DataFrame(index=range(aantal))
    for naam, kolom in kolommen.items():
        if kolom.codes:
            frame[naam] = [kolom.codes[i % len(kolom.codes)] for i in range(aantal)]
        elif kolom.soort == "datum":
            frame[naam] = begin if naam in ("begin", "datum_aanmelding", "beoogd_begin") else pd.NaT
        elif kolom.soort == "bedrag":
            frame[f"{naam}_cent"] = 1
        else:
            frame[naam] = 1980 if kolom.soort in ("geheel", "getal") else [f"p{i}" for i in range(aantal)]
    frame["wet"], frame["voorziening"] = zip(*(paren[i % len(paren)] for i in range(aantal)), strict=True)
    return frame.astype({naam: "datetime64[us]" for naam, kolom in kolommen.items() if kolom.soort == "datum"})
