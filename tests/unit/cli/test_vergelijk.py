"""`sdm compare`: two quarters or two editions beside each other, from files typed in the test."""

import csv
import io

import pytest

from sdm_lib.cli import vergelijk

KOP = ";".join((
    "indicator", "definitie", "periode", "meetperiode", "gebied_soort", "gebied", "gebied_jaar", "groep", "maat",
    "waarde", "eenheid", "status", "stand", "bron",
))  # fmt: skip


def cijfers(path, *rijen, periode="2015K2"):
    """A cijfers.csv with (indicator, value, unit, status, stand, definition)."""
    regels = [
        f"{naam};{definitie};{periode};{periode};gemeente;GM0034;2017;;level;{waarde};{unit};{status};{stand};clienten"
        for naam, waarde, unit, status, stand, definitie in rijen
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([KOP, *regels]) + "\n", encoding="utf-8-sig")
    return str(path)


def rij(naam, waarde, *, unit="aandeel", status="ok", stand="voorlopig", definitie="2015K1"):
    return naam, waarde, unit, status, stand, definitie


def test_every_change_has_its_size_and_reason(sdm, tmp_path):
    een = cijfers(
        tmp_path / "a" / "cijfers.csv",
        rij("CE01", "0,65"), rij("CE02", "0,5"), rij("CE03", "0,4"), rij("CE04", "0,7"), rij("CE06", "0,8"),
    )  # fmt: skip
    ander = cijfers(
        tmp_path / "b" / "cijfers.csv",
        rij("CE01", "0,65"), rij("CE02", "0,6"), rij("CE03", "0,5", definitie="2016-01-01"),
        rij("CE04", "0,6", stand="definitief"), rij("CE06", "", status="onderdrukt"), rij("CE07", "0,9"),
    )  # fmt: skip
    code, out, _ = sdm("compare", een, ander)
    assert code == 0
    assert "5 cijfers verschillen." in out
    assert "CE02 Snel geholpen, GM0034: 50% -> 60% (+10 procentpunt); gecorrigeerd" in out
    assert "de definitie veranderde" in out
    assert "andere of nieuwere gegevens" in out
    assert "80% -> niet getoond; nu wel of juist niet getoond" in out
    rijen = list(csv.DictReader(io.StringIO(sdm("compare", een, ander, "--format", "csv")[1]), delimiter=";"))
    assert {r["indicator"]: r["reden"] for r in rijen} == {
        "CE02": "correctie", "CE03": "definitie", "CE04": "gegevens", "CE06": "bescherming", "CE07": "nieuw",
    }  # fmt: skip
    assert [r["verschil"] for r in rijen if r["indicator"] == "CE02"] == ["0,1"]


def test_two_quarters_are_compared_on_their_own_period(project, sdm):
    for kwartaal, waarde in (("2015K1", "0,6"), ("2015K2", "0,7")):
        cijfers(project / "reports" / kwartaal / "cijfers.csv", rij("CE01", waarde), periode=kwartaal)
    code, out, _ = sdm("compare", "2015K1", "2015K2")
    assert code == 0
    assert out.startswith("2015K1 (concept) naast 2015K2 (concept): 1 cijfers verschillen.")
    code, _, err = sdm("compare", "2015K1", "2015K22")
    assert (code, "van '2015K22' zijn er geen cijfers. Bedoelde u '2015K2'?" in err) == (2, True)
    assert "CE01 Wist waar te zijn met de hulpvraag, GM0034: 60% -> 70%" in out


def test_the_same_file_has_no_changes(sdm, tmp_path):
    een = cijfers(tmp_path / "a" / "cijfers.csv", rij("CE01", "0,65"))
    assert "0 cijfers verschillen." in sdm("compare", een, een)[1]


def test_a_quarter_with_editions_is_its_latest_and_each_can_be_named(project, monkeypatch):
    from types import SimpleNamespace

    import pandas as pd

    from sdm_lib import results
    from sdm_lib.results import Kader

    def editie(nummer):
        rijen = results.build(
            pd.DataFrame({"value": [nummer / 10], "n": [50]}), kader=Kader("2015K2", "GM0034", source="clienten"),
            indicator="CE01", unit="aandeel",
        )  # fmt: skip
        return SimpleNamespace(nummer=nummer, rijen=rijen.frame.assign(stuk="clienten/01"))

    monkeypatch.setattr(
        "sdm_lib.disclosure.lees_edities",
        lambda folder, kwartaal: (editie(1), editie(2)) if "demo" in str(folder) else (),
    )
    assert vergelijk.kant(project, "2015K2").naam == "2015K2, editie 2"
    een, twee = (vergelijk.kant(project, f"2015K2/{nummer}") for nummer in (1, 2))
    assert vergelijk.verschillen(een, twee)[["eerder", "nu", "reden"]].values.tolist() == [[0.1, 0.2, "correctie"]]
    with pytest.raises(vergelijk.ParameterFout, match="editie '2015K2/3' is er niet"):
        vergelijk.kant(project, "2015K2/3")


@pytest.mark.parametrize(
    ("wat", "tekst"),
    [("2019K1", "van '2019K1' zijn er geen cijfers"), ("weg.csv", "bestand 'weg.csv' is er niet")],
)
def test_what_is_not_there_is_said(project, sdm, wat, tekst):
    code, _, err = sdm("compare", wat, wat)
    assert code == 2
    assert tekst in err


def test_another_csv_is_refused(sdm, tmp_path):
    (tmp_path / "x.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    code, _, err = sdm("compare", str(tmp_path / "x.csv"), str(tmp_path / "x.csv"))
    assert code == 3
    assert "x.csv is geen cijfers.csv van de kit" in err
