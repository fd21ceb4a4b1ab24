"""Twenty thousand mutated files: never a traceback, never over the memory bound, always an exit code of the list.

Files of every form are spoilt in three ways: their bytes, their cells (a cell becomes something that breaks readers,
the file is written again) and, for a workbook, the XML inside the zip. Each file goes through `check` or `read`, as
the command line does. SDM_FUZZ sets another number of files.
"""

from __future__ import annotations

import io
import os
import random
import resource
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pandas as pd
import pyreadstat
import pytest

from sdm_lib import sources
from sdm_lib.errors import InvoerFout, PrivacyFout, SdmFout
from tests.unit.sources import nasty
from tests.unit.sources.conftest import PROEF

AANTAL = int(os.environ.get("SDM_FUZZ", "20000"))
GRENS_MB = 1500  # of the whole process, pandas, DuckDB and pytest included
PER_KEER = 100
EXIT = {0, 3, 4}
MERKEN = (b'"', b"'", b";", b"\r", b"\n", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b'"\n"', b"\xc2\xa0", b"\xe2\x80\x8f")
WAARDEN = (
    "1e999", "-0", "9" * 40, "NaN", "inf", "=1+1", "é", "1.234", "1,234", "-", "\u00a0", "\u200f12", "12\u00a0345",
    "2015-02-29", "2016-02-29", "29-02-2015", "31/12/9999", "42094", "1E+15", "0x10", "ﬁ", "１２", "½", "Ã©", "\ufffd",
    "'", '"', ";", "a\nb", "#N/B", "TRUE", "0034.0", "+31612345678", "vraag@voorbeeld.nl", "Totaal", "%s", "{}", "\\",
    "DROP TABLE t", "' OR 1=1 --", "\x1a", "\x7f", "𝟙𝟚", "e\u0301", "x" * 5000, "1e400", "-0,0", "0,1" + "0" * 30 + "1",
)  # fmt: skip
Tabel = list[list[str]]

pytestmark = pytest.mark.traag


def bytes_mutated(data: bytes, rng: random.Random) -> bytes:
    """One to three random changes: bytes, cuts, repeats, splices, and the marks that readers stumble over."""
    uit = bytearray(data)
    for _ in range(rng.randint(1, 3)):
        plaats = rng.randrange(len(uit) + 1)
        soort = rng.randrange(8)
        if soort == 0 and uit:
            uit[rng.randrange(len(uit))] = rng.randrange(256)
        elif soort == 1:
            del uit[plaats : plaats + rng.randint(1, 40)]
        elif soort == 2:
            uit[plaats:plaats] = bytes(rng.randrange(256) for _ in range(rng.randint(1, 8)))
        elif soort == 3:
            uit[plaats:plaats] = rng.choice(MERKEN)
        elif soort == 4:
            stuk = uit[plaats : plaats + rng.randint(1, 200)]
            uit[plaats:plaats] = stuk * rng.randint(1, 5)
        elif soort == 5:
            del uit[plaats:]
        elif soort == 6 and len(uit) > 2:
            ander = rng.randrange(len(uit))
            uit[plaats:plaats] = uit[ander : ander + 30]
        else:
            uit[plaats:plaats] = rng.choice(WAARDEN).encode()
    return bytes(uit)


def cells_mutated(rng: random.Random) -> Tabel:
    """The clean table with its header, of which one to four cells, rows or columns were spoilt."""
    tabel = [list(rij) for rij in (nasty.KOP, *nasty.clean())]
    for _ in range(rng.randint(1, 4)):
        i, k = rng.randrange(len(tabel)), rng.randrange(len(nasty.KOP))
        soort = rng.randrange(7)
        if soort < 3:
            tabel[i][k] = rng.choice(WAARDEN)
        elif soort == 3:
            waarde = rng.choice(WAARDEN)
            tabel = [tabel[0], *([*rij[:k], waarde, *rij[k + 1 :]] for rij in tabel[1:])]
        elif soort == 4:
            tabel.insert(i, list(rng.choice(tabel)))
        elif soort == 5 and len(tabel) > 2:
            del tabel[i]
        else:
            tabel[i][k] = tabel[i][k] + rng.choice(WAARDEN)
    return tabel


def xml_mutated(data: bytes, rng: random.Random) -> bytes:
    """A workbook of which one part inside the zip was spoilt."""
    with zipfile.ZipFile(io.BytesIO(data)) as oud:
        delen = {naam: oud.read(naam) for naam in oud.namelist()}
    naam = rng.choice(sorted(delen))
    delen[naam] = bytes_mutated(delen[naam], rng)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as nieuw:
        for naam, deel in delen.items():
            nieuw.writestr(naam, deel)
    return buffer.getvalue()


def as_csv(tabel: Tabel, rng: random.Random) -> bytes:
    hoe = {"scheiding": rng.choice(";,\t|"), "alles": rng.random() < 0.3, "einde": rng.choice(["\r\n", "\n", "\r"])}
    tekst = nasty.write(tabel[1:], kop=tabel[0], **hoe)  # type: ignore[arg-type]
    codering = rng.choice(["utf-8", "utf-8-sig", "cp1252", "mac_roman", "utf-16"])
    return tekst.decode().encode(codering, errors="replace")


def as_xlsx(tabel: Tabel, rng: random.Random) -> bytes:
    boek = openpyxl.Workbook()
    assert boek.active is not None
    for rij in tabel:
        boek.active.append([cel.translate(_GEEN_STUUR) for cel in rij])
    buffer = io.BytesIO()
    boek.save(buffer)
    return buffer.getvalue()


_GEEN_STUUR = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127], "_")  # XML cannot hold these


def as_frame(tabel: Tabel) -> pd.DataFrame:
    namen = [f"{naam or 'leeg'}_{i}" if naam in tabel[0][:i] else naam or "leeg" for i, naam in enumerate(tabel[0])]
    return pd.DataFrame(tabel[1:], columns=namen)


def as_parquet(tabel: Tabel, rng: random.Random) -> bytes:
    buffer = io.BytesIO()
    as_frame(tabel).to_parquet(buffer)
    return buffer.getvalue()


def as_spss(tabel: Tabel, pad: Path) -> bytes:
    frame = as_frame([list(nasty.KOP), *([cel.translate(_GEEN_STUUR)[:200] for cel in rij] for rij in tabel[1:])])
    pyreadstat.write_sav(frame, str(pad), compress=pad.suffix == ".zsav")
    return pad.read_bytes()


Maker = Callable[[random.Random], bytes]


def makers(soort: str, folder: Path) -> list[Maker]:
    """The ways to spoil a file of one form."""
    if soort == "csv":
        zaden = [data for data, _ in nasty.CASES.values() if data]
        return [
            lambda rng: bytes_mutated(rng.choice(zaden), rng),
            lambda rng: bytes_mutated(nasty.GOED, rng),
            lambda rng: as_csv(cells_mutated(rng), rng),
            lambda rng: as_csv(cells_mutated(rng), rng),
        ]
    if soort in ("sav", "zsav"):
        pad = folder / f"zaad.{soort}"
        zaad = as_spss([list(nasty.KOP), *map(list, nasty.clean())], pad)
        return [lambda rng: bytes_mutated(zaad, rng), lambda rng: as_spss(cells_mutated(rng), pad)]
    schrijf = {"xlsx": as_xlsx, "parquet": as_parquet}[soort]
    goed = schrijf([list(nasty.KOP), *map(list, nasty.clean())], random.Random(0))
    uit: list[Maker] = [lambda rng: bytes_mutated(goed, rng), lambda rng: schrijf(cells_mutated(rng), rng)]
    return [*uit, lambda rng: xml_mutated(goed, rng)] if soort == "xlsx" else uit


def outcome(root: Path, folder: Path, *, keer: int) -> SdmFout | None:
    """What `sdm check` or a notebook would end with."""
    if keer % 2:
        return sources.failure(sources.check(folder, ["proef"], root=root))
    try:
        sources.read("proef", folder=folder, root=root)
    except (InvoerFout, PrivacyFout) as fout:
        return fout
    return None


def summary(soort: str, keren: Sequence[SdmFout | None]) -> str:
    codes = Counter(fout.meldingen[0].code for fout in keren if fout is not None)
    exits = Counter(fout.exit_code if fout else 0 for fout in keren)
    vaakst = ", ".join(f"{code} {aantal}" for code, aantal in codes.most_common(6))
    return (
        f"{soort:8s} {len(keren):6d} files  exit 0: {exits[0]:5d}  3: {exits[3]:5d}  4: {exits[4]:4d}  "
        f"different first codes: {len(codes):2d} ({vaakst})"
    )


@pytest.mark.parametrize(
    ("soort", "deel"), [("csv", 0.66), ("xlsx", 0.14), ("parquet", 0.1), ("sav", 0.05), ("zsav", 0.05)]
)
def test_no_mutation_gives_a_traceback(soort: str, deel: float, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    rng = random.Random(f"2015 {soort}")
    root, folder = tmp_path / "project", tmp_path / "2015K2"
    folder.mkdir()
    (root / "params" / "leveringen").mkdir(parents=True)
    vorm = "sav" if soort == "zsav" else soort
    tekst = PROEF.replace("proef.csv", f"proef.{soort}").replace("vorm: csv", f"vorm: {vorm}")
    (root / "params" / "leveringen" / "proef.yaml").write_text(tekst)
    manieren = makers(soort, tmp_path)
    keren = []
    for keer in range(round(AANTAL * deel)):
        data = manieren[keer // 2 % len(manieren)](rng)
        (folder / f"proef.{soort}").write_bytes(data)
        (tmp_path / "laatste").write_bytes(data)  # what to look at when the next line does not come back
        keren.append(outcome(root, folder, keer=keer))
        if keer % PER_KEER == 0:
            assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 < GRENS_MB
    with capsys.disabled():
        print(f"\nfuzz {summary(soort, keren)}")
    assert {fout.exit_code if fout else 0 for fout in keren} <= EXIT
    assert {None, InvoerFout} <= {type(fout) if fout else None for fout in keren}
