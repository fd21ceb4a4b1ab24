"""Rows that are exactly the same, and rows that share a key but differ."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from sdm_lib.errors import MAX_VOORBEELDEN, Melding
from sdm_lib.sources.levering import Schema
from sdm_lib.sources.ruw import Ruw, ident
from sdm_lib.sources.woorden import RIJ, Rijen


def problems(ruw: Ruw, schema: Schema, aanwezig: Sequence[str]) -> list[Melding]:
    """What stands in table `t` more than once, over the columns that are there.

    Rows that are the same share their key too, so where no key repeats nothing does.
    """
    sleutel = schema.sleutel if set(schema.sleutel) <= set(aanwezig) else ()
    gelijk = repeated(ruw.con, sleutel) if sleutel else (0, ())
    if not aanwezig or (sleutel and not gelijk[0]):
        return []
    zelfde = repeated(ruw.con, aanwezig)
    meldingen = []
    if zelfde[0]:
        meldingen.append(_double("SDM-332", "deze regel staat er precies dubbel", ruw, schema, zelfde))
    if gelijk[0] > zelfde[0]:
        meldingen.append(_double("SDM-331", f"dezelfde {', '.join(sleutel)} komt vaker voor", ruw, schema, gelijk))
    return meldingen


def repeated(con: duckdb.DuckDBPyConnection, kolommen: Sequence[str]) -> Rijen:
    """How many rows repeat an earlier one in these columns, and the first of them."""
    velden = ", ".join(ident(kolom) for kolom in kolommen)
    # rows with the same values have the same hash; the values are compared only where hashes meet
    samen = f"SELECT hash({velden}) AS h FROM t GROUP BY h HAVING count(*) > 1"
    if not con.execute(f"{samen} LIMIT 1").fetchone():
        return 0, ()
    rij = con.execute(
        f"SELECT count(*), min({RIJ}, {MAX_VOORBEELDEN}) FROM (SELECT {RIJ}, row_number() OVER "
        f"(PARTITION BY {velden} ORDER BY {RIJ}) AS keer FROM t WHERE hash({velden}) IN ({samen})) WHERE keer > 1"
    ).fetchone()
    return (int(rij[0]), tuple(rij[1] or ())) if rij else (0, ())


def _double(code: str, wat: str, ruw: Ruw, schema: Schema, gevonden: Rijen) -> Melding:
    return Melding(
        code,
        wat,
        "Verwijder wat dubbel is, of pas sleutel in het schema aan.",
        bestand=ruw.bestand,
        blad=ruw.blad,
        kolom=", ".join(schema.sleutel) if code == "SDM-331" else "",
        regels=gevonden[1],
        aantal=gevonden[0],
        waarom="Wat dubbel staat telt dubbel mee.",
        ernst="fout" if schema.sleutel else "waarschuwing",
    )
