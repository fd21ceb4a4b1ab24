"""The demo as a whole: the same bytes, whole or not at all, and files that obey their schemas."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from sdm_lib import sources
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.synthetic import KWARTALEN, make

from .conftest import K1, K2

BESTANDEN = {
    "register.parquet", "bewoners.sav", "clienten.csv", "professionals.xlsx", "grootboek.csv", "bevolking.csv",
    "huishoudens.csv", "leveringsbrief.csv", "vroegsignalen.csv", "vektis.csv", "gesprekken.csv",
    "interviews_maxqda.csv", "interviews_atlasti.xlsx",
}  # fmt: skip


def _hashes(map_: Path) -> dict[str, str]:
    return {pad.name: hashlib.sha256(pad.read_bytes()).hexdigest() for pad in map_.iterdir()}


def test_a_quarter_alone_has_the_same_bytes_as_among_others(demo, tmp_path):
    (map_,) = make(tmp_path, kwartalen=(K2,))
    assert map_ == tmp_path / "2015K2"
    assert _hashes(map_) == _hashes(demo / "2015K2")
    assert (tmp_path / "waarheid/2015K2.json").read_bytes() == (demo / "waarheid/2015K2.json").read_bytes()


def test_another_seed_gives_other_people(demo, tmp_path):
    make(tmp_path, seed=7, kwartalen=(K2,))
    eigen, ander = _hashes(demo / "2015K2"), _hashes(tmp_path / "2015K2")
    assert not set(eigen.values()) & set(ander.values())


def test_a_failure_leaves_what_was_there(tmp_path):
    (tmp_path / "2015K1").mkdir()
    (tmp_path / "2015K1" / "oud.txt").write_text("blijft")

    def stop(kwartaal: str) -> None:
        raise RuntimeError(kwartaal)

    with pytest.raises(RuntimeError, match="2015K1"):
        make(tmp_path, kwartalen=(K1,), progress=stop)
    assert [pad.name for pad in tmp_path.iterdir()] == ["2015K1"]
    assert [pad.name for pad in (tmp_path / "2015K1").iterdir()] == ["oud.txt"]


def test_a_new_demo_replaces_an_old_quarter_whole_and_keeps_other_folders(tmp_path):
    (tmp_path / "2015K2").mkdir()
    (tmp_path / "2015K2" / "oud.txt").write_text("weg")
    (tmp_path / "published").mkdir()
    gemeld: list[str] = []
    make(tmp_path, kwartalen=(K2,), progress=gemeld.append)
    assert gemeld == ["2015K2"]
    assert {pad.name for pad in (tmp_path / "2015K2").iterdir()} == BESTANDEN
    assert {pad.name for pad in tmp_path.iterdir()} == {"2015K2", "published", "waarheid"}


def test_a_quarter_outside_the_demo_is_refused(tmp_path):
    with pytest.raises(ValueError, match="2015K1 to 2016K4 and 2022K2, got 2017K1"):
        make(tmp_path, kwartalen=(Kwartaal(2017, 1),))
    assert len(KWARTALEN) == 8
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("kwartaal", ["2015K1", "2015K2"])
def test_every_file_obeys_its_schema_and_the_letter(demo, kwartaal):
    namen = [naam for naam in sources.schema_names() if sources.load_schema(naam).bestand in BESTANDEN]
    assert len(namen) == len(BESTANDEN)
    meldingen = sources.check(demo / kwartaal, namen)
    assert [str(melding) for melding in meldingen if melding.ernst != "hersteld"] == []


@pytest.mark.parametrize("naam", sorted(BESTANDEN))
def test_every_row_of_every_file_says_that_it_is_fictitious(demo, naam):
    assert set(_read(demo / "2015K2" / naam)["fictief"]) == {"ja"}


def _read(pad: Path) -> pd.DataFrame:
    if pad.suffix == ".parquet":
        return pd.read_parquet(pad)
    if pad.suffix == ".sav":
        return pyreadstat.read_sav(str(pad))[0]
    if pad.name == "interviews_atlasti.xlsx":
        return pd.read_excel(pad)
    if pad.suffix == ".xlsx":
        return pd.read_excel(pad, sheet_name="respons", header=1)
    return pd.read_csv(pad, sep=";", encoding="cp1252", dtype="str")


@pytest.mark.parametrize("naam", sorted(BESTANDEN))
def test_no_text_can_be_a_citizen_number_a_mail_address_or_a_telephone_number(demo, naam):
    tabel = _read(demo / "2015K2" / naam).drop(columns="kosten", errors="ignore")  # whole euros are as long
    tekst = "\n".join(tabel[kolom].dropna().astype("str").str.cat(sep="\n") for kolom in tabel.columns)
    assert not re.search(r"(?<![\w.,])\d{8,10}(?![\w.,])", tekst)
    assert "@" not in tekst


def test_pseudonyms_of_different_deliveries_cannot_be_linked(demo):
    register = pd.read_parquet(demo / "2015K2/register.parquet")
    bewoners = _read(demo / "2015K2/bewoners.sav")
    clienten = _read(demo / "2015K2/clienten.csv")
    groepen = [register["persoon"], register["huishouden"], bewoners["respondent"], bewoners["persoon_panel"],
               clienten["respondent"]]  # fmt: skip
    alle = [set(groep) for groep in groepen]
    assert len(set().union(*alle)) == sum(len(groep) for groep in alle)
    assert all(re.fullmatch(r"[a-f][0-9a-f]{15}", code) for groep in alle for code in sorted(groep)[:500])


def test_clocks_in_files_show_the_delivery_date(demo):
    inhoud = (demo / "2015K2/bewoners.sav").read_bytes()
    assert inhoud[92:109] == b"15 Jul 1500:00:00"
    with zipfile.ZipFile(io.BytesIO((demo / "2015K2/professionals.xlsx").read_bytes())) as boek:
        assert "2015-07-15T00:00:00Z" in boek.read("docProps/core.xml").decode()
