"""The arithmetic and the words of single chart kinds."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from sdm_lib import report, results
from sdm_lib.indicators import series
from sdm_lib.report import charts, geo, paden
from sdm_lib.report.charts import balance, bars, classes, control, funnel, opmaak, tiles, upset
from sdm_lib.report.charts import map as map_
from sdm_lib.report.charts.lines import verloop
from sdm_lib.report.palette import kleur
from sdm_lib.report.stuk import stuk
from sdm_lib.report.style import stylesheet
from sdm_lib.report.svg import als_svg, doek
from tests.unit.report.stukken import (
    aandelen,
    antwoorden,
    beschermd,
    gebruik,
    kosten,
    kostenverschil,
    maanden,
    rijen,
    tellingen,
    trend,
    verschillen,
    voorbeelden,
    wijken,
)  # fmt: skip

STUKKEN = voorbeelden()


def beeld(naam: str):
    return charts.draw(stuk(STUKKEN[naam]))


def test_every_name_on_the_map_lies_within_its_area():
    from matplotlib.path import Path

    for ringen in geo.grenzen("stadsdeel", "2017").values():
        x, y = geo.naamplek(ringen)
        breed = 0.04 * (max(x for x, _ in ringen[0]) - min(x for x, _ in ringen[0]))
        assert Path(ringen[0]).contains_points([(x - breed, y), (x + breed, y), (x, y)]).all()


def test_a_mark_and_a_percentage_are_not_drawn_on_one_scale():
    table = rijen(
        {"indicator": "CE01", "unit": "procentpunt", "value": 0.02, "lower": -0.01, "upper": 0.05},
        {"indicator": "CE04", "unit": "cijfer", "value": -0.1, "lower": -0.3, "upper": 0.1},
        {"indicator": "CE02", "unit": "procentpunt", "value": 0.01, "lower": -0.02, "upper": 0.04},
        measure="difference", n=500, reference=0.5,
    )  # fmt: skip
    drawn = charts.draw(stuk(beschermd(table, chart="dot", titel="Verschil")))
    first, second = re.findall(r"<svg.*?</svg>", drawn.svg, re.DOTALL)
    assert ("Weet waar hulp te vinden is" in first, "Cijfer voor" in first) == (True, False)
    assert "Cijfer voor de ondersteuning" in second or "CE04" in second
    assert ">+2<" in first
    assert "elke eenheid heeft een eigen schaal: procentpunt en rapportcijfer" in drawn.lezen
    ids = re.findall(r' id="([^"]+)"', drawn.svg)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("kind", list(charts.KINDS))
def test_there_is_an_example_of_every_kind(kind):
    assert beeld(kind).svg.startswith('<svg role="img" aria-label="')


@pytest.mark.parametrize(
    ("naam", "boodschap"),
    [
        ("dot", "Hoger in Almere Haven en lager in Almere Buiten dan in de rest van de stad"),
        ("bars", "Het meest: hulp bij huishouden (3.120), daarna begeleiding (2.345)"),
        ("stack", "42% heeft twee of meer voorzieningen tegelijk"),
        ("balance", "447 erbij en 562 eraf: van 2.911 naar 2.796"),
        ("budget", "Meer uitgegeven dan begroot: Participatie"),
        ("waterfall", "€ 650.000 meer dan eerder, het meest door Wmo (+€ 2,3 mln)"),
        ("upset", "Vaakst samen: Participatie en Wmo (812)"),
        ("control", "Signaal in 2e kw. 2015: 312"),
        ("strip", "Weet waar hulp te vinden is: hoger dan bij de nulmeting"),
        ("map", "Van 31,2 (Almere Poort) tot 68,4 (Almere Haven)"),
        ("multiples", "2e kw. 2015: het hoogst Almere Haven (70,0), het laagst Almere Poort (33,0)"),
        ("funnel", "Meer verschil dan toeval; hoger: Almere Haven en lager: Almere Buiten en Almere Poort"),
    ],
)  # fmt: skip
def test_the_title_says_what_is_seen(naam, boodschap):
    assert beeld(naam).boodschap.replace("\N{NO-BREAK SPACE}", " ") == boodschap


def test_every_shown_value_stands_in_the_alternative_and_no_hidden_one():
    alt = beeld("map").alt
    assert "Almere Haven 68,4; Almere Hout 55,0; Almere Stad 46,9" in alt
    assert re.search(r"Almere Pampus (x|<10)\.", alt)


def test_shape_follows_the_verdict_not_only_colour():
    assert "▲ aantoonbaar hoger; ▼ aantoonbaar lager; ● geen aantoonbaar verschil" in beeld("dot").lezen
    plat = charts.draw(stuk(beschermd(aandelen(), chart="dot")))
    assert plat.lezen == "Leeswijzer: de streep is de marge."


def test_differences_alone_are_drawn_around_zero_with_their_verdict():
    stuk_ = stuk(beschermd(verschillen(), chart="dot", relevant_verschil="0.03", vergelijking="nulmeting"))
    uit = charts.draw(stuk_)
    assert uit.boodschap == "Gestegen: Almere Haven; Gedaald: Almere Buiten"
    assert "+9 procentpunt" in uit.alt
    assert "verschil in procentpunt" in uit.lezen
    html = report.fragment(beschermd(verschillen(), chart="dot", vergelijking="nulmeting"))
    assert '<th scope="col" class="g">Verschil met de nulmeting (procentpunt)</th>' in html
    assert "▲ gestegen met 9 procentpunt" in html


def kaart(tabel, **opties):
    [een] = [
        control.kaart_van(naam, [(moment, rij) for moment, rij in rijen if rij.zichtbaar])
        for naam, rijen in verloop(stuk(beschermd(tabel, policy="register", chart="control", **opties))).reeksen.items()
    ]
    return een.kaart


def reeks(waarden, noemers=None, unit="aandeel"):
    perioden = [f"{jaar}K{k}" for jaar in (2012, 2013, 2014, 2015) for k in (1, 2, 3, 4)]
    onder = noemers or [float("nan")] * len(waarden)
    return rijen(
        *(
            {"periode": p, "value": x, "denominator": n, "numerator": x * n, "n": 1000}
            for p, x, n in zip(perioden, waarden, onder, strict=False)
        ),
        indicator="EW02", unit=unit, source="register",
    )  # fmt: skip


def test_the_limits_are_those_of_the_control_charts_of_the_indicators():
    x, n = [40, 52, 38, 47, 55, 41, 44, 39, 50, 46, 43, 58], [1000, 1100, 950, 1020, 1200, 980] * 2
    shares = kaart(reeks([a / b for a, b in zip(x, n, strict=True)], n))
    assert shares.boven == pytest.approx(series.p_chart(x, n).boven, rel=1e-12)
    per_duizend = kaart(reeks([1000 * a / b for a, b in zip(x, n, strict=True)], n, unit="per_1000"))
    assert per_duizend.onder == pytest.approx([1000 * y for y in series.u_chart(x, n).onder], rel=1e-12)
    assert kaart(reeks(x, unit="aantal")).boven == pytest.approx(series.u_chart(x, [1] * 12).boven, rel=1e-12)
    assert kaart(reeks(x, unit="dagen")).boven == pytest.approx(series.xmr_chart(x).boven, rel=1e-12)


def test_fewer_than_twelve_moments_get_no_limits_and_no_signal():
    kort = charts.draw(stuk(beschermd(trend(), chart="control")))
    assert kort.boodschap == "Reeks te kort voor een oordeel: 5 van de 12 metingen die nodig zijn"
    assert "boven" not in kort.svg


def test_several_series_are_small_charts_that_say_which_one_signals():
    samen = charts.draw(stuk(beschermd(wijken(), policy="register", chart="control")))
    assert samen.boodschap == "Geen signaal in het laatste cijfer; 6 van de 6 reeksen te kort"
    rustig = [100, 103, 98, 101, 99, 102, 97, 100, 104, 99, 101, 100]
    twee = results.concat(reeks([*rustig, 101], unit="dagen"), reeks([*rustig, 180], unit="dagen"))
    frame = twee.frame.assign(indicator=["EW01"] * 13 + ["EW02"] * 13)
    beeld_ = charts.draw(stuk(beschermd(results.Results(frame), policy="register", chart="control")))
    assert beeld_.boodschap == "Een signaal bij EW02"
    assert beeld_.svg.count("<svg") == 1


def test_a_chart_without_a_shown_moment_says_so():
    klein = rijen(*({"periode": f"2015K{k}", "value": 3, "numerator": 3, "n": 3} for k in (1, 2)),
                  indicator="BC11", unit="aantal", source="register")  # fmt: skip
    leeg = charts.draw(stuk(beschermd(klein, policy="register", chart="control")))
    assert leeg.boodschap == "Geen van deze cijfers kan worden getoond"
    assert "3" not in leeg.alt


def test_funnel_limits_by_hand():
    # 0.5 +- 1.96 * sqrt(0.25/100); per 1,000: 50 +- 2 * sqrt(0.05/800) * 1000
    assert funnel.grens(0.5, 100, z=1.96, unit="aandeel") == pytest.approx((0.402, 0.598))
    assert funnel.grens(50, 800, z=2, unit="per_1000") == pytest.approx((50 - 15.811388, 50 + 15.811388))
    assert funnel.grens(0.01, 10, z=3, unit="aandeel")[0] == 0.0


def test_funnel_middle_is_weighted_by_size():
    tabel = rijen(
        {"gebied": "WK003401", "value": 0.5, "numerator": 50, "denominator": 100, "n": 100},
        {"gebied": "WK003402", "value": 0.2, "numerator": 60, "denominator": 300, "n": 300},
        unit="aandeel", indicator="BC09", source="register", gebied_soort="stadsdeel",
    )  # fmt: skip
    assert funnel.middelste(stuk(beschermd(tabel, policy="register")).rijen) == pytest.approx(110 / 400)


def test_funnel_refuses_counts():
    with pytest.raises(ValueError, match=r"needs shares or rates per 1000, found \['aantal'\]"):
        charts.draw(stuk(beschermd(maanden(), policy="register", chart="funnel")))


def test_balance_steps_begin_where_the_last_one_ended():
    reeks = balance._reeksen(stuk(STUKKEN["balance"]))[""]
    assert balance.plekken(reeks) == [(0, 2911), (2911, 447), (2911 + 447 - 562, 562), (0, 2796)]


def test_balance_reads_steps_from_indicator_names_too():
    tabel = results.concat(
        *(rijen({"value": x, "numerator": x, "n": x}, indicator=i, unit="aantal", source="register")
          for i, x in (("BC11", 447.0), ("BC12", 562.0)))
    )  # fmt: skip
    stukje = beschermd(tabel, policy="register", chart="balance", labels={"BC11": "Instroom", "BC12": "Uitstroom"})
    assert charts.draw(stuk(stukje)).boodschap == "447 erbij en 562 eraf"


def test_balance_names_what_it_cannot_place():
    with pytest.raises(ValueError, match="cannot place 'wmo'; known steps are beginstand"):
        charts.draw(stuk(beschermd(tellingen("stroom", {"wmo": 40.0}), policy="register", chart="balance")))


def test_more_than_four_lines_become_small_multiples():
    html = report.fragment(beschermd(wijken(), policy="register", chart="lines"))
    assert "alle vakken hebben dezelfde schaal" in html


def test_years_as_a_group_are_moments():
    jaren = tellingen("jaar", {"2013": 100.0, "2014": 120.0, "2015": 90.0}, unit="aantal")
    assert charts.draw(stuk(beschermd(jaren, policy="register", chart="lines"))).boodschap == (
        "Van 100 (2013) naar 90 (2015)"
    )


def test_causes_of_one_change_begin_with_the_whole_once():
    oorzaken = {"prijs": 300_000.0, "volume": -100_000.0}
    tabel = rijen(
        *({"groep": results.groep(factor=naam), "value": waarde} for naam, waarde in oorzaken.items()),
        indicator="ontleding", unit="euro", measure="difference", source="grootboek", reference=40_000_000.0,
    )  # fmt: skip
    uit = charts.draw(stuk(beschermd(tabel, policy="register", chart="waterfall")))
    assert "Eerder € 40,0 mln; Prijs +€ 300.000; Volume −€ 100.000; Nu € 40,2 mln" in uit.alt.replace("\xa0", " ")


def test_a_waterfall_with_a_hidden_part_draws_nothing():
    tabel = kostenverschil().frame
    tabel.loc[0, "status"] = "niet_gemeten"
    uit = charts.draw(stuk(beschermd(results.Results(tabel), policy="register", chart="waterfall")))
    assert uit.svg == ""
    assert "mln" not in uit.boodschap


@pytest.mark.parametrize(
    ("tabel", "kind", "melding"),
    [
        (aandelen(), "agreement", r"needs groups antwoord=<helemaal_eens\|"),
        (antwoorden().where(groep="antwoord=eens"), "agreement", "without all five answers"),
        (kosten().where(groep="soort=begroting;wet=wmo"), "budget", r"needs groups soort=<begroting\|realisatie>"),
        (aandelen(), "waterfall", "needs difference rows"),
        (aandelen(), "upset", "needs the group key combinatie"),
        (aandelen().where(gebied="GM0034"), "map", "needs areas of one level"),
        (verschillen(), "map", "needs areas of one level"),
    ],
)
def test_a_chart_that_does_not_fit_its_rows_says_what_it_needs(tabel, kind, melding):
    with pytest.raises(ValueError, match=melding):
        charts.draw(stuk(beschermd(tabel, policy="register", chart=kind)))


def test_a_map_of_another_year_is_refused():
    tabel = gebruik().frame.assign(gebied_jaar="2019")
    with pytest.raises(ValueError, match="no outlines of 'stadsdeel' in 2019; there are: stadsdeel 2017, wijk 2022"):
        charts.draw(stuk(beschermd(results.Results(tabel), policy="register", chart="map")))


def test_a_code_of_2017_has_no_place_on_a_map_of_2022():
    tabel = gebruik().frame.assign(gebied_jaar="2022")
    with pytest.raises(ValueError, match="has areas without outlines: \\['WK0034"):
        charts.draw(stuk(beschermd(results.Results(tabel), policy="register", chart="map")))


def test_tiles_keep_north_up_and_each_area_its_own_place():
    plekken = geo.tegels({"noord": (0.0, 2.0), "zuid": (0.0, 0.0), "oost": (2.0, 0.0)})
    assert plekken["noord"][1] < plekken["zuid"][1]
    assert plekken["oost"][0] > plekken["zuid"][0]
    assert len(set(plekken.values())) == 3
    assert geo.tegels({}) == {}
    assert geo.tegels({"een": (5.0, 52.0)}) == {"een": (0, 0)}


def test_all_71_districts_have_an_outline_and_a_tile():
    vormen = geo.grenzen("wijk", "2022")
    plekken = geo.tegels({code: geo.midden(ringen) for code, ringen in vormen.items()})
    assert len(plekken) == len(set(plekken.values())) == len(vormen) >= 70


def test_an_outline_that_is_no_polygon_is_refused():
    with pytest.raises(ValueError, match="not a polygon: 'POINT"):
        geo.ringen("POINT (5 52)")


def test_map_classes_have_round_limits_and_hold_every_value():
    waarden = stuk(STUKKEN["map"]).rijen
    verdeling = classes.klassen(waarden)
    assert verdeling.grenzen[:-1] == (40, 50, 60)
    assert verdeling.woorden() == ["tot en met 40", "40 tot 50", "50 tot 60", "meer dan 60"]
    assert {verdeling.trap(rij) for rij in waarden if rij.zichtbaar} == {0, 1, 2, 3}


@pytest.mark.parametrize(
    ("laag", "hoog", "verwacht"),
    [(0, 10, [0, 2.5, 5, 7.5, 10]), (0.52, 0.81, [0.6, 0.7, 0.8]), (5, 5, [5]), (-3, 3, [-2, 0, 2])],
)
def test_axis_values_are_round(laag, hoog, verwacht):
    assert opmaak.stappen(laag, hoog) == pytest.approx(verwacht)


def test_combination_names():
    view = stuk(STUKKEN["upset"])
    assert sorted(upset.naam(view, rij) for rij in view.rijen)[-1] == "alleen Wmo"
    assert "Jeugdhulp, Participatie en Wmo" in {upset.naam(view, rij) for rij in view.rijen}


def _met_marges(*marges: tuple[float, float, float], n: float = 200.0):
    """Rows of areas with a value and the bounds of its margin, through `protect`."""
    regels = [
        {"gebied": f"WK00340{k}", "value": v, "lower": laag, "upper": hoog, "n": n, "se": (hoog - laag) / 4}
        for k, (v, laag, hoog) in enumerate(marges, 1)
    ]
    tabel = rijen(*regels, gebied_soort="stadsdeel", indicator="CE01", unit="aandeel", method="gewogen")
    return stuk(beschermd(tabel, chart="map"))


def test_dots_mark_the_areas_that_may_as_well_be_the_middle_one():
    kaart_ = _met_marges((0.10, 0.06, 0.14), (0.20, 0.16, 0.24), (0.30, 0.26, 0.34), (0.21, 0.12, 0.30))
    verdeling = classes.klassen(kaart_.nu)
    assert verdeling.midden == pytest.approx(0.205)
    assert [verdeling.gewoon(rij) for rij in kaart_.nu] == [False, True, False, True]
    assert "verschilt niet aantoonbaar van het middelste gebied" in charts.draw(kaart_).svg


def test_what_is_too_uncertain_looks_different_from_what_is_hidden():
    kaart_ = _met_marges((0.10, 0.06, 0.14), (0.20, 0.05, 0.45), (0.30, 0.26, 0.34))
    assert classes.klassen(kaart_.nu).tekens == (classes.TE_ONZEKER,)
    verborgen = stuk(beschermd(gebruik(), policy="register", chart="map"))
    assert classes.TE_ONZEKER not in classes.klassen(map_.gebieden(verborgen)).tekens


def test_a_full_count_has_no_dots():
    verdeling = classes.klassen(map_.gebieden(stuk(beschermd(gebruik(), policy="register", chart="map"))))
    assert classes.STIPPEN not in verdeling.tekens


def test_equal_values_never_fall_in_two_classes():
    kaart_ = _met_marges(*[(v, v - 0.04, v + 0.04) for v in (0.25, 0.10, 0.25, 0.40, 0.25)])
    verdeling = classes.klassen(kaart_.nu)
    assert len({verdeling.trap(rij) for rij in kaart_.nu if rij.value == 0.25}) == 1


def test_a_hatch_of_dots_is_one_small_tile():
    """Matplotlib writes every dot of a large tile; four such areas made a page of 800 kB."""
    with doek(200) as (figuur, ax):
        ax.bar([0], [1], hatch="...", facecolor=kleur("blauw"), edgecolor=kleur("papier"), linewidth=0)
        svg = als_svg(figuur, slug="x", alt="proef")
    patroon = re.search(r"<pattern.*?</pattern>", svg, re.DOTALL)[0]
    assert 'width="4" height="8"' in patroon
    assert patroon.count("M") == 5  # the corners and the middle
    assert 'stroke-linecap="round"' in patroon
    assert len(svg) < 1_500


@pytest.mark.parametrize(("hatch", "lijnen"), [("////", 3), ("xxx", 6)])
def test_a_hatch_of_lines_is_one_step_that_repeats_into_the_same(hatch, lijnen):
    with doek(200) as (figuur, ax):
        ax.bar([0], [1], hatch=hatch, facecolor=kleur("blauw"), edgecolor=kleur("papier"), linewidth=0)
        svg = als_svg(figuur, slug="x", alt="proef")
    patroon = re.search(r"<pattern.*?</pattern>", svg, re.DOTALL)[0]
    stap = (
        72 * 2 / {"////": 24, "xxx": 18}[hatch]
    )  # matplotlib: so many lines on a tile of an inch, from corner to corner
    assert f'width="{stap:g}" height="{stap:g}"' in patroon
    assert patroon.count("M") == lijnen


def test_an_area_that_is_dotted_is_one_path_with_its_border():
    kaart_ = _met_marges((0.10, 0.06, 0.14), (0.20, 0.08, 0.24), (0.30, 0.26, 0.34), (0.21, 0.05, 0.45))
    svg = map_.draw(kaart_).svg
    assert "<pattern" in svg
    vormen = re.findall(r"M[^M]*z", " ".join(re.findall(r' d="([^"]*)"', re.sub("<defs>.*?</defs>", "", svg))))
    assert len(vormen) == len(set(vormen)) >= 4


@pytest.mark.parametrize("kind", [map_, tiles])
def test_areas_that_look_alike_are_one_path(kind):
    """A hatch is a picture in a PDF: one for every area made a page of 49 MB."""
    kaart_ = _met_marges(*[(0.10, 0.06, 0.14)] * 4)
    svg = re.sub("<defs>.*?</defs>", "", kind.draw(kaart_).svg)
    verdeling = classes.klassen(kaart_.nu)
    looks = {classes.uiterlijk(rij, verdeling) for rij in map_.gebieden(kaart_)}
    assert len(re.findall(r'<path d="M[^"]*M', svg)) >= 1
    assert 1 < svg.count('fill="url(#') <= len(looks) + len(verdeling.tekens)  # and those of the key


@pytest.mark.parametrize("kind", [map_, tiles])
def test_no_dot_runs_through_a_name_or_a_number(kind):
    svg = kind.draw(_met_marges(*[(0.10, 0.06, 0.14)] * 4)).svg
    grond = re.findall(r'<path d="[^"]*" class="f-trap1"/><text', svg)
    assert len(grond) == 2 * 4 == svg.count(">10%<") * 2


def test_a_line_within_its_axes_is_not_clipped_and_one_beyond_is():
    with doek(200) as (figuur, ax):
        ax.plot([0, 1], [0, 1], color=kleur("blauw"))
        ax.set_xlim(-1, 2)
        ax.set_ylim(-1, 2)
        binnen = als_svg(figuur, slug="x", alt="proef")
        ax.set_xlim(0.5, 2)
        buiten = als_svg(figuur, slug="x", alt="proef")
    assert "clip" not in binnen
    assert re.search(r'<path d="[^"]*" clip-path="url\(#(x-\d+)\)"', buiten)
    assert "<clipPath" in buiten


def test_a_path_is_written_without_spaces_and_what_pictures_repeat_as_a_class():
    with doek(100) as (figuur, ax):
        ax.plot([0, 1], [0, 1], color=kleur("blauw"))
        ax.text(0.5, 0.5, "midden", ha="center", color=kleur("inkt"))
        svg = als_svg(figuur, slug="x", alt="proef")
    paden = re.findall(r' d="([^"]*)"', svg)
    assert paden
    assert all(re.fullmatch(r"[Mlhvcqz\d. -]+", pad) and not re.search(r"[A-Za-z] | [A-Za-z-]", pad) for pad in paden)
    assert 'fill="none"' not in svg
    assert re.search(r'<text x="[\d.]+" y="[\d.]+" class="m">midden</text>', svg)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("MLQC"), st.lists(st.integers(-9999, 9999), min_size=6, max_size=6)), max_size=9)
)
def test_a_short_path_leads_through_the_same_points(stappen):
    delen = [("M", [0, 0]), *((letter, tienden[: 2 * paden.PUNTEN[letter]]) for letter, tienden in stappen)]
    lang = " ".join(f"{letter} {' '.join(str(t / 10) for t in tienden)}" for letter, tienden in delen)
    assert _punten(paden.kort_pad(lang)) == [
        punt for _, tienden in delen for punt in zip(*[iter(tienden)] * 2, strict=True)
    ]


def _punten(pad: str) -> list[tuple[int, int]]:
    """The points of a path by the grammar of SVG, in tenths."""
    punten, hier = [], (0, 0)
    for letter, rest in re.findall(r"([A-Za-z])([^A-Za-z]*)", pad):
        getallen = [round(10 * float(g)) for g in re.findall(r"-?(?:\d+\.\d+|\.\d+|\d+)", rest)]
        if letter in "hv":
            getallen = [g for een in getallen for g in ((een, 0) if letter == "h" else (0, een))]
        stap = 2 * {"M": 1, "h": 1, "v": 1, "l": 1, "q": 2, "c": 3}[letter]
        for i in range(0, len(getallen), stap):
            basis = (0, 0) if letter == "M" else hier
            deel = [g + basis[k % 2] for k, g in enumerate(getallen[i : i + stap])]
            punten += zip(deel[::2], deel[1::2], strict=True)
            hier = (deel[-2], deel[-1])
    return punten


@pytest.mark.parametrize("pad", ["A 1 1 0 0 1 2 2", "L 1", "M 1 2 3 4"])
def test_a_step_that_is_not_known_is_refused(pad):
    with pytest.raises(ValueError, match="kort_pad: cannot read"):
        paden.kort_pad(pad)


def test_what_a_picture_says_as_a_class_the_style_sheet_knows():
    css = stylesheet()
    for regel in (".n{fill:none}", ".m{text-anchor:middle}", ".e{text-anchor:end}", ".w{font-weight:700}"):
        assert regel in css
    assert "text{fill:var(--inkt)}" in css


def test_the_key_of_a_map_fits_in_the_room_it_asks_for():
    kaart_ = _met_marges((0.10, 0.06, 0.14), (0.20, 0.16, 0.24), (0.30, 0.26, 0.34), (0.21, 0.05, 0.45))
    verdeling = classes.klassen(kaart_.nu)
    for tekens in itertools.permutations(classes.TEKENS, 2):
        samen = replace(verdeling, tekens=tekens)
        hoogte = classes.sleutelhoogte(samen)
        with doek(hoogte) as (figuur, _):
            classes.sleutel(figuur, samen, onder=hoogte)
            [*vlakken] = [vlak.get_y() for vlak in figuur.axes[-1].patches]
        assert len(vlakken) == len(verdeling.grenzen) + 2
        assert min(vlakken) >= 0, tekens


def test_an_axis_of_days_says_numbers_only_or_they_would_run_into_each_other():
    from matplotlib.figure import Figure

    ax = Figure().subplots()
    opmaak.waarde_as(ax, 640, 1100, "dagen")
    assert [tekst.get_text() for tekst in ax.get_xticklabels()] == ["800", "1.000"]


@pytest.mark.parametrize("naam", ["agreement", "doelen"])
def test_in_grey_print_the_two_sides_of_an_answer_differ_by_their_hatch(naam):
    svg = report.fragment(voorbeelden()[naam])
    assert svg.count("<pattern") == 2  # of what is only half agreed with, and of what is not
    assert 'class="f-lichtoranje' in svg
    assert 'class="f-oranje' in svg


def test_a_margin_is_seen_on_the_bar_itself():
    tabel = rijen({"value": 0.6, "lower": 0.5, "upper": 0.7, "se": 0.05, "n": 400, "indicator": "CE01"}, unit="aandeel")
    svg = report.fragment(beschermd(tabel, chart="bars"))
    [onder] = re.findall(r'<path d="([^"]+)" stroke-width="4.4" class="s-papier n"/>', svg)
    assert f'class="s-papier n"/><path d="{onder}" stroke-width="1.6" class="s-inkt n"/>' in svg


def test_a_title_is_not_about_who_gave_no_answer():
    tabel = tellingen("beperking", {"ja": 300, "nee": 500, "geen_antwoord": 400})
    view = stuk(beschermd(tabel, policy="register"))
    assert bars.message(view, view.nu) == "Het meest: nee (500), daarna ja (300)"


@pytest.mark.parametrize("kind", [map_, tiles])
def test_a_map_on_which_every_area_is_dotted_says_that_none_stands_out(kind):
    overal = _met_marges((0.10, 0.05, 0.16), (0.12, 0.07, 0.18), (0.11, 0.06, 0.17), (0.14, 0.09, 0.20))
    assert kind.draw(overal).boodschap == "Geen gebied verschilt aantoonbaar van het middelste (10% tot 14%)"
    een = _met_marges((0.10, 0.09, 0.105), (0.12, 0.07, 0.18), (0.11, 0.06, 0.17), (0.14, 0.09, 0.20))
    assert kind.draw(een).boodschap.startswith("Van 10% (")


@pytest.mark.parametrize("hoog", [1, 3, 8, 8.5, 11, 14, 90, 4000])
def test_what_is_counted_has_whole_numbers_on_its_axis(hoog):
    waarden = opmaak.stappen(0, hoog, heel=True)
    assert all(waarde == int(waarde) for waarde in waarden)
    assert 2 <= len(waarden) <= 8
    assert waarden[-1] <= hoog
    assert opmaak.stappen(10.2, 10.6, heel=True) == opmaak.stappen(10.2, 10.6)  # where there is none
