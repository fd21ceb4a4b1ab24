"""A table of the kit's own that looks like records: stopped, looked at, signed off by name, and told on the page."""

import json
import re

ROOD = """
import pandas as pd
from sdm_lib import results
frame = run.frame("clienten")
frame = frame[frame["cijfer_ondersteuning"].notna()]
zo = frame.groupby(["geslacht", "leeftijd", "cijfer_ondersteuning"])["w0"].transform("size")
frame = frame.assign(zo=zo).sort_values("zo", kind="stable").drop_duplicates(["geslacht", "leeftijd"]).head(8)
groepen = [results.groep(geslacht=g, leeftijd=l) for g, l in zip(frame["geslacht"], frame["leeftijd"])]
rijen = pd.DataFrame({"groep": groepen, "value": frame["cijfer_ondersteuning"].astype(float).to_numpy(), "n": 50.0})
rijen["lower"], rijen["upper"] = rijen["value"] - 0.5, rijen["value"] + 0.5
tabel = results.build(rijen, kader=run.frame_of("clienten"), indicator="CE16", unit="cijfer", method="proef")
run.publish(tabel, titel="Cijfer naar geslacht en leeftijd")
"""
NAAM, REDEN = "Functionaris Gegevensbescherming", "gemiddelden over vijftig mensen, geen antwoorden"


def publish(project, source):
    path = project / "notebooks" / "clienten.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    [cell for cell in notebook["cells"] if cell["cell_type"] == "code"][-1]["source"] = source
    path.write_text(json.dumps(notebook), encoding="utf-8")


def sign(sdm, kenmerk, *, door=NAAM, reden=REDEN):
    woorden = ("--sign", kenmerk, "--quarter", "2015K2", "--by", door, "--reason", reden)
    return sdm("guard", *woorden, "clienten.html")


def test_a_table_that_looks_like_records_is_signed_off_by_name_and_the_page_says_so(project, sdm):
    publish(project, ROOD)
    site, apart = project / "reports" / "2015K2", project / "data/cache/tegengehouden/clienten.html"
    code, _, err = sdm("run", "2015K2")
    assert code == 4
    assert "SDM-482" in err
    assert not (site / "clienten.html").exists()
    assert "niet gemaakt: SDM-482" in (site / "index.html").read_text(encoding="utf-8")
    assert apart.stat().st_mode & 0o077 == 0
    [kenmerk] = set(re.findall(r"--sign (\w+)", err))
    assert sign(sdm, "0123456789ab")[0] == 2  # not a table that was stopped
    assert sign(sdm, kenmerk, reden=" ")[0] == 2
    code, _, err = sign(sdm, kenmerk)
    assert (code, f"Tabel {kenmerk} is afgetekend door {NAAM}" in err) == (0, True), err
    code, _, err = sdm("run", "2015K2")
    assert code == 0, err
    herkomst = f"tabel {kenmerk} lijkt op records; nagekeken door {NAAM}: {REDEN}"
    assert herkomst in (site / "clienten.html").read_text(encoding="utf-8")
    assert sdm("release", "2015K2", "--by", "Afdeling Onderzoek")[0] == 0
    editie = project / "data/demo/published/2015K2/1"
    assert herkomst in (editie / "clienten.html").read_text(encoding="utf-8")
    assert [soort for soort, _, _ in json.loads((editie / "editie.json").read_bytes())["wachter"]] == ["records"]
    publish(project, ROOD.replace("head(8)", "head(7)"))
    code, _, err = sdm("run", "2015K2")
    assert code == 4  # a signature ends when the cells change
    assert f"De tabel is veranderd sinds {NAAM}" in err
    assert herkomst in (site / "clienten.html").read_text(encoding="utf-8")  # the last good page stays
