"""Other municipalities: what the same publisher says of each, with the rounding it uses and no test."""

import pandas as pd
import pytest

from sdm_lib import disclosure, indicators, monitor, report, results, sources
from sdm_lib.errors import ParameterFout
from sdm_lib.indicators.references import compare_published
from sdm_lib.monitor import referenties
from sdm_lib.results import MIME, Kader


@pytest.fixture
def pieces(demo, monkeypatch):
    monkeypatch.setenv("SDM_RUNNER", "1")
    bundles = []
    monkeypatch.setattr("IPython.display.display", lambda bundle, **kwargs: bundles.append(bundle))
    run = monitor.start("basiscijfers", kwartaal="2015K2")
    run.referenties("BC02", titel="Wmo volgens het CBS")
    return run, [results.Piece.from_json(bundle[MIME]) for bundle in bundles]


def test_every_figure_comes_from_the_snapshot_and_none_from_the_own_register(pieces):
    _, (stand, verschil) = pieces
    alles = sources.reference(referenties.BESTAND)
    snapshot = alles[alles["indicator"] == "BC02"].set_index("gebied")["waarde"]
    frame = stand.results.frame.set_index("gebied")
    assert frame["value"].to_dict() == snapshot.to_dict()
    assert set(frame["source"]) == {"referentiecijfers"}
    assert set(frame["meetperiode"]) == {"2022-H1"}
    assert verschil.results.frame["value"].tolist() == [48 - 58, 48 - 55]
    assert verschil.results.frame["p"].isna().all()


def test_the_page_names_source_licence_and_rounding_and_judges_nothing(pieces):
    run, stukken = pieces
    beleid = disclosure.load_beleid(run.root / "params" / "kit.yaml")
    beschermd = disclosure.protect(stukken, beleid=beleid)
    html = "".join(report.fragment(beschermd[piece.id]) for piece in stukken)
    assert "Bron: CBS 83264NED, licentie CC BY 4.0" in html
    assert "Gemeten in 2022-H1" in html
    assert "10 lager, niet te toetsen" in html
    assert "Grens door afronding" in html
    assert "betrouwbaarheidsinterval" not in html


def test_the_latest_period_counts_and_what_is_not_published_says_so():
    cijfers = pd.DataFrame({
        "indicator": "BC02", "gebied": ["GM0034", "GM0034", "GM0307"], "periode": ["2022-H1", "2023", "2023"],
        "waarde": [48.0, None, 60.0], "bron": "CBS", "groep": None,
    })  # fmt: skip
    indicator = indicators.load()["BC02"]
    nieuwste = referenties.latest(indicator, root_table=cijfers)
    assert nieuwste["periode"].tolist() == ["2023", "2023"]
    assert referenties.levels(indicator, nieuwste, kader=Kader("2015K2", "GM0034")).frame["status"].tolist() == [
        "niet_gepubliceerd",
        "ok",
    ]


def test_an_indicator_without_published_figures_is_refused(pieces):
    with pytest.raises(ParameterFout, match=r"SDM-269 .*van indicator 'BC03' zijn geen referentiecijfers\. Bedoelde"):
        pieces[0].referenties("BC03", titel="x")


def test_shares_in_the_snapshot_follow_from_the_published_counts_and_so_does_their_rounding():
    """One minus those with one provision; both counts were rounded to five, the share to four decimals."""
    alles = sources.reference(referenties.BESTAND).set_index(["indicator", "gebied_naam"])
    bron = sources.reference("wmo_stapeling_83264NED_fragment").set_index(
        ["periode", "gemeente", "aantal_voorzieningen"]
    )
    for id, kolom in (("BC09", "huishoudens"), ("BC09W", "clienten")):
        for naam, rij in alles.loc[id].iterrows():
            een, alle = (bron.loc[("2022-H1", naam, aantal), kolom] for aantal in ("1", "totaal"))
            assert rij["waarde"] == round(1 - een / alle, 4)
            uiterst = [1 - (een + s * 2.5) / (alle - s * 2.5) for s in (-1, 1)]
            assert all(abs(uit - rij["waarde"]) <= rij["afronding"] / 2 for uit in uiterst)
    per_duizend = bron.xs(("2022-H1", "totaal"), level=("periode", "aantal_voorzieningen"))
    assert alles.loc["BC02", "waarde"].to_dict() == per_duizend["clienten_per_1000_inwoners"].to_dict()
    huishoudens = (per_duizend["huishoudens_per_1000_huishoudens"] / 1000).to_dict()
    assert alles.loc["BC08", "waarde"].to_dict() == huishoudens


@pytest.mark.parametrize(
    ("id", "verschillen"),
    [
        ("BC08", {"referentie=GM0361;wet=wmo": -0.009, "referentie=GM0307;wet=wmo": -0.008}),
        ("BC09W", {"referentie=GM0361": 0.0201, "referentie=GM0307": 0.02}),
        ("EW02", {"referentie=NL": 0.015}),
    ],
)
def test_more_indicators_have_figures_of_others_and_the_netherlands(id, verschillen):
    figures = referenties.latest(indicators.load()[id], root_table=sources.reference(referenties.BESTAND))
    found = compare_published(indicators.load()[id], figures, eigen="GM0034", kader=Kader("2015K2", "GM0034")).frame
    assert dict(zip(found["groep"], found["value"], strict=True)) == pytest.approx(verschillen)
    assert found["p"].isna().all()


@pytest.mark.parametrize(
    ("id", "afronding", "decimalen"),
    [("BC02", [1.0], 0), ("BC02", [0.1], 1), ("BC08", [0.001], 1), ("BC08", [0.0009, 0.0014], 1), ("BC08", [0.01], 0)],
)
def test_a_figure_has_the_decimals_that_its_publisher_gave(id, afronding, decimalen):
    assert referenties.decimals(indicators.load()[id], pd.DataFrame({"afronding": afronding})) == decimalen


def test_a_page_shows_those_decimals_and_names_the_netherlands(demo, monkeypatch):
    monkeypatch.setenv("SDM_RUNNER", "1")
    bundles = []
    monkeypatch.setattr("IPython.display.display", lambda bundle, **kwargs: bundles.append(bundle))
    run = monitor.start("basiscijfers", kwartaal="2015K2")
    run.referenties("EW02", titel="Voortijdig schoolverlaters")
    stukken = [results.Piece.from_json(bundle[MIME]) for bundle in bundles]
    beschermd = disclosure.protect(stukken, beleid=disclosure.load_beleid(run.root / "params" / "kit.yaml"))
    html = "".join(report.fragment(beschermd[piece.id]) for piece in stukken)
    for tekst in ("4,5%", "3,0%", "1,5 procentpunt hoger, niet te toetsen", "Verschil met Nederland", "+1,4 tot +1,6"):
        assert tekst in html
