"""A damaged .sav is refused before the library that reads it can fall over it."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from sdm_lib import sources
from sdm_lib.errors import InvoerFout
from sdm_lib.sources import spss_vorm
from tests.unit.sources.conftest import add_schema
from tests.unit.sources.spss_sets import add_sets, categories, dichotomies
from tests.unit.sources.test_meer_vormen import ENQUETE, _sav


@pytest.fixture
def sav(tmp_path: Path) -> Path:
    """A file with labels, missing values, a long text and sets of answers."""
    path = tmp_path / "enquete.sav"
    _sav(path)
    add_sets(path, dichotomies("$hulp", "1", "Hulp", ["h1", "h2"]), categories("$bron", "Bron", ["b1", "b2"]))
    return path


@pytest.mark.parametrize("naam", ["nan", "NaN", "None"])
def test_a_variable_may_be_called_nan(naam: str, root: Path, folder: Path):
    add_schema(
        root,
        f"levering: los\nlabel: Los\nbestand: los.sav\nvorm: sav\nsleutel: []\nkolommen: {{{naam}: {{soort: getal}}}}",
    )
    pyreadstat.write_sav(pd.DataFrame({naam: [1.0, 2.0]}), str(folder / "los.sav"))
    assert sources.read("los", folder=folder, root=root).frame[naam].tolist() == [1.0, 2.0]


def test_whole_files_are_whole_in_every_form(sav: Path, tmp_path: Path):
    lang = pd.DataFrame({"tekst": ["x" * 700, "kort"], "een_heel_lange_naam": [1.0, 2.0]})
    pyreadstat.write_sav(lang, str(tmp_path / "lang.sav"), note="een opmerking", row_compress=True)
    _sav(tmp_path / "druk.zsav", compress=True)
    assert [spss_vorm.whole(tmp_path / naam) for naam in ("enquete.sav", "lang.sav", "druk.zsav")] == [True] * 3


def _at(data: bytes, wat: bytes, schuif: int, getal: int) -> bytes:
    plaats = data.index(wat) + schuif
    return data[:plaats] + struct.pack("<i", getal) + data[plaats + 4 :]


LABELS = struct.pack("<ii", 3, 4)  # a value-label record of four labels
SETS = struct.pack("<iii", 7, 7, 1)  # the record with the sets


@pytest.mark.parametrize(
    "breek",
    [
        lambda data: data[:300],
        lambda data: b"$FL9" + data[4:],
        lambda data: data[:64] + struct.pack("<i", 9) + data[68:],  # layout
        lambda data: data[:180] + struct.pack("<i", 300) + data[184:],  # a variable wider than can be
        lambda data: data[:184] + struct.pack("<i", 7) + data[188:],  # whether it has a label
        lambda data: _at(data, LABELS, 4, 1_000_000),
        lambda data: _at(data, LABELS, 0, 8),
        lambda data: _at(data, SETS, 12, 1_000_000),
        lambda data: _at(data, SETS, 8, 0),
        lambda data: data.replace(b"Hulp", b"Hu\x01p"),
        lambda data: data.replace(struct.pack("<i", 999), struct.pack("<i", 998)),
    ],
)
def test_a_dictionary_that_contradicts_itself_is_refused(
    breek: Callable[[bytes], bytes], sav: Path, root: Path, folder: Path
):
    data = sav.read_bytes()
    assert breek(data) != data
    (folder / "enquete.sav").write_bytes(breek(data))
    add_schema(root, ENQUETE)
    with pytest.raises(InvoerFout, match=r"SDM-305 fout: enquete.sav: dit SPSS-bestand is beschadigd"):
        sources.read("enquete", folder=folder, root=root)
    with pytest.raises(InvoerFout, match="SDM-305"):
        sources.draft_schema(folder / "enquete.sav")
