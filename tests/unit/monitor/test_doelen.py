"""The goal tree on a page: same figures as the topics, verdicts beside them, and protection per delivery."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from sdm_lib import disclosure, monitor, report, results, schema
from sdm_lib.errors import ParameterFout
from sdm_lib.monitor.runfile import RunBestand
from sdm_lib.results import MIME, Results

ROOT = Path(__file__).resolve().parents[3]
BOOM = """
hoofdlijnen: {a: Lijn a, b: Lijn b}
voornemens:
  V01: {hoofdlijn: a, tekst: Weg vinden, indicatoren: [CE01], doel: "> 30 %", eigenaar: wijkteams, nulmeting: 2015K1,
    volgende_meting: 2015K4}
  V02: {hoofdlijn: a, tekst: Cijfer stijgt, indicatoren: [CE16], doel: toename, eigenaar: wijkteams, nulmeting: 2015K1,
    volgende_meting: 2015K2}
  V03: {hoofdlijn: b, tekst: Minder bijstand, indicatoren: [BC06], doel: afname, eigenaar: werk, laatste_meting: 2015K1}
  V04: {hoofdlijn: b, tekst: Veiligheid, indicatoren: [], doel: niet gemeten, eigenaar: veiligheid, voorbeeld: ja}
"""


@pytest.fixture
def doelen(project, monkeypatch):
    """Four intentions on the survey of clients; the register is not delivered here."""
    (project / "params" / "doelen.yaml").write_text(BOOM, encoding="utf-8")
    for kwartaal in ("2015K1", "2015K2"):
        folder = project / "params" / kwartaal
        tekst = (folder / "clienten.yaml").read_text(encoding="utf-8")
        zonder = "".join(regel for regel in tekst.splitlines(keepends=True) if "  register:" not in regel)
        (folder / "beleidsmonitor.yaml").write_text(zonder, encoding="utf-8")
    return monitor.doelen(monitor.start("beleidsmonitor", kwartaal="2015K2"))


@pytest.fixture
def shown(monkeypatch):
    monkeypatch.setenv("SDM_RUNNER", "1")
    bundles = []
    monkeypatch.setattr("IPython.display.display", lambda bundle, **kwargs: bundles.append(bundle))
    return bundles


def test_an_intention_stands_on_the_figure_and_the_test_of_its_own_topic(doelen, project):
    eigen = monitor.start("clienten", kwartaal="2015K2")
    oordeel = {o.nr: o for o in doelen.oordelen}
    assert oordeel["V01"].stand["value"] == eigen.estimate("CE01").frame["value"].item()
    assert oordeel["V02"].verschil["p_adj"] == eigen.compare("CE16", met="nulmeting").frame["p_adj"].item()
    assert oordeel["V01"].uitspraak == "gehaald"


def test_without_a_delivery_there_is_no_verdict(doelen):
    assert [o.nr for o in doelen.oordelen if not o.gemeten] == ["V03", "V04"]


def test_a_page_shows_figure_baseline_target_verdict_and_owner(doelen, shown):
    doelen.hoofdlijn("a")
    html = drawn(shown)
    toen = doelen.run.eerder("nulmeting").estimate("CE16").frame["value"].item()
    assert "V01 Weg vinden" in html
    assert "doel: meer dan 30%" in html
    assert "✓</span> gehaald" in html
    assert f"Bij de nulmeting {toen:.1f}".replace(".", ",") in html
    assert "Wijkteams; gemeten: 2e kwartaal 2015; volgende: 4e kwartaal 2015</p>" in html
    assert "Wijkteams; gemeten: 2e kwartaal 2015</p>" in html  # of V02, whose next measurement is this one
    assert "V04" not in html


def drawn(shown):
    [bundle] = shown
    piece = results.Piece.from_json(bundle[MIME])
    beleid = disclosure.load_beleid(ROOT / "params" / "kit.yaml")
    return report.fragment(disclosure.protect([piece], beleid=beleid)[piece.id])


def test_a_hidden_figure_takes_its_verdict_with_it(doelen, shown):
    doelen.hoofdlijn("a")
    piece = results.Piece.from_json(shown.pop()[MIME])
    klein = piece.results.frame.assign(n=4.0)
    shown.append({MIME: {**piece.to_json(), "results": {k: klein[k].tolist() for k in klein}}})
    html = drawn(shown)
    assert html.count("niet te tonen") == 2
    assert "gehaald</p>" not in html
    assert "nulmeting" not in html


def test_the_intentions_that_nobody_can_measure_are_listed(doelen, shown):
    doelen.zonder_meting()
    html = drawn(shown)
    assert "2 niet te beoordelen" in html
    assert "nu geen doel" in html  # V04, where the tree says that it is not measured
    assert "doel: afname" in html
    assert "V04 Veiligheid" in html
    assert "(voorbeeld)" in html
    assert "geen cijfer in deze periode" in html


def test_the_tree_at_a_glance_counts_every_intention_once_and_explains_the_rule(doelen, shown):
    doelen.overzicht()
    frame = results.Piece.from_json(shown[0][MIME]).results.frame
    assert frame["value"].sum() == 4
    html = drawn(shown)
    assert "van 2 beoordeelde voornemens op koers; 2 zijn niet te beoordelen" in html
    assert "97,5% zekerheid" in html


def test_key_figures_are_the_shares_on_course_and_without_measurement(doelen, shown):
    doelen.in_het_kort()
    frame = results.Piece.from_json(shown[0][MIME]).results.frame.set_index("indicator")
    assert frame.loc["BM02", "value"] == 0.5
    assert frame.loc["BM01", "denominator"] == 2
    html = drawn(shown[:1])
    assert "2 van de 4 voornemens nu niet te beoordelen: 50%." in html
    assert re.search(r"[012] van de 2 beoordeelde voornemens op koers: \d+%", html)


def test_an_unknown_main_line_names_the_nearest(doelen):
    with pytest.raises(ParameterFout, match=r"SDM-219 .*onbekende hoofdlijn 'c'\. Bekend zijn|onbekende hoofdlijn 'c'"):
        doelen.hoofdlijn("c")


def weging(kwartaal, onderwerp, bron):
    path = ROOT / "params" / kwartaal / f"{onderwerp}.yaml"
    return schema.load(path, RunBestand).value.bronnen[bron]


@pytest.mark.parametrize(
    ("onderwerp", "bron"), [("nulmeting", "bewoners"), ("clienten", "clienten"), ("stelsel", "professionals")]
)
@pytest.mark.parametrize("kwartaal", ["2015K1", "2015K2"])
def test_the_policy_monitor_weighs_and_protects_as_the_topic_itself(kwartaal, onderwerp, bron):
    hier, daar = (weging(kwartaal, naam, bron) for naam in ("beleidsmonitor", onderwerp))
    assert hier.bescherming == daar.bescherming
    for deel in ("gewicht", "strata", "marges", "doel", "lonely", "eindig", "persoon"):
        assert getattr(hier.weging, deel) == getattr(daar.weging, deel)


def test_a_figure_without_a_nulmeting_says_that_it_cannot_be_judged_and_why(doelen, shown):
    zonder = replace(doelen, changes=Results(doelen.changes.frame.iloc[:0]))
    zonder = replace(zonder, oordelen=tuple(
        replace(o, uitspraak="niet gemeten", verschil=None) if o.nr == "V02" else o for o in doelen.oordelen
    ))  # fmt: skip
    zonder.zonder_meting()
    html = drawn(shown)
    assert re.search(r"V02 .*?\d,\d \(marge [^)]+\)\. Er is geen nulmeting om mee te vergelijken\.", html)
    assert "–</span> niet te beoordelen" in html
