"""A hundred payloads in a real delivery, all the way through a run: text on page, index, workbook and CSV.

The entry of the ledger is the free text of a delivery that reaches a page.
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

from tests.browser.ladingen import BUITEN, LADINGEN
from tests.browser.test_ladingen import begins_formula, bouw

pytestmark = pytest.mark.traag
ROOT = Path(__file__).parents[2]


@pytest.fixture
def kwartaal(project: Path) -> Path:
    """The project with every topic, for the city alone, and deliveries of a few rows."""
    for naam in ("2015K1", "2015K2"):
        for run in (ROOT / "params" / naam).glob("*.yaml"):
            tekst = re.sub(r"^gebieden: \[stad,.*\]$", "gebieden: [stad]", run.read_text("utf-8"), flags=re.MULTILINE)
            (project / "params" / naam / run.name).write_text(tekst, encoding="utf-8")
    return project


POST = """
tabel = run.estimate("K01", by="post")
run.publish(tabel, titel="Lasten naar post")
run.publish(tabel, chart="bars", titel="Lasten naar post")
run.zin(tabel)
"""


@pytest.mark.filterwarnings("ignore:Glyph .* missing from font")  # the browser has letters that matplotlib lacks
def test_payloads_in_the_ledger_stand_on_the_page_as_text(browser, kwartaal, sdm, tmp_path):
    path = kwartaal / "data/demo/2015K2/grootboek.csv"
    boek = pd.read_csv(path, sep=";", dtype="str", keep_default_na=False, encoding="cp1252")
    voorbeeld = boek[boek["post"] == boek["post"][0]]
    ladingen = [re.sub(r"[=;\x00-\x1f]", "", lading) for lading in LADINGEN]  # a group may not hold = or ;
    # one of each that the kit reads as one word: letters and digits decide, whatever their form
    kaal = {re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", lading)).casefold(): lading for lading in ladingen}
    ladingen = [lading for lading in kaal.values() if lading.strip()]
    erbij = [voorbeeld.assign(post=lading) for lading in ladingen]
    pd.concat([boek, *erbij]).to_csv(path, sep=";", index=False, encoding="utf-8", quoting=csv.QUOTE_ALL)
    path.with_name("leveringsbrief.csv").unlink()
    notebook = json.loads((kwartaal / "notebooks/kosten.ipynb").read_text(encoding="utf-8"))
    [cel for cel in notebook["cells"] if cel["cell_type"] == "code"][-1]["source"] = POST
    (kwartaal / "notebooks/kosten.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    code, _, err = sdm("run", "2015K2", "kosten")
    assert code in (0, 1), err  # the other topics are not made
    site = kwartaal / "reports/2015K2"
    pagina, index = ((site / naam).read_text(encoding="utf-8") for naam in ("kosten.html", "index.html"))
    for aan, wegen, _, vreemd, _ in bouw(browser, tmp_path, pagina, pagina):
        assert (aan, wegen, vreemd) == ([], [], 0)
    bouw(browser, tmp_path, pagina, index)
    leesbaar = html.unescape(pagina)
    staat = [lading for lading in ladingen if lading.strip() in leesbaar]
    assert len(staat) > 0.8 * len(ladingen)
    assert [lading for lading in ladingen if "<" in lading and lading in pagina] == []
    rijen = csv.reader(io.StringIO((site / "cijfers.csv").read_text(encoding="utf-8-sig")), delimiter=";")
    assert [cel for rij in rijen for cel in rij if begins_formula(cel)] == []
    for blad in openpyxl.load_workbook(site / "tabellen.xlsx").worksheets:
        for cel in (cel for rij in blad.iter_rows() for cel in rij):
            assert cel.data_type != "f", (blad.title, cel.coordinate)
            assert cel.hyperlink is None or BUITEN not in str(cel.hyperlink.target)
