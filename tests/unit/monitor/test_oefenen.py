"""The practice project: everything a researcher edits, in a place where nothing can be spoilt."""

from pathlib import Path

import pytest

from sdm_lib import monitor, sources
from sdm_lib.errors import InvoerFout
from sdm_lib.monitor.oefenen import oefenproject

ROOT = sources.project_root()


def test_what_is_broken_in_practice_is_whole_in_the_project(demo, monkeypatch):
    monkeypatch.setenv("SDM_ROOT", str(ROOT))
    copy = oefenproject()
    assert sources.project_root() == copy != ROOT
    eigen = copy / "params" / "indicatoren" / "clienten.yaml"
    before = (ROOT / "params" / "indicatoren" / "clienten.yaml").read_bytes()
    eigen.write_text("CE01: {}\n", encoding="utf-8")
    assert (ROOT / "params" / "indicatoren" / "clienten.yaml").read_bytes() == before
    assert monitor.parse_kwartaal("2015K2", root=copy).nummer == 2
    assert not any(path.is_symlink() for path in copy.rglob("*"))


def test_without_the_demo_it_says_how_to_make_it(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "project_root", lambda: Path(tmp_path))
    with pytest.raises(InvoerFout, match=r"SDM-227.*de demogemeente is er nog niet\. Draai eerst: sdm demo"):
        oefenproject()
