"""When a table is a grid, and what its cells say."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from sdm_lib import report, results
from sdm_lib.report import crosstab
from sdm_lib.report.stuk import stuk
from sdm_lib.report.tables import csv_link, kolommen, piece_csv
from sdm_lib.results import Results
from tests.unit.report.stukken import aandelen, beschermd, rijen, tellingen, trend, verschillen


def respons(*, tot: int = 3) -> results.Results:
    """Counts per stratum for a few indicators, as an account of response has them."""
    return rijen(
        *(
            {"indicator": naam, "groep": results.groep(soort=soort), "value": x, "numerator": x, "n": x}
            for naam, x in list({"getrokken": 340.0, "volledig": 92.0, "deels": 33.0}.items())[:tot]
            for soort in ("huishouden", "vervoer")
        ),
        unit="aantal", source="clienten",
    )  # fmt: skip


def test_a_complete_grid_without_margins_is_shown_as_one():
    raster = crosstab.kruis(stuk(beschermd(respons(), vorm="table", policy="register")))
    assert raster is not None
    assert (raster.hoek, raster.rijen, raster.kolommen) == (
        "Soort", ("Huishouden", "Vervoer"), ("getrokken", "volledig", "deels"),
    )  # fmt: skip
    html = report.fragment(beschermd(respons(), vorm="table", policy="register"))
    assert re.search(r'<th scope="row">Vervoer</th><td>340</td><td>92</td><td>33</td>', html)


def test_two_group_keys_make_a_grid_too():
    tabel = rijen(
        *({"groep": results.groep(jaar=jaar, post=post), "value": 1e6 + i, "n": 1}
          for i, jaar in enumerate(("2013", "2014")) for post in ("wsw", "bijstand")),
        unit="euro", source="grootboek", indicator="K08",
    )  # fmt: skip
    raster = crosstab.kruis(stuk(beschermd(tabel, vorm="table", policy="register")))
    assert raster is not None
    assert (raster.rijen, raster.kolommen) == (("2013", "2014"), ("Wsw", "Bijstand"))


def test_margins_gaps_and_one_dimension_stay_a_list():
    assert crosstab.kruis(stuk(beschermd(aandelen(), vorm="table"))) is None
    assert crosstab.kruis(stuk(beschermd(trend(), vorm="table"))) is None
    gat = results.Results(respons().frame.iloc[:-1])
    assert crosstab.kruis(stuk(beschermd(gat, vorm="table", policy="register"))) is None
    assert crosstab.kruis(stuk(beschermd(tellingen("wet", {"wmo": 40.0}), vorm="table", policy="register"))) is None
    assert crosstab.kruis(stuk(beschermd(results.empty(), vorm="table"))) is None


def test_a_short_table_is_kept_on_one_sheet():
    assert 'class="kort"' in report.fragment(beschermd(aandelen(), vorm="table"))
    lang = tellingen("soort", {f"s{i}": 40.0 + i for i in range(20)})
    assert 'class="kort"' not in report.fragment(beschermd(lang, vorm="table", policy="register"))


def test_the_download_in_a_page_is_the_file_to_the_byte_whatever_signs_are_in_it():
    publishable = beschermd(aandelen(), chart="dot", labels={"CE01": 'Hulp <b>& "zo" #1 50% één’s – “zin”'})
    view = stuk(publishable)
    adres = re.search(r'href="data:text/csv;charset=utf-8,([^"]*)"', csv_link(view))[1]
    assert unquote_to_bytes(adres) == piece_csv(view)
    assert "é" in adres  # as it is: an address may hold it, and written out it is three times as long
    assert not set(adres) & set(' "<>#&\r\n')


def test_rows_about_one_other_area_than_that_of_the_page_name_it():
    """One neighbour beside the page of Haven: without its name nobody knows whose figure it is."""
    rij = {"gebied": "WK003402", "gebied_soort": "wijk", "value": 0.3, "lower": 0.25, "upper": 0.35, "n": 400.0}
    tabel = rijen(rij, indicator="CE01", unit="aandeel")
    eigen, ander = (
        report.fragment(beschermd(tabel, vorm="table", accent=accent)) for accent in ("WK003402", "WK003401")
    )
    assert "Gebied</th>" in ander
    assert "Gebied</th>" not in eigen


def test_a_count_does_not_stand_twice_as_value_and_as_n():
    koppen = [kolom.kop for kolom in kolommen(stuk(beschermd(tellingen("wet", {"wmo": 40.0}), policy="register")))]
    assert koppen[-1] == "Waarde (aantal)"
    deel = rijen({"value": 0.4, "n": 40, "indicator": "CE01"}, unit="aandeel")
    assert [kolom.kop for kolom in kolommen(stuk(beschermd(deel, policy="register")))][-1] == "n"


def test_what_cannot_be_compared_says_so():
    geen = Results(verschillen().frame.iloc[:0])
    html = report.fragment(beschermd(geen, chart="dot", vergelijking="nulmeting"))
    assert "Er zijn nu geen cijfers om te vergelijken met de nulmeting." in html
