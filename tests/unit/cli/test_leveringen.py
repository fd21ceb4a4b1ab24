"""Around a delivery: pseudonyms with a key elsewhere, a drafted schema, a fetched table, codes explained."""

import csv
import io
import json
import stat

import pytest

from sdm_lib import sources
from tests.unit.sources.statline import statline

SCHEMA = """\
levering: dossiers
label: Dossiers
bestand: dossiers.csv
vorm: csv
sleutel: []
kolommen:
  persoon: {soort: persoonscode, verplicht: ja, namen: [bsn]}
  wet: {soort: code, verplicht: ja, codes: [wmo, jeugd]}
"""
KOMMANDOS = ("pseudonymise", "new", "fetch", "uitleg")


def passing():
    """Thirty numbers that pass the eleven test."""
    return [n for n in range(100_000_000, 100_001_000) if sources.eleven_test([n])[0]][:30]


@pytest.fixture
def bron(project, tmp_path):
    (project / "params" / "leveringen" / "dossiers.yaml").write_text(SCHEMA, encoding="utf-8")
    path = tmp_path / "uit-het-systeem.csv"
    path.write_text("bsn;wet\n" + "".join(f"{n};wmo\n" for n in passing()))
    return path


def rows(path):
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, delimiter=";"))


@pytest.mark.parametrize("naam", KOMMANDOS)
def test_help_is_dutch(sdm, naam):
    code, out, _ = sdm(naam, "--help")
    assert code == 0
    assert "Gebruik: " in out
    assert not {"Usage", "Options", "Commands", "[required]", "Show this"} & set(out.replace(":", " ").split())


# -- pseudonymise ------------------------------------------------------------------------------------------------------


def test_numbers_become_pseudonyms_and_the_key_lies_elsewhere(project, sdm, bron, tmp_path):
    doel, sleutel = project / "data" / "dossiers.csv", tmp_path / "sdm.sleutel"
    code, out, err = sdm("pseudonymise", "dossiers", str(bron), str(doel), "--key", str(sleutel), "--new-key")
    assert code == 0, err
    gelezen = rows(doel)
    assert len({rij["persoon"] for rij in gelezen}) == 30
    assert all(len(rij["persoon"]) == 16 and str(n) not in doel.read_text() for rij, n in zip(gelezen, passing()))  # noqa: B905
    [id_] = {rij["sleutel_id"] for rij in gelezen}
    assert f"Sleutel {id_}" in out
    assert id_ not in sleutel.read_text()
    assert stat.S_IMODE(sleutel.stat().st_mode) == 0o600
    assert sources.read("dossiers", folder=doel.parent, root=project).sleutel_id == id_
    assert "30 regels geschreven" in out
    assert not any(str(n) in out + err for n in passing())


def test_another_project_has_another_key_so_its_persons_cannot_be_joined(project, sdm, bron, tmp_path):
    uit = []
    for naam in ("een", "twee"):
        doel = tmp_path / f"{naam}.csv"
        code, _, err = sdm("pseudonymise", "dossiers", str(bron), str(doel), "--key", str(tmp_path / naam), "--new-key")
        assert code == 0, err
        uit.append({rij["persoon"] for rij in rows(doel)})
    assert not uit[0] & uit[1]


def test_the_same_key_gives_the_same_persons(project, sdm, bron, tmp_path):
    sleutel = str(tmp_path / "sleutel")
    assert sdm("pseudonymise", "dossiers", str(bron), str(tmp_path / "a.csv"), "--key", sleutel, "--new-key")[0] == 0
    assert sdm("pseudonymise", "dossiers", str(bron), str(tmp_path / "b.csv"), "--key", sleutel)[0] == 0
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


@pytest.mark.parametrize("nieuw", [[], ["--new-key"]])
def test_a_key_in_the_project_is_exit_4_and_writes_nothing(project, sdm, bron, nieuw):
    sleutel, doel = project / "data" / "sleutel", project / "data" / "dossiers.csv"
    code, _, err = sdm("pseudonymise", "dossiers", str(bron), str(doel), "--key", str(sleutel), *nieuw)
    assert code == 4
    assert "SDM-406 fout: het sleutelbestand ligt in het project" in err
    assert not sleutel.exists()
    assert not doel.exists()


def test_an_original_in_the_project_is_exit_4(project, sdm, bron, tmp_path):
    binnen = project / "data" / "dossiers-origineel.csv"
    binnen.write_bytes(bron.read_bytes())
    code, _, err = sdm(
        "pseudonymise", "dossiers", str(binnen), str(tmp_path / "x.csv"), "--key", str(tmp_path / "k"), "--new-key"
    )
    assert code == 4
    assert "SDM-243 fout: dossiers-origineel.csv ligt in het project" in err
    assert not (tmp_path / "k").exists()


@pytest.mark.parametrize(
    ("words", "uitgang", "tekst"),
    [
        (["dossiers", "weg.csv", "x.csv", "--key", "k"], 2, "SDM-241 fout: bestand weg.csv bestaat niet"),
        (["dossier", "{bron}", "x.csv", "--key", "k"], 2, "SDM-251 fout: onbekende naam 'dossier'"),
        (["dossiers", "{bron}", "x.csv"], 2, "SDM-210 fout: --key ontbreekt."),
        (["dossiers", "{bron}", "{map}/x.csv", "--key", "{map}/geen"], 4, "SDM-407 fout: het sleutelbestand ontbreekt"),
    ],
)
def test_wrong_use_of_pseudonymise_is_told(project, sdm, bron, tmp_path, words, uitgang, tekst):
    woorden = [woord.format(bron=bron, map=tmp_path) for woord in words]
    code, _, err = sdm("pseudonymise", *woorden)
    assert code == uitgang
    assert tekst in err


# -- new levering ------------------------------------------------------------------------------------------------------


def test_a_new_schema_reads_the_file_it_was_drafted_from(project, sdm, tmp_path):
    folder = tmp_path / "2015K2"
    folder.mkdir()
    (folder / "Nieuwe levering.csv").write_text("wet;aantal\n" + "wmo;1\njeugd;2\n" * 6)
    code, out, err = sdm("new", "levering", str(folder / "Nieuwe levering.csv"))
    assert code == 0, err
    assert "params/leveringen/nieuwe_levering.yaml" in out
    levering = sources.read("nieuwe_levering", folder=folder, root=project)
    assert levering.frame["aantal"].sum() == 18
    assert sources.load_schema("nieuwe_levering", root=project).kolommen["wet"].codes == ("jeugd", "wmo")


def test_an_existing_schema_is_never_overwritten(project, sdm, tmp_path):
    register = project / "params" / "leveringen" / "register.yaml"
    voor = register.read_bytes()
    (tmp_path / "register.csv").write_text("wet;aantal\nwmo;1\n")
    code, _, err = sdm("new", "levering", str(tmp_path / "register.csv"))
    assert code == 2
    assert "SDM-242 fout: params/leveringen/register.yaml: het schema 'register' bestaat al" in err
    assert register.read_bytes() == voor
    assert sdm("new", "levering", str(tmp_path / "register.csv"), "--naam", "ander")[0] == 0


@pytest.mark.parametrize(
    ("naam", "inhoud", "uitgang", "tekst"),
    [("weg.csv", None, 2, "SDM-241"), ("leeg.csv", b"", 3, "SDM-302"), ("foto.docx", b"x", 3, "SDM-304")],
)
def test_what_cannot_be_drafted_leaves_no_schema(project, sdm, tmp_path, naam, inhoud, uitgang, tekst):
    if inhoud is not None:
        (tmp_path / naam).write_bytes(inhoud)
    voor = sorted((project / "params" / "leveringen").iterdir())
    code, _, err = sdm("new", "levering", str(tmp_path / naam))
    assert code == uitgang
    assert tekst in err
    assert sorted((project / "params" / "leveringen").iterdir()) == voor


# -- fetch cbs ---------------------------------------------------------------------------------------------------------


def test_a_table_is_fetched_into_the_reference_data(project, sdm, tmp_path):
    with statline() as server:
        code, out, err = sdm("fetch", "cbs", "83264NED", "--base", server.adres, "--out", str(tmp_path), "--odata", "3")
    assert code == 0, err
    assert "4 cijfers van tabel 83264NED" in out
    assert "stand: definitief, voorlopig" in out
    assert json.loads((tmp_path / "83264NED.json").read_text(encoding="utf-8"))["odata"] == 3


@pytest.mark.parametrize(
    ("words", "uitgang", "tekst"),
    [
        (["1NED"], 3, "SDM-301 fout: tabel 1NED bestaat niet"),
        (["83264NED", "--filter", "RegioS eq 'niets'"], 3, "SDM-302 fout: tabel 83264NED geeft geen rijen"),
        (["83264NED", "--odata", "5"], 2, "odata past niet. Kies uit: 3, 4."),
    ],
)
def test_what_cannot_be_fetched_is_told(project, sdm, tmp_path, words, uitgang, tekst):
    with statline() as server:
        code, _, err = sdm("fetch", "cbs", *words, "--base", server.adres, "--out", str(tmp_path / "uit"))
    assert code == uitgang
    assert tekst in err
    assert not (tmp_path / "uit").exists()


# -- uitleg ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("woord", ["SDM-321", "sdm-321", "321"])
def test_a_code_is_explained(sdm, woord):
    code, out, _ = sdm("uitleg", woord)
    assert code == 0
    assert out.startswith("SDM-321: onbekende code\n")
    assert "Wat te doen: Verbeter haar" in out


def test_without_a_code_all_are_listed(sdm):
    code, out, _ = sdm("uitleg")
    assert code == 0
    assert [regel.split()[0] for regel in out.splitlines()] == list(sources.uitleg())


def test_an_unknown_code_is_exit_2(sdm):
    code, _, err = sdm("uitleg", "SDM-322", "SDM-999")
    assert code == 2
    assert "SDM-245 fout: onbekende code 'SDM-999'" in err


# -- check on paper ----------------------------------------------------------------------------------------------------


def test_check_writes_the_same_as_page_and_as_list(project, sdm, tmp_path):
    (project / "data" / "demo" / "2015K2" / "clienten.csv").unlink()
    pagina, lijst = tmp_path / "controle.html", tmp_path / "controle.csv"
    code, out, err = sdm("check", "2015K2", "--html", str(pagina), "--csv", str(lijst))
    assert code == 3
    assert "sdm uitleg CODE" in out, err
    tekst = pagina.read_text(encoding="utf-8")
    assert "Controle van de leveringen van 2015K2" in tekst
    assert '<dt id="SDM-301">SDM-301: bestand ontbreekt</dt>' in tekst
    with lijst.open(encoding="utf-8-sig", newline="") as handle:
        [rij] = [rij for rij in csv.DictReader(handle, delimiter=";") if rij["ernst"] == "fout"]
    assert (rij["code"], rij["bestand"], rij["wat"]) == ("SDM-301", "clienten.csv", "dit bestand ontbreekt")


@pytest.mark.parametrize(("doel", "tekst"), [("reports/c.html", "hoort niet tussen"), ("weg/c.html", "bestaat niet")])
def test_what_is_wrong_with_a_delivery_does_not_lie_among_the_reports(project, sdm, doel, tekst):
    code, _, err = sdm("check", "2015K2", "--html", str(project / doel))
    assert code == 2
    assert "SDM-244" in err
    assert tekst in err


def test_check_reads_every_file_with_a_schema_and_names_the_others(project, sdm, tmp_path):
    folder = tmp_path / "2015K2"
    folder.mkdir()
    demo = project / "data" / "demo" / "2015K2"
    (folder / "clienten.csv").write_bytes((demo / "clienten.csv").read_bytes())
    (folder / "bevolkng.csv").write_bytes((demo / "bevolking.csv").read_bytes())
    (folder / "huishoudens.csv").write_text("peildatum;stadsdeel\n2015-04-01;WK003401\n")
    code, out, _ = sdm("check", "2015K2", "--deliveries", str(folder))
    assert code == 3
    assert "SDM-310 kolom huishoudens: deze kolom ontbreekt" in out  # no topic uses it, and it is checked
    assert "bevolkng.csv\n  Te controleren: 1\n    SDM-246 dit bestand heeft geen schema" in out


def test_wrong_parameters_and_wrong_deliveries_are_told_together(project, sdm):
    begrippen = project / "params" / "begrippen.yaml"
    begrippen.write_text(begrippen.read_text(encoding="utf-8") + "\nx:\n  omschrijvng: y\n", encoding="utf-8")
    (project / "data" / "demo" / "2015K2" / "clienten.csv").unlink()
    code, out, _ = sdm("check", "2015K2")
    assert code == 3
    assert "onbekende sleutel 'omschrijvng'" in out
    assert "SDM-301 dit bestand ontbreekt" in out


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_gets_a_bar_that_ends_at_the_whole(monkeypatch, tmp_path):
    from sdm_lib.cli import progress

    scherm = Terminal()
    monkeypatch.setattr(progress.sys, "stderr", scherm)
    with progress.byte_progress("Controleren", total=1000) as gelezen:
        for stuk in (400, 400, 900):
            gelezen(stuk)
    assert "Controleren" in scherm.getvalue()
    assert "1.70k" not in scherm.getvalue()
