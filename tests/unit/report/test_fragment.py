"""What one piece looks like, and what is refused."""

from __future__ import annotations

import math
import re
from html import escape
from xml.etree import ElementTree

import pandas as pd
import pytest

from sdm_lib import report, results
from sdm_lib.errors import RapportFout
from sdm_lib.results import Piece, Results
from tests.unit.report.stukken import LABELS, aandelen, beschermd, rijen, standen, teken, verandering, voorbeelden

STUKKEN = voorbeelden()
CHARTS = [naam for naam, stuk in STUKKEN.items() if stuk.vorm == "chart"]


@pytest.mark.parametrize("ding", [None, "tekst", pd.DataFrame(), {}, Piece("a/b/1", "chart", "register", aandelen())])
def test_only_a_publishable_is_drawn(ding):
    with pytest.raises(TypeError, match=r"draws a Publishable made by disclosure\.protect, not "):
        report.fragment(ding)


@pytest.mark.parametrize("naam", list(STUKKEN))
def test_every_form_is_well_formed_and_the_same_twice(naam):
    html = report.fragment(STUKKEN[naam])
    assert html == report.fragment(STUKKEN[naam])
    ElementTree.fromstring(f"<r>{html}</r>")
    assert "nan" not in html.lower()
    assert "style=" not in html


@pytest.mark.parametrize("naam", CHARTS)
def test_a_chart_has_message_alternative_source_table_and_download(naam):
    html = report.fragment(STUKKEN[naam])
    alt = re.search(r'<svg role="img" aria-label="([^"]+)"', html)
    assert alt is not None
    assert len(alt[1]) > 40
    assert re.search(r'<p class="boodschap">[^<]{10,}</p>', html)
    assert '<p class="bron">Bron: ' in html
    assert '<caption><span class="tekst">' in html
    assert 'href="data:text/csv' in html


@pytest.mark.parametrize("naam", CHARTS)
def test_ids_begin_with_the_piece_and_every_reference_leads_somewhere(naam):
    html = report.fragment(STUKKEN[naam])
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert all(een.startswith(f"clienten-gm0034-{naam}") for een in ids)
    assert set(re.findall(r"url\(#([^)]+)\)", html) + re.findall(r'href="#([^"]+)"', html)) <= set(ids)


def test_a_hidden_figure_shows_its_sign_and_neither_value_nor_n():
    stuk = beschermd(aandelen(), chart="dot")
    html = report.fragment(stuk)
    rij = re.search(r'<tr><th scope="row">Almere Hout</th>(.*?)</tr>', html)
    assert rij is not None
    assert re.sub(r"<[^>]+>", "|", rij[1]) == f"|{escape(teken(stuk))}|||||"
    assert f"{escape(teken(stuk))} = {stuk.legenda[teken(stuk)][:20]}" in html


def test_a_preview_carries_its_own_styles_and_touches_nothing_else():
    html = report.preview(STUKKEN["dot"])
    css = re.search(r"<style>(.*?)</style>", html)
    assert css is not None
    assert css[1].startswith(".sdm{--papier:#ffffff;")
    assert css[1].count("{") == css[1].count("}")
    assert css[1].endswith("}}")
    assert report.fragment(STUKKEN["dot"]) in html


def test_an_empty_piece_says_so():
    html = report.fragment(beschermd(results.empty(), chart="dot"))
    assert html.startswith('<p class="leeg" id="clienten-gm0034-1">')
    assert html.endswith(">Weten cliënten de weg? Er zijn nu geen cijfers om te tonen.</p>")


def test_a_piece_with_nothing_to_show_is_drawn_without_a_number():
    html = report.fragment(beschermd(aandelen().where(gebied="WK003405"), chart="dot"))
    assert "Weten cliënten de weg? Geen van deze cijfers kan worden getoond" in html


@pytest.mark.parametrize(
    ("tabel", "opties", "melding"),
    [
        (aandelen(), {"titel": ""}, "SDM-601 fout: sleutel clienten/GM0034/1: het stuk heeft geen titel"),
        (rijen({"value": 0.5, "lower": 0.45, "upper": 0.55, "n": 80}, source=""), {}, "SDM-602.*zonder bron"),
        (rijen({"value": 0.5, "n": 80}), {}, "SDM-603.*steekproefcijfer in zonder marge"),
    ],
)
def test_no_figure_without_title_source_or_margin(tabel, opties, melding):
    with pytest.raises(RapportFout, match=melding):
        report.fragment(beschermd(tabel, **opties))


def test_an_unknown_chart_names_the_known_ones():
    with pytest.raises(ValueError, match=r"unknown chart 'taart'; known are dot, bars, lines"):
        report.fragment(beschermd(aandelen(), chart="taart"))


def test_text_from_labels_is_escaped():
    labels = LABELS | {"CE01": "<script>alert(1)</script>"}
    html = report.fragment(beschermd(standen(("CE01", 0.6, "aandeel")), vorm="kaarten", labels=labels))
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_dollar_signs_and_markup_in_a_label_are_text():
    labels = LABELS | {"WK003401": "Kosten $a_1$ & <b>"}
    html = report.fragment(beschermd(aandelen(), chart="dot", labels=labels))
    assert re.search(r"<text[^>]*>Kosten \$a_1\$ &amp; &lt;b&gt;</text>", html)


def test_findings_put_what_changed_and_matters_first():
    tabel = results.concat(
        standen(("CE02", 0.5, "aandeel"), ("CE01", 0.65, "aandeel")),
        verandering(indicator="CE02", value=0.01, p=0.6),
        verandering(indicator="CE01", value=0.07, p=0.001),
    )
    html = report.fragment(beschermd(tabel, vorm="bevindingen", relevant_verschil="0.03", vergelijking="nulmeting"))
    koppen = re.findall(r"<strong>([^<]+)</strong>", html)
    assert koppen == ["Weet waar hulp te vinden is: 65%.", "Wordt snel geholpen: 50%."]
    assert "Dat is 7 procentpunt hoger dan bij de nulmeting (marge +2 tot +12 procentpunt)." in html


def test_a_card_says_the_direction_in_words():
    tabel = results.concat(standen(("CE01", 0.65, "aandeel")), verandering(value=-0.06, p=0.001))
    html = report.fragment(
        beschermd(tabel, vorm="kaarten", relevant_verschil="0.03", vergelijking="nulmeting", gunstig="hoger")
    )
    assert "gedaald met 6 procentpunt" in html
    assert 'class="richting slechter"' in html


def test_a_card_says_per_how_many_unless_its_name_does():
    labels = LABELS | {"CE01": "Meldingen", "CE02": "Meldingen per 1.000 inwoners"}
    tabel = standen(("CE01", 10.9, "per_1000"), ("CE02", 10.9, "per_1000"), ("CE03", 0.5, "aandeel"))
    html = report.fragment(beschermd(tabel, vorm="kaarten", labels=labels | {"CE03": "Deel"}))
    onder = re.findall(r'<p class="marge">([^<]*)</p>', html)
    assert onder == ["per 1.000, marge 10,4 tot 11,4", "marge 10,4 tot 11,4", "marge 48 tot 53%"]


def test_a_card_that_cannot_be_compared_says_with_what():
    niet = rijen(
        {"value": float("nan"), "status": "niet_gemeten"}, indicator="CE01", unit="aandeel", measure="difference"
    )
    html = report.fragment(
        beschermd(results.concat(standen(("CE01", 0.65, "aandeel")), niet), vorm="kaarten", vergelijking="vorige")
    )
    assert 'niet te vergelijken <span class="met">met het vorige kwartaal</span>' in html


def test_without_a_source_there_is_no_empty_line_for_it():
    zegt = dict.fromkeys(("indicator", "cijfer", "waarom", "laatste", "volgende", "voorbeeld"), "")
    zegt |= {"doel": "afname", "uitspraak": "niet gemeten", "eigenaar": "veiligheid"}
    opties = {f"V04.{naam}": tekst for naam, tekst in zegt.items()}
    leeg = Results(aandelen().frame.iloc[:0])
    html = report.fragment(beschermd(leeg, vorm="doelen", labels={"V04": "Veiligheid"}, **opties))
    assert "V04 Veiligheid" in html
    assert "Bron" not in html


@pytest.mark.parametrize(("vorm", "opties"), [("chart", {"chart": "dot"}), ("kaarten", {})])
def test_what_has_no_figure_to_show_is_a_sentence_and_no_empty_picture(vorm, opties):
    tabel = standen(("CE01", 0.6, "aandeel"), ("CE02", 0.4, "aandeel"))
    html = report.fragment(beschermd(Results(tabel.frame.assign(n=4.0)), vorm=vorm, **opties))
    assert "een van deze cijfers kan worden getoond (Weet waar hulp te vinden is en Wordt snel geholpen)." in html
    assert "<svg" not in html
    assert "<li>" not in html
    assert "&lt;10 = minder dan 10" in html


@pytest.mark.parametrize(
    ("delen", "half", "verwacht"),
    [
        ((0.052, 0.003), math.nan, ["5,2%", "0,3%"]),  # 0% beside a bar that can be seen
        ((0.052, 0.03), math.nan, ["5%", "3%"]),
        ((0.286, 0.012), math.nan, ["29%", "1%"]),
        ((0.052, 0.012), 0.02, ["5%", "1%"]),  # a decimal would be more precise than its margin
    ],
)
def test_a_small_share_has_a_decimal_where_its_margin_allows(delen, half, verwacht):
    soorten = [{"groep": f"soort={k}", "value": v, "lower": v - half, "upper": v + half, "n": 900, "se": half / 2}
               for k, v in enumerate(delen)]  # fmt: skip
    policy = "register" if math.isnan(half) else "steekproef"
    html = report.fragment(beschermd(rijen(*soorten, indicator="CE01", unit="aandeel"), chart="bars", policy=policy))
    assert re.findall(r">(\d[^<]*%)</text>", html) == verwacht
