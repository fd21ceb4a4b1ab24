"""Leaks planted on purpose: records in any dress, clouds of persons, and all that a cell can display by itself."""

import io
import json

import nbformat
import pandas as pd
import pytest

from sdm_lib import report
from sdm_lib.disclosure import Kanaries, Microdata, guard
from sdm_lib.disclosure.punten import merken, wolken
from tests.unit.disclosure.test_herkenning import LEKKEN, records
from tests.unit.report.stukken import paginas

FRAME = records(1500)
INDEX = Microdata.van(FRAME)
KLEIN = FRAME.drop(columns="persoon").head(8)
RIJ = FRAME.drop(columns="persoon").iloc[7]


def scatter() -> str:
    """Every person a point, drawn by the library that everybody draws with."""
    from matplotlib.figure import Figure

    figuur = Figure()
    figuur.subplots().scatter(FRAME["geboortejaar"][:400], FRAME["bedrag"][:400])
    uit = io.StringIO()
    figuur.savefig(uit, format="svg")
    return uit.getvalue()


ANDERS = {
    "markdown": ("html", lambda: f"<pre>{KLEIN.to_csv(sep='|')}</pre>"),
    "json, een lijst van regels": ("json", lambda: KLEIN.to_json(orient="records")),
    "json, kolommen": ("json", lambda: json.dumps(KLEIN.to_dict("list"), default=str)),
    "json, geneste kolommen": ("json", lambda: KLEIN.to_json()),
    "json, gesplitst": ("json", lambda: KLEIN.to_json(orient="split")),
    "json in een script": ("html", lambda: f'<script type="text/json">{KLEIN.to_json(orient="records")}</script>'),
    "plotly": ("json", lambda: json.dumps({"data": [{"customdata": KLEIN.astype(str).to_numpy().tolist()}]})),
    "gedrukt": ("txt", lambda: KLEIN.to_string()),
    "woordenboek": ("txt", lambda: str(RIJ.to_dict())),
    "tuple": ("txt", lambda: str(tuple(RIJ))),
    "reeks": ("txt", lambda: RIJ.to_string()),
    "csv met komma's": ("csv", lambda: KLEIN.to_csv()),
    "csv met tabs": ("csv", lambda: KLEIN.to_csv(sep="\t")),
    "puntenwolk": ("html", scatter),
}  # fmt: skip


@pytest.mark.parametrize("naam", ANDERS)
def test_records_in_another_dress_are_found(naam):
    soort, maak = ANDERS[naam]
    gevonden = guard(maak().encode(), soort=soort, microdata=INDEX)
    assert {"records", "puntenwolk"} & {bevinding.categorie for bevinding in gevonden}


def test_records_are_found_among_those_of_other_deliveries():
    ander = pd.DataFrame({"geslacht": ["man", "vrouw"] * 400, "stadsdeel": ["WK003401", "WK003402"] * 400})
    samen = Microdata.van(ander, FRAME, ander.assign(aanbieder="A01"))
    for naam, lek in LEKKEN.items():
        assert guard(lek(FRAME).encode(), soort="html", microdata=samen), naam
    los = Microdata.van(ander) | INDEX
    assert guard(KLEIN.to_html().encode(), soort="html", microdata=los)


def test_a_figure_of_the_kit_is_no_cloud_and_a_cloud_beside_a_table_is_one():
    boek, stukken, page = paginas()
    html = report.render_page(boek, stukken, page)
    assert list(wolken(html)) == []
    assert 400 <= merken(scatter()) < 440  # and the ticks
    assert list(wolken(f"<table><tr><td>1</td></tr></table>{scatter()}"))


UITVOER = {
    "DataFrame": {"text/html": KLEIN.to_html(), "text/plain": KLEIN.to_string()},
    "Styler": {"text/html": f"<style>x{{}}</style>{KLEIN.to_html()}"},
    "HTML": {"text/html": f"<b>{RIJ['bedrag']}</b>"},
    "Markdown": {"text/markdown": f"| bedrag |\n|---|\n| {RIJ['bedrag']} |"},
    "Image": {"image/png": "iVBORw0KGgo="},
    "SVG": {"image/svg+xml": scatter()},
    "plotly": {"application/vnd.plotly.v1+json": {"data": [{"y": FRAME["bedrag"].tolist()}]}},
    "vega": {"application/vnd.vegalite.v5+json": {"datasets": {"x": KLEIN.to_dict("records")}}},
    "Javascript": {"application/javascript": "alert(1)"},
    "tekst": {"text/plain": str(RIJ.to_dict())},
}


@pytest.mark.parametrize("naam", UITVOER)
def test_what_code_displays_besides_a_piece_stays_off_the_page_and_is_named(naam):
    boek, stukken, page = paginas()
    zonder = report.render_page(boek, stukken, page)
    uitvoer = nbformat.v4.new_output("display_data", data=UITVOER[naam])
    boek.cells.append(nbformat.v4.new_code_cell("lek", outputs=[uitvoer]))
    assert report.render_page(boek, stukken, page) == zonder
    assert [(iets.cel, iets.soort) for iets in report.weggelaten(boek)] == [
        (len(boek.cells), next(iter(UITVOER[naam])))
    ]


def test_what_code_prints_stays_off_the_page_and_is_named():
    boek, stukken, page = paginas()
    zonder = report.render_page(boek, stukken, page)
    uitvoer = [nbformat.v4.new_output("stream", name=naam, text=KLEIN.to_string()) for naam in ("stdout", "stderr")]
    boek.cells.append(nbformat.v4.new_code_cell("print(frame)", outputs=uitvoer))
    assert report.render_page(boek, stukken, page) == zonder
    assert [iets.soort for iets in report.weggelaten(boek)] == ["tekst (stdout)", "tekst (stderr)"]


@pytest.mark.parametrize("tekst", [KLEIN.to_csv(sep="|"), FRAME["persoon"][3], str(RIJ.to_dict())])
def test_records_pasted_into_a_markdown_cell_are_found_on_the_page(tekst):
    boek, stukken, page = paginas()
    regels = tekst.splitlines()
    if len(regels) > 1:
        tekst = "\n".join(["|".join(regels[0].split("|")), "|".join("---" for _ in regels[0].split("|")), *regels[1:]])
    boek.cells.append(nbformat.v4.new_markdown_cell(tekst if len(regels) > 1 else f"    {tekst}"))
    html = report.render_page(boek, stukken, page)
    assert guard(html.encode(), soort="html", microdata=INDEX, canaries=Kanaries.van(FRAME["persoon"]))
