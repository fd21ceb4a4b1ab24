"""Every kind of personal value, in every place where one can hide: found, placed, and never repeated."""

import base64
import io
import json
import struct
import zipfile
import zlib
from urllib.parse import quote

import openpyxl
import pytest

from sdm_lib.disclosure import Kanaries, guard

OPEN_ANTWOORD = "mijn buurman helpt mij altijd met de boodschappen"
WAARDEN = {
    "bsn": "999990019",
    "e-mailadres": "a.de.vries@voorbeeld.nl",
    "telefoonnummer": "06-12345678",
    "rekeningnummer": "NL91ABNA0417164300",
    "adres": "1315 AB 12",
    "geboortedatum": "12-03-1956",
    "gebruikerspad": "/home/jansen/stuk.py",
    "bekende waarde": "bfefa48ad8d028bb",
    "open antwoord": OPEN_ANTWOORD,
}
KANARIES = Kanaries.van([WAARDEN["bekende waarde"], OPEN_ANTWOORD])


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def png(w: str, *, soort: bytes = b"tEXt") -> bytes:
    """A picture of one point with a comment."""
    inhoud = b"Comment\0" + (w.encode() if soort == b"tEXt" else b"\0" + zlib.compress(w.encode()))
    delen = [(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)), (soort, inhoud)]
    delen += [(b"IDAT", zlib.compress(b"\0\0")), (b"IEND", b"")]
    blokken = (struct.pack(">I", len(x)) + s + x + struct.pack(">I", zlib.crc32(s + x)) for s, x in delen)
    return b"\x89PNG\r\n\x1a\n" + b"".join(blokken)


def jpeg(w: str) -> bytes:
    tekst = w.encode()
    return b"\xff\xd8\xff\xfe" + struct.pack(">H", len(tekst) + 2) + tekst + b"\xff\xda\x00\x02\xff\xd9"


def werkmap(vul) -> bytes:
    boek = openpyxl.Workbook()
    boek.active["A1"] = "kop"
    vul(boek)
    uit = io.BytesIO()
    boek.save(uit)
    return uit.getvalue()


def cel(w):
    return werkmap(lambda boek: boek.active.append([w]))


def verborgen_blad(w):
    def vul(boek):
        blad = boek.create_sheet("weg")
        blad.sheet_state = "hidden"
        blad.append([w])

    return werkmap(vul)


def opmerking(w):
    return werkmap(lambda boek: setattr(boek.active["A1"], "comment", openpyxl.comments.Comment(w, "x")))


def maker(w):
    return werkmap(lambda boek: setattr(boek.properties, "creator", w))


def koptekst(w):
    return werkmap(lambda boek: setattr(boek.active.oddHeader.center, "text", w))


def ingepakt(w):
    uit = io.BytesIO()
    with zipfile.ZipFile(uit, "w") as archief:
        archief.writestr("xl/embeddings/boek.xlsx", cel(w))
    return uit.getvalue()


def notebook(**uitvoer):
    cel_ = {"cell_type": "code", "source": "x", "metadata": {}, "outputs": [uitvoer]}
    return json.dumps({"cells": [cel_], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


PLAATSEN = {
    "tekst": ("html", lambda w: f"<p>{w}</p>"),
    "over elementen": ("html", lambda w: f"<p>{w[:5]}<b>{w[5:]}</b></p>"),
    "entiteiten": ("html", lambda w: "<p>" + "".join(f"&#{ord(teken)};" for teken in w) + "</p>"),
    "onzichtbare tekens": ("html", lambda w: f"<p>{w[:4]}\u200b{w[4:]}</p>"),
    "kenmerk": ("html", lambda w: f'<td data-x="{w}">x</td>'),
    "id": ("html", lambda w: f'<i title="{w}">x</i>'),
    "alt": ("html", lambda w: f'<img alt="{w}">'),
    "adres met procenten": ("html", lambda w: f'<a href="x.html?q={quote(w, safe="")}">x</a>'),
    "opmerking": ("html", lambda w: f"<!-- {w} -->"),
    "titel": ("html", lambda w: f"<title>{w}</title>"),
    "meta": ("html", lambda w: f'<meta name="author" content="{w}">'),
    "grafiek": ("html", lambda w: f"<svg><text x='1' y='2'>{w}</text></svg>"),
    "gegevens van een grafiek": ("html", lambda w: f"<svg><metadata>{w}</metadata></svg>"),
    "omschrijving van een grafiek": ("html", lambda w: f"<svg><desc>{w}</desc></svg>"),
    "stijl": ("html", lambda w: f'<style>p::after{{content:"{w}"}}</style>'),
    "script": ("html", lambda w: f'<script type="application/json">{json.dumps({"a": w})}</script>'),
    "verborgen": ("html", lambda w: f"<p hidden>{w}</p>"),
    "download base64": ("html", lambda w: f'<a href="data:text/csv;base64,{b64(f"a;b;x;{w}".encode())}">x</a>'),
    "download procenten": ("html", lambda w: f'<a href="data:text/csv,a%3Bb%0Ax%3B{quote(w, safe="")}">x</a>'),
    "werkmap in de pagina": ("html", lambda w: f'<a href="data:application/zip;base64,{b64(cel(w))}">x</a>'),
    "plaatje in de pagina": ("html", lambda w: f'<img src="data:image/png;base64,{b64(png(w))}">'),
    "grafiek als plaatje": (
        "html", lambda w: f'<img src="data:image/svg+xml;base64,{b64(f"<svg><text>{w}</text></svg>".encode())}">',
    ),
    "pagina in de pagina": ("html", lambda w: f'<iframe srcdoc="&lt;p&gt;{w}&lt;/p&gt;"></iframe>'),
    "csv": ("csv", lambda w: f"kop;tekst\nx;{w}\n"),
    "csv uit windows": ("csv", lambda w: f"kop;tekst\nö;{w}\n".encode("cp1252")),
    "json": ("json", lambda w: json.dumps({"a": ["x", {"b": w}]})),
    "json als sleutel": ("json", lambda w: json.dumps({w: 1})),
    "json in codes": ("json", lambda w: '{"a": "' + "".join(f"\\u{ord(teken):04x}" for teken in w) + '"}'),
    "cel": ("xlsx", cel),
    "verborgen blad": ("xlsx", verborgen_blad),
    "opmerking bij een cel": ("xlsx", opmerking),
    "maker van de werkmap": ("xlsx", maker),
    "koptekst": ("xlsx", koptekst),
    "werkmap in een werkmap": ("xlsx", ingepakt),
    "plaatje": ("beeld", png),
    "plaatje, ingepakt": ("beeld", lambda w: png(w, soort=b"zTXt")),
    "foto": ("beeld", jpeg),
    "traceback": (
        "ipynb", lambda w: notebook(output_type="error", ename="E", evalue="x", traceback=[f"\x1b[31m{w}\x1b[0m"]),
    ),
    "gedrukt": ("ipynb", lambda w: notebook(output_type="stream", name="stdout", text=[f"{w}\n"])),
    "getoond": (
        "ipynb", lambda w: notebook(output_type="display_data", data={"text/html": [f"<b>{w}</b>"]}, metadata={}),
    ),
    "plaatje van een cel": (
        "ipynb", lambda w: notebook(output_type="display_data", data={"image/png": b64(png(w))}, metadata={}),
    ),
}  # fmt: skip


@pytest.mark.parametrize("plaats", PLAATSEN)
@pytest.mark.parametrize("wat", WAARDEN)
def test_a_personal_value_is_found_wherever_it_hides(wat, plaats):
    soort, maak = PLAATSEN[plaats]
    ruw = maak(WAARDEN[wat])
    gevonden = guard(ruw if isinstance(ruw, bytes) else ruw.encode(), soort=soort, canaries=KANARIES)
    verwacht = "bekende waarde" if wat == "open antwoord" else wat
    assert verwacht in {bevinding.categorie for bevinding in gevonden}
    assert WAARDEN[wat] not in str(gevonden)


@pytest.mark.parametrize("plaats", PLAATSEN)
def test_an_ordinary_text_in_the_same_place_is_no_alarm(plaats):
    soort, maak = PLAATSEN[plaats]
    ruw = maak("gewone tekst")
    assert guard(ruw if isinstance(ruw, bytes) else ruw.encode(), soort=soort, canaries=KANARIES) == ()
