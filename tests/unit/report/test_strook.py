"""The comparison strip: what each row is compared with, its verdict, its table and its download."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from sdm_lib import report, results
from sdm_lib.report import charts
from sdm_lib.report.strook import gegroepeerd, vergelijkingen
from sdm_lib.report.stuk import stuk
from sdm_lib.report.tables import piece_csv
from tests.unit.report.stukken import STROOK, beschermd, rijen, standen, strook, voorbeelden

STRIP = stuk(voorbeelden()["strip"])


def test_each_figure_has_its_own_comparisons():
    assert [(nu.rij.indicator, [rij.soort for rij in rest]) for nu, rest in gegroepeerd(STRIP)] == [
        ("CE01", ["nulmeting", "rest", "streefwaarde"]),
        ("CE02", ["nulmeting"]),
    ]


def test_values_and_verdicts_are_those_of_the_rows():
    assert [(rij.waarde_tekst, rij.oordeel_tekst(STRIP)) for rij in vergelijkingen(STRIP)] == [
        ("65%", ""),
        ("59%", "▲ gestegen met 6 procentpunt"),
        ("64%", "○ geen aantoonbaar verschil"),
        ("70%", "niet gehaald"),
        ("48%", ""),
        ("48%", "= gelijk gebleven"),
    ]


def test_the_picture_has_a_row_each_and_its_text_says_the_same():
    beeld = charts.draw(STRIP)
    assert "nulmeting 59% (gestegen met 6 procentpunt)" in beeld.alt
    assert "70% ✗" in beeld.svg
    assert "59% ▲" in beeld.svg
    assert "✗ niet gehaald" in beeld.lezen


def test_the_table_shows_both_values_and_the_tested_difference():
    html = report.fragment(voorbeelden()["strip"])
    assert (
        '<th scope="row">Nulmeting</th><td>59%</td><td>+6 procentpunt</td>'
        '<td>+2 tot +10 procentpunt</td><td class="t">▲ gestegen met 6 procentpunt</td>'
    ) in html


def test_the_download_names_what_each_difference_is_with():
    regels = piece_csv(STRIP).decode("utf-8-sig").splitlines()
    assert regels[0].endswith(";vergeleken_met;waarde_daar")
    assert [regel.split(";")[-2:] for regel in regels[1:5]] == [
        ["", ""], ["nulmeting", "0,59"], ["rest van de stad", "0,64"], ["streefwaarde", "0,7"],
    ]  # fmt: skip


@pytest.mark.parametrize("woorden", ["", "stand;nulmeting", "nulmeting;" * 5 + "stand"])
def test_a_strip_that_does_not_name_every_row_is_refused(woorden):
    with pytest.raises(ValueError, match=r"strip: .* has 6 rows and names"):
        charts.draw(stuk(beschermd(strook(), chart="strip", vergelijking=woorden)))


def test_two_units_do_not_share_a_scale():
    table = results.concat(standen(("CE01", 0.65, "aandeel")), standen(("CE04", 7.3, "cijfer")))
    with pytest.raises(ValueError, match=r"more than one unit: \['aandeel', 'cijfer'\]"):
        charts.draw(stuk(beschermd(table, chart="strip", vergelijking="stand;stand")))


def test_what_is_hidden_takes_its_comparisons_with_it():
    frame = strook().frame
    small = results.Results(frame.assign(n=frame["n"].mask(frame["indicator"] == "CE01", 4.0)))
    html = report.fragment(beschermd(small, chart="strip", vergelijking=STROOK))
    rijen_ = re.findall(r"<tr><th scope=\"row\">Weet waar.*?</tr>", html)
    assert len(rijen_) == 4
    assert not any("%" in rij or "procentpunt" in rij for rij in rijen_)
    assert "59%" not in html


def test_figures_of_a_publisher_have_no_verdict():
    nl = rijen({"value": 0.03, "reference": 0.62, "n": 900}, indicator="CE01", unit="procentpunt", measure="difference")
    table = results.concat(standen(("CE01", 0.65, "aandeel")), nl)
    view = stuk(beschermd(table, chart="strip", vergelijking="stand;referentie:Nederland"))
    assert [(rij.naam, rij.waarde_tekst, rij.oordeel_tekst(view)) for rij in vergelijkingen(view)][1] == (
        "Nederland", "62%", "",
    )  # fmt: skip


def test_the_verb_puts_a_target_and_the_nulmeting_under_each_figure(demo, monkeypatch):
    from sdm_lib import monitor
    from sdm_lib.monitor.run import RUNNER
    from sdm_lib.results import MIME, Piece

    shown = []
    monkeypatch.setenv(RUNNER, "1")
    monkeypatch.setattr("IPython.display.display", lambda bundle, raw, metadata: shown.append(bundle[MIME]))
    run = monitor.start("nulmeting", kwartaal="2015K2")
    run.strook(["NM16", "NM12", "NM14"], titel="Waarmee te vergelijken?")
    shares, marks = (Piece.from_json(data) for data in shown)
    assert shares.opties["vergelijking"].split(";")[:2] == ["stand", "nulmeting"]
    assert [woord.partition(":")[0] for woord in shares.opties["vergelijking"].split(";")] == [
        "stand", "nulmeting", "streefwaarde", "stand", "nulmeting", "streefwaarde",
    ]  # fmt: skip
    assert marks.results.frame["indicator"].unique().tolist() == ["NM12"]
    frame = shares.results.frame
    levels = frame[frame["measure"] == "level"].set_index("indicator")["value"]
    differences = frame[frame["measure"] == "difference"]
    pd.testing.assert_series_equal(  # what it is and what it was differ by the difference, in every row
        differences["value"] + differences["reference"],
        differences["indicator"].map(levels),
        check_names=False,
    )
