"""A hundred payloads in real delivery files: refused as text, or admitted as text, and never run.

Every column of every delivery of the demo gets them all, and so do headings, sheets and names of files: `sdm check`
says what is wrong, on a page and in a list for the supplier. The free texts that reach a page, entries of the ledger
and themes of interviews, go all the way through a run to page, index, workbook and CSV.
"""

from __future__ import annotations

import csv
import html
import io
import json
import re
import unicodedata
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from sdm_lib.stemmen.gesprekken import codepad
from tests.browser.ladingen import BUITEN, LADINGEN
from tests.browser.test_ladingen import begins_formula, bouw

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "data/demo/2015K2"
GEWOON = 20  # rows of the delivery itself, after the payloads
# what a csv, a workbook and a name in SPSS can hold; two headings that differ in case alone are one
TEKSTEN = [ILLEGAL_CHARACTERS_RE.sub("", lading) for lading in LADINGEN]
KOPPEN = list({tekst.strip().casefold(): tekst for tekst in TEKSTEN}.values())
# columns of which any text may be right (pseudonyms, what people typed), or that messages call as the schema does
VRIJ = {
    "respondent", "persoon_panel", "persoon", "post", "bestand", "controlekolom", "ID", "Document", "Codes", "Density",
    "Quotation Content", "Created by", "Document group", "Document name", "Code", "Beginning", "End", "Weight score",
    "Segment",
}  # fmt: skip


@pytest.fixture
def kwartaal(project: Path) -> Path:
    """The project with every topic, for the city alone."""
    for naam in ("2015K1", "2015K2"):
        for run in (ROOT / "params" / naam).glob("*.yaml"):
            tekst = re.sub(r"^gebieden: \[stad,.*\]$", "gebieden: [stad]", run.read_text("utf-8"), flags=re.MULTILINE)
            (project / "params" / naam / run.name).write_text(tekst, encoding="utf-8")
    return project


def lees(path: Path) -> pd.DataFrame:
    """The first rows of a delivery, every value as text."""
    rijen = len(TEKSTEN) + GEWOON
    if path.suffix == ".parquet":
        return pd.read_parquet(path).head(rijen).astype("str")
    if path.suffix == ".sav":
        import pyreadstat

        return pyreadstat.read_sav(path, row_limit=rijen)[0].astype("str")
    if path.suffix == ".xlsx":
        cellen = list(openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True))
        kop = next(k for k, rij in enumerate(cellen) if None not in rij)
        teksten = [["" if cel is None else str(cel) for cel in rij] for rij in cellen[kop : kop + 1 + rijen]]
        return pd.DataFrame(teksten[1:], columns=teksten[0])
    return pd.read_csv(path, sep=";", dtype="str", keep_default_na=False, encoding="cp1252").head(rijen)


def schrijf(frame: pd.DataFrame, path: Path) -> None:
    """A delivery of the same kind; a workbook gets payloads as names of sheets too."""
    path.unlink()
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    elif path.suffix == ".sav":
        import pyreadstat

        namen = [naam if naam.isascii() and naam.isidentifier() else f"v{k}" for k, naam in enumerate(frame)]
        pyreadstat.write_sav(frame.set_axis(namen, axis=1), path, column_labels=list(frame))
    elif path.suffix == ".xlsx":
        boek = openpyxl.Workbook()
        boek.active.title = "respons"
        for rij in (list(frame.columns), *frame.to_numpy().tolist()):
            boek.active.append(rij)
        for cel in (cel for rij in boek.active.iter_rows() for cel in rij):
            cel.data_type = "s"  # as text, also what looks like a formula
        for kop in KOPPEN:
            boek.create_sheet(re.sub(r"[\[\]:*?/\\']", "", kop)[:31] or "leeg")
        boek.save(path)
    else:
        frame.to_csv(path, sep=";", index=False, encoding="utf-8", quoting=csv.QUOTE_ALL)


def belaad(folder: Path) -> dict[str, list[str]]:
    """All payloads in every column of every delivery, as headings of columns, as sheets and as names of files.

    Gives the columns of each delivery.
    """
    kolommen: dict[str, list[str]] = {}
    for path in sorted(folder.iterdir()):
        frame = lees(path)
        kolommen[path.name] = list(frame)
        vol = {naam: [*TEKSTEN, *frame[naam].tolist()[len(TEKSTEN) :]] for naam in frame}
        vol |= {kop: ["x"] * max(len(frame), len(TEKSTEN)) for kop in KOPPEN}
        schrijf(pd.DataFrame(vol), path)
    for kop in KOPPEN:
        (folder / f"{bestandsnaam(kop)}.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    return kolommen


def bestandsnaam(kop: str) -> str:
    return kop.replace("/", "")[:80]


def test_payloads_in_any_column_heading_sheet_or_file_name_are_told_as_text(browser, kwartaal, sdm, tmp_path):
    kolommen, uit = belaad(kwartaal / "data/demo/2015K2"), tmp_path
    assert len(kolommen) > 12
    assert sum(map(len, kolommen.values())) > 150
    code, out, err = sdm("check", "2015K2", "--html", str(uit / "check.html"), "--csv", str(uit / "check.csv"))
    assert code == 3, (out, err)
    pagina = (uit / "check.html").read_text(encoding="utf-8")
    (aan, wegen, _, vreemd, _), _ = bouw(browser, uit, pagina, pagina)
    assert (aan, [weg for weg in wegen if weg], vreemd) == ([], [], 0)
    rijen = list(csv.reader(io.StringIO((uit / "check.csv").read_text(encoding="utf-8-sig")), delimiter=";"))
    assert [cel for rij in rijen for cel in rij if begins_formula(cel)] == []
    tekst = _een_spatie(html.unescape(re.sub(r"<[^>]*>", " ", pagina)))
    assert [kop for kop in KOPPEN if _een_spatie(bestandsnaam(kop)) not in tekst] == []
    assert {naam for namen in kolommen.values() for naam in namen if f"kolom {naam}" not in tekst} == VRIJ


def _een_spatie(tekst: str) -> str:
    return re.sub(r"\s+", " ", tekst).strip()


CELLEN = (
    """
tabel = run.estimate("K01", by="post")
run.publish(tabel, titel="Lasten naar post")
run.publish(tabel, chart="bars", titel="Lasten naar post")
run.zin(tabel)
""",
    """
stemmen = monitor.stemmen(run, van=["client_wmo"])
stemmen.themas(titel="Waar respondenten over spraken")
stemmen.overeenstemming(titel="Vonden twee codeurs hetzelfde?")
""",
)
BRONNEN = ("gesprekken", "interviews_maxqda")
KEREN = 15  # respondents that spoke of each theme: enough to be shown


@pytest.fixture
def admitted(kwartaal: Path) -> list[str]:
    """The payloads in every free text that a page may show: entries of the ledger, themes and who coded them."""
    ladingen = [re.sub(r"[=;\x00-\x1f]", "", lading) for lading in LADINGEN]  # a group may not hold = or ;
    # one of each that the kit reads as one word: letters and digits decide, whatever their form
    kaal = {re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", lading)).casefold(): lading for lading in ladingen}
    ladingen = [lading for lading in kaal.values() if lading.strip()]
    folder = kwartaal / "data/demo/2015K2"
    (folder / "leveringsbrief.csv").unlink()
    boek = lees_csv(folder / "grootboek.csv")
    voorbeeld = boek[boek["post"] == boek["post"][0]]
    schrijf(pd.concat([boek, *(voorbeeld.assign(post=lading) for lading in ladingen)]), folder / "grootboek.csv")
    lijst = lees_csv(folder / "gesprekken.csv")
    nummers = [str(len(lijst) + k) for k, _ in enumerate(ladingen, start=1)]
    gesprekken = [f"Gesprek P{nummer}" for nummer in nummers]  # a name of an interview may never be on a page
    erbij = pd.DataFrame({"document": gesprekken, "soort": "client_wmo", "volgorde": nummers, "deelnemers": "1",
                          "toestemming": "ja", "fictief": "ja"})  # fmt: skip
    schrijf(pd.concat([lijst, erbij]), folder / "gesprekken.csv")
    codes = lees_csv(folder / "interviews_maxqda.csv")
    erbij = pd.DataFrame(
        {"Document name": gesprek, "Code": ladingen[(k + keer) % len(ladingen)], "Created by": ladingen[k]}
        for k, gesprek in enumerate(gesprekken) for keer in range(KEREN)
    )  # fmt: skip
    erbij = erbij.assign(**{naam: codes[naam].iloc[0] for naam in codes if naam not in erbij})
    schrijf(pd.concat([codes, erbij]), folder / "interviews_maxqda.csv")
    return ladingen


def als_thema(lading: str) -> str:
    """A payload as the name of a theme: signs between the levels of a code split it."""
    return ": ".join(codepad(lading))


def lees_csv(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, sep=";", dtype="str", keep_default_na=False, encoding="cp1252")


@pytest.mark.filterwarnings("ignore:Glyph .* missing from font")  # the browser has letters that matplotlib lacks
def test_payloads_that_a_page_shows_stand_there_as_text(browser, kwartaal, admitted, sdm, tmp_path):
    path = kwartaal / "notebooks/kosten.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    code_cellen = [cel for cel in notebook["cells"] if cel["cell_type"] == "code"]
    notebook["cells"] = [notebook["cells"][0], *code_cellen[:2]]
    notebook["cells"] += [code_cellen[2] | {"id": f"cel-{k}", "source": cel} for k, cel in enumerate(CELLEN)]
    path.write_text(json.dumps(notebook), encoding="utf-8")
    run = kwartaal / "params/2015K2/kosten.yaml"
    bronnen = "".join(f"  {naam}: {{bescherming: register}}\n" for naam in BRONNEN)
    run.write_text(run.read_text(encoding="utf-8") + bronnen, encoding="utf-8")
    code, _, err = sdm("run", "2015K2", "kosten")
    assert code in (0, 1), err  # the other topics are not made
    site = kwartaal / "reports/2015K2"
    pagina, index = ((site / naam).read_text(encoding="utf-8") for naam in ("kosten.html", "index.html"))
    (aan, wegen, _, vreemd, _), (aan_index, wegen_index, *_) = bouw(browser, tmp_path, pagina, index)
    assert (aan, wegen, vreemd) == ([], [], 0)
    assert (aan_index, {*wegen_index} - {"tabellen.xlsx"}) == ([], set())
    tekst = html.unescape(pagina)
    assert len([lading for lading in admitted if lading.strip() in tekst]) > 0.8 * len(admitted)
    assert len([lading for lading in admitted if als_thema(lading) in tekst]) > 0.8 * len(admitted)
    assert [lading for lading in admitted if "<" in lading and lading in pagina] == []
    rijen = csv.reader(io.StringIO((site / "cijfers.csv").read_text(encoding="utf-8-sig")), delimiter=";")
    assert [cel for rij in rijen for cel in rij if begins_formula(cel)] == []
    for blad in openpyxl.load_workbook(site / "tabellen.xlsx").worksheets:
        for cel in (cel for rij in blad.iter_rows() for cel in rij):
            assert cel.data_type != "f", (blad.title, cel.coordinate)
            assert cel.hyperlink is None or BUITEN not in str(cel.hyperlink.target)
