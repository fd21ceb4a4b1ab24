"""The catalogue page: every definition once, by topic, with a search that its policy allows."""

import base64
import hashlib
import re

import pytest

from sdm_lib import indicators, sources
from sdm_lib.disclosure import Microdata, guard
from sdm_lib.indicators import listing
from sdm_lib.report import Definitie, PageContext, render_catalogue

PAGE = PageContext(onderwerp="Monitor", kwartaal="2e kwartaal 2015", gebied="Almere", fictief=True)


def definities(*ids):
    catalogue = indicators.load()
    return [Definitie(catalogue[id].label, listing.rows(catalogue[id]), id) for id in ids]


def test_a_definition_shows_its_parts_quality_and_worked_example():
    html = render_catalogue({"Cliënten": definities("CE01", "CE16")}, PAGE)
    assert html.count("<details>") == 2
    assert '<h2 id="onderwerp-cli-nten">Cliënten</h2>' in html
    assert "relevant verschil 4 procentpunt" in html
    assert "<dd>voldoende: validiteit<dt>" in html
    assert "5 regels: v01 helemaal_eens / eens / oneens / niet_van_toepassing / geen_antwoord. Uitkomst: 66,7%" in html
    assert "CONCEPT" in html
    assert "Fictieve gegevens" in html


def whole_catalogue():
    catalogue = indicators.load()
    return render_catalogue(
        {naam: definities(*(i.id for i in catalogue.van(naam))) for naam in catalogue.onderwerpen}, PAGE
    ).encode()


def test_the_whole_catalogue_weighs_no_more_than_a_page():
    assert len(whole_catalogue()) < 150_000


def test_the_worked_examples_are_no_records_of_the_demo(demo):
    data = Microdata.van(sources.read_loose(demo / "2015K2" / "clienten.csv"))
    assert guard(whole_catalogue(), soort="html", microdata=data) == ()


def test_the_script_is_the_one_that_the_policy_allows():
    html = render_catalogue({"Cliënten": definities("CE01")}, PAGE)
    [script] = re.findall(r"<script>(.*?)</script>", html, flags=re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"sha256-{digest}" in html
    assert 'id="ingangen"' in html


def test_text_from_a_definition_is_no_markup():
    html = render_catalogue({"x": [Definitie("<b>dik</b>", (("Wat", "<i>"),), "ZZ01")]}, PAGE)
    assert "<b>dik" not in html
    assert "&lt;b&gt;dik" in html


@pytest.mark.parametrize("lijst", [{}, {"a": []}, {"a": definities("CE01"), "b": definities("CE01")}])
def test_no_definitions_or_one_twice_is_refused(lijst):
    with pytest.raises(ValueError, match="render_catalogue: "):
        render_catalogue(lijst, PAGE)
