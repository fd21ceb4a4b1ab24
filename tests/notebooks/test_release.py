"""Releasing a quarter: what is frozen, what is refused, what a later run may show, and what two editions give away."""

import json
import re
import stat
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[2]
CIJFERS = "cijfers.csv"


@pytest.fixture
def made(project, sdm):
    code, _, err = sdm("run", "2015K2")
    assert code == 0, err
    return project / "reports" / "2015K2"


def published(project, nummer=1):
    return project / "data" / "demo" / "published" / "2015K2" / str(nummer)


def release(sdm, *words):
    return sdm("release", "2015K2", "--by", "Afdeling Onderzoek", *words)


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def correct_answers(project, *, weg):
    """A later delivery without the first so many answers, and a control letter that goes with it."""
    path = project / "data" / "demo" / "2015K2" / "clienten.csv"
    frame = pd.read_csv(path, sep=";", dtype="str", keep_default_na=False, encoding="utf-8")
    frame = frame.drop(frame.index[frame["uitkomst"] == "volledig"][:weg])
    frame.to_csv(path, sep=";", index=False, encoding="utf-8")
    correct_letter(path, aantal=len(frame), som=frame["w0"].str.replace(",", ".").astype(float).sum())


def correct_letter(path, *, aantal, som):
    brief = path.with_name("leveringsbrief.csv")
    regels = [regel.split(";") for regel in brief.read_text(encoding="utf-8").splitlines()]
    for regel in regels:
        if regel[0] == path.name:
            regel[1], regel[3] = str(aantal), f"{som:.2f}".replace(".", ",")
    brief.write_text("\n".join(map(";".join, regels)) + "\n", encoding="utf-8")


def test_an_edition_holds_everything_and_names_itself(made, project, sdm):
    cijfers = (made / CIJFERS).read_bytes()
    code, out, err = release(sdm)
    assert code == 0, err
    assert out.strip() == "data/demo/published/2015K2/1"
    assert "met fictieve gegevens is uitgebracht door Afdeling Onderzoek" in err
    editie = contents(published(project))
    assert set(editie) == {*contents(made), "patroon.csv", "editie.json"}
    assert {"clienten.html", "index.html", CIJFERS, "tabellen.xlsx", "manifest.json"} < set(editie)
    assert editie[CIJFERS] == cijfers
    for naam in ("clienten.html", "index.html"):
        html = editie[naam].decode()
        assert "Editie 1, 15 juli 2015" in html
        assert "CONCEPT" not in html
        assert "Afdeling Onderzoek" in html
        assert "Fictieve gegevens" in html
        assert (made / naam).read_bytes() == editie[naam]
    assert json.loads(editie["editie.json"])["fictief"] is True
    assert {stat.S_IMODE(path.stat().st_mode) & 0o222 for path in published(project).iterdir()} == {0}


def test_a_second_release_without_change_says_so_and_a_rerun_keeps_the_edition(made, project, sdm):
    assert release(sdm)[0] == 0
    eerst = contents(made)
    code, out, err = release(sdm, "--reason", "nog eens")
    assert (code, out) == (0, "")
    assert "Er is niets veranderd sinds editie 1" in err
    code, _, err = sdm("run", "2015K2")
    assert "Er is niets veranderd sinds de vorige run" in err
    code, _, err = sdm("run", "2015K2", "--force")
    assert code == 0, err
    assert contents(made) == eerst
    assert not published(project, 2).exists()


def test_a_site_that_is_not_as_it_was_made_is_refused(made, project, sdm):
    goed, run = contents(made), project / "params" / "2015K2" / "clienten.yaml"
    tekst = run.read_text(encoding="utf-8")
    breuken = {
        "SDM-484 fout: clienten.html": lambda: (made / "clienten.html").write_bytes(b"<p>mooier</p>"),
        "SDM-484 fout: extra.html": lambda: (made / "extra.html").write_bytes(b"x"),
        "SDM-484 fout: tabellen.xlsx": lambda: (made / "tabellen.xlsx").unlink(),
        "SDM-486 fout: manifest.json": lambda: run.write_text(tekst.replace("voorlopig", "definitief"), "utf-8"),
        "SDM-483 fout: 2015K2": lambda: (made / "manifest.json").unlink(),
    }
    for melding, breek in breuken.items():
        breek()
        code, out, err = release(sdm)
        assert (code, out) == (1, ""), melding
        assert melding in err
        assert not published(project).exists()
        run.write_text(tekst, encoding="utf-8")
        for path in made.iterdir():
            path.unlink()
        for naam, inhoud in goed.items():
            (made / naam).write_bytes(inhoud)


def test_an_incomplete_site_is_refused(made, project, sdm):
    path = project / "notebooks" / "clienten.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    [cell for cell in notebook["cells"] if cell["cell_type"] == "code"][-1]["source"] = "1 / 0"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    assert sdm("run", "2015K2")[0] == 1
    code, _, err = release(sdm)
    assert code == 1
    assert "SDM-485 fout: clienten: deze pagina is niet gemaakt" in err


def test_a_correction_is_a_new_edition_with_a_reason(made, project, sdm):
    assert release(sdm)[0] == 0
    eerste = contents(published(project))
    correct_answers(project, weg=3)
    code, _, err = sdm("run", "2015K2")
    assert code == 0, err
    concept = (made / "clienten.html").read_text(encoding="utf-8")
    assert "CONCEPT" in concept
    assert "Sinds editie 1 van 15 juli 2015:" in concept
    code, _, err = release(sdm)
    assert code == 2
    assert "SDM-505" in err
    code, _, err = release(sdm, "--reason", "drie antwoorden waren dubbel")
    assert code == 0, err
    assert contents(published(project)) == eerste
    tweede = published(project, 2)
    html = (tweede / "clienten.html").read_text(encoding="utf-8")
    assert "Editie 2" in html
    assert "drie antwoorden waren dubbel" in html


def test_two_editions_of_a_register_give_no_small_number_away(project, sdm):
    for kwartaal in ("2015K1", "2015K2"):
        for naam in ("clienten.yaml", "basiscijfers.yaml"):
            (project / "params" / kwartaal / naam).unlink(missing_ok=True)
        tekst = (ROOT / "params" / kwartaal / "basiscijfers.yaml").read_text(encoding="utf-8")
        kort = re.sub(r"gebieden: \[.*\]", "gebieden: [stad]", tekst)
        (project / "params" / kwartaal / "basiscijfers.yaml").write_text(kort, encoding="utf-8")
    assert sdm("run", "2015K2")[0] == 0
    assert release(sdm)[0] == 0
    path = project / "data" / "demo" / "2015K2" / "register.parquet"
    frame = pd.read_parquet(path)
    weg = frame.loc[frame["stadsdeel"] == "WK003405", "persoon"].drop_duplicates().iloc[:4]
    frame = frame[~frame["persoon"].isin(weg)]
    frame.to_parquet(path, index=False)
    correct_letter(path, aantal=len(frame), som=frame["bedrag_betaald"].sum())
    code, _, err = sdm("run", "2015K2")
    assert code == 0, err
    code, _, err = release(sdm, "--reason", "vier personen stonden er ten onrechte in")
    assert code == 0, err
    assert small_differences(published(project), published(project, 2)) == []


def small_differences(oud, nieuw):
    """What somebody with both editions computes: counts of persons that moved by one to nine."""
    sleutel = ["indicator", "periode", "gebied", "groep", "maat", "bron"]
    lees = [pd.read_csv(map_ / CIJFERS, sep=";", dtype="str", keep_default_na=False) for map_ in (oud, nieuw)]
    lees = [tabel.rename(columns=lambda kop: kop.lstrip("\N{ZERO WIDTH NO-BREAK SPACE}")) for tabel in lees]
    samen = lees[0].merge(lees[1], on=sleutel, suffixes=("_oud", ""), validate="1:1")
    # how many rows a delivery has is about the delivery (zonder_personen in kit.yaml), and says nothing of a group
    samen = samen[(samen["eenheid"] == "aantal") & (samen["bron"] != "levering")]
    samen = samen[(samen["waarde"] != "") & (samen["waarde_oud"] != "")]
    assert len(samen) > 10
    verschil = (samen["waarde"].map(float) - samen["waarde_oud"].map(float)).abs()
    return samen.loc[(verschil > 0) & (verschil < 10), sleutel].to_numpy().tolist()
