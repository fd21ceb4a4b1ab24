import base64
import hashlib
import io
import time
import zipfile

import numpy as np
import openpyxl
import pytest

from sdm_lib.disclosure import Bevinding, guard
from sdm_lib.disclosure.guard import samenvatting
from sdm_lib.disclosure.kanaries import Kanaries
from sdm_lib.disclosure.patronen import elfproef

# Published test number of the Dutch government (logisch ontwerp BSN): nobody's.
BSN = "999990019"


def categorieen(tekst: str | bytes, soort: str = "html", **opties) -> list[str]:
    data = tekst if isinstance(tekst, bytes) else tekst.encode()
    return [bevinding.categorie for bevinding in guard(data, soort=soort, **opties)]


@pytest.mark.parametrize(
    ("tekst", "categorie"),
    [
        (f"<p>{BSN}</p>", "bsn"),
        (f'<i data-id="{BSN}">x</i>', "bsn"),
        (f'<i id="persoon_{BSN}">x</i>', "bsn"),
        (f'<i id="persoon-{BSN}">x</i>', "bsn"),
        ("<p>9999.90.019</p>", "bsn"),
        ("<p>999 990 019</p>", "bsn"),
        ("<p>&#57;99990019</p>", "bsn"),
        (f"<!-- {BSN} -->", "bsn"),
        (f"<svg><metadata>{BSN}</metadata></svg>", "bsn"),
        ("<p>a.de.vries@voorbeeld.nl</p>", "e-mailadres"),
        ("<a href='mailto:x@y.example'>m</a>", "e-mailadres"),
        ("<p>06-12345678</p>", "telefoonnummer"),
        ("<p>06 12 34 56 78</p>", "telefoonnummer"),
        ("<p>036-1234567</p>", "telefoonnummer"),
        ("<p>+31 6 12345678</p>", "telefoonnummer"),
        ("<p>(036) 123 45 67</p>", "telefoonnummer"),
        ("<p>NL91ABNA0417164300</p>", "rekeningnummer"),
        ("<p>NL91 ABNA 0417 1643 00</p>", "rekeningnummer"),
        ("<p>1315 AB 12</p>", "adres"),
        ("<p>1315AB, 12a</p>", "adres"),
        ("<p>Havenweg 12, 1315 AB Almere</p>", "adres"),
        ("<td>12-03-1956</td>", "geboortedatum"),
        ("<td>1956-03-12 00:00:00</td>", "geboortedatum"),
        ("<p>geboren op 12 maart 2014</p>", "geboortedatum"),
        ("<p>/home/jansen/stuk.py</p>", "gebruikerspad"),
        ("<p>C:\\Users\\jansen\\stuk.py</p>", "gebruikerspad"),
        ("<p>\\\\server01\\afdeling$\\stuk</p>", "gebruikerspad"),
    ],
)
def test_what_points_at_a_person_is_found(tekst, categorie):
    assert categorieen(tekst) == [categorie]


@pytest.mark.parametrize(
    "tekst",
    [
        hashlib.sha256(b"x").hexdigest(),
        "550e8400-e29b-41d4-a716-446655440000",
        "99999001-e29b-41d4-a716-446655440000",
        '<path d="M 12.345678901 111.222333444 L 0.999990019 5"/>',
        "<p>€ 999.990.019 en € 99.999.001,90</p>",
        "<p>2015-04-01 tot 2015-07-01, 1 april 2015, 01-01-2013, Wet van 9 juli 2014</p>",
        "<p>20150401 en 2015 EN 2016</p>",
        "<p>WK003401, GM0034, WK003406</p>",
        "<p>0,0361234567 en 0.0361234567 en 1,06123456789</p>",
        "<style>@media print{a{color:#99999001}}</style>",
        "<p>14 036 en 88-1234567</p>",
        "<p>2015 50 van de 1.000</p>",
        '<text x="111.222" y="333">18-29</text>',
        "<p>https://www.cbs.nl/home/cijfers</p>",
    ],
)
def test_what_a_page_is_full_of_is_no_alarm(tekst):
    assert categorieen(tekst) == []


def test_hashes_never_alarm():
    hashes = "\n".join(hashlib.sha256(str(k).encode()).hexdigest() for k in range(20_000))
    assert categorieen(f"<pre>{hashes}</pre>") == []


def test_the_eleven_test_passes_one_in_eleven():
    gehaald = sum(elfproef(str(k)) for k in range(100_000_000, 100_110_000))
    assert gehaald == pytest.approx(110_000 / 11, rel=0.01)


def test_a_finding_names_place_and_count_but_not_the_value():
    bevindingen = guard(f"<p>a</p>\n<p>{BSN} {BSN}</p>".encode(), soort="html")
    assert bevindingen == (Bevinding("bsn", "pagina, tekst, regel 2", 2),)
    assert BSN not in samenvatting(bevindingen)
    assert samenvatting(bevindingen) == "bsn: 2 keer, pagina, tekst, regel 2"


def test_places_tell_attributes_comments_and_graphics_apart():
    pagina = f"<i a='{BSN}'></i><!-- {BSN} --><svg><text>{BSN}</text></svg>"
    plaatsen = [bevinding.plaats for bevinding in guard(pagina.encode(), soort="html")]
    assert plaatsen == [
        "pagina, kenmerk, regel 1",
        "pagina, opmerking, regel 1",
        "pagina, tekst in grafiek, regel 1",
    ]


def test_a_download_inside_the_page_is_opened():
    inhoud = base64.b64encode(f"naam;nummer\nx;{BSN}\n".encode()).decode()
    uit = guard(f'<a href="data:text/csv;base64,{inhoud}">csv</a>'.encode(), soort="html")
    assert uit == (Bevinding("bsn", "pagina, download 1 (csv), regel 2", 1),)
    assert categorieen(f'<a href="data:text/csv;charset=utf-8,naam%3Bnummer%0Ax%3B{BSN}">csv</a>') == ["bsn"]


def test_a_pseudonym_and_an_open_answer_are_canaries():
    kanaries = frozenset({"a1b2c3d4e5f60718", "Mijn buurman helpt mij altijd goed", "ja", "12"})
    assert categorieen("<p>A1B2C3D4E5F60718</p>", canaries=kanaries) == ["bekende waarde"]
    assert categorieen("<p>mijn  buurman, helpt mij altijd goed.</p>", canaries=kanaries) == ["bekende waarde"]
    assert categorieen("<p>ja 12 mijn buurman helpt mij nooit</p>", canaries=Kanaries.van(kanaries)) == []
    assert Kanaries.van(kanaries).overgeslagen == 2


def test_an_allowed_address_passes_and_another_does_not():
    pagina = "<p>onderzoek@gemeente.example en x@gemeente.example</p>"
    assert len(guard(pagina.encode(), soort="html", toegestaan=frozenset({"onderzoek@gemeente.example"}))) == 1


def test_one_amount_in_a_measuring_column_is_no_alarm_but_a_whole_column_of_numbers_is():
    assert categorieen(f"indicator;value\nK01;{BSN}\n", "csv") == []
    assert categorieen(f"indicator;respondent\nK01;{BSN}\n", "csv") == ["bsn"]
    geslaagd = [str(k) for k in range(100_000_000, 100_001_000) if elfproef(str(k))]
    assert categorieen("indicator;value\n" + "\n".join(f"K01;{k}" for k in geslaagd), "csv") == ["bsn"]


def test_a_size_in_the_manifest_is_no_alarm_but_a_text_is():
    assert categorieen(f'{{"bytes": {BSN}}}', "json") == []
    assert categorieen(f'{{"naam": "{BSN}"}}', "json") == ["bsn"]


def werkmap(rijen: list[list[object]]) -> bytes:
    boek = openpyxl.Workbook()
    for rij in rijen:
        boek.active.append(rij)
    uit = io.BytesIO()
    boek.save(uit)
    return uit.getvalue()


def test_a_workbook_is_unzipped_and_every_part_is_read():
    assert categorieen(werkmap([["indicator", "waarde"], ["K01", int(BSN)]]), "xlsx") == []
    assert categorieen(werkmap([["indicator", "sleutel"], ["K01", int(BSN)]]), "xlsx") == ["bsn"]
    assert categorieen(werkmap([["indicator", "waarde"], [BSN, 3]]), "xlsx") == ["bsn"]


def test_a_file_that_cannot_be_read_is_a_finding():
    assert guard(b"PK geen zip", soort="xlsx") == (Bevinding("onleesbaar", "werkmap, regel 1", 1),)
    uit = io.BytesIO()
    with zipfile.ZipFile(uit, "w") as archief:
        archief.writestr("a.xml", "x" * 10)
    kapot = uit.getvalue().replace(b"xxxxxxxxxx", b"yyyyyyyyyy")
    assert categorieen(kapot, "xlsx") == ["onleesbaar"]


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="soort must be one of html, csv, xlsx, json, ipynb, beeld, txt, got 'pdf'"):
        guard(b"", soort="pdf")  # type: ignore[arg-type]


def test_a_page_of_a_megabyte_takes_a_moment():
    punten = np.random.default_rng(1).random((20_000, 2)) * 1000
    pagina = "<svg><path d='" + " ".join(f"{x:.6f} {y:.6f}" for x, y in punten) + "'/></svg>" + "<p>tekst " * 50_000
    begin = time.process_time()
    assert guard(pagina.encode(), soort="html") == ()
    assert time.process_time() - begin < 2.0  # ten times the goal: only a runaway pattern fails here, not a busy desk
