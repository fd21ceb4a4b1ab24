"""Columns with a code list: other spellings of a code are restored and reported, anything else is unknown.

What may be shown of an unknown code is small: a file whose columns shifted can hold a name where a code belongs.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from sdm_lib.errors import MAX_VOORBEELDEN, Melding, bedoelde_u
from sdm_lib.sources.levering import Kolom, Schema
from sdm_lib.sources.woorden import Rijen, Tekst, matching, rows

_MET_CODES = ("code", "tekst", "persoonscode")


def restore(tekst: Tekst, schema: Schema, naam: str, x: pa.Array, k: int) -> tuple[pa.Array, tuple[Melding, ...]]:
    """The words of column k as codes, and what was repaired or is unknown."""
    kolom = schema.kolommen[naam]
    if not kolom.codes or kolom.soort not in _MET_CODES:
        return x, ()
    vreemd = pc.and_(pc.is_valid(x), pc.invert(pc.is_in(x, pa.array(kolom.codes, pa.string()))))
    if not pc.any(vreemd).as_py():
        return x, ()
    paar = x.dictionary_encode()
    spelling = spellings(kolom)
    bekend = set(kolom.codes)
    gelezen = [woord if woord in bekend else respell(woord, spelling) for woord in paar.dictionary.to_pylist()]
    onbekend = pc.and_(vreemd, pc.equal(pa.array(gelezen, pa.string()).take(paar.indices), ""))
    hersteld = pc.and_(vreemd, pc.invert(onbekend))
    meldingen = []
    if aantal := rows(tekst, k, matching(hersteld))[0]:
        wat = f"{aantal} keer een andere schrijfwijze van een code gelezen (hoofdletters, voorloopnullen of eigen naam)"
        meldingen.append(Melding("SDM-365", wat, "U hoeft niets te doen.", kolom=naam, ernst="hersteld"))
    if (gevonden := rows(tekst, k, matching(onbekend)))[0]:
        meldingen.append(_unknown(naam, schema, x.filter(onbekend).unique().to_pylist(), gevonden))
    codes = [code or woord for code, woord in zip(gelezen, paar.dictionary.to_pylist(), strict=True)]
    return pa.array(codes, pa.string()).take(paar.indices), tuple(meldingen)


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


def _unknown(naam: str, schema: Schema, onbekend: Sequence[str], rijen: Rijen) -> Melding:
    getoond = _shown(naam, schema, onbekend)
    meer = len(onbekend) - len(getoond)
    rest = f" en nog {meer} andere" if getoond and meer else ""
    wat = f"onbekende code {', '.join(repr(waarde) for waarde in getoond)}{rest}" if getoond else "onbekende code"
    codes = schema.kolommen[naam].codes
    return Melding(
        "SDM-321",
        wat,
        f"{bedoelde_u(getoond[0] if getoond else '', codes)} Of neem de code op in het schema.",
        kolom=naam,
        regels=rijen[1],
        aantal=rijen[0],
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
