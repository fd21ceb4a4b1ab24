"""Whoever waits for a large delivery hears how far the reading is."""

from __future__ import annotations

from pathlib import Path

from sdm_lib import sources


def test_a_large_csv_is_told_while_it_is_read(root: Path, folder: Path):
    rijen = "".join(f"{i:08x};0034;;1;1;1;2015-01-02;\n" for i in range(60_000))
    (folder / "proef.csv").write_text("persoon;gemeente;wijknaam;aantal;score;bedrag;begin;einde\n" + rijen)
    gehoord: list[int] = []
    with sources.listen(gehoord.append):
        sources.check(folder, ["proef"], root=root)
    assert sum(gehoord) >= (folder / "proef.csv").stat().st_size
    assert len(gehoord) > 2


def test_who_stopped_listening_hears_nothing(root: Path, folder: Path):
    (folder / "proef.csv").write_text("persoon\n")
    gehoord: list[int] = []
    with sources.listen(gehoord.append):
        pass
    sources.check(folder, ["proef"], root=root)
    assert gehoord == []
