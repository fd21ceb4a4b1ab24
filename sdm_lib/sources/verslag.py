"""What `sdm check` says: on the screen, as an accessible HTML page for a colleague, and as a CSV for the supplier.

All are made from messages alone, which never hold a value of a personal column. The page has no script and no outside
request, and no date: the same messages give the same bytes.
"""

from __future__ import annotations

import csv
import dataclasses
import html
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from sdm_lib.errors import MAX_VOORBEELDEN, Melding
from sdm_lib.sources.uitleg import Uitleg

_KOPPEN = {"fout": "Eerst te herstellen", "waarschuwing": "Te controleren", "hersteld": "Herkend en hersteld"}
_CSP = "default-src 'none'; style-src 'unsafe-inline'"
_STIJL = (
    "body{font:1rem/1.5 system-ui,sans-serif;color:#1a1a1a;background:#fff;max-width:50rem;margin:0 auto;padding:1rem;"
    "overflow-wrap:break-word}h1,h2,h3{line-height:1.25}h2{border-bottom:2px solid #1a1a1a;margin-top:2.5rem}"
    "ul.m{list-style:none;padding:0}ul.m>li{border:1px solid #6b6b6b;border-left-width:.5rem;padding:.5rem 1rem;"
    "margin:.75rem 0;break-inside:avoid}ul.m>li.fout{border-left-color:#8f1d1d}"
    "ul.m>li.waarschuwing{border-left-color:#7a5b00}h4{margin:.25rem 0;font-size:1rem}dl{margin:0}dt{font-weight:600}"
    "dd{margin:0 0 .25rem}@media(min-width:40rem){ul.m dl{display:grid;grid-template-columns:8rem 1fr}}"
    "a{color:#0b4d8c}:focus-visible{outline:3px solid #b34a00;outline-offset:3px}"
    "@media screen and (prefers-color-scheme:dark){body{color:#e8eef2;background:#11181e}h2{border-color:#e8eef2}"
    "a{color:#6fb2e6}ul.m>li.fout{border-left-color:#f29450}ul.m>li.waarschuwing{border-left-color:#d3b445}}"
    "@page{size:A4;margin:18mm;@bottom-right{content:counter(page) ' / ' counter(pages);font:9pt sans-serif}}"
    "@media print{body{max-width:none;padding:0}h1,h2,h3,h4{break-after:avoid}}"
)


def order(meldingen: Iterable[Melding]) -> list[Melding]:
    """By file in the order of arrival, the worst first within a file."""
    lijst = list(meldingen)
    plaats = {bestand: i for i, bestand in enumerate(dict.fromkeys(melding.bestand for melding in lijst))}
    return sorted(lijst, key=lambda melding: (plaats[melding.bestand], list(_KOPPEN).index(melding.ernst)))


def _groups(meldingen: Iterable[Melding]) -> Iterable[tuple[str, list[tuple[str, list[Melding]]]]]:
    """Per file its messages per severity."""
    for bestand, groep in groupby(order(meldingen), key=lambda m: m.bestand):
        per_ernst = [(ernst, list(deel)) for ernst, deel in groupby(groep, key=lambda m: m.ernst)]
        yield bestand or "Algemeen", per_ernst


def explained(meldingen: Iterable[Melding], uitleg: Mapping[str, Uitleg]) -> list[Melding]:
    """The messages with the handbook's reason where they bring none of their own."""
    return [
        dataclasses.replace(melding, waarom=uitleg[melding.code].uitleg)
        if not melding.waarom and melding.ernst != "hersteld" and melding.code in uitleg
        else melding
        for melding in meldingen
    ]


def as_text(meldingen: Sequence[Melding]) -> str:
    """The messages for the screen, grouped by file, the worst first.

    >>> print(as_text([Melding("SDM-302", "dit bestand is leeg", "Vraag het opnieuw.", bestand="a.csv")]))
    a.csv
      Eerst te herstellen: 1
        SDM-302 dit bestand is leeg. Vraag het opnieuw.
    """
    regels: list[str] = []
    for bestand, groepen in _groups(meldingen):
        regels.append(bestand)
        for ernst, groep in groepen:
            regels.append(f"  {_KOPPEN[ernst]}: {len(groep)}")
            regels += [f"    {_line(melding)}" for melding in groep]
    return "\n".join(regels)


def _line(melding: Melding) -> str:
    plaats = _place(melding)
    zinnen = " ".join(_sentence(zin) for zin in (melding.wat, melding.waarom, melding.herstel) if zin)
    return f"{melding.code} {plaats}: {zinnen}" if plaats else f"{melding.code} {zinnen}"


def _sentence(tekst: str) -> str:
    return tekst if not tekst or tekst[-1] in "?!." else f"{tekst}."


def as_html(meldingen: Sequence[Melding], *, titel: str, uitleg: Mapping[str, Uitleg] | None = None) -> str:
    """One page: per file what must be mended, what to look at, and what was recognised; then what the codes mean.

    >>> "<html lang=\\"nl\\">" in as_html([], titel="Controle 2015K2")
    True
    """
    bekend = uitleg or {}
    delen = [_file(bestand, groepen, bekend) for bestand, groepen in _groups(meldingen)]
    inhoud = "".join(delen) or "<p>Alle bestanden zijn in orde.</p>"
    return (
        f'<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>{_e(titel)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" '
        f'content="light dark"><meta http-equiv="Content-Security-Policy" content="{_CSP}"><style>{_STIJL}</style>'
        "</head>"
        f"<body><main><h1>{_e(titel)}</h1>{_summary(meldingen)}{inhoud}{_meanings(meldingen, bekend)}"
        f"</main></body></html>\n"
    )


def _summary(meldingen: Sequence[Melding]) -> str:
    """What it comes to, in a sentence, and the numbers."""
    fouten = sum(melding.ernst == "fout" for melding in meldingen)
    kan = "Deze leveringen kunnen nog niet worden gebruikt." if fouten else "Deze leveringen kunnen worden gebruikt."
    tellers = [f"{sum(m.ernst == ernst for m in meldingen)} {kop.lower()}" for ernst, kop in _KOPPEN.items()]
    return f"<p><strong>{kan}</strong> {'; '.join(tellers)}.</p>"


def _file(bestand: str, groepen: list[tuple[str, list[Melding]]], uitleg: Mapping[str, Uitleg]) -> str:
    delen = [f"<h3>{_KOPPEN[ernst]} ({len(groep)})</h3>{_list(ernst, groep, uitleg)}" for ernst, groep in groepen]
    return f"<section><h2>{_e(bestand)}</h2>{''.join(delen)}</section>"


def _list(ernst: str, groep: list[Melding], uitleg: Mapping[str, Uitleg]) -> str:
    if ernst != "hersteld":
        return f'<ul class="m">{"".join(_item(melding, uitleg) for melding in groep)}</ul>'
    # nothing to do about these: a line each
    regels = [
        f"<li>{_e(f'{plaats}: ' if (plaats := _place(m)) else '')}{_e(m.wat)} ({_link(m, uitleg)})</li>" for m in groep
    ]
    return f"<ul>{''.join(regels)}</ul>"


def _item(melding: Melding, uitleg: Mapping[str, Uitleg]) -> str:
    velden = (
        ("Waar", _place(melding) or "het hele bestand"),
        ("Waarom", _sentence(melding.waarom)),
        ("Wat te doen", _sentence(melding.herstel)),
    )
    lijst = "".join(f"<dt>{naam}</dt><dd>{_e(tekst)}</dd>" for naam, tekst in velden if tekst)
    lijst += f"<dt>Code</dt><dd>{_link(melding, uitleg)}</dd>"
    wat = _sentence(melding.wat[:1].upper() + melding.wat[1:])
    return f'<li class="{melding.ernst}"><h4>{_e(wat)}</h4><dl>{lijst}</dl></li>'


def _link(melding: Melding, uitleg: Mapping[str, Uitleg]) -> str:
    code = _e(melding.code)
    return f'<a href="#{code}">{code}</a>' if melding.code in uitleg else code


def _meanings(meldingen: Sequence[Melding], uitleg: Mapping[str, Uitleg]) -> str:
    """The handbook's words for the codes on this page."""
    codes = sorted({melding.code for melding in meldingen} & set(uitleg))
    if not codes:
        return ""
    lijst = "".join(
        f'<dt id="{code}">{code}: {_e(uitleg[code].titel)}</dt>'
        f"<dd>{_e(uitleg[code].uitleg)} {_e(uitleg[code].herstel)}</dd>"
        for code in codes
    )
    return f"<section><h2>Wat de codes betekenen</h2><dl>{lijst}</dl></section>"


def _place(melding: Melding) -> str:
    """The place within the file; the file itself is in the heading."""
    return melding.waar.removeprefix(melding.bestand).removeprefix(", ")


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
    return f"'{tekst}" if re.match(r"[\s\u00a0\ufeff]*[=+\-@\t\r|%＝＋－＠]", tekst) else tekst
