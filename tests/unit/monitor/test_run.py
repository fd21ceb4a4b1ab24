"""The run as a notebook uses it, on the demo."""

import pytest

from sdm_lib import monitor, results
from sdm_lib.errors import ParameterFout
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.monitor import tables
from sdm_lib.results import MIME, Kader
from sdm_lib.runner.context import _provenance
from sdm_lib.runner.plan import make_plan
from sdm_lib.runner.uitgevoerd import Executed


@pytest.fixture
def run(project):
    return monitor.start("clienten", kwartaal="2015K2")


@pytest.fixture
def shown(monkeypatch):
    """What a notebook displays, as the runner sees it."""
    monkeypatch.setenv("SDM_RUNNER", "1")
    bundles = []
    monkeypatch.setattr("IPython.display.display", lambda bundle, **kwargs: bundles.append(bundle))
    return bundles


@pytest.mark.parametrize(
    ("given", "tekst"),
    [
        ({"kwartaal": "2015-2"}, "'2015-2' is geen kwartaal"),
        ({"kwartaal": "2015K2", "gebied": "WK003401"}, "onbekend gebied 'WK003401'"),
    ],
)
def test_a_start_that_cannot_be_is_refused(project, given, tekst):
    with pytest.raises(ParameterFout, match=tekst):
        monitor.start("clienten", **given)


def test_an_unknown_indicator_names_the_nearest(run):
    with pytest.raises(ParameterFout, match=r"onbekende indicator 'CE0l'\. Bedoelde u 'CE"):
        run.estimate("CE0l")


def test_who_names_a_figure_by_its_words_hears_its_id(run):
    with pytest.raises(
        ParameterFout, match=r"onbekende indicator 'snel geholpen'\. Bedoelde u 'CE02' \(Snel geholpen\)\?"
    ):
        run.estimate("snel geholpen")


def test_a_table_of_ones_own_is_told_how_to_become_publishable(run):
    with pytest.raises(ParameterFout, match=r"SDM-288.*een DataFrame is niet te tonen.*results\.from_frame"):
        run.publish(run.estimate("CE01").frame, titel="Eigen tabel")


def test_a_breakdown_by_area_says_the_area_in_its_own_column(run):
    frame = run.estimate("CE01", by="stadsdeel").frame
    assert set(frame["gebied_soort"]) == {"stadsdeel"}
    assert set(frame["groep"]) == {""}
    assert "WK003402" in set(frame["gebied"])


def test_an_area_without_a_page_has_its_name_too(run, shown):
    assert run.bestand.value.gebieden == ("stad",)
    run.publish(run.estimate("CE01", by="stadsdeel"), titel="Per stadsdeel")
    run.publish(run.respons("bewoners"), titel="Respons")
    stukken = [bundle[MIME] for bundle in shown if MIME in bundle]
    assert [stuk["labels"]["WK003402"] for stuk in stukken] == ["Almere Stad"] * 2


def test_a_domain_is_part_of_the_group(run):
    wmo, jeugd = (run.estimate("CE09", where={"wet": wet}).frame for wet in ("wmo", "jeugd"))
    per_wet = run.estimate("CE09", by="wet").frame.set_index("groep")
    assert wmo["value"].iloc[0] == pytest.approx(per_wet.loc["wet=wmo", "value"], rel=1e-12)
    assert jeugd["se"].iloc[0] == pytest.approx(per_wet.loc["wet=jeugd", "se"], rel=1e-12)


def test_a_comparison_without_an_earlier_measurement_is_empty(project):
    eerste = monitor.start("clienten", kwartaal="2015K1")
    assert eerste.eerder("nulmeting") is None
    assert len(eerste.compare("CE01", met="nulmeting")) == 0


def test_the_difference_is_now_minus_then(run):
    verschil = run.compare("CE16", met="nulmeting").frame.iloc[0]
    toen = run.eerder("nulmeting").estimate("CE16").frame.iloc[0]
    nu = run.estimate("CE16").frame.iloc[0]
    assert verschil["value"] == pytest.approx(nu["value"] - toen["value"], abs=1e-12)
    assert verschil["reference"] == pytest.approx(toen["value"], abs=1e-12)


def test_a_piece_carries_what_the_page_needs(run, shown):
    run.publish(run.estimate("CE01"), chart="dot", titel="Toegang")
    [bundle] = shown
    piece = results.Piece.from_json(bundle[MIME])
    assert piece.id == "clienten/01"
    assert piece.policy == "steekproef"
    assert piece.opties["fictief"] == "ja"
    assert piece.opties["chart"] == "dot"
    assert piece.labels["CE01"] == run.catalogue["CE01"].label
    assert "text/html" not in bundle  # nobody is watching, so nothing is drawn


@pytest.fixture
def looked(monkeypatch):
    """What somebody who looks sees of a piece, in a notebook that no run executes."""
    monkeypatch.delenv("SDM_RUNNER", raising=False)
    seen = []
    monkeypatch.setattr("IPython.display.display", lambda bundle, **kwargs: seen.append(bundle["text/html"]))
    return seen


def test_a_preview_says_that_a_run_may_hide_more(run, looked):
    run.publish(run.estimate("CE01"), chart="dot", titel="Toegang")
    assert "Bij sdm run wordt het hele kwartaal samen beschermd; dan kan er meer verborgen zijn." in looked[0]


def test_a_preview_follows_the_stricter_rules_of_its_topic(project, looked):
    path = project / "params" / "2015K2" / "clienten.yaml"
    for rules in ("", "\nbescherming: {steekproef: {drempel: 200}}\n"):
        path.write_text(path.read_text(encoding="utf-8") + rules, encoding="utf-8")
        run = monitor.start("clienten", kwartaal="2015K2")
        run.publish(run.estimate("CE01", by="stadsdeel"), titel="Toegang")
    gewoon, streng = looked
    assert "minder dan 200" not in gewoon
    assert "minder dan 200" in streng


def test_the_key_of_the_pseudonyms_goes_along_to_the_provenance(project, shown):
    path = project / "data" / "demo" / "2015K2" / "clienten.csv"
    lines = path.read_text(encoding="cp1252").splitlines()
    lines = [f"{line};{'sleutel_id' if i == 0 else 'ab12cd34'}" for i, line in enumerate(lines)]
    path.write_text("\n".join(lines) + "\n", encoding="cp1252")
    run = monitor.start("clienten", kwartaal="2015K2")
    run.publish(run.estimate("CE01"), chart="dot", titel="Toegang")
    piece = results.Piece.from_json(shown[0][MIME])
    assert piece.opties["sleutel.clienten.csv"] == "ab12cd34"
    [taak] = make_plan(project, kwartaal=Kwartaal(2015, 2)).taken
    herkomst = dict(_provenance(Executed(taak, path, (piece,))))
    assert herkomst["Pseudoniemen in clienten.csv"] == "sleutel ab12cd34"


def test_a_frame_that_is_no_survey_has_no_account(run):
    with pytest.raises(ParameterFout, match="bron 'register' is hier geen enquete"):
        run.respons("register")


def test_the_weighting_table_says_what_weighting_cost(run):
    table = run.weegverslag("clienten").frame.set_index("indicator")["value"]
    assert table["weging_effectief"] == pytest.approx(table["weging_respondenten"] / table["weging_deff"], rel=1e-9)
    assert table["weging_afwijking"] < 1e-6


def test_the_rounding_gaps_of_the_2012_frame_are_its_four(demo):
    frame = tables.afrondingsverschillen(kader=Kader("2015K2", "GM0034")).frame
    assert frame["groep"].tolist() == [
        "jaar=2013;post=TOTAAL",
        "jaar=2017;post=TOTAAL",
        "jaar=2013;post=Waarvan gebundeld",
        "jaar=2017;post=Waarvan gebundeld",
    ]
    assert set(frame["value"]) == {1000.0}
