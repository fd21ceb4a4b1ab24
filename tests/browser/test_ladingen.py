"""A hundred payloads in every text that reaches a page, the index, the CSV files and the workbook: text, all of it."""

from __future__ import annotations

import csv
import dataclasses
import io
import re
from typing import Any
from urllib.parse import unquote

import openpyxl
import pandas as pd
import pytest

from sdm_lib import report, sources
from sdm_lib.disclosure import Publishable, protect
from sdm_lib.disclosure.beleid import beleid_standaard
from sdm_lib.errors import Melding
from sdm_lib.report import Definitie, Link, PageContext
from sdm_lib.results import MIME, Piece, Results, parse_groep
from tests.browser.ladingen import BUITEN, LADINGEN
from tests.unit.report import stukken

STRUCTUUR = "script,iframe,object,embed,form,base,input,select,textarea,video,audio,img,link,marquee,math,template"
GEBEUREN = ["mouseover", "click", "focus", "toggle", "error", "load", "animationstart", "pointerenter"]


def test_there_are_a_hundred_of_eight_families():
    assert len(set(LADINGEN)) == len(LADINGEN) >= 100


def pieces(lading: str, *, soort: int) -> list[Piece]:
    """A chart, another kind for each payload, and a piece of every other form; every text in them is the payload."""
    groep = re.sub(r"[=;]", "", lading) or "leeg"
    aantallen = {groep: 2345.0, "hulp_bij_huishouden": 3120.0, "vervoer": 1410.0}
    vergeleken = stukken.results.concat(stukken.aandelen(), stukken.verschillen())
    soorten: list[tuple[str, str, Results, str]] = [
        ("dot", "chart", vergeleken, "steekproef"),
        ("lines", "chart", stukken.trend(), "steekproef"),
        ("agreement", "chart", stukken.antwoorden(), "steekproef"),
        ("bars", "chart", stukken.tellingen("voorziening", aantallen), "register"),
        ("tiles", "chart", stukken.gebruik(), "register"),
        ("table", "table", vergeleken, "steekproef"),
        ("kaarten", "kaarten", stukken.standen(("CE01", 0.65, "aandeel")), "steekproef"),
        ("bevindingen", "bevindingen", stukken.standen(("CE01", 0.65, "aandeel")), "steekproef"),
        ("zin", "zin", stukken.standen(("CE01", 0.65, "aandeel")), "steekproef"),
    ]
    uit = []
    soorten = [soorten[soort], *soorten[5:]]
    for naam, vorm, tabel, policy in soorten:
        frame = tabel.frame.assign(source=lading, method=lading, instrument=lading, definitie=lading)
        sleutels = {*frame["indicator"], *frame["gebied"], *frame["groep"]}
        sleutels |= {f"{k}={v}" for groep_ in frame["groep"] for k, v in parse_groep(groep_).items()}
        opties = {"titel": lading, "toelichting": lading, "bron": lading, "chart": naam, "relevant_verschil": "0.03"}
        labels = {sleutel: f"{sleutel} {lading}" for sleutel in sleutels if sleutel}
        uit.append(Piece(f"clienten/GM0034/{naam}", vorm, policy, Results(frame), opties, labels))  # type: ignore[arg-type]
    return uit


def pagina(lading: str, *, soort: int) -> tuple[str, str, dict[str, Publishable]]:
    """A page, an index and the pieces, every text of them the payload."""
    import nbformat

    v4 = nbformat.v4
    uit = protect(pieces(lading, soort=soort), beleid=beleid_standaard())
    cel = re.sub(r"[\r\n]", " ", lading).replace("|", r"\|")  # as an author writes it in a table
    teksten = (f"# {lading}", lading, f"| a |\n|---|\n| {cel} |")
    cellen = [v4.new_markdown_cell(tekst) for tekst in teksten]
    for stuk in uit.values():
        cellen.append(v4.new_code_cell("x", outputs=[v4.new_output("display_data", data={MIME: {"id": stuk.id}})]))
    page = PageContext(
        onderwerp=lading, kwartaal=lading, gebied=lading, stand=lading, titel=lading, editie=lading, inleiding=lading,
        definities=(Definitie(lading, ((lading, lading),), lading),), begrippen=((lading, lading),),
        herkomst=((lading, lading), ("Bestand", f"{lading}.csv")), wijzigingen=(lading,),
        links=(Link(lading, "a.html"),),
    )  # fmt: skip
    html = report.render_page(v4.new_notebook(cells=cellen), uit, page)
    pages = [
        report.Pagina(lading, lading, href="clienten.html", stukken=tuple(uit.values())),
        report.Pagina(lading, "Almere", reden=lading),
    ]
    index = report.render_index(pages, page, downloads=[Link(lading, "cijfers.csv")])
    return html, index, uit


@pytest.fixture(scope="module", params=["een op drie", pytest.param("alle", marks=pytest.mark.traag)])
def alles(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Payloads with their page, index and pieces; all of them in the slow suite."""
    keus = LADINGEN if request.param == "alle" else LADINGEN[::3]
    return {lading: pagina(lading, soort=k % 5) for k, lading in enumerate(keus)}


def test_none_runs_in_a_browser_and_none_breaks_the_page(browser, alles, tmp_path):
    gewoon = [bouw(browser, tmp_path, *pagina("gewone tekst", soort=k)[:2]) for k in range(5)]
    for k, (lading, (html, index, _)) in enumerate(alles.items()):
        assert bouw(browser, tmp_path, html, index) == gewoon[k % 5], lading


def bouw(browser: Any, folder: Any, html: str, index: str) -> list[Any]:
    """The skeleton of page and index as a browser builds them; after every event nothing has run or been asked."""
    context = browser.new_context()
    page = context.new_page()
    onheil: list[str] = []
    page.on("dialog", lambda dialog: (onheil.append(dialog.message), dialog.dismiss()))
    page.on("pageerror", lambda fout: onheil.append(str(fout)))
    page.on("console", lambda bericht: onheil.append(bericht.text))
    page.on("request", lambda vraag: onheil.append(vraag.url) if not vraag.url.startswith("file:") else None)
    skelet = []
    for naam, inhoud in (("clienten.html", html), ("index.html", index)):
        (folder / naam).write_text(inhoud, encoding="utf-8")
        page.goto((folder / naam).as_uri())
        skelet.append(page.evaluate(SKELET, [STRUCTUUR, GEBEUREN]))
    context.close()
    assert onheil == []
    return skelet


SKELET = """([vreemd, gebeuren]) => {
    const alle = [...document.querySelectorAll('*')];
    for (const el of alle.slice(0, 400)) for (const naam of gebeuren) el.dispatchEvent(new Event(naam));
    const aan = alle.flatMap(el => [...el.attributes]).filter(a => a.name.startsWith('on')).map(a => a.name);
    const wegen = [...document.querySelectorAll('[href],[src]')].map(el => el.getAttribute('href') || '')
        .filter(h => !/^(#|data:text\\/csv|[\\w.-]+\\.(html|csv))/.test(h));
    const telling = {};
    for (const el of document.querySelectorAll('section,table,tr,svg,figure,h1,h2,h3,dl,dt,style,script,details'))
        telling[el.tagName] = (telling[el.tagName] || 0) + 1;
    return [aan, wegen, telling, document.querySelectorAll(vreemd).length, document.body.children.length];
}"""


def test_a_payload_is_read_as_the_text_it_is(alles):
    for lading, (html, index, _) in alles.items():
        zichtbaar = re.sub(r"[\x00-\x1f\u200b-\u200f\u202a-\u202e]", "", lading)
        if "<" in zichtbaar:
            assert zichtbaar not in html, lading
            assert zichtbaar not in index, lading


def test_no_cell_of_csv_or_workbook_begins_a_formula(alles):
    for lading, (html, _, uit) in alles.items():
        bestanden = [report.cijfers_csv(uit).decode("utf-8-sig")]
        bestanden += [unquote(deel) for deel in re.findall(r"data:text/csv[^,]*,([^\"']*)", html)]
        assert len(bestanden) > 2
        for bestand in bestanden:
            cellen = [cel for rij in csv.reader(io.StringIO(bestand.lstrip("\ufeff")), delimiter=";") for cel in rij]
            assert [cel for cel in cellen if begins_formula(cel)] == [], lading


def begins_formula(cel: str) -> bool:
    return bool(re.match(r"[\s\u00a0\ufeff]*[=+\-@|%\uff1d]", cel)) and not re.fullmatch(r"[+\-]?[\d.,]+%?", cel)


def test_no_workbook_holds_a_formula_or_an_outside_link(alles):
    for lading in list(alles)[::4]:
        data = report.workbook(alles[lading][2], titel=lading, kwartaal=lading, namen={"clienten": lading})
        boek = openpyxl.load_workbook(io.BytesIO(data))
        for blad in boek.worksheets:
            for cel in (cel for rij in blad.iter_rows() for cel in rij):
                assert cel.data_type != "f", (lading, blad.title, cel.coordinate)
                assert cel.hyperlink is None or BUITEN not in str(cel.hyperlink.target), lading


def test_a_report_on_deliveries_shows_payloads_as_text(browser, tmp_path):
    for lading in LADINGEN[::5]:
        melding = Melding("SDM-341", lading, lading, bestand=lading, kolom=lading, blad=lading, waarom=lading)
        html = sources.as_html([melding], titel=lading)
        gewoon = sources.as_html([dataclasses.replace(melding, **velden("gewoon"))], titel="gewoon")
        assert bouw(browser, tmp_path, html, html)[0][3] == bouw(browser, tmp_path, gewoon, gewoon)[0][3] == 0


def velden(tekst: str) -> dict[str, str]:
    return dict.fromkeys(("wat", "herstel", "bestand", "kolom", "blad", "waarom"), tekst)


def test_a_name_of_a_group_with_payload_stays_one_group():
    frame = pd.DataFrame({"groep": ["aanbieder=<b>x</b>"]})
    assert parse_groep(frame["groep"][0]) == {"aanbieder": "<b>x</b>"}
