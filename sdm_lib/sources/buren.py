"""Rules that look at another file: a value that must occur there, and a jump against the quarter before.

They read the other delivery by its own schema, once a process; when that one is missing or broken nothing is concluded
from it here, and of a value that should occur there that is said. A first quarter has none before it: no jump, no word.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import duckdb

from sdm_lib.errors import MAX_VOORBEELDEN, Melding
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.sources.levering import Regel, Schema
from sdm_lib.sources.ruw import ident
from sdm_lib.sources.woorden import RIJ

REGELS = ("komt_voor_in", "sprong")
Z = 3.0  # control limits of a Shewhart chart: three standard deviations of a difference of two counts
Tellingen = Counter[tuple[object, ...]]


def check(
    con: duckdb.DuckDBPyConnection,
    schema: Schema,
    *,
    ander: Tellingen | None,
    regel: Regel,
) -> list[Melding]:
    """One rule on table `t` against the counts of the other delivery (None: there is none to compare with)."""
    if ander is None:
        return [_not_compared(schema, regel)] if regel.regel == "komt_voor_in" else []
    if regel.regel == "komt_voor_in":
        return _occurs(con, schema, regel, ander)
    return _jumps(tellingen(con, regel.kolommen), ander, schema, regel)


def tellingen(con: duckdb.DuckDBPyConnection, kolommen: Sequence[str]) -> Tellingen:
    """How often each combination of values occurs in table `t`."""
    groep = ", ".join(ident(kolom) for kolom in kolommen)
    rijen = con.execute(f"SELECT {groep}, count(*) FROM t GROUP BY {groep}").fetchall()
    return Counter({tuple(rij[:-1]): int(rij[-1]) for rij in rijen})


def other_folder(folder: Path, regel: Regel, kwartaal: Kwartaal | None) -> Path | None:
    """Where the other delivery lies: the same folder, or for a jump the folder of the quarter before."""
    if regel.regel == "komt_voor_in":
        return folder
    return folder.parent / str(kwartaal.vorige) if kwartaal is not None else None


def _not_compared(schema: Schema, regel: Regel) -> Melding:
    return Melding(
        "SDM-373",
        f"niet gecontroleerd of de waarden in {regel.levering} voorkomen: die levering ontbreekt of is niet leesbaar",
        f"Zet {regel.levering} in dezelfde map.",
        bestand=schema.bestand,
        kolom=", ".join(regel.kolommen),
        ernst="waarschuwing",
    )


def _occurs(con: duckdb.DuckDBPyConnection, schema: Schema, regel: Regel, ander: Tellingen) -> list[Melding]:
    eigen = tellingen(con, regel.kolommen)
    vreemd = [sleutel for sleutel in eigen if sleutel not in ander and None not in sleutel]
    if not vreemd:
        return []
    (kolom,) = regel.kolommen
    plaats = ", ".join("?" for _ in vreemd)
    rij = con.execute(
        f"SELECT min({RIJ}, {MAX_VOORBEELDEN}) FROM t WHERE {ident(kolom)} IN ({plaats})", [s[0] for s in vreemd]
    ).fetchone()
    return [
        Melding(
            regel.code,
            f"waarde die in {regel.levering} niet voorkomt",
            regel.herstel or f"Vul {regel.levering} aan, of verbeter de waarde.",
            bestand=schema.bestand,
            kolom=kolom,
            regels=tuple(rij[0]) if rij else (),
            aantal=sum(eigen[sleutel] for sleutel in vreemd),
            waarom=regel.waarom,
            ernst=regel.ernst,
        )
    ]


def _jumps(nu: Tellingen, eerder: Tellingen, schema: Schema, regel: Regel) -> list[Melding]:
    """Groups whose count moved more than chance and more than the rule's share allow."""
    grens = regel.grens or 0.0
    groepen = sorted(
        (groep for groep in nu.keys() | eerder.keys() if None not in groep and jumped(nu[groep], eerder[groep], grens)),
        key=str,
    )
    return [
        Melding(
            regel.code,
            f"{', '.join(map(str, groep))}: {nu[groep]} regels, het kwartaal ervoor {eerder[groep]}",
            regel.herstel or "Vraag de leverancier of dit klopt, of dat een deel ontbreekt of dubbel is geleverd.",
            bestand=schema.bestand,
            kolom=", ".join(regel.kolommen),
            waarom=regel.waarom or "Zo'n sprong komt vaker door de levering dan door de werkelijkheid.",
            ernst=regel.ernst,
        )
        for groep in groepen
    ]


def jumped(nu: int, eerder: int, grens: float) -> bool:
    """Whether a count moved by more than the share `grens` and beyond three standard deviations of the difference.

    Source: Poisson counts, variance of a difference is their sum; limits as in a Shewhart control chart.

    >>> jumped(130, 100, 0.25), jumped(1300, 1000, 0.25), jumped(1200, 1000, 0.25)
    (False, True, False)
    """
    verschil = abs(nu - eerder)
    return verschil > grens * eerder and verschil > Z * math.sqrt(nu + eerder)
