"""The three surveys: sizes, overlap, who answers what, and that weighting matters."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from sdm_lib.sources import load_vragenlijst
from sdm_lib.synthetic import KWARTALEN, bewoners, clienten, professionals
from sdm_lib.synthetic.bewoners import make_wave
from sdm_lib.synthetic.files import Spss, write_sav
from sdm_lib.synthetic.items import Item
from sdm_lib.synthetic.population import LEEFTIJD_ENQUETE_VANAF
from sdm_lib.synthetic.sample import UITKOMSTEN, draw
from sdm_lib.synthetic.streams import of_date, stream
from sdm_lib.synthetic.truth import resident_measures

ANTWOORD = ["volledig", "gedeeltelijk"]


@pytest.fixture(scope="module")
def golven(world):
    """Four waves in a row, drawn as the demo draws them."""
    return [
        make_wave(stream(world.seed, f"bewoners {kw}"), world.pop, world.residents, dag=of_date(kw.begin), tijd=tijd)
        for tijd, kw in enumerate(KWARTALEN[:4])
    ]


def _bewoners(demo: Path) -> pd.DataFrame:
    return pyreadstat.read_sav(str(demo / "2015K2/bewoners.sav"), user_missing=True)[0]


def _clienten(demo: Path) -> pd.DataFrame:
    return pd.read_csv(demo / "2015K2/clienten.csv", sep=";", decimal=",", encoding="cp1252", keep_default_na=True)


def _professionals(demo: Path) -> pd.DataFrame:
    return pd.read_excel(demo / "2015K2/professionals.xlsx", sheet_name="respons", header=1)


def test_6500_residents_are_drawn_and_about_2500_answer(demo):
    tabel = _bewoners(demo)
    assert len(tabel) == 6_500
    assert tabel["uitkomst"].isin(ANTWOORD).sum() == pytest.approx(2_500, rel=0.04)
    assert set(tabel["uitkomst"]) == set(UITKOMSTEN)


def test_base_weights_add_up_to_the_adults_of_each_stadsdeel(demo):
    gewogen = _bewoners(demo).groupby("stadsdeel")["w0"].sum()
    bevolking = pd.read_csv(demo / "2015K2/bevolking.csv", sep=";")
    volwassen = bevolking[(bevolking["peildatum"] == "2015-04-01") & ~bevolking["leeftijd"].isin(["0-11", "12-17"])]
    inwoners = volwassen.groupby("stadsdeel")["inwoners"].sum()
    assert gewogen.to_numpy() == pytest.approx(inwoners[gewogen.index].to_numpy(), abs=0.5)  # weights have 4 decimals
    fractie = tabel_fractie(demo, inwoners)
    assert fractie["WK003405"] > 10 * fractie["WK003402"]  # disproportional: Hout is drawn far more than Stad


def tabel_fractie(demo: Path, inwoners: pd.Series) -> pd.Series:
    return _bewoners(demo).groupby("stadsdeel").size() / inwoners


@pytest.mark.parametrize("nummer", [1, 2, 3])
def test_about_three_in_ten_respondents_answered_the_wave_before(golven, nummer):
    nu, eerder = (set(golf.kader[golf.steekproef.positie][golf.steekproef.antwoordde].tolist())
                  for golf in (golven[nummer], golven[nummer - 1]))  # fmt: skip
    assert len(nu & eerder) / len(nu) == pytest.approx(0.30, abs=0.03)


def test_the_panel_code_joins_waves_and_the_respondent_code_does_not(demo):
    k1, _ = pyreadstat.read_sav(str(demo / "2015K1/bewoners.sav"))
    k2 = _bewoners(demo)
    gedeeld = k1.merge(k2, on="persoon_panel", validate="one_to_one", suffixes=("_1", "_2"))
    assert len(gedeeld) > 2_000
    assert (gedeeld["geslacht_1"] == gedeeld["geslacht_2"]).all()
    assert not set(k1["respondent"]) & set(k2["respondent"])


def test_who_did_not_take_part_has_no_answers_and_who_did_was_asked_everything(demo):
    tabel = _bewoners(demo)
    items = [item.naam for item in bewoners.ITEMS if item.naam != "mantelzorg_zwaarte"]
    deed = tabel["uitkomst"].isin(ANTWOORD)
    assert tabel.loc[~deed, items].isna().all().all()
    assert tabel.loc[deed, items].notna().all().all()
    assert (tabel["mantelzorg_zwaarte"].notna() == (tabel["mantelzorg"] == 1)).all()


def test_partial_answers_stop_and_complete_ones_skip_little(demo):
    tabel = _bewoners(demo)
    items = [item.naam for item in bewoners.ITEMS if item.naam not in ("mantelzorg_zwaarte", "cijfer_leven")]
    leeg = tabel[items].eq(9)
    assert leeg.loc[tabel["uitkomst"] == "gedeeltelijk", items[-1]].all()
    assert leeg[tabel["uitkomst"] == "volledig"].to_numpy().mean() == pytest.approx(0.015, abs=0.004)


@pytest.mark.parametrize("indicator", ["ST13", "NM16", "NM11"])
def test_weighting_brings_estimates_nearer_to_the_truth(world, golven, indicator):
    """Over four waves: post-stratified on stadsdeel and age against unweighted."""
    kaal, gewogen = [], []
    for golf, kwartaal in zip(golven, KWARTALEN, strict=False):
        waarde = resident_measures(golf.antwoorden)[indicator][0]
        leeftijd = world.pop.age(of_date(kwartaal.begin))[golf.kader]
        klasse = np.searchsorted(LEEFTIJD_ENQUETE_VANAF, leeftijd, side="right")
        cel = pd.Series(world.pop.stadsdeel[golf.kader] * 10 + klasse)
        respons = golf.steekproef.positie[golf.steekproef.antwoordde]
        gemiddeld = pd.Series(waarde[respons]).groupby(cel[respons].to_numpy()).mean()
        omvang = cel.value_counts()[gemiddeld.index]  # a cell without an answer falls out of both
        gewogen.append((gemiddeld * omvang).sum() / omvang.sum() - waarde.mean())
        kaal.append(waarde[respons].mean() - waarde.mean())
    assert abs(np.mean(gewogen)) < 0.012  # two standard errors of four overlapping waves
    assert abs(np.mean(kaal)) > abs(np.mean(gewogen))


@pytest.mark.parametrize(
    ("indicator", "richting"),
    [("ST13", 1), ("ST14", 1), ("NM15", 1), ("NM13", 1), ("NM01", 0), ("NM04", 0), ("NM11", 0)],
)
def test_a_few_things_change_and_the_others_stay(golven, indicator, richting):
    reeks = [resident_measures(golf.antwoorden)[indicator][0].mean() for golf in golven]
    stappen = np.diff(reeks)
    assert (stappen > 0.003).all() if richting else abs(reeks[-1] - reeks[0]) < 0.006


def test_sample_is_equal_chance_within_a_stratum_and_moves_on():
    nummer = np.array([0.1, 0.3, 0.5, 0.7, 0.9, 0.2])
    stratum = np.array([0, 0, 0, 0, 0, 1])
    eerst, w0 = draw(stratum, nummer=nummer, aantallen={0: 2, 1: 5, 2: 3}, tijd=0, overlap=0.5)
    assert (eerst.tolist(), w0.tolist()) == ([0, 1, 5], [2.5, 2.5, 1.0])
    later, _ = draw(stratum, nummer=nummer, aantallen={0: 2, 1: 5}, tijd=1, overlap=0.5)
    assert later.tolist() == [1, 2, 5]


def test_1700_clients_are_drawn_by_kind_and_about_600_answer(demo):
    tabel = _clienten(demo)
    assert tabel["voorziening_soort"].value_counts().to_dict() == {
        clienten.SOORTEN[nummer]: aantal for nummer, aantal in clienten.GETROKKEN.items()
    }
    assert tabel["uitkomst"].isin(ANTWOORD).sum() == pytest.approx(600, rel=0.06)
    assert ((tabel["wet"] == "jeugd") == (tabel["voorziening_soort"] == "jeugdhulp")).all()
    assert (tabel["v10"] == "niet_van_toepassing").sum() > 10


def test_exactly_138_of_168_professionals_answer_in_every_quarter(demo):
    for kwartaal in ("2015K1", "2015K2"):
        tabel = pd.read_excel(demo / kwartaal / "professionals.xlsx", sheet_name="respons", header=1)
        assert len(tabel) == professionals.LIJST == 168
        assert tabel["uitkomst"].isin(ANTWOORD).sum() == 138
        assert (tabel["w0"] == 1).all()
    gevuld = _professionals(demo).dropna(subset=["casussen_meer"])
    assert (gevuld["casussen_een_plan"] <= gevuld["casussen_meer"]).all()
    assert "geen_ervaring" in set(gevuld["p05"])


@pytest.mark.parametrize(
    ("naam", "items"),
    [
        ("bewoners", (*bewoners.ITEMS, *bewoners.STEMMEN)),
        ("clienten", clienten.ITEMS),
        ("professionals", professionals.ITEMS),
    ],
)
def test_items_are_those_of_the_questionnaire(naam, items):
    lijst = load_vragenlijst(naam)
    tellingen = {"casussen_meer", "casussen_een_plan"}
    assert {item.naam for item in items} == set(lijst.items) - tellingen
    geen = (*lijst.geen_antwoord, *lijst.niet_van_toepassing)
    for item in items:
        schaal = lijst.schalen[lijst.items[item.naam].schaal]
        bekend = [code for code in schaal.antwoorden if code not in geen]
        assert bekend == (list(item.antwoorden) if item.antwoorden[0] != "1" else [])


def test_spss_codes_are_those_of_the_questionnaire():
    lijst = load_vragenlijst("bewoners")
    for item in bewoners.ITEMS:
        spss = lijst.schalen[lijst.items[item.naam].schaal].spss
        eigen = {} if item.antwoorden[0] == "1" else {str(i): naam for i, naam in enumerate(item.antwoorden, start=1)}
        assert spss == {**eigen, "99" if item.antwoorden[0] == "1" else "9": "geen_antwoord"}


def test_an_item_whose_shares_do_not_add_up_is_refused():
    with pytest.raises(ValueError, match="Item proef: shares must fit the answers and add up to 1"):
        Item("proef", ("ja", "nee"), (0.5, 0.4))


def test_a_file_without_an_spss_header_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(pyreadstat, "write_sav", lambda frame, pad, **_: Path(pad).write_bytes(b"anders"))
    with pytest.raises(ValueError, match=r"write_sav: no SPSS header in a\.sav, got b'ande'"):
        write_sav(pd.DataFrame({"a": [1.0]}), tmp_path / "a.sav", spss=Spss({}, {}, {}), leverdatum=date(2015, 7, 15))


def test_spss_keeps_system_missing_and_user_missing_apart(tmp_path):
    frame = pd.DataFrame({"v": [1.0, 9.0, np.nan]})
    spss = Spss({"v": "Vraag"}, {"v": {1: "ja", 9: "geen antwoord"}}, {"v": 9})
    write_sav(frame, tmp_path / "a.sav", spss=spss, leverdatum=date(2015, 7, 15))
    met, meta = pyreadstat.read_sav(str(tmp_path / "a.sav"), user_missing=True)
    zonder, _ = pyreadstat.read_sav(str(tmp_path / "a.sav"))
    assert met["v"].to_list()[:2] == [1.0, 9.0]
    assert met["v"].isna().tolist() == [False, False, True]
    assert zonder["v"].isna().tolist() == [False, True, True]
    assert meta.column_names_to_labels["v"] == "Vraag"
