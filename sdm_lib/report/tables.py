"""The table behind a piece: as accessible HTML, and as a CSV file that a Dutch Excel opens by double-click."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from sdm_lib import nl
from sdm_lib.disclosure.tekst import als_cel
from sdm_lib.indicators.modelled import BREUK, NIET_PUBLICEERBAAR, label_of
from sdm_lib.report import crosstab, strook
from sdm_lib.report.figures import Cijfer, eenheid_naam, kapitaal, toon, toon_marge, toon_n
from sdm_lib.report.stuk import Stuk
from sdm_lib.report.words import ONGETOETST, PIJL, oordeel, richting, sleutel

# Decimals in a download: enough to calculate with, not more than the figure carries.
CSV_DECIMALEN = {
    "aandeel": 4,
    "procentpunt": 4,
    "aantal": 0,
    "euro": 0,
    "dagen": 1,
    "per_1000": 2,
    "cijfer": 2,
    "score": 2,
}
KORT = 14  # rows
BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Kolom:
    """A column of a page table: heading, text per row, and whether it holds numbers or names the row."""

    kop: str
    tekst: Callable[[Cijfer], str]
    getal: bool = False
    rijkop: bool = False


def kolommen(stuk: Stuk) -> list[Kolom]:
    """The columns that this piece needs: what varies, value, margin, n, and the comparison when there is one."""
    namen = [kolom for kolom in _naamkolommen(stuk) if kolom is not None]
    if not namen:
        namen = [Kolom("Cijfer", lambda rij: rij.naam, rijkop=True)]
    eenheden = {rij.unit for rij in stuk.basis}
    soort = "Waarde" if stuk.standen else f"Verschil met {_reference(stuk)}"
    kop = f"{soort} ({eenheid_naam(next(iter(eenheden)), verschil=not stuk.standen)})" if len(eenheden) == 1 else soort
    lijst = [*namen, Kolom(kop, toon, getal=True)]
    if any(rij.met_marge for rij in stuk.basis):
        afgerond = all(rij.method.startswith(ONGETOETST) for rij in stuk.basis if rij.zichtbaar)
        lijst.append(Kolom("Grens door afronding" if afgerond else "Marge", toon_marge, getal=True))
    if any(toon_n(rij) and not _counts_itself(rij) for rij in stuk.basis):
        lijst.append(Kolom("n", toon_n, getal=True))
    if any(label_of(rij.method) for rij in stuk.standen):
        lijst.append(Kolom("Hoe verkregen", _label(stuk)))
    if not stuk.standen:
        lijst.append(Kolom("Oordeel", lambda rij: _vergelijking(stuk, rij)))
    elif stuk.verschillen:
        lijst.append(Kolom(f"Vergeleken met {_reference(stuk)}", lambda rij: _vergelijking(stuk, rij)))
    return lijst


def _counts_itself(rij: Cijfer) -> bool:
    """Whether the figure is the number of those behind it: the same number twice says nothing."""
    return rij.unit == "aantal" and rij.measure == "level" and rij.value == rij.n


def _label(stuk: Stuk) -> Callable[[Cijfer], str]:
    """The label of each figure; among modelled figures one that is hidden for persons has that of what is not shown."""
    anders = NIET_PUBLICEERBAAR if any(label_of(rij.method) not in ("", BREUK) for rij in stuk.standen) else ""
    return lambda rij: label_of(rij.method, shown=rij.zichtbaar) or ("" if rij.zichtbaar else anders)


def _reference(stuk: Stuk) -> str:
    return stuk.regels.dan().removeprefix("in ").removeprefix("bij ")


def _vergelijking(stuk: Stuk, rij: Cijfer) -> str:
    verschil = stuk.verschillen.get(sleutel(rij))
    if verschil is None or rij.periode != verschil.periode:
        return ""
    woord = richting(verschil, stuk.regels)
    return f"{PIJL[oordeel(verschil, stuk.regels.grens(verschil))]} {woord}"


def _naamkolommen(stuk: Stuk) -> list[Kolom | None]:
    rijen = stuk.basis

    def varieert(kolom: str) -> bool:
        return len({getattr(rij, kolom) for rij in rijen}) > 1

    sleutels = sorted({key for rij in rijen for key in rij.groep_delen})
    groepen = [_groepkolom(stuk, key) for key in sleutels if len({rij.groep_delen.get(key) for rij in rijen}) > 1]
    lijst: list[Kolom | None] = [
        Kolom("Cijfer", lambda rij: rij.naam, rijkop=True) if varieert("indicator") else None,
        Kolom("Gebied", lambda rij: rij.gebied_naam, rijkop=True) if varieert("gebied") or _elders(stuk) else None,
        *groepen,
        Kolom("Periode", lambda rij: rij.periode_naam, rijkop=True) if varieert("periode") else None,
    ]
    return lijst


def _elders(stuk: Stuk) -> bool:
    """Whether the rows are about one area that is neither that of the page nor the whole municipality."""
    eigen = any(rij.gebied == stuk.accent or rij.gebied_soort == "gemeente" for rij in stuk.basis)
    return bool(stuk.accent) and not eigen


def _groepkolom(stuk: Stuk, key: str) -> Kolom:
    kop = stuk.labels.get(key, key.replace("_", " "))

    def tekst(rij: Cijfer) -> str:
        waarde = rij.groep_delen.get(key, "")
        return kapitaal(stuk.labels.get(f"{key}={waarde}", waarde.replace("_", " ")) if waarde else "totaal")

    return Kolom(kapitaal(kop), tekst, rijkop=True)


def html_tabel(stuk: Stuk, *, bijschrift: str, genummerd: bool = False) -> str:
    """The table with caption and scopes, in a region that scrolls and can be reached with the keyboard.

    genummerd : a table of its own, whose caption is its title and which may be a grid; the data behind a figure is
    always a list, with margin and n.
    """
    raster = crosstab.kruis(stuk) if genummerd else None
    naam = escape(bijschrift, quote=True)
    return (
        f'<div class="rol" role="region" tabindex="0" aria-label="Tabel: {naam}"><table{_kort(stuk, raster)}>'
        f"{_bijschrift(bijschrift, genummerd)}{crosstab.html(raster) if raster else _lijst(stuk)}</table></div>"
    )


def _kort(stuk: Stuk, raster: crosstab.Kruis | None) -> str:
    """A table that fits half a sheet of paper is kept on one."""
    return ' class="kort"' if len(raster.rijen if raster else stuk.basis) <= KORT else ""


def _strook(stuk: Stuk) -> str:
    """The rows of a comparison strip: the figure, then what it is compared with, the difference and the verdict."""
    rijen = strook.vergelijkingen(stuk)
    meer = len({rij.rij.indicator for rij in rijen}) > 1
    koppen = ["Cijfer"] * meer + ["Wat", "Waarde", "Verschil", "Marge", "Oordeel"]
    kop = "".join(f'<th scope="col"{_G if naam in _GETALLEN else ""}>{naam}</th>' for naam in koppen)
    return f"<thead><tr>{kop}</tr></thead><tbody>{''.join(_strookrij(stuk, rij, meer) for rij in rijen)}</tbody>"


_GETALLEN = ("Waarde", "Verschil", "Marge")
_G = ' class="g"'


def _strookrij(stuk: Stuk, rij: strook.Vergelijking, meer: bool) -> str:
    namen = [rij.rij.naam] * meer + [kapitaal(rij.naam)]
    koppen = "".join(f'<th scope="row">{escape(naam)}</th>' for naam in namen)
    verschil = toon(rij.rij) if rij.soort != strook.STAND and rij.rij.zichtbaar else ""
    getallen = (rij.waarde_tekst, verschil, toon_marge(rij.rij))
    cellen = "".join(f"<td>{escape(tekst)}</td>" for tekst in getallen)
    return f'<tr>{koppen}{cellen}<td class="t">{escape(rij.oordeel_tekst(stuk))}</td></tr>'


def _lijst(stuk: Stuk) -> str:
    if strook.is_strook(stuk):
        return _strook(stuk)
    lijst = kolommen(stuk)
    koppen = "".join(f'<th scope="col"{_g(kolom)}>{escape(kolom.kop)}</th>' for kolom in lijst)
    rijen = "".join(f"<tr>{''.join(_cel(kolom, rij) for kolom in lijst)}</tr>" for rij in stuk.basis)
    return f"<thead><tr>{koppen}</tr></thead><tbody>{rijen}</tbody>"


def _bijschrift(tekst: str, genummerd: bool) -> str:
    if genummerd:
        nummer = '<span class="nr tabelnr"></span>'
        return f'<caption class="boodschap"><span class="tekst">{nummer}{escape(tekst)}</span></caption>'
    return f'<caption><span class="tekst">{escape(tekst)}</span></caption>'


def _g(kolom: Kolom) -> str:
    return ' class="g"' if kolom.getal else ""


def _cel(kolom: Kolom, rij: Cijfer) -> str:
    tekst = escape(kolom.tekst(rij))
    if kolom.rijkop:
        return f'<th scope="row">{tekst}</th>'
    klasse = "" if kolom.getal and (rij.zichtbaar or not tekst) else ' class="v"' if kolom.getal else ' class="t"'
    return f"<td{klasse}>{tekst}</td>"


def csv_veld(tekst: str) -> str:
    """A text that no spreadsheet takes for a formula.

    >>> csv_veld("=1+1"), csv_veld("Almere")
    ("'=1+1", 'Almere')
    """
    return als_cel(tekst)


def csv_getal(waarde: float, unit: str, *, decimalen: int | None = None) -> str:
    """A number with a decimal comma and without thousands points; empty for NaN.

    >>> csv_getal(0.6543219, "aandeel"), csv_getal(12840.0, "aantal"), csv_getal(float("nan"), "aantal")
    ('0,6543', '12840', '')
    """
    if not math.isfinite(waarde):
        return ""
    tekst = f"{waarde:.{CSV_DECIMALEN.get(unit, 4) if decimalen is None else decimalen}f}"
    return tekst.rstrip("0").rstrip(".").replace(".", ",") if "." in tekst else tekst


def als_csv(koppen: Sequence[str], rijen: Sequence[Sequence[str]]) -> bytes:
    """Semicolons, CRLF, UTF-8 with a byte order mark."""
    buffer = io.StringIO()
    schrijver = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    schrijver.writerow(koppen)
    schrijver.writerows(rijen)
    return (BOM + buffer.getvalue()).encode("utf-8")


CSV_KOPPEN = (
    "cijfer",
    "gebied",
    "groep",
    "periode",
    "maat",
    "waarde",
    "ondergrens",
    "bovengrens",
    "n",
    "eenheid",
    "toelichting",
)
MATEN = {"level": "stand", "difference": "verschil", "ratio": "verhouding"}


def piece_csv(stuk: Stuk) -> bytes:
    """The rows of one piece as a download. A hidden row has empty numbers and its sign in `toelichting`."""
    if strook.is_strook(stuk):
        koppen = (*CSV_KOPPEN, "vergeleken_met", "waarde_daar")
        return als_csv(koppen, [_csv_strook(rij) for rij in strook.vergelijkingen(stuk)])
    return als_csv(CSV_KOPPEN, [_csv_rij(rij) for rij in stuk.rijen])


def _csv_rij(rij: Cijfer) -> list[str]:
    n = csv_getal(rij.n, "aantal") if rij.zichtbaar else ""
    teksten = (rij.naam, rij.gebied_naam, rij.groep_naam, rij.periode_naam, MATEN[rij.measure])
    getallen = (csv_getal(x, rij.unit) for x in (rij.value, rij.lower, rij.upper))
    return [*map(csv_veld, teksten), *getallen, n, rij.unit, csv_veld(rij.teken)]


def _csv_strook(rij: strook.Vergelijking) -> list[str]:
    daar = csv_getal(rij.waarde, rij.rij.unit) if rij.soort != strook.STAND and rij.rij.zichtbaar else ""
    return [*_csv_rij(rij.rij), "" if rij.soort == strook.STAND else csv_veld(rij.naam), daar]


def _in_een_adres(teken: str) -> bool:
    """Whether a sign may stand in an address as it is. Source: WHATWG, URL Standard, URL code points."""
    return (teken.isascii() and (teken.isalnum() or teken in ";,:()/=.-_~*!")) or nl.NBSP < teken != BOM


def csv_link(stuk: Stuk) -> str:
    """A download that lies within the page itself."""
    inhoud = "".join(teken if _in_een_adres(teken) else quote(teken) for teken in piece_csv(stuk).decode())
    naam = f"{stuk.slug}.csv"
    return f'<a download="{naam}" href="data:text/csv;charset=utf-8,{inhoud}">Download deze cijfers (CSV)</a>'
