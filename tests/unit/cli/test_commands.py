"""The command line as a colleague meets it: words, exit codes, and nothing run when something is wrong."""

import sys

import pytest


def test_help_is_dutch_and_names_every_command(sdm):
    code, out, _ = sdm("--help")
    assert code == 0
    assert "Gebruik: " in out
    assert "Opdrachten:" in out
    assert all(naam in out for naam in ("demo", "run", "check", "doctor"))
    assert "Usage" not in out
    assert "Options" not in out


@pytest.mark.parametrize(
    ("words", "tekst"),
    [
        (["rn"], "onbekende opdracht 'rn'. Bedoelde u 'run'?"),
        (["run"], "KWARTAAL ontbreekt."),
        (["run", "2015K2", "--forc"], "onbekende optie '--forc'. Bedoelde u '--force'?"),
        (["check", "2015K2", "clienten"], "er staat een woord te veel."),
        (["run", "2015K2", "--kernels", "nul"], "kernels past niet"),
    ],
)
def test_wrong_use_is_exit_2_with_the_way_to_the_help(sdm, words, tekst):
    code, out, err = sdm(*words)
    assert code == 2
    assert tekst in err
    assert "--help'." in err
    assert out == ""


@pytest.mark.parametrize(
    ("words", "tekst"),
    [
        (
            ["run", "2015K7"],
            "'2015K7' is geen kwartaal of jaar. Schrijf het als 2015K2, of 2015 voor een jaar.",
        ),
        (["run", "2019K1"], "er zijn geen run-bestanden voor 2019K1"),
        (["run", "2015K2", "clinten"], "onbekend onderwerp 'clinten' voor 2015K2. Bedoelde u 'clienten'?"),
        (["run", "2015K2", "-p", "kwartal=2015K1"], "notebooks/clienten.ipynb: onbekende parameter 'kwartal'."),
        (["run", "2015K2", "-p", "gebied"], "'gebied' is geen parameter. Schrijf -p naam=waarde"),
    ],
)
def test_wrong_parameters_are_exit_2_and_nothing_is_run(project, sdm, words, tekst):
    code, _, err = sdm(*words)
    assert code == 2
    assert tekst in err
    assert not (project / "reports").exists()


def test_an_unknown_key_names_file_line_and_nearest(project, sdm):
    run = project / "params" / "2015K2" / "clienten.yaml"
    run.write_text(run.read_text(encoding="utf-8").replace("peildatum:", "peildatm:"), encoding="utf-8")
    code, _, err = sdm("run", "2015K2")
    assert code == 2
    assert "params/2015K2/clienten.yaml, regel 7: onbekende sleutel 'peildatm'. Bedoelde u 'peildatum'?" in err


def test_an_unknown_indicator_is_named_with_its_nearest(project, sdm):
    path = project / "params" / "indicatoren" / "clienten.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("CE01:", "CE00:", 1), encoding="utf-8")
    code, _, err = sdm("run", "2015K2")
    assert code == 2
    assert "notebooks/clienten.ipynb, sleutel cel 6, regel 1: onbekende indicator 'CE01'. Bedoelde u '" in err
    assert "params/2015K2/clienten.yaml, sleutel kerncijfers, regel 19: onbekende indicator 'CE01'" in err
    assert not (project / "reports").exists()


def missing(project, *namen):
    for naam in namen:
        (project / "data" / "demo" / "2015K2" / naam).unlink()


def test_missing_files_are_exit_3_all_at_once(project, sdm):
    missing(project, "clienten.csv")
    (project / "data" / "demo" / "2015K1" / "clienten.csv").unlink()
    code, _, err = sdm("run", "2015K2")
    assert code == 3
    assert err.count("SDM-301 fout: clienten.csv: dit bestand ontbreekt") == 2
    assert "Traceback" not in err


def break_delivery(project, change):
    path = project / "data" / "demo" / "2015K2" / "clienten.csv"
    lines = path.read_text(encoding="cp1252").splitlines()
    path.write_text("\n".join(change(lines)) + "\n", encoding="cp1252")


def test_a_missing_column_and_a_missing_weight_are_told_together_without_values(project, sdm):
    def change(lines):
        kop = lines[0].split(";")
        w0, persoon = kop.index("w0"), kop.index("respondent")
        rows = [line.split(";") for line in lines]
        secret.append(rows[3][persoon])
        for nummer in (3, 5):
            rows[nummer][w0] = ""
        weg = kop.index("v03")
        return [";".join(veld for i, veld in enumerate(row) if i != weg) for row in rows]

    secret = []
    break_delivery(project, change)
    code, out, err = sdm("check", "2015K2")
    assert code == 3
    alles = out + err
    assert "kolom v03" in alles
    assert "kolom w0" in alles
    assert "regel 4 en 6" in alles
    assert secret[0] not in alles
    assert "Traceback" not in alles


def test_check_of_a_sound_quarter_is_exit_0(project, sdm):
    code, out, _ = sdm("check", "2015K2")
    assert code == 0, out
    assert "2015K2 is in orde" in out
    assert "Nederlandse getallen (decimale komma)" in out  # what was recognised is told too


def test_check_refuses_a_topic_that_protects_less_than_the_house(project, sdm):
    run = project / "params/2015K2/clienten.yaml"
    tekst = run.read_text(encoding="utf-8")
    run.write_text(tekst + "bescherming:\n  steekproef: {drempel: 5}\n", encoding="utf-8")
    code, out, err = sdm("check", "2015K2")
    assert code != 0
    assert "5 is soepeler dan de huisregel 10" in out + err
    assert "params/2015K2/clienten.yaml" in out + err
    run.write_text(tekst + "bescherming:\n  steekproef: {drempel: 15}\n", encoding="utf-8")
    assert "soepeler" not in "".join(map(str, sdm("check", "2015K2")))


def test_check_reads_another_folder(project, sdm, tmp_path):
    (tmp_path / "leeg").mkdir()
    code, out, _ = sdm("check", "2015K2", "--deliveries", str(tmp_path / "leeg"))
    assert code == 3
    assert "dit bestand ontbreekt" in out


def test_a_bsn_column_is_exit_4(project, sdm):
    def change(lines):
        bsn = [str(n) for n in range(100000000, 100009000) if eleven(n)]
        return [lines[0] + ";bsn", *(f"{line};{bsn[i % len(bsn)]}" for i, line in enumerate(lines[1:]))]

    def eleven(n):
        return sum(int(c) * w for c, w in zip(str(n), (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True)) % 11 == 0

    break_delivery(project, change)
    code, _, err = sdm("run", "2015K2")
    assert code == 4
    assert "bsn" in err
    assert "10000" not in err


def test_the_plan_says_what_would_run_and_why(project, sdm):
    code, out, _ = sdm("run", "2015K2", "--plan")
    assert code == 0
    assert "uitvoeren  clienten  (nog niet uitgevoerd)" in out
    assert "1 van 1 notebooks worden uitgevoerd." in out
    assert not (project / "reports").exists()


def test_the_doctor_looks_at_everything(project, sdm):
    (project / "reports").mkdir()
    code, out, err = sdm("doctor")
    assert "goed    Python 3." in out
    assert "kan schrijven in reports/" in out
    assert "requirements.lock" in out
    assert code in (0, 1), err


def test_a_console_of_windows_1252_shows_every_message():
    import subprocess

    environment = {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0", "PATH": "", "SYSTEMROOT": ""}
    done = subprocess.run(
        [sys.executable, "-m", "sdm_lib", "run", "2015K2", "\u2713"], capture_output=True, env=environment, check=False
    )
    assert done.returncode == 2
    assert b"onbekend onderwerp" in done.stderr


@pytest.mark.parametrize(
    ("fout", "tekst"),
    [
        (OSError(28, "No space left on device"), "SDM-110 fout: kan niet schrijven: de schijf is vol."),
        (
            PermissionError(13, "Permission denied", "/ergens/reports"),
            "fout: reports: kan niet schrijven: er is geen recht",
        ),
        (OSError(30, "Read-only file system"), "kan niet schrijven: de schijf kan alleen worden gelezen."),
    ],
)
def test_what_the_machine_refuses_is_a_message_without_a_traceback(sdm, monkeypatch, fout, tekst):
    from sdm_lib.cli import demo

    monkeypatch.setattr(demo, "make_demo", lambda **_: (_ for _ in ()).throw(fout))
    code, _, err = sdm("demo")
    assert code == 1
    assert tekst in err
    assert "Traceback" not in err
