"""What `sdm check` says, on paper: one accessible HTML page for a colleague and one CSV for the supplier.

Both are made from messages alone, which never hold a value of a personal column. The page has no script and no outside
request, and no date: the same messages give the same bytes.
"""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Iterable, Sequence
from itertools import groupby

from sdm_lib.errors import MAX_VOORBEELDEN, Melding

_KOPPEN = {"fout": "Eerst te herstellen", "waarschuwing": "Te controleren", "hersteld": "Herkend en hersteld"}
_CSP = "default-src 'none'; style-src 'unsafe-inline'"
_STIJL = (
    "body{font:1rem/1.5 system-ui,sans-serif;color:#1a1a1a;background:#fff;max-width:70rem;margin:0 auto;padding:1rem}"
    "div{overflow-x:auto}table{border-collapse:collapse;width:100%;margin:0 0 2rem}"
    "caption{text-align:left;font-weight:600;padding:.5rem 0}th{background:#eef2f6}"
    "th,td{border:1px solid #6b6b6b;padding:.35rem .5rem;text-align:left;vertical-align:top}"
    "@media print{body{max-width:none}}"
)
_KOLOMMEN = ("Code", "Waar", "Wat", "Waarom", "Wat te doen")


def order(meldingen: Iterable[Melding]) -> list[Melding]:
    """By file in the order of arrival, the worst first within a file."""
    lijst = list(meldingen)
    plaats = {bestand: i for i, bestand in enumerate(dict.fromkeys(melding.bestand for melding in lijst))}
    return sorted(lijst, key=lambda melding: (plaats[melding.bestand], list(_KOPPEN).index(melding.ernst)))


def as_html(meldingen: Sequence[Melding], *, titel: str) -> str:
    """One page with a table per file and severity.

    >>> "<html lang=\\"nl\\">" in as_html([], titel="Controle 2015K2")
    True
    """
    delen = [_file(bestand, list(groep)) for bestand, groep in groupby(order(meldingen), key=lambda m: m.bestand)]
    tellers = [f"{sum(m.ernst == ernst for m in meldingen)} {kop.lower()}" for ernst, kop in _KOPPEN.items()]
    inhoud = "".join(delen) or "<p>Alle bestanden zijn in orde.</p>"
    return (
        f'<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>{_e(titel)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{_CSP}"><style>{_STIJL}</style></head>'
        f"<body><main><h1>{_e(titel)}</h1><p>{'; '.join(tellers)}.</p>{inhoud}</main></body></html>\n"
    )


def _file(bestand: str, meldingen: list[Melding]) -> str:
    tabellen = [_table(bestand, ernst, list(groep)) for ernst, groep in groupby(meldingen, key=lambda m: m.ernst)]
    return f"<section><h2>{_e(bestand or 'Algemeen')}</h2>{''.join(tabellen)}</section>"


def _table(bestand: str, ernst: str, meldingen: list[Melding]) -> str:
    kop = "".join(f'<th scope="col">{naam}</th>' for naam in _KOLOMMEN)
    rijen = "".join(_row(melding) for melding in meldingen)
    naam = f"{_KOPPEN[ernst]} in {bestand or 'de controle'}"
    # a region that scrolls must be reachable by keyboard and have a name
    return (
        f'<div role="region" tabindex="0" aria-label="{_e(naam)}"><table><caption>{_e(_KOPPEN[ernst])}</caption>'
        f"<thead><tr>{kop}</tr></thead><tbody>{rijen}</tbody></table></div>"
    )


def _row(melding: Melding) -> str:
    cellen = (_place(melding), melding.wat, melding.waarom, melding.herstel)
    code = f'<th scope="row">{_e(melding.code)}</th>'
    return f"<tr>{code}{''.join(f'<td>{_e(cel)}</td>' for cel in cellen)}</tr>"


def _place(melding: Melding) -> str:
    """The place within the file; the file itself is in the heading."""
    return melding.waar.removeprefix(melding.bestand).removeprefix(", ") or "het hele bestand"


def _e(tekst: str) -> str:
    return html.escape(tekst, quote=True)


def as_csv(meldingen: Sequence[Melding]) -> bytes:
    """The messages for the supplier: UTF-8 with byte order mark and semicolons, as a Dutch Excel opens it."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow(["ernst", "code", "bestand", "blad", "kolom", "regels", "aantal", "wat", "waarom", "herstel"])
    for m in order(meldingen):
        regels = " ".join(str(regel) for regel in m.regels[:MAX_VOORBEELDEN])
        aantal = m.aantal or len(m.regels) or ""
        velden = [m.ernst, m.code, m.bestand, m.blad, m.kolom, regels, aantal, m.wat, m.waarom, m.herstel]
        writer.writerow([_harmless(str(veld)) for veld in velden])
    return buffer.getvalue().encode("utf-8-sig")


def _harmless(tekst: str) -> str:
    """A text that a spreadsheet would take for a formula gets a quote in front."""
    return f"'{tekst}" if tekst[:1] in ("=", "+", "-", "@", "\t", "\r") else tekst
