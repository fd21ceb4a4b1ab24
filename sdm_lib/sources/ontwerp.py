"""Draft a schema from a file, for the researcher to finish: what is certain is filled in, the rest is a question.

The draft holds names, kinds and short code lists. A column that may be about persons gets no code list, and a column
of citizen service numbers is drafted as `persoonscode` with the advice to pseudonymise the file first.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from sdm_lib.errors import InvoerFout, Melding
from sdm_lib.sources import codering, getallen, lees_csv, lees_excel, lees_parquet, lees_spss, privacy, spss_vorm
from sdm_lib.sources.levering import MERK, SLEUTEL, Kolom, Schema, Vorm
from sdm_lib.sources.ruw import Ruw, connection, plat

VORMEN: dict[str, Vorm] = {".csv": "csv", ".txt": "csv", ".tsv": "csv", ".xlsx": "xlsx", ".xls": "xls",
                           ".sav": "sav", ".zsav": "sav", ".parquet": "parquet"}  # fmt: skip
MAX_CODES = 25  # more different words than this are no code list
MINSTENS_PER_CODE = 3  # rarer words may be somebody's, so they are not written down


@dataclass(frozen=True, slots=True)
class _Vondst:
    naam: str
    soort: str
    verplicht: bool
    codes: tuple[str, ...] = ()
    vraag: str = ""


def draft_schema(path: Path, *, naam: str = "") -> str:
    """A YAML schema for a file, with a comment where the researcher must decide. Raises InvoerFout when unreadable."""
    with connection() as con:
        ruw = loose(con, path)
        return _yaml(path, naam or plat(path.stem), VORMEN[path.suffix.casefold()], ruw, _columns(ruw))


def loose(con: duckdb.DuckDBPyConnection, path: Path) -> Ruw:
    """A file as text without a schema. Raises InvoerFout for another kind of file or one that cannot be read."""
    vorm = VORMEN.get(path.suffix.casefold())
    if vorm is None:
        herstel = f"Bekend zijn: {', '.join(VORMEN)}."
        raise InvoerFout(Melding("SDM-304", f"onbekend soort bestand '{path.suffix}'", herstel, bestand=path.name))
    lezer = {"csv": lees_csv.read, "xlsx": lees_excel.read, "xls": lees_excel.read, "parquet": lees_parquet.read}
    schema = _loose_schema(path, vorm)
    ruw = lees_spss.read(con, path, schema, vragenlijst=None) if vorm == "sav" else lezer[vorm](con, path, schema)
    fouten = [melding for melding in ruw.meldingen if melding.ernst == "fout"]
    if fouten:
        raise InvoerFout(*fouten)
    return ruw


def _loose_schema(path: Path, vorm: Vorm) -> Schema:
    """A schema in which every column of the file's first table-like row is text."""
    kop = {"csv": _header, "xlsx": _excel_header, "xls": _excel_header, "sav": _spss_header}
    namen = kop[vorm](path) if vorm in kop else ["_"]
    kolommen = {naam: Kolom("tekst") for naam in namen if naam.strip()} or {"_": Kolom("tekst")}
    return Schema("ontwerp", "", path.name, vorm, (), kolommen)


def _header(path: Path) -> list[str]:
    code = codering.detect(path)
    if not code.naam:
        return []
    monster = lees_csv.sample(path, code.naam)
    beste: tuple[int, list[str]] = (0, [])
    for scheiding in lees_csv.SCHEIDINGEN:
        rijen = list(csv.reader(io.StringIO(monster, newline=""), delimiter=scheiding))[:100]
        kop = _table_header(rijen)
        if kop and len(kop) > beste[0]:
            beste = (len(kop), kop)
    return beste[1]


def _excel_header(path: Path) -> list[str]:
    with lees_excel.book(path) as boek:
        koppen = [_table_header(lees_excel.first_rows(blad)) for blad in boek.worksheets]
    return max(koppen, key=len, default=[])


def _spss_header(path: Path) -> list[str]:
    import pyreadstat

    if not spss_vorm.whole(path):
        return []  # the reader says that it is damaged
    try:
        _, meta = pyreadstat.read_sav(str(path), metadataonly=True)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, ValueError, OSError):
        return []  # the reader says what is wrong with it
    return [str(naam) for naam in meta.column_names]


def _table_header(rijen: Sequence[Sequence[str]]) -> list[str]:
    """The first row that is as wide as most rows and has a different name in every cell."""
    gevuld = [[cel.strip() for cel in rij] for rij in rijen]
    breedtes = Counter(sum(bool(cel) for cel in rij) for rij in gevuld if any(rij))
    if not breedtes:
        return []
    breedte = max(breedtes, key=lambda b: (breedtes[b] > 1, b))
    for rij in gevuld:
        namen = [cel for cel in rij if cel]
        if len(namen) >= breedte and len(set(namen)) == len(namen) and not any(cel[0].isdigit() for cel in namen):
            return namen
    return []


def _columns(ruw: Ruw) -> list[_Vondst]:
    bsn = privacy.bsn_columns(ruw.tekst, range(len(ruw.namen)))
    return [
        _column(ruw, i, naam, bsn=i in bsn or plat(naam) in privacy.BSN_NAMEN)
        for i, naam in enumerate(ruw.namen)
        if naam and plat(naam) not in (MERK, SLEUTEL)
    ]


def _column(ruw: Ruw, i: int, naam: str, *, bsn: bool) -> _Vondst:
    tekst = getallen.trimmed(f"c{i}")
    nummer = getallen.match("v", "[0-9a-fA-F]{12,64}")
    rij = ruw.con.execute(
        f"SELECT count(v), count(*), count(DISTINCT v), count_if({nummer}) FROM (SELECT {tekst} AS v FROM ruw)"
    ).fetchone()
    gevuld, alle, verschillend, nummers = rij or (0, 0, 0, 0)
    verplicht = gevuld == alle
    if bsn:
        return _Vondst(naam, "persoonscode", verplicht, vraag="burgerservicenummers: eerst sdm pseudonymise")
    if privacy.named_columns([naam]):
        return _Vondst(naam, "tekst", verplicht, vraag="namen of contactgegevens: haal deze kolom weg")
    if not gevuld:
        return _Vondst(naam, "tekst", False, vraag="helemaal leeg: is deze kolom nodig?")
    soort, vraag = _kind(ruw, i, tekst)
    if soort:
        return _Vondst(naam, soort, verplicht, vraag=vraag)
    if verschillend > MAX_CODES:
        uniek = verschillend >= 0.9 * gevuld or nummers == gevuld
        return _Vondst(naam, "persoonscode" if uniek else "tekst", verplicht, vraag="controleer de soort")
    codes = ruw.con.execute(
        f"SELECT v FROM (SELECT {tekst} AS v FROM ruw) WHERE v IS NOT NULL "
        f"GROUP BY v HAVING count(*) >= {MINSTENS_PER_CODE} ORDER BY v"
    ).fetchall()
    vraag = "" if len(codes) == verschillend else f"{verschillend - len(codes)} zeldzame waarden niet opgenomen"
    return _Vondst(naam, "code" if codes else "tekst", verplicht, tuple(str(code[0]) for code in codes), vraag)


def _kind(ruw: Ruw, i: int, tekst: str) -> tuple[str, str]:
    """Number or date when every filled value can be one; with the question that remains."""
    datum = getallen.CANONIEK if i in ruw.canoniek else "dmj"
    getal = "v" if i in ruw.canoniek else getallen.cleaned("v")
    vormen = " OR ".join(getallen.is_number("n", vorm) for vorm in (getallen.NEDERLANDS, getallen.ENGELS))
    klasse = getallen.number_class("n")
    rij = ruw.con.execute(
        f"SELECT count(v), count_if({getallen.date_value('v', datum)} IS NOT NULL), count_if({vormen}), "
        f"count_if(contains(n, '.') OR contains(n, ',')), count_if({getallen.match('v', '0[0-9]+')}), "
        f"list(DISTINCT {klasse}), list(DISTINCT {getallen.date_class('v')}) "
        f"FROM (SELECT v, {getal} AS n FROM (SELECT {tekst} AS v FROM ruw))"
    ).fetchone()
    if rij is None:
        return "", ""
    gevuld, datums, getallen_, breuken, nullen, klassen, datumklassen = rij
    if datums == gevuld:
        vorm = getallen.date_form({k for k in datumklassen or () if k}, Kolom("datum"))
        return "datum", "datumvorm: dmj of mdj?" if vorm.probleem and i not in ruw.canoniek else ""
    if getallen_ == gevuld and not nullen:
        soort = "getal" if breuken else "geheel"
        twijfel = getallen.number_form({k for k in klassen or () if k}, Kolom("getal")).probleem == "SDM-323"
        return soort, "getalvorm: nederlands of engels?" if twijfel and i not in ruw.canoniek else ""
    return "", ""


def _yaml(path: Path, naam: str, vorm: Vorm, ruw: Ruw, kolommen: Sequence[_Vondst]) -> str:
    regels = [
        f"levering: {naam}",
        f"label: {_quoted(path.stem)}  # hoe een lezer deze levering noemt",
        f"bestand: {_quoted(path.name)}",
        f"vorm: {vorm}",
        *([f"blad: {_quoted(ruw.blad)}"] if ruw.blad else []),
        "sleutel: []  # welke kolommen samen uniek zijn",
        "persoonlijk: []  # kolommen waarvan nooit een waarde wordt getoond",
        "kolommen:",
    ]
    for kolom in kolommen:
        codes = f", codes: [{', '.join(_quoted(code) for code in kolom.codes)}]" if kolom.codes else ""
        ja = "ja" if kolom.verplicht else "nee"
        vraag = f"  # {kolom.vraag}" if kolom.vraag else ""
        regels.append(f"  {_quoted(kolom.naam)}: {{soort: {kolom.soort}, verplicht: {ja}{codes}}}{vraag}")
    return "\n".join([*regels, "regels: []", ""])


def _quoted(tekst: str) -> str:
    return '"' + tekst.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'
