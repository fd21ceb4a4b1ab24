"""The door under stress: a process that is killed, a refusal, a cache and a log leave nothing of the original."""

from __future__ import annotations

import logging
import os
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sdm_lib import sources
from sdm_lib.errors import PrivacyFout
from tests.unit.sources import nasty
from tests.unit.sources.conftest import PROEF, add_schema

GEHEIM = "geheim0123456789geheim"
# Fills the memory that it may use, so that DuckDB spills what it sorts, says so and waits to be killed
SPIL = f"""
import os, pathlib, sys, tempfile, time
os.environ["SDM_GEHEUGEN"] = "32MB"
from sdm_lib.sources.ruw import connection
with connection() as con:
    con.execute("SET threads = 1")
    con.execute("SET enable_progress_bar = false")
    con.execute("CREATE TABLE t AS SELECT '{GEHEIM}' || hash(range) || hash(range + 1) AS v FROM range(500000)")
    con.execute("CREATE TABLE u AS SELECT v, row_number() OVER (ORDER BY v DESC) AS n FROM t")
    print(sum(p.stat().st_size for p in pathlib.Path(tempfile.gettempdir()).rglob("*") if p.is_file()), flush=True)
    time.sleep(600)
"""


@pytest.fixture
def tijdelijk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary folder of our own, for this process and its children."""
    folder = tmp_path / "tijdelijk"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


@pytest.fixture
def lezer(tijdelijk: Path) -> Iterator[subprocess.Popen[str]]:
    """A reader in the middle of its work, with part of it spilled."""
    with subprocess.Popen([sys.executable, "-c", SPIL], stdout=subprocess.PIPE, text=True) as proces:
        yield proces
        proces.kill()


def _holding(folder: Path, *teksten: bytes) -> list[str]:
    """The files below a folder in which one of these texts stands."""
    bestanden = [pad for pad in folder.rglob("*") if pad.is_file()]
    return [pad.name for pad in bestanden if any(tekst in pad.read_bytes() for tekst in teksten)]


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")
def test_a_killed_reader_leaves_ciphertext_only_and_the_next_one_removes_it(
    lezer: subprocess.Popen[str], tijdelijk: Path, root: Path, folder: Path
):
    assert lezer.stdout is not None
    assert int(lezer.stdout.readline()) > 0  # bytes spilled
    (eigen,) = tijdelijk.iterdir()
    assert stat.S_IMODE(eigen.stat().st_mode) == 0o700
    assert _holding(tijdelijk, GEHEIM.encode()) == []
    (folder / "proef.csv").write_bytes(nasty.GOED)
    sources.read("proef", folder=folder, root=root)
    assert eigen.is_dir()  # its owner is at work: nobody else clears it away
    lezer.send_signal(signal.SIGKILL)
    lezer.wait()
    assert eigen.is_dir()
    sources.read("proef", folder=folder, root=root)
    assert list(tijdelijk.iterdir()) == []


def _with_numbers(folder: Path) -> list[bytes]:
    nummers = [nasty.bsn(i) for i in range(30)]
    rijen = [(*rij, nummer, f"Vrouwe {nummer}") for rij, nummer in zip(nasty.clean(), nummers, strict=True)]
    (folder / "proef.csv").write_bytes(nasty.write(rijen, kop=(*nasty.KOP, "nr", "achternaam")))
    return [nummer.encode() for nummer in nummers]


def test_a_refusal_leaves_no_number_in_message_log_cache_or_temporary_folder(
    root: Path, folder: Path, tmp_path: Path, tijdelijk: Path, caplog: pytest.LogCaptureFixture
):
    nummers = _with_numbers(folder)
    cache = tmp_path / "cache"
    caplog.set_level(logging.DEBUG)
    with pytest.raises(PrivacyFout) as gevangen:
        sources.read_kept("proef", folder=folder, cache=cache, root=root)
    assert (gevangen.value.exit_code, {m.code for m in gevangen.value.meldingen}) == (4, {"SDM-401"})
    gezegd = f"{gevangen.value}{caplog.text}".encode()
    assert not any(nummer in gezegd for nummer in nummers)
    assert _holding(tijdelijk, *nummers) == []
    assert not cache.exists() or _holding(cache, *nummers) == []
    assert _holding(root, *nummers) == []


def test_a_page_and_table_for_the_supplier_hold_no_number(root: Path, folder: Path):
    nummers = [nummer.decode() for nummer in _with_numbers(folder)]
    meldingen = sources.check(folder, ["proef"], root=root)
    for tekst in (
        sources.as_html(meldingen, titel="Controle"),
        sources.as_csv(meldingen).decode(),
        *map(str, meldingen),
    ):
        assert not any(nummer in tekst for nummer in nummers)


def test_a_writer_that_was_killed_is_cleared_away_by_the_next(root: Path, folder: Path, tmp_path: Path):
    sleutel = tmp_path / "sleutel"
    sleutel.write_text("k" * 64)
    add_schema(root, PROEF)
    (folder / "ruw.csv").write_bytes(nasty.GOED)
    (folder / ".sdm-999999999-half.csv").write_text("half")  # of a process that is no more
    bezig = folder / f".sdm-{os.getpid()}-half.csv"
    bezig.write_text("bezig")
    sources.pseudonymise("proef", bron=folder / "ruw.csv", doel=folder / "proef.csv", sleutel=sleutel, root=root)
    assert sorted(pad.name for pad in folder.iterdir()) == [bezig.name, "proef.csv", "ruw.csv"]
    assert stat.S_IMODE((folder / "proef.csv").stat().st_mode) == 0o600
