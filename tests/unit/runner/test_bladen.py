"""What is kept of finished files: the same from the same, made again after any change, and never what was stopped."""

import dataclasses
import importlib
import json

import pandas as pd
import pytest

from sdm_lib import report
from sdm_lib.disclosure import load_beleid, protect
from sdm_lib.errors import Melding, PrivacyFout
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.report import PageContext
from sdm_lib.results import Kader, Piece, build
from sdm_lib.runner import bladen, site, tekenen
from sdm_lib.runner.bladen import Balie, van_stukken
from sdm_lib.runner.plan import make_plan
from sdm_lib.runner.uitgevoerd import Executed
from sdm_lib.runner.wacht import Oordeel

protect_room = importlib.import_module("sdm_lib.disclosure.protect")  # the package shows the function of that name
CONTEXT = PageContext("Ervaringen", "2e kwartaal 2015", "Almere")


def piece(value=0.5, titel="Vraag"):
    frame = pd.DataFrame({"value": [value], "n": [400.0], "denominator": [400.0]})
    table = build(frame, kader=Kader("2015K2", "GM0034"), indicator="CE01", unit="aandeel")
    return Piece("clienten/01", "table", "steekproef", table, {"titel": titel}, {})


@pytest.fixture
def plan(project):
    return make_plan(project, kwartaal=Kwartaal(2015, 2))


@pytest.fixture
def drawn(monkeypatch):
    """How often a page was drawn."""
    keren = []
    echt = report.render_page
    monkeypatch.setattr(tekenen.report, "render_page", lambda *a: keren.append(1) or echt(*a))
    return keren


def one(plan, folder, tekst="Ervaringen"):
    cel = {"cell_type": "markdown", "metadata": {}, "source": [f"# {tekst}\n"]}
    path = folder / "clienten.ipynb"
    path.write_text(json.dumps({"cells": [cel], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8")
    return Executed(plan.taken[0], path, ())


def draw(plan, executed, *, context=CONTEXT, opnieuw=False):
    [page] = tekenen.draw([executed], {}, {"clienten": context}, balie=Balie(plan, opnieuw=opnieuw), processes=1)
    assert page.fout is None
    return page.html


def test_the_same_page_is_drawn_once(plan, tmp_path, drawn):
    assert draw(plan, one(plan, tmp_path)) == draw(plan, one(plan, tmp_path))
    assert len(drawn) == 1


def test_another_text_draws_again_and_the_first_is_still_kept(plan, tmp_path, drawn):
    eerst = draw(plan, one(plan, tmp_path))
    assert draw(plan, one(plan, tmp_path, "Anders")) != eerst
    assert draw(plan, one(plan, tmp_path)) == eerst
    assert len(drawn) == 2


def test_what_stands_around_it_draws_again(plan, tmp_path, drawn):
    eerst = draw(plan, one(plan, tmp_path))
    nu = draw(plan, one(plan, tmp_path), context=dataclasses.replace(CONTEXT, herkomst=(("Uitgebracht door", "O&S"),)))
    assert nu != eerst
    assert len(drawn) == 2


def test_asked_to_it_draws_what_is_kept_again(plan, tmp_path, drawn):
    assert draw(plan, one(plan, tmp_path)) == draw(plan, one(plan, tmp_path), opnieuw=True)
    assert len(drawn) == 2


@pytest.mark.parametrize(
    "path", ["params/kit.yaml", "params/2015K2/_afgetekend.yaml", "requirements.lock", "data/demo/2015K2/clienten.csv"]
)
def test_other_rules_libraries_or_persons_make_it_again(plan, tmp_path, drawn, path):
    """A signature, a library and a delivery: each can change what is drawn or what the guard says of it."""
    draw(plan, one(plan, tmp_path))
    bestand = plan.root / path
    bestand.write_bytes(bestand.read_bytes() + b"\n" if bestand.exists() else b"{}\n")
    draw(plan, one(plan, tmp_path))
    assert len(drawn) == 2


def test_a_page_that_the_guard_stops_is_not_kept(plan, tmp_path, drawn, monkeypatch):
    fout = PrivacyFout(Melding("SDM-480", "de wacht vond iets", "Haal het weg."))
    monkeypatch.setattr(tekenen, "keur", lambda *a, **k: Oordeel(fout))
    for _ in range(2):
        [page] = tekenen.draw([one(plan, tmp_path)], {}, {"clienten": CONTEXT}, balie=Balie(plan), processes=1)
        assert page.fout is fout
    assert len(drawn) == 2


def test_what_old_code_drew_is_not_kept_under_the_name_of_the_new(plan, tmp_path, drawn, monkeypatch):
    """Somebody saves a file of the kit while a run or a preview is going on."""
    monkeypatch.setattr(bladen, "_geladen", (("sdm_lib/report/page.py", 0), *bladen._geladen))
    draw(plan, one(plan, tmp_path))
    draw(plan, one(plan, tmp_path))
    assert len(drawn) == 2


def test_a_verdict_is_kept_by_the_bytes_it_is_about(plan, monkeypatch):
    gezien = []
    monkeypatch.setattr(bladen, "keur", lambda wacht, naam, inhoud, **k: gezien.append(inhoud) or Oordeel())
    for inhoud in (b"een", b"twee", b"een"):
        assert Balie(plan).keur("index.html", inhoud, soort="html").fout is None
    assert gezien == [b"een", b"twee"]


def test_a_stopped_file_is_judged_each_time(plan):
    for _ in range(2):
        oordeel = Balie(plan).keur("index.html", b"<p>bel 06-12345678</p>", soort="html")
        assert [melding.code for melding in oordeel.fout.meldingen] == ["SDM-480"]


def test_only_the_owner_can_open_what_is_kept(plan):
    balie = Balie(plan)
    balie.bewaar(b"x", "een")
    folder = plan.root / "data" / "cache" / bladen.MAP
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [path.stat().st_mode & 0o777 for path in folder.iterdir()] == [0o600]


@pytest.mark.parametrize("anders", [piece(value=0.5000000001), piece(titel="Andere vraag")])
def test_the_mark_of_pieces_follows_every_bit_they_show(anders):
    beleid = load_beleid(bladen.sources.project_root() / "params" / "kit.yaml")
    merken = [van_stukken(protect([stuk], beleid=beleid).values()) for stuk in (piece(), piece(), anders)]
    assert merken[0] == merken[1] != merken[2]


def test_a_quarter_is_protected_once_and_again_when_a_figure_changes(plan, tmp_path, monkeypatch):
    keren = []
    echt = protect_room.primair
    monkeypatch.setattr(protect_room, "primair", lambda *a, **k: keren.append(1) or echt(*a, **k))

    def beschermd(stuk):
        een = dataclasses.replace(one(plan, tmp_path), pieces=(stuk,))
        return site.protect([een], balie=Balie(plan))["clienten/01"]

    eerst, nog_eens, titel = (beschermd(stuk) for stuk in (piece(), piece(), piece(titel="Andere vraag")))
    assert len(keren) == 1
    pd.testing.assert_frame_equal(eerst.table, nog_eens.table)
    assert van_stukken([eerst]) == van_stukken([nog_eens])
    assert titel.opties["titel"] == "Andere vraag"
    assert beschermd(piece(value=0.6)).table.loc[0, "value"] == 0.6
    assert len(keren) == 2
