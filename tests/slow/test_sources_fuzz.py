"""Twenty thousand mutated files: never a traceback, never over the memory bound, always an exit code of the list."""

from __future__ import annotations

import os
import random
import resource
from collections import Counter
from pathlib import Path

import openpyxl
import pandas as pd
import pyreadstat
import pytest

from sdm_lib import sources
from sdm_lib.errors import InvoerFout, PrivacyFout
from tests.unit.sources import nasty
from tests.unit.sources.conftest import PROEF

AANTAL = int(os.environ.get("SDM_FUZZ", "20000"))
GRENS_MB = 1500  # of the whole process, pandas, DuckDB and pytest included
PER_KEER = 250
MERKEN = (b'"', b"'", b";", b"\r", b"\n", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b'"\n"')
WAARDEN = (b"1e999", b"-0", b"9" * 40, b"NaN", b"=1+1", "é".encode(), b"\xe9", b"1.234")

pytestmark = pytest.mark.traag


def mutate(data: bytes, rng: random.Random) -> bytes:
    """One to four random changes: bytes, cuts, repeats, splices, and the marks that CSV readers stumble over."""
    uit = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        plaats = rng.randrange(len(uit) + 1)
        soort = rng.randrange(8)
        if soort == 0 and uit:
            uit[rng.randrange(len(uit))] = rng.randrange(256)
        elif soort == 1:
            del uit[plaats : plaats + rng.randint(1, 40)]
        elif soort == 2:
            uit[plaats:plaats] = bytes(rng.randrange(256) for _ in range(rng.randint(1, 8)))
        elif soort == 3:
            uit[plaats:plaats] = rng.choice(
                [b'"', b"'", b";", b"\r", b"\n", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b'"\n"']
            )
        elif soort == 4:
            stuk = uit[plaats : plaats + rng.randint(1, 200)]
            uit[plaats:plaats] = stuk * rng.randint(1, 5)
        elif soort == 5:
            del uit[plaats:]
        elif soort == 6 and len(uit) > 2:
            ander = rng.randrange(len(uit))
            uit[plaats:plaats] = uit[ander : ander + 30]
        else:
            uit[plaats:plaats] = rng.choice(
                [b"1e999", b"-0", b"9" * 40, b"NaN", b"=1+1", "é".encode(), b"\xe9", b"1.234"]
            )
    return bytes(uit)


def _seeds(folder: Path) -> dict[str, tuple[str, list[bytes]]]:
    """Per form the file's name and the files that mutations start from."""
    boek = openpyxl.Workbook()
    assert boek.active is not None
    for rij in (nasty.KOP, *nasty.clean()):
        boek.active.append(list(rij))
    boek.save(folder / "proef.xlsx")
    frame = pd.DataFrame(nasty.clean(), columns=list(nasty.KOP))
    frame.to_parquet(folder / "proef.parquet")
    pyreadstat.write_sav(frame, str(folder / "proef.sav"))
    csv = [data for data, _ in nasty.CASES.values() if data]
    zaden = {"csv": ("proef.csv", csv)}
    for soort in ("xlsx", "parquet", "sav"):
        zaden[soort] = (f"proef.{soort}", [(folder / f"proef.{soort}").read_bytes()])
        (folder / f"proef.{soort}").unlink()
    return zaden


def _project(root: Path, soort: str) -> None:
    (root / "params" / "leveringen").mkdir(parents=True, exist_ok=True)
    tekst = PROEF.replace("proef.csv", f"proef.{soort}").replace("vorm: csv", f"vorm: {soort}")
    (root / "params" / "leveringen" / "proef.yaml").write_text(tekst)


@pytest.mark.parametrize(("soort", "deel"), [("csv", 0.85), ("xlsx", 0.05), ("parquet", 0.05), ("sav", 0.05)])
def test_no_mutation_gives_a_traceback(soort: str, deel: float, tmp_path: Path):
    rng = random.Random(f"2015 {soort}")
    root, folder = tmp_path / "project", tmp_path / "2015K2"
    folder.mkdir()
    naam, zaden = _seeds(folder)[soort]
    _project(root, soort)
    uitkomsten: Counter[int] = Counter()
    for keer in range(int(AANTAL * deel)):
        (folder / naam).write_bytes(mutate(rng.choice(zaden), rng))
        try:
            sources.read("proef", folder=folder, root=root)
            uitkomsten[0] += 1
        except (InvoerFout, PrivacyFout) as fout:
            uitkomsten[fout.exit_code] += 1
        if keer % PER_KEER == 0:
            assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 < GRENS_MB
    assert set(uitkomsten) <= {0, 3, 4}
    assert uitkomsten[3] > 0
