"""`sdm redact` shows what could point at somebody, drafts a quote without it, and keeps nothing within the project."""

import re
import stat

import pytest

from sdm_lib import schema
from sdm_lib.stemmen import Woorden


def test_what_could_point_at_somebody_is_marked_with_its_kind(project, sdm):
    code, uit, err = sdm("redact", "2015K2", "--thema", "brieven")
    assert code == 0
    assert all("Informatie: Brieven moeilijk" in regel for regel in uit.splitlines())
    assert "«" in uit
    assert "segmenten, in " in err
    assert "niets bewaard" in err


def test_nothing_of_what_was_said_is_left_in_the_project(project, sdm):
    _, uit, _ = sdm("redact", "2015K2", "--alles")
    zin = b"Die brieven van de gemeente lees ik drie keer"
    assert zin.decode() in uit
    gevonden = [path for path in (project / "data").rglob("*") if path.is_file() and zin in path.read_bytes()]
    assert {path.name for path in gevonden} == {"interviews_maxqda.csv"}
    assert not (project / "data" / "cache").exists()


def test_a_drafted_quote_is_redacted_and_lacks_its_release(project, sdm, tmp_path):
    _, uit, _ = sdm("redact", "2015K2")
    nummer = uit.split()[0]
    code, blok, err = sdm("redact", "2015K2", "--citaat", nummer)
    assert code == 0
    assert f"K{nummer}:" in blok
    assert "[" in blok.split("tekst: ")[1].split("\n")[0]
    assert "vrijgegeven" in err
    path = tmp_path / "x.yaml"
    path.write_text(blok, encoding="utf-8")
    _, meldingen = schema.load_blocks(path, Woorden)
    assert {melding.sleutel.split(".")[-1] for melding in meldingen} <= {"datum", "toestemming", f"K{nummer}"}


def test_a_reading_page_lies_outside_the_project_and_is_private(project, sdm, tmp_path):
    code, _, err = sdm("redact", "2015K2", "--html", str(project / "lees.html"))
    assert code == 2
    assert "SDM-909" in err
    assert not (project / "lees.html").exists()
    code, uit, _ = sdm("redact", "2015K2", "--html", str(tmp_path / "lees.html"))
    assert code == 0
    assert "Wis het als u klaar bent" in uit
    assert stat.S_IMODE((tmp_path / "lees.html").stat().st_mode) == 0o600
    assert "<mark>" in (tmp_path / "lees.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("woorden", "melding"),
    [(("2015K1",), "SDM-902.*in 2015K1 noemt geen onderwerp gesprekken"), (("2015K2", "--citaat", "9999"), "SDM-902")],
)
def test_what_is_not_there_is_said(project, sdm, woorden, melding):
    code, _, err = sdm("redact", *woorden)
    assert code == 2
    assert re.search(melding, err)


WIE = ("--by", "Onderzoek & Statistiek", "--date", "2015-07-13")


def test_a_decision_is_written_down_without_the_words(project, sdm):
    from sdm_lib.stemmen.besluiten import lees_besluiten

    log = project / "params" / "2015K2" / "_redactie.csv"
    log.unlink(missing_ok=True)
    _, uit, _ = sdm("redact", "2015K2")
    nummer, rest = uit.splitlines()[0].strip().split(" ", 1)
    woorden = re.findall(r"«(.*?)» \((.*?)\)", rest)
    code, _, err = sdm("redact", "2015K2", "--besluit", nummer, *WIE)
    assert code == 0, err
    besluiten = lees_besluiten(log)
    assert {(een.segment, een.soort, een.besluit) for een in besluiten} == {
        (int(nummer), soort, "vervangen") for _, soort in woorden
    }
    assert not any(woord in log.read_text(encoding="utf-8") for woord, _ in woorden)
    code, _, _ = sdm("redact", "2015K2", "--besluit", nummer, "--laat-staan", woorden[0][1], *WIE)
    assert code == 0
    assert lees_besluiten(log)[: len(besluiten)] == besluiten
    assert {een.besluit for een in lees_besluiten(log)[len(besluiten) :] if een.soort == woorden[0][1]} == {
        "blijft staan"
    }


@pytest.mark.parametrize(
    ("woorden", "melding"),
    [
        (("--besluit", "1", "--by", "x"), "SDM-918.*heeft een naam en een dag"),
        (("--besluit", "1", "--date", "2015-07-13"), "SDM-918.*heeft een naam en een dag"),
        (("--besluit", "1", "--laat-staan", "kenteken", *WIE), "SDM-918.*geen kenteken gevonden"),
        (("--besluit", "9999", *WIE), "SDM-902.*geen segment 9999"),
    ],
)
def test_a_decision_that_is_not_complete_is_not_written(project, sdm, woorden, melding):
    log = project / "params" / "2015K2" / "_redactie.csv"
    vorige = log.read_bytes() if log.is_file() else b""
    code, _, err = sdm("redact", "2015K2", *woorden)
    assert code == 2
    assert re.search(melding, err)
    assert (log.read_bytes() if log.is_file() else b"") == vorige
