"""What somebody sees while a quarter is made: which pages are ready, how many come, and how long it will take."""

import dataclasses
import re

import pytest

from sdm_lib.cli import progress
from sdm_lib.runner import quarter, site, store
from tests.unit.cli.test_leveringen import Terminal


def test_an_index_lists_the_pages_that_are_ready_while_others_are_drawn(project, sdm, monkeypatch):
    for run in (project / "params").glob("*/clienten.yaml"):
        run.write_text(run.read_text(encoding="utf-8").replace("[stad]", "[stad, WK003401]"), encoding="utf-8")
    gezien, run_quarter = [], quarter.run_quarter

    def kijk(index):
        html = index.read_text(encoding="utf-8")
        links = re.findall(r'href="(clienten[^"]*)"', html)
        assert [naam for naam in links if not (index.parent / naam).is_file()] == []
        gezien.append((index.parent.name, len(links), html.count("nog niet gemaakt"), "Fictieve gegevens" in html))

    def met_kijker(opdracht):
        vertel = opdracht.partly
        return run_quarter(dataclasses.replace(opdracht, partly=lambda index: (kijk(index), vertel(index))))

    monkeypatch.setattr(site, "SAMEN", 1)
    monkeypatch.setattr(quarter, "run_quarter", met_kijker)
    code, _, err = sdm("run", "2015K2")
    assert code == 0, err
    assert gezien == [(".2015K2.nieuw", 1, 1, True), (".2015K2.nieuw", 2, 0, True)]
    assert err.count(".2015K2.nieuw/index.html") == 1  # told once
    assert "2015K2: 4/4 getekend" in err
    assert "nog niet gemaakt" not in (project / "reports" / "2015K2" / "index.html").read_text(encoding="utf-8")


def test_a_terminal_sees_how_much_is_left(monkeypatch):
    scherm = Terminal()
    monkeypatch.setattr(progress.sys, "stderr", scherm)
    with progress.progress("2015K2", total=3) as step:
        step("uitgevoerd clienten")
        progress.tell("2015K2: wat klaar is staat in index.html")
        step("getekend clienten")
    laatste = scherm.getvalue()
    assert "1/3, uitgevoerd clienten, nog 00:" in laatste
    assert "2015K2: wat klaar is staat in index.html\n" in laatste


def test_a_file_of_the_site_is_whole_whenever_somebody_looks(tmp_path, monkeypatch):
    store.write(tmp_path, "index.html", b"oud")

    def vol(*paden):
        assert (tmp_path / "index.html").read_bytes() == b"oud"
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store.os, "replace", vol)
    with pytest.raises(OSError, match="No space left"):
        store.write(tmp_path, "index.html", b"nieuw")
    assert (tmp_path / "index.html").read_bytes() == b"oud"
