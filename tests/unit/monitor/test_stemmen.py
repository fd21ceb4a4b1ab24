"""Words in a run: what a notebook shows of them, what it is said to depend on, and what stops it."""

import pytest

from sdm_lib import monitor, sources
from sdm_lib.errors import ParameterFout, PrivacyFout, RapportFout
from sdm_lib.monitor import pieces

VAN = ["client_wmo", "ouder_jeugd"]


@pytest.fixture
def stukken(project, monkeypatch):
    """The pieces that verbs emit, caught before they are drawn."""
    gevangen = []
    monkeypatch.setattr(pieces, "emit", lambda run, piece: gevangen.append(piece))
    return gevangen


def start(kwartaal="2015K2"):
    return monitor.stemmen(monitor.start("clienten", kwartaal=kwartaal), van=VAN)


def bewerk(path, van, naar):
    tekst = path.read_text(encoding="utf-8")
    assert van in tekst
    path.write_text(tekst.replace(van, naar), encoding="utf-8")


def test_every_quote_of_the_demo_is_shown_in_its_chapter_and_nowhere_else(stukken):
    stemmen = start()
    for hoofdstuk in ("toegang", "kwaliteit", "informatie", "iets anders"):
        stemmen.citaten(hoofdstuk)
    namen = [[naam[:-4] for naam in stuk.opties if naam.endswith(".wie")] for stuk in stukken]
    assert namen == [["C1"], ["C3", "C4"], ["C2"], []]
    assert all(stuk.opties["fictief"] == "ja" and len(stuk.results) == 0 for stuk in stukken)
    assert stukken[1].opties["C3.vrij"].startswith("Onderzoek & Statistiek, 13 juli 2015: ")


def test_theme_table_saturation_and_agreement_are_of_the_whole_city(stukken):
    stemmen = start()
    stemmen.themas(titel="t")
    stemmen.verzadiging(titel="v")
    stemmen.overeenstemming(titel="o")
    assert {gebied for stuk in stukken for gebied in stuk.results.frame["gebied"]} == {"GM0034"}
    themas, verzadigd, eens = stukken
    assert themas.policy == "register"
    assert themas.labels["thema_informatie_brieven_moeilijk"] == "Informatie: Brieven moeilijk"
    assert len(verzadigd.results) == 29 + 30
    [alpha] = eens.results.frame.itertuples()
    assert alpha.lower < alpha.value < alpha.upper <= 1
    assert alpha.n == 10


def test_the_text_of_no_segment_is_kept(stukken, project):
    stemmen = start()
    stemmen.themas(titel="t")
    stemmen.citaten("toegang")
    zin = b"Ik lig er wakker van"
    bewaard = [path for path in (project / "data" / "cache").rglob("*") if path.is_file()]
    assert any("interviews_maxqda" in path.name for path in bewaard)
    assert not any(zin in path.read_bytes() for path in bewaard)
    assert "segment" not in stemmen.run.frame("interviews_maxqda")


def test_what_was_read_and_what_was_looked_for_is_known(stukken, project):
    stemmen = start()
    stemmen.duiding()
    stemmen.profielen("effect")
    gelezen = {
        path.relative_to(project).as_posix(): hash_
        for path, hash_ in sources.files().items()
        if path.is_relative_to(project)
    }
    assert gelezen["params/2015K2/duiding/clienten.md"]
    assert gelezen["params/2015K2/profielen/clienten.yaml"]
    (project / "params/2015K2/citaten/clienten.yaml").unlink()
    start().citaten("toegang")
    assert sources.files()[project / "params/2015K2/citaten/clienten.yaml"] == ""


def test_a_quarter_without_interviews_shows_nothing_and_says_no_more(stukken):
    stemmen = start("2015K1")
    stemmen.themas(titel="t")
    stemmen.verzadiging(titel="v")
    stemmen.overeenstemming(titel="o")
    stemmen.citaten("toegang")
    stemmen.duiding()
    stemmen.drie("de toegang", ["DS01", "ST16", "CE01"], register=["BC16"])
    assert [(stuk.vorm, len(stuk.results)) for stuk in stukken] == [
        ("table", 0), ("chart", 0), ("table", 0), ("citaten", 0), ("duiding", 0),
    ]  # fmt: skip


def test_three_voices_keep_their_own_protection_and_margin(stukken):
    start().drie("de toegang", ["DS01", "ST16", "CE01"], register=["BC16"])
    drie, register = stukken
    assert drie.opties["bescherming.professionals"] == "kleine_populatie"
    assert drie.opties["bescherming.bewoners"] == "steekproef"
    frame = drie.results.frame
    assert set(frame["measure"]) == {"level"}
    assert (frame["lower"] < frame["value"]).all()
    assert drie.labels["CE01"] == "Cliënten: “Wist waar ik moest zijn met mijn hulpvraag”"
    assert register.opties["titel"] == "Wat het register zegt over de toegang"


def test_voices_on_other_scales_stop_the_notebook(stukken):
    with pytest.raises(ParameterFout, match=r"SDM-921.*notebooks/clienten\.ipynb"):
        start().drie("de toegang", ["ST14", "CE01"], register=[])


@pytest.mark.parametrize(
    ("van", "naar", "fout", "melding"),
    [
        ("drie keer en dan", "vier keer en dan", ParameterFout, "SDM-906.*C2"),
        ("document: Gesprek C11", "document: Gesprek C16", PrivacyFout, "SDM-905.*C2"),
        ("[naam] heeft", "Fatima heeft", PrivacyFout, r"SDM-904.*C3\.tekst.*1 keer naam"),
        ("door: Onderzoek & Statistiek", 'door: ""', ParameterFout, "SDM-210.*een handtekening heeft een naam"),
    ],
)
def test_a_quote_that_may_not_be_shown_stops_the_notebook(stukken, project, van, naar, fout, melding):
    bewerk(project / "params/2015K2/citaten/clienten.yaml", van, naar)
    with pytest.raises(fout, match=melding):
        start().citaten("toegang")
    assert stukken == []


def test_a_profile_of_few_people_in_the_register_stops_the_notebook(stukken, project):
    bewerk(project / "params/2015K2/profielen/clienten.yaml", "hulp_bij_huishouden}", "gesloten}")
    with pytest.raises(PrivacyFout, match=r"SDM-907.*minder dan 10 mensen.*voorziening"):
        start().profielen("effect")


def test_a_name_in_an_interpretation_has_to_be_let_stand(stukken, project):
    path = project / "params/2015K2/duiding/clienten.md"
    bewerk(path, "Wij vermoeden", "Stichting Zonneschijn vermoedt")
    with pytest.raises(PrivacyFout, match=r"SDM-904.*eigennaam"):
        start().duiding()
    bewerk(path, "status: hypothese", "status: hypothese\nnoemt: [Zonneschijn]")
    start().duiding()
    assert stukken[0].opties["alinea.01"].startswith("Van de cliënten zegt {{clienten.CE01}}")


def test_an_area_says_that_the_interpretation_is_of_the_whole_city(stukken, project):
    bewerk(project / "params/2015K2/clienten.yaml", "[stad]", "[stad, WK003401]")
    monitor.stemmen(monitor.start("clienten", kwartaal="2015K2", gebied="WK003401"), van=VAN).duiding()
    assert stukken[0].opties["elders"] == "ja"
    assert not any(naam.startswith("alinea.") for naam in stukken[0].opties)


def test_an_interpretation_is_printed_in_the_provenance(stukken):
    from sdm_lib.runner.context import _signed

    stemmen = start()
    stemmen.duiding()
    stemmen.citaten("toegang")
    rijen = dict(_signed(stukken))
    assert rijen["Duiding"].startswith("Hypothese; Adviesraad en Onderzoek & Statistiek")
    assert "params/2015K2/duiding/clienten.md" in rijen["Duiding"]
    regel = "Onderzoek & Statistiek, 13 juli 2015: 1 segment; naam vervangen (1)"
    assert rijen["Redactie van gesprekken"] == regel
    assert rijen["Woorden C1"].startswith("vrijgegeven door Onderzoek & Statistiek, 13 juli 2015")


def test_a_typed_figure_in_the_demo_would_stop_the_site(stukken, project):
    from sdm_lib import disclosure, report

    bewerk(project / "params/2015K2/duiding/clienten.md", "Het gemiddelde rapportcijfer is", "Het is 9,9, gemiddeld")
    stemmen = start()
    stemmen.run.publish(stemmen.run.estimate(["CE01", "CE12", "CE16"]), titel="t")
    stemmen.duiding()
    beschermd = disclosure.protect(stukken, beleid=disclosure.load_beleid(project / "params" / "kit.yaml"))
    with pytest.raises(RapportFout, match=r"SDM-912.*'9,9'.*\{\{clienten\.CE16\}\} is 7,"):
        report.verwijzingen(list(beschermd.values()), list(beschermd.values()))
