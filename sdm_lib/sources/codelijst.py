"""Columns with a code list: other spellings of a code are restored and reported, anything else is unknown.

What may be shown of an unknown code is small: a file whose columns shifted can hold a name where a code belongs.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

import duckdb
import pyarrow as pa

from sdm_lib.errors import MAX_VOORBEELDEN, Melding, bedoelde_u
from sdm_lib.sources.levering import Kolom, Schema
from sdm_lib.sources.ruw import ident, literal
from sdm_lib.sources.woorden import RIJ

_MET_CODES = ("code", "tekst", "persoonscode")
MAX_CODES = 2_000  # unknown spellings looked at in one column


def with_unknown(con: duckdb.DuckDBPyConnection, schema: Schema, plaats: Mapping[str, int]) -> set[str]:
    """The columns with a word in `x` outside their code list, found in one pass; most files have none."""
    namen = {
        plaats[naam]: naam
        for naam in plaats
        if schema.kolommen[naam].codes and schema.kolommen[naam].soort in _MET_CODES
    }
    if not namen:
        return set()
    paren = [(k, code) for k, naam in namen.items() for code in schema.kolommen[naam].codes]
    lijst = {"k": pa.array([k for k, _ in paren], pa.int16()), "x": pa.array([code for _, code in paren], pa.string())}
    con.register("_codes", pa.table(lijst))
    ks = ", ".join(map(str, namen))
    rijen = con.execute(
        f"SELECT DISTINCT k FROM (SELECT k, x FROM x WHERE k IN ({ks}) AND x IS NOT NULL) ANTI JOIN _codes USING (k, x)"
    ).fetchall()
    con.unregister("_codes")
    return {namen[k] for (k,) in rijen}


def _list(kolom: Kolom) -> str:
    return ", ".join(literal(code) for code in kolom.codes)


def restore(con: duckdb.DuckDBPyConnection, schema: Schema, naam: str, k: int) -> tuple[str, tuple[Melding, ...]]:
    """The SQL that reads the words of column k as codes, and what was repaired or is unknown."""
    kolom, tekst = schema.kolommen[naam], ident(naam)
    rijen = con.execute(
        f"SELECT x AS v, count(*), min({RIJ}, {MAX_VOORBEELDEN}) FROM codes JOIN x ON x.k = {k} AND x.id = c{k} "
        f"WHERE x NOT IN ({_list(kolom)}) GROUP BY v ORDER BY min({RIJ}) LIMIT {MAX_CODES + 1}"
    ).fetchall()
    spelling = spellings(kolom)
    hersteld = {waarde: code for waarde, _, _ in rijen if (code := respell(waarde, spelling))}
    onbekend = [rij for rij in rijen if rij[0] not in hersteld]
    meldingen = []
    if hersteld:
        aantal = sum(aantal for waarde, aantal, _ in rijen if waarde in hersteld)
        wat = f"{aantal} keer een andere schrijfwijze van een code gelezen (hoofdletters, voorloopnullen of eigen naam)"
        meldingen.append(Melding("SDM-365", wat, "U hoeft niets te doen.", kolom=naam, ernst="hersteld"))
    if onbekend:
        meldingen.append(_unknown(naam, schema, onbekend))
    tak = " ".join(f"WHEN {literal(waarde)} THEN {literal(code)}" for waarde, code in hersteld.items())
    return (f"CASE {tekst} {tak} ELSE {tekst} END" if tak else tekst), tuple(meldingen)


def spellings(kolom: Kolom) -> dict[str, str]:
    """Every spelling that can only mean one code: without capitals, and a number without its leading zeros."""
    namen: dict[str, set[str]] = {}
    for code in kolom.codes:
        for vorm in {code.casefold(), code.lstrip("0") if code.isdigit() else code.casefold()}:
            namen.setdefault(vorm, set()).add(code)
    enig = {vorm: next(iter(codes)) for vorm, codes in namen.items() if len(codes) == 1 and vorm}
    return enig | {tekst.casefold(): code for tekst, code in kolom.schrijfwijzen.items()}


def respell(waarde: str, spelling: dict[str, str]) -> str:
    """The code that a spelling stands for; empty when it is none.

    >>> respell("34", spellings(Kolom("code", codes=("0034", "0518"))))
    '0034'
    """
    kaal = waarde.casefold()
    if kaal in spelling:
        return spelling[kaal]
    return spelling.get(kaal.lstrip("0"), "") if kaal.isdigit() else ""


def _unknown(naam: str, schema: Schema, onbekend: Sequence[tuple[str, int, list[int]]]) -> Melding:
    regels = sorted({regel for _, _, eerste in onbekend for regel in eerste})[:MAX_VOORBEELDEN]
    getoond = _shown(naam, schema, [waarde for waarde, _, _ in onbekend])
    meer = len(onbekend) - len(getoond)
    rest = f" en nog {meer} andere" if getoond and meer else ""
    wat = f"onbekende code {', '.join(repr(waarde) for waarde in getoond)}{rest}" if getoond else "onbekende code"
    codes = schema.kolommen[naam].codes
    return Melding(
        "SDM-321",
        wat,
        f"{bedoelde_u(getoond[0] if getoond else '', codes)} Of neem de code op in het schema.",
        kolom=naam,
        regels=tuple(regels),
        aantal=sum(aantal for _, aantal, _ in onbekend),
    )


def _shown(naam: str, schema: Schema, waarden: Sequence[str]) -> list[str]:
    """Unknown codes near a known one; in a delivery without columns about persons any short one."""
    if naam in personal(schema):
        return []
    kort = [waarde for waarde in waarden if len(waarde) <= 30][:MAX_VOORBEELDEN]
    if not personal(schema):
        return kort
    codes = schema.kolommen[naam].codes
    veilig = [waarde for waarde in kort if not any(teken.isdigit() for teken in waarde)]
    return [waarde for waarde in veilig if difflib.get_close_matches(waarde, codes, cutoff=0.75)]


def personal(schema: Schema) -> frozenset[str]:
    """The columns of which no value is ever shown."""
    codes = {naam for naam, kolom in schema.kolommen.items() if kolom.soort == "persoonscode"}
    return frozenset(codes | set(schema.persoonlijk))
