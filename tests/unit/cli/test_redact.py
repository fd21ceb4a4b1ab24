"""`sdm redact` shows what could point at somebody, drafts a quote without it, and keeps nothing within the project."""

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
    import re

    code, _, err = sdm("redact", *woorden)
    assert code == 2
    assert re.search(melding, err)
