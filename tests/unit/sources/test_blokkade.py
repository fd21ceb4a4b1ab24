"""What stops a delivery: each with its code, its words and its rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from sdm_lib import sources
from sdm_lib.errors import InvoerFout
from tests.unit.sources import nasty
from tests.unit.sources.conftest import add_schema
from tests.unit.sources.test_reading import BRIEF

BLOKKADES = {
    "empty": (b"", r"SDM-302 fout: proef\.csv: dit bestand is leeg\. Vraag de leverancier het opnieuw te sturen\."),
    "header only": (nasty.write([]), r"SDM-303 fout: proef\.csv: er staat alleen een kopregel in\."),
    "binary": (bytes(range(256)) * 20, r"SDM-304 fout: proef\.csv: dit is geen csv maar binair\."),
    "last record short": (
        nasty.GOED.rstrip(b"\r\n").rsplit(b";", 3)[0],
        r"SDM-309 fout: proef\.csv, regel 31: deze regels hebben niet de 8 velden van de kopregel\. .*verkeerde kolom",
    ),
    "exact duplicates in a file with a key": (
        nasty.write([*nasty.clean(), nasty.clean()[4], nasty.clean()[4]]),
        r"SDM-332 fout: proef\.csv, regel 32 en 33: deze regel staat er precies dubbel\. .*telt dubbel mee",
    ),
    "another record with the same key": (
        nasty.write([*nasty.clean(), (*nasty.clean()[4][:3], "99", *nasty.clean()[4][4:])]),
        r"SDM-331 fout: proef\.csv, kolom persoon, begin, regel 32: dezelfde persoon, begin komt vaker voor\.",
    ),
}
BRIEVEN = {
    "cut between two records": (
        nasty.write(nasty.clean()[:-1]),
        "proef.csv;30;aantal;1395",
        r"SDM-333 fout: proef\.csv: 29 regels, de leveringsbrief noemt er 30\. .*afgekapt of veranderd",
    ),
    "another sum": (
        nasty.GOED,
        "proef.csv;30;aantal;1394",
        r"SDM-333 fout: proef\.csv, kolom aantal: de som van deze kolom is een andere dan die van de leveringsbrief\.",
    ),
}


@pytest.mark.parametrize("naam", BLOKKADES)
def test_a_file_is_stopped_with_code_words_and_rows(naam: str, root: Path, folder: Path):
    data, verwacht = BLOKKADES[naam]
    (folder / "proef.csv").write_bytes(data)
    with pytest.raises(InvoerFout, match=verwacht) as gevangen:
        sources.read("proef", folder=folder, root=root)
    assert gevangen.value.exit_code == 3


@pytest.mark.parametrize("naam", BRIEVEN)
def test_a_file_that_contradicts_its_letter_is_stopped(naam: str, root: Path, folder: Path):
    data, regel, verwacht = BRIEVEN[naam]
    add_schema(root, BRIEF)
    (folder / "leveringsbrief.csv").write_text(f"bestand;regels;controlekolom;controlesom\r\n{regel}\r\n")
    (folder / "proef.csv").write_bytes(data)
    with pytest.raises(InvoerFout, match=verwacht):
        sources.read("proef", folder=folder, root=root)


def test_the_same_duplicates_without_a_key_are_doubted_only(root: Path, folder: Path):
    from tests.unit.sources.conftest import PROEF

    add_schema(root, PROEF.replace("sleutel: [persoon, begin]", "sleutel: []"))
    (folder / "proef.csv").write_bytes(BLOKKADES["exact duplicates in a file with a key"][0])
    levering = sources.read("proef", folder=folder, root=root)
    assert [(m.ernst, m.regels, m.aantal) for m in levering.meldingen if m.code == "SDM-332"] == [
        ("waarschuwing", (32, 33), 2)
    ]
