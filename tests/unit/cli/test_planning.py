"""Before the fieldwork and after it: how many to invite, and the answers with weights for a colleague in SPSS."""

import stat

import pyreadstat
import pytest


def test_a_sample_plan_names_every_stratum_and_what_cannot_be_reached(project, sdm):
    code, out, _ = sdm("sample", "2015K2", "--deliveries", str(project / "data" / "demo" / "2015K2"))
    assert code == 0
    lines = {line.split()[0]: line.split() for line in out.splitlines()}
    # a stratum of 17,780 adults: 384.16 / (1 + 383.16 / 17780) = 376.1, so 377 answers and 943 invitations at 40 %
    assert lines["WK003401"][1:] == ["17.780", "377", "943", "5,0%"]
    assert "niet haalbaar" in " ".join(lines["WK003406"])
    assert "Samen te benaderen" in out


def test_an_unknown_stratum_column_names_the_nearest(project, sdm):
    folder = str(project / "data" / "demo" / "2015K2")
    code, _, err = sdm("sample", "2015K2", "--per", "stadsdel", "--deliveries", folder)
    assert code == 2
    assert "bevolking kent geen kolom 'stadsdel'. Bedoelde u 'stadsdeel'?" in err


@pytest.fixture
def exported(project, sdm, tmp_path):
    doel = tmp_path / "clienten.sav"
    code, out, err = sdm("export", "2015K2", "clienten", "clienten", str(doel))
    assert code == 0, err
    assert "antwoorden met hun gewicht" in out
    return doel


def test_the_answers_come_back_with_weights_labels_and_missing_answers(exported):
    frame, meta = pyreadstat.read_sav(str(exported), user_missing=True)
    assert frame["gewicht"].sum() == pytest.approx(13_160, rel=0.02)  # the drawn clients who were eligible
    assert meta.variable_value_labels["v01"][1.0] == "helemaal eens"
    assert meta.column_names_to_labels["v01"] == "Wist waar ik moest zijn met mijn hulpvraag"
    [missing] = meta.missing_ranges["v01"]
    assert meta.variable_value_labels["v01"][missing["lo"]] == "geen antwoord"


def test_the_file_is_for_its_owner_only(exported):
    assert stat.S_IMODE(exported.stat().st_mode) == 0o600


@pytest.mark.parametrize(("doel", "tekst"), [("reports/a.sav", "horen niet in reports/"), ("a.txt", "is geen .sav")])
def test_answers_of_persons_do_not_lie_where_reports_lie(project, sdm, doel, tekst):
    code, _, err = sdm("export", "2015K2", "clienten", "clienten", str(project / doel))
    assert code == 2
    assert tekst in err
