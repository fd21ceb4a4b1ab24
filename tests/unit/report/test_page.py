"""The page as a whole, the index and the exporter."""

from __future__ import annotations

import base64
import copy
import hashlib
import itertools
import re
from dataclasses import replace
from typing import Any

import nbformat.v4 as v4
import pytest
from nbconvert.exporters import get_exporter

from sdm_lib import report
from sdm_lib.errors import RapportFout
from sdm_lib.report.exporter import SdmExporter
from sdm_lib.report.markdown import Tekst
from sdm_lib.results import MIME, Piece, Results
from tests.unit.report.stukken import LABELS, aandelen, beschermd, notebook, paginas, rijen

BOEK, STUKKEN, PAGE = paginas()


@pytest.fixture(scope="module")
def html() -> str:
    return report.render_page(BOEK, STUKKEN, PAGE)


def test_same_input_same_bytes(html):
    assert html == report.render_page(BOEK, STUKKEN, PAGE)


def test_the_page_stands_alone(html):
    assert "<script" not in html
    assert not re.findall(r'(?:src|action|poster)="', html)
    assert set(re.findall(r'href="(\w+):', html)) <= {"data"}
    assert len(html.encode()) < 150_000


@pytest.mark.parametrize("eigen", ["", "Voor de raad. Wat ervaren cliënten?"])
def test_a_page_opens_once(eigen):
    boek = copy.deepcopy(BOEK)
    boek.cells[0].source = f"# Wat ervaren cliënten?\n\n{eigen}"
    html = report.render_page(boek, STUKKEN, PAGE)
    begin = html.partition('<main id="inhoud" tabindex="-1">')[2].lstrip()
    assert begin.startswith(f"<p>{eigen}</p>" if eigen else f'<p class="inleiding">{PAGE.inleiding}</p>')
    assert (PAGE.inleiding in html) is not bool(eigen)


def test_the_policy_allows_this_style_sheet_and_nothing_else(html):
    css = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    beleid = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', html)
    assert css is not None
    assert beleid is not None
    som = base64.b64encode(hashlib.sha256(css[1].encode()).digest()).decode()
    assert beleid[1].replace("&#39;", "'") == (
        f"default-src 'none'; style-src 'sha256-{som}'; img-src data:; base-uri 'none'; form-action 'none'"
    )
    assert not re.findall(r"<[^>]+ style=", html)


def test_title_band_says_what_this_is(html):
    assert "<title>Wat ervaren cliënten? · Almere · 2e kwartaal 2015</title>" in html
    assert html.count("<h1>") == 1
    for tekst in ("CONCEPT", "Fictieve gegevens", "voorlopig", 'lang="nl"', 'id="inhoud"', "Naar de inhoud"):
        assert tekst in html
    uitgave = report.render_page(BOEK, STUKKEN, replace(PAGE, editie="Uitgave 1", fictief=False))
    assert "CONCEPT" not in uitgave
    assert "ictieve gegevens" not in uitgave


def test_headings_skip_no_level(html):
    niveaus = [int(n) for n in re.findall(r"<h([1-6])", html)]
    assert niveaus[0] == 1
    assert all(b - a <= 1 for a, b in itertools.pairwise(niveaus))


def test_contents_lead_to_headings(html):
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(ids)


def test_what_code_displays_does_not_reach_the_page():
    geheim = v4.new_code_cell(
        "df",
        outputs=[
            v4.new_output("execute_result", data={"text/html": "<table>GEHEIM</table>", "text/plain": "GEHEIM"}),
            v4.new_output("stream", name="stdout", text="GEHEIM"),
            v4.new_output("display_data", data={"image/png": "R0VIRUlN", "text/markdown": "GEHEIM"}),
        ],
    )
    boek = notebook({}, geheim, v4.new_raw_cell("GEHEIM"))
    assert "GEHEIM" not in report.render_page(boek, {}, PAGE)
    assert report.weggelaten(boek) == (
        report.Weglating(2, "text/html"),
        report.Weglating(2, "tekst (stdout)"),
        report.Weglating(2, "image/png"),
    )


def test_a_preview_beside_a_piece_is_not_an_omission():
    assert report.weggelaten(BOEK) == ()


def _cel(output):
    return notebook({}, v4.new_code_cell("x", outputs=[output]))


@pytest.mark.parametrize(
    ("boek", "melding"),
    [
        (_cel(v4.new_output("error", ename="KeyError", evalue="x", traceback=[])), r"SDM-610.*cel 2.*KeyError"),
        (_cel(v4.new_output("display_data", data={MIME: {"id": "a/b/9"}})), r"SDM-611.*a/b/9 is niet beschermd"),
    ],
)
def test_no_half_page(boek, melding):
    with pytest.raises(RapportFout, match=melding):
        report.render_page(boek, STUKKEN, PAGE)


def test_a_piece_shown_twice_is_refused():
    stuk = {"zin": next(stuk for stuk in STUKKEN.values() if stuk.vorm == "zin")}
    twee = notebook(stuk, *notebook(stuk).cells[-2:])
    with pytest.raises(RapportFout, match=r"SDM-612.*staat twee keer"):
        report.render_page(twee, STUKKEN, PAGE)


def test_a_bare_publishable_is_required():
    with pytest.raises(TypeError, match="draws a Publishable"):
        report.render_page(BOEK, dict.fromkeys(STUKKEN, object()), PAGE)


@pytest.mark.parametrize(
    "bron",
    [
        "<script>alert(1)</script>",
        '<img src="http://x/y.png" onerror="alert(1)">',
        "![plaatje](http://x/y.png)",
        "[klik](javascript:alert(1))",
        "<iframe src='//x'></iframe>",
        "<style>*{display:none}</style>",
    ],
)
def test_markdown_holds_no_markup_that_runs_or_fetches(bron):
    html = Tekst().render(bron)
    assert not re.search(r"<(script|img|iframe|style)|<[^>]*(src|onerror|javascript)", html)


def test_markdown_headings_are_put_in_order():
    tekst = Tekst()
    html = tekst.render("# Titel\n\n#### Diep\n\n## Twee\n\n# Nog een\n\n## Twee")
    assert tekst.titel == "Titel"
    assert re.findall(r"<h(\d) id=\"([^\"]+)\">", html) == [
        ("2", "diep"), ("2", "twee"), ("2", "nog-een"), ("2", "twee-2"),
    ]  # fmt: skip


def _met_stukken() -> Any:
    """A notebook as plain papermill leaves it: whole pieces among its outputs."""
    piece = Piece("clienten-WK003401/01", "chart", "steekproef", aandelen(), {"titel": "Weten zij de weg?"}, LABELS)
    uitvoer = v4.new_output("display_data", data={MIME: piece.to_json(), "text/html": "<b>voorbeeld</b>"})
    return notebook({}, v4.new_code_cell("run.publish()", outputs=[uitvoer]))


def test_nbconvert_alone_protects_the_notebook_and_says_concept():
    html, resources = SdmExporter().from_notebook_node(_met_stukken())
    assert resources["output_extension"] == ".html"
    assert "CONCEPT" in html
    assert "Deze pagina is los gemaakt" in html
    assert 'id="clienten-wk003401-01"' in html
    assert "2e kwartaal 2015" in html
    assert ">7<" not in html  # the n of the area that is too small to show


def test_nbconvert_of_a_notebook_without_pieces_is_a_page_of_text():
    html, _ = SdmExporter().from_notebook_node(notebook({}))
    assert "<h1>Wat ervaren cliënten?</h1>" in html


def test_nbconvert_finds_the_exporter_by_its_name():
    assert get_exporter("sdm-html") is SdmExporter


def _index(**kw: str) -> str:
    paginas_ = [
        report.Pagina("Cliënten", "Almere", href="clienten.html", stukken=tuple(STUKKEN.values())),
        report.Pagina("Kosten", "Almere", reden="kolom bedrag ontbreekt in grootboek.csv"),
    ]
    return report.render_index(paginas_, PAGE, downloads=[report.Link("Alle cijfers", "cijfers.csv")], **kw)


def test_index_names_pages_failures_figures_and_downloads():
    html = _index()
    assert html == _index()
    assert 'href="clienten.html"' in html
    assert "niet gemaakt: kolom bedrag ontbreekt in grootboek.csv" in html
    assert 'href="clienten.html#clienten-gm0034-bevindingen"' in html
    assert 'href="cijfers.csv" download' in html


def test_the_one_script_is_allowed_by_its_hash():
    html = _index()
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    assert len(scripts) == html.count("<script") == 1
    som = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    assert f"script-src 'sha256-{som}'" in html


def test_index_refuses_a_page_without_address_or_reason():
    with pytest.raises(ValueError, match="1 pages without href and reden, 0 double"):
        report.render_index([report.Pagina("Kosten", "Almere")], PAGE)


def test_the_page_says_how_many_figures_are_not_to_be_seen(html):
    blok = html.split('aria-labelledby="niet-getoond"')[1].split("</section>")[0]
    assert re.search(r"(Een|\d+) van de \d+ cijfers op deze pagina (is|zijn) niet te zien\.", blok)
    assert re.search(r"<li>[a-z ]+: \d+</li>", blok)


def test_the_index_leads_to_figures_and_not_to_the_account_of_a_sample():
    eerste = next(iter(STUKKEN.values()))
    verslag = rijen({"indicator": "weging_deff", "value": 1.3, "n": 500}, unit="getal", method="weegverslag")
    stukken = (eerste, beschermd(verslag, vorm="table", naam="clienten/9"))
    paginas_ = [
        report.Pagina("Cliënten", "Almere", href="clienten.html", stukken=stukken),
        report.Pagina("Stelsel", "Almere", href="stelsel.html", stukken=(eerste,)),
    ]
    html = report.render_index(paginas_, PAGE)
    assert "weging_deff" not in html
    for naam in ("clienten", "stelsel"):  # a line a topic, and its areas on it
        assert f'<span class="waar">{naam.capitalize()} <a href="{naam}.html#'.replace("Clienten", "Cliënten") in html


def _index_of_many_areas(*, wijken: int) -> str:
    gebieden = ["Almere", *(f"Stadsdeel {k}" for k in range(6))]
    paginas_ = [
        report.Pagina(naam, gebied, f"{naam}-{k}.html", stukken=tuple(STUKKEN.values()))
        for naam in ("Basiscijfers", "Cliënten", "Kosten", "Nulmeting", "Stelsel", "Wijkprofiel")
        for k, gebied in enumerate(gebieden)
    ]
    wijk = [report.Pagina("Wijkprofiel", f"Wijk {k}", f"wijk-{k}.html", stukken=tuple(STUKKEN.values()))
            for k in range(wijken)]  # fmt: skip
    return report.render_index([*paginas_, *wijk], PAGE)


def test_areas_with_a_page_of_one_topic_stand_in_a_list_when_they_are_many():
    html = _index_of_many_areas(wijken=71)
    assert html.count('<th scope="col">') == 1 + 7
    assert '<h3 id="gebieden-wijkprofiel">Wijkprofiel: nog 71 gebieden</h3>' in html
    assert all(html.count(f'href="wijk-{k}.html') == 1 for k in range(71))
    assert '<a href="#gebieden-wijkprofiel">nog 71 gebieden</a>' in html
    assert len(html.encode()) < 150_000
    weinig = _index_of_many_areas(wijken=5)
    assert weinig.count('<th scope="col">') == 1 + 12
    assert "nog 5 gebieden" not in weinig
    assert 'href="wijk-4.html#' in weinig


def test_many_areas_are_folded_away_before_the_page_itself():
    links = tuple(report.Link(f"Wijk {k}", f"wijk{k}.html") for k in range(13))
    veel, weinig = (report.render_page(BOEK, STUKKEN, replace(PAGE, links=links[:k])) for k in (13, 12))
    assert '<details><summary class="wijzerkop">Meer van dit kwartaal (13)</summary>' in veel
    assert '<p class="wijzerkop">Meer van dit kwartaal</p>' in weinig
    assert veel.count("wijk12.html") == 1


def test_tiles_of_the_numbers_of_a_map_refer_to_its_table_and_csv():
    html = report.render_page(BOEK, STUKKEN, PAGE)
    assert html.count('<p class="lezen">Dezelfde cijfers staan bij <a href="#clienten-gm0034-map">') == 1
    assert [naam for naam in ("map", "tiles") if f'download="clienten-gm0034-{naam}.csv"' in html] == ["map"]


def test_tiles_with_other_numbers_keep_their_own_table():
    stuk = STUKKEN["clienten/GM0034/tiles"]
    ander = beschermd(
        Results(stuk.table.assign(value=stuk.table["value"] * 2)), naam=stuk.id, policy="register", **stuk.opties
    )
    html = report.render_page(BOEK, STUKKEN | {stuk.id: ander}, PAGE)
    assert 'download="clienten-gm0034-tiles.csv"' in html


def test_the_index_says_the_code_of_the_catalogue_and_not_a_name_of_the_kit():
    tabel = rijen({"indicator": "begroting", "value": 5.0, "n": 500}, unit="euro")
    labels = {"begroting": "Begroting en uitgaven"}
    eigen = beschermd(tabel, vorm="table", policy="register", labels=labels, naam="kosten/1")
    stukken = (eigen, STUKKEN["clienten/GM0034/dot"])
    html = report.render_index([report.Pagina("Kosten", "Almere", href="kosten.html", stukken=stukken)], PAGE)
    assert '<span class="wat">Begroting en uitgaven</span><span class="waar">' in html
    assert '<span class="kenmerk">CE01</span>' in html
