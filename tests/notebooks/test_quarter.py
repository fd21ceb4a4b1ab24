"""The demo quarter, whole: every notebook executed, protected and drawn, and what must hold over all of it."""

import hashlib
import json
import re
from pathlib import Path

import pandas as pd
import pytest

from sdm_lib import indicators, nl
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.runner import plan as planning
from sdm_lib.runner import quarter

ROOT = Path(__file__).parents[2]
ONDERWERPEN = ("basiscijfers", "nulmeting", "stelsel", "clienten", "kosten")
GEBIEDEN = ("", *(f"-WK00340{i}" for i in range(1, 7)))


@pytest.fixture(scope="session")
def plan(demo):
    return planning.make_plan(ROOT, kwartaal=Kwartaal(2015, 2))


@pytest.fixture(scope="session")
def site(plan):
    """The reports of 2015K2; made here when `make report` did not do it before."""
    opdracht = quarter.Opdracht(plan, ROOT / "reports" / "2015K2", kernels=quarter.cores())
    if not quarter.up_to_date(opdracht):
        assert planning.check_input(plan) == ()
        verslag = quarter.run_quarter(opdracht)
        assert [str(fout) for fout in verslag.fouten] == []
    return opdracht.uit


@pytest.fixture(scope="session")
def cijfers(site):
    """Every published number, as the text that stands in the file."""
    return pd.read_csv(site / "cijfers.csv", sep=";", dtype="str", keep_default_na=False, encoding="utf-8-sig")


def pages(site):
    eigen = ("index", "catalogus")
    return {
        path.stem: path.read_text(encoding="utf-8") for path in sorted(site.glob("*.html")) if path.stem not in eigen
    }


def test_every_topic_has_a_page_for_the_city_and_every_area(site):
    per_area = {f"{onderwerp}{gebied}" for onderwerp in ONDERWERPEN for gebied in GEBIEDEN}
    assert set(pages(site)) == per_area | {"beleidsmonitor"}  # goals hold for the whole city


def test_every_page_says_that_the_data_are_made_up_and_that_it_is_a_draft(site):
    for naam, html in pages(site).items():
        assert "Fictieve gegevens" in html, naam
        assert "CONCEPT" in html, naam


def test_no_page_asks_anything_from_outside(site):
    for naam, html in pages(site).items():
        assert "<script" not in html, naam
        assert "default-src 'none'" in html, naam
        assert re.findall(r"""(?:src|href)=["']?https?://""", html) == [], naam


def test_no_page_of_any_kind_weighs_more_than_150_kb(site):
    zwaar = {path.name: path.stat().st_size for path in site.glob("*.html") if path.stat().st_size > 150_000}
    assert zwaar == {}


def test_the_index_leads_to_every_page(site):
    index = (site / "index.html").read_text(encoding="utf-8")
    assert all(f'href="{naam}.html"' in index for naam in pages(site))
    assert "niet gemaakt" not in index


def test_every_definition_is_on_a_page_that_the_index_leads_to(site):
    html = (site / "catalogus.html").read_text(encoding="utf-8")
    assert all(f"<small>{id}</small>" in html for id in indicators.load(ROOT))
    assert 'href="catalogus.html"' in (site / "index.html").read_text(encoding="utf-8")


def test_the_manifest_knows_every_file_and_its_hash(site):
    manifest = json.loads((site / "manifest.json").read_text(encoding="utf-8"))
    files = {path.name for path in site.iterdir()} - {"manifest.json"}
    assert set(manifest["bestanden"]) == files
    for naam, hash_ in manifest["bestanden"].items():
        assert hashlib.sha256((site / naam).read_bytes()).hexdigest() == hash_


def test_a_second_run_changes_nothing_and_executes_nothing(plan, site):
    plan = planning.looked_up(plan)  # as it is once the site is made
    opdracht = quarter.Opdracht(plan, site)
    assert quarter.up_to_date(opdracht)
    assert quarter.reasons(opdracht) == []
    assert len(quarter.run_quarter(opdracht).ongewijzigd) == 36


def test_a_page_that_was_touched_is_made_again(plan, site):
    plan = planning.looked_up(plan)  # as it is once the site is made
    page = site / "kosten.html"
    inhoud = page.read_bytes()
    page.write_bytes(inhoud + b"<!-- -->")
    assert not quarter.up_to_date(quarter.Opdracht(plan, site))
    page.write_bytes(inhoud)
    assert quarter.up_to_date(quarter.Opdracht(plan, site))


def truth(kwartaal):
    return json.loads((ROOT / "data" / "demo" / "waarheid" / f"{kwartaal}.json").read_text(encoding="utf-8"))


def test_no_count_between_one_and_nine_is_published(cijfers):
    register = cijfers[
        (cijfers["eenheid"] == "aantal") & (cijfers["bron"] == "register") & (cijfers["maat"] == "level")
    ]
    shown = register.loc[register["status"] == "ok", "waarde"].map(number)
    assert len(shown) > 50
    assert not shown.between(1, 9).any()


def test_hidden_rows_show_no_number(cijfers):
    hidden = cijfers[cijfers["status"] != "ok"]
    assert len(hidden) > 0
    for kolom in ("waarde", "ondergrens", "bovengrens", "n"):
        assert (hidden[kolom] == "").all(), kolom


def test_intervals_of_the_surveys_cover_the_truth_as_often_as_they_say(cijfers):
    waar = {naam: waarden for deel in ("bewoners", "clienten") for naam, waarden in truth("2015K2")[deel].items()}
    shown = cijfers[
        (cijfers["maat"] == "level")
        & (cijfers["groep"] == "")
        & (cijfers["status"] == "ok")
        & (cijfers["periode"] == "2015K2")
    ]
    geraakt = [
        number(rij.ondergrens) <= waar[rij.indicator][rij.gebied] <= number(rij.bovengrens)
        for rij in shown.itertuples()
        if rij.indicator in waar and rij.gebied in waar[rij.indicator] and rij.ondergrens != ""
    ]
    assert len(geraakt) >= 40
    # 95 % intervals of some sixty correlated figures: fewer than 85 % would be a wrong weight or a wrong margin
    assert sum(geraakt) >= 0.85 * len(geraakt)


def test_the_register_gives_the_true_number_of_clients(cijfers):
    wmo = cijfers[(cijfers["indicator"] == "BC01") & (cijfers["gebied"] == "GM0034") & (cijfers["groep"] == "")]
    level = wmo[(wmo["maat"] == "level") & (wmo["periode"] == "2015K2")]
    assert number(level["waarde"].iloc[0]) == truth("2015K2")["register"]["per_wet"]["wmo"]["clienten"]


def number(tekst):
    return nl.parse_getal(tekst)


def test_a_notebook_gives_the_same_pieces_under_plain_papermill(plan, site, tmp_path, monkeypatch):
    import papermill

    from sdm_lib.runner.uitgevoerd import read_executed

    monkeypatch.delenv("SDM_RUNNER", raising=False)
    taak = next(taak for taak in plan.taken if taak.naam == "clienten")
    uit = tmp_path / "uit.ipynb"
    papermill.execute_notebook(
        str(ROOT / "notebooks" / "clienten.ipynb"),
        str(uit),
        {"kwartaal": "2015K2"},
        progress_bar=False,
        kernel_name="python3",
    )
    los = read_executed(taak, uit).pieces
    kit = read_executed(taak, ROOT / "data" / "cache" / "uitgevoerd" / f"{taak.id}.ipynb").pieces
    assert [piece.to_json() for piece in los] == [piece.to_json() for piece in kit]
    assert "text/html" in uit.read_text(encoding="utf-8")  # and somebody who looks sees a preview


def test_warm_and_plain_kernels_give_identical_outputs(plan, site):
    from sdm_lib.runner.execute import execute

    taken = [taak for taak in plan.taken if taak.naam == taak.onderwerp]
    outputs = []
    for warm in (True, False):
        uitkomsten = execute(ROOT, taken, kernels=2, warm=warm)
        assert [uitkomst.fout for uitkomst in uitkomsten] == [None] * len(taken)
        outputs.append({one.taak.naam: cells(one.notebook) for one in uitkomsten})
    assert outputs[0] == outputs[1]
    stukken = {naam: str(uitvoer).count("sdm.piece") for naam, uitvoer in outputs[0].items()}
    assert stukken.keys() == {*ONDERWERPEN, "beleidsmonitor"}
    assert min(stukken.values()) >= 8, stukken


def cells(path):
    return [cell.get("outputs") for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]


def test_the_same_input_gives_the_same_bytes(plan, site, tmp_path):
    opdracht = quarter.Opdracht(plan, tmp_path / "2015K2", kernels=quarter.cores())
    assert quarter.run_quarter(opdracht).fouten == ()
    eerst = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in site.iterdir()}
    opnieuw = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in opdracht.uit.iterdir()}
    assert opnieuw == eerst
