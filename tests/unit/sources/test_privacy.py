"""The door: citizen service numbers, contact details, coarsening, and pseudonyms with a key that lies elsewhere."""

from __future__ import annotations

import hashlib
import hmac
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sdm_lib import sources
from sdm_lib.errors import InvoerFout, ParameterFout, PrivacyFout
from tests.unit.sources import nasty
from tests.unit.sources.conftest import PROEF, add_schema

GEHEIM = "k" * 64


@pytest.fixture
def sleutel(tmp_path: Path) -> Path:
    path = tmp_path / "kluis" / "sleutel.txt"
    path.parent.mkdir()
    path.write_text(GEHEIM)
    return path


# -- the eleven test ---------------------------------------------------------------------------------------------------


def test_eleven_test_agrees_with_the_definition_written_out():
    def plain(getal: int) -> bool:
        cijfers = [int(cijfer) for cijfer in f"{getal:09d}"]
        som = sum(gewicht * cijfer for gewicht, cijfer in zip((9, 8, 7, 6, 5, 4, 3, 2, -1), cijfers, strict=True))
        return som % 11 == 0

    getallen = [*range(111222300, 111222400), 12345672, *range(10000000, 10000050)]
    assert sources.eleven_test(getallen).tolist() == [plain(getal) for getal in getallen]
    assert sources.eleven_test([0, 9999995, 1000000009, 11122233300]).tolist() == [False] * 4


def test_one_in_eleven_random_numbers_passes():
    getallen = np.random.default_rng(1).integers(100_000_000, 999_999_999, 100_000)
    assert sources.eleven_test(getallen).mean() == pytest.approx(1 / 11, abs=0.004)  # 4 standard errors


def _column(folder: Path, waarden: list[str]) -> None:
    rijen = [(*rij, waarde) for rij, waarde in zip(nasty.clean(), waarden, strict=True)]
    (folder / "proef.csv").write_bytes(nasty.write(rijen, kop=(*nasty.KOP, "x")))


@pytest.mark.parametrize(
    ("bsn", "anders", "gestopt"),
    [(20, 0, True), (19, 0, False), (15, 15, True), (14, 16, False), (20, 10, True)],
)
def test_a_column_is_stopped_from_twenty_numbers_of_which_half_pass(
    bsn: int, anders: int, gestopt: bool, root: Path, folder: Path
):
    fout = [nasty.wrong(nasty.bsn(i)) for i in range(anders)]
    waarden = [nasty.bsn(i) for i in range(bsn)] + fout
    _column(folder, [*waarden, *[""] * (30 - len(waarden))])
    codes = {melding.code for melding in sources.check(folder, ["proef"], root=root)}
    assert ("SDM-401" in codes) == gestopt


@pytest.mark.parametrize("dag", ["2016-10-01", "20161001", "01-10-2016", "2016.10.01", "11-07-2015", "2016-10-01 "])
def test_one_date_over_and_over_is_no_service_number_also_when_its_digits_pass(dag: str, root: Path, folder: Path):
    _column(folder, [dag] * 30)
    assert [m for m in sources.check(folder, ["proef"], root=root) if m.code == "SDM-401"] == []


def test_numbers_of_other_lengths_and_dates_are_not_service_numbers(root: Path, folder: Path):
    _column(folder, [f"{2015 + i % 3}{1 + i % 12:02d}{1 + i % 28:02d}" if i % 2 else str(10**9 + i) for i in range(30)])
    assert sources.read("proef", folder=folder, root=root).rijen == 30


# -- names and coarsening ----------------------------------------------------------------------------------------------


def _schema(kolom: str) -> str:
    return PROEF.replace("wijknaam: {soort: tekst}", kolom)


@pytest.mark.parametrize(
    ("kolom", "waarde", "code"),
    [
        ("geboortedatum: {soort: datum}", "1980-02-01", "SDM-404"),
        ("achternaam: {soort: tekst}", "x", "SDM-402"),
        ("e_mail: {soort: tekst}", "x", "SDM-402"),
        ("opmerking: {soort: tekst}", "bel 06-12345678 morgen", "SDM-403"),
        ("opmerking: {soort: tekst}", "bel +31 6 12345678", "SDM-403"),
        ("opmerking: {soort: tekst}", "woont op 1315 AB, nr 12", "SDM-405"),
    ],
)
def test_columns_about_persons_stop_the_file(kolom: str, waarde: str, code: str, root: Path, folder: Path):
    add_schema(root, _schema(kolom))
    naam = kolom.split(":")[0]
    rijen = nasty.change("wijknaam", lambda _: waarde)
    (folder / "proef.csv").write_bytes(nasty.write(rijen, kop=[naam if n == "wijknaam" else n for n in nasty.KOP]))
    with pytest.raises(PrivacyFout, match=f"{code} fout: proef.csv, kolom {naam}") as fout:
        sources.read("proef", folder=folder, root=root)
    assert waarde not in str(fout.value).replace("fout: proef.csv", "") or waarde == "x"


@pytest.mark.parametrize(
    ("kolom", "waarde", "gelezen"),
    [
        ("geboortedatum: {soort: datum, vergroof: jaar}", "1980-02-01", 1980.0),
        ("postcode: {soort: tekst, vergroof: postcode4}", "1315 ab", "1315"),
        ("postcode: {soort: tekst, vergroof: postcode6}", "1315 ab 12", "1315AB"),
        ("postcode: {soort: tekst, vergroof: postcode4}", "onbekend", None),
    ],
)
def test_the_schema_coarsens(kolom: str, waarde: str, gelezen: object, root: Path, folder: Path):
    add_schema(root, _schema(kolom))
    naam = kolom.split(":")[0]
    rijen = nasty.change("wijknaam", lambda _: waarde)
    (folder / "proef.csv").write_bytes(nasty.write(rijen, kop=[naam if n == "wijknaam" else n for n in nasty.KOP]))
    levering = sources.read("proef", folder=folder, root=root)
    eerste = levering.frame[naam].iloc[0]
    assert (None if pd.isna(eerste) else eerste) == gelezen
    assert [melding.kolom for melding in levering.meldingen if melding.code == "SDM-370"] == [naam]


def test_a_column_can_be_left_out_by_the_schema(root: Path, folder: Path):
    add_schema(root, _schema("naam: {soort: tekst, vergroof: weg}"))
    kop = ["naam" if n == "wijknaam" else n for n in nasty.KOP]
    (folder / "proef.csv").write_bytes(nasty.write(nasty.clean(), kop=kop))
    assert "naam" not in sources.read("proef", folder=folder, root=root).frame


# -- pseudonyms --------------------------------------------------------------------------------------------------------


def _with_bsn(folder: Path) -> Path:
    rijen = [(nasty.bsn(i % 25), *rij[1:], "opmerking") for i, rij in enumerate(nasty.clean())]
    path = folder / "ruw.csv"
    path.write_bytes(nasty.write(rijen, kop=("BSN", *nasty.KOP[1:], "extra"), codering="cp1252"))
    return path


@pytest.mark.parametrize("soort", ["csv", "parquet"])
def test_numbers_become_a_keyed_hmac_and_the_rest_stays(soort: str, root: Path, folder: Path, sleutel: Path):
    tekst = PROEF.replace("persoon: {soort: persoonscode", "persoon: {soort: persoonscode, namen: [bsn]")
    add_schema(root, tekst.replace("proef.csv", f"proef.{soort}").replace("vorm: csv", f"vorm: {soort}"))
    bron = _with_bsn(folder)
    add_schema(root, tekst)
    gedaan = sources.pseudonymise("proef", bron=bron, doel=folder / f"proef.{soort}", sleutel=sleutel, root=root)
    assert (gedaan.kolommen, gedaan.rijen, gedaan.meldingen) == (("persoon",), 30, ())
    bron.unlink()
    add_schema(root, tekst.replace("proef.csv", f"proef.{soort}").replace("vorm: csv", f"vorm: {soort}"))
    levering = sources.read("proef", folder=folder, root=root)
    verwacht = [
        hmac.new(GEHEIM.encode(), nasty.bsn(i % 25).encode(), hashlib.sha256).hexdigest()[:16] for i in range(30)
    ]
    assert levering.frame["persoon"].tolist() == verwacht
    assert levering.sleutel_id == gedaan.sleutel_id
    assert levering.frame["wijknaam"].fillna("").tolist() == [rij[2] for rij in nasty.clean()]
    data = (folder / f"proef.{soort}").read_bytes()
    assert not any(nasty.bsn(i).encode() in data for i in range(25))
    assert b"extra" not in data
    assert b"opmerking" not in data


def test_a_lost_zero_and_points_give_the_same_pseudonym(root: Path, folder: Path, sleutel: Path):
    add_schema(root, PROEF)
    uit = []
    for vorm in (lambda c: c, lambda c: c.lstrip("0"), lambda c: f"{c[:3]}.{c[3:6]}.{c[6:]}"):
        rijen = [(vorm(nasty.bsn(i)), *rij[1:]) for i, rij in enumerate(nasty.clean())]
        (folder / "ruw.csv").write_bytes(nasty.write(rijen))
        sources.pseudonymise("proef", bron=folder / "ruw.csv", doel=folder / "proef.csv", sleutel=sleutel, root=root)
        uit.append(sources.read("proef", folder=folder, root=root).frame["persoon"].tolist())
    assert uit[0] == uit[1] == uit[2]


def test_another_key_gives_other_pseudonyms_and_another_id(tmp_path: Path, root: Path):
    een = sources.new_key(tmp_path / "een", root=root)
    twee = sources.new_key(tmp_path / "twee", root=root)
    assert sources.pseudonym("1", een) != sources.pseudonym("1", twee)
    assert een.id != twee.id
    assert (tmp_path / "een").stat().st_mode & 0o077 == 0
    assert een.geheim.decode() not in repr(een)


def test_a_key_inside_the_project_a_short_one_and_a_missing_one_are_refused(root: Path, tmp_path: Path):
    (root / "sleutel").write_text(GEHEIM)
    (tmp_path / "kort").write_text("kort")
    with pytest.raises(PrivacyFout, match=r"SDM-406 .*het sleutelbestand ligt in het project"):
        sources.load_key(root / "sleutel", root=root)
    for naam in ("kort", "weg"):
        with pytest.raises(PrivacyFout, match=r"SDM-407 .*ontbreekt of is te kort"):
            sources.load_key(tmp_path / naam, root=root)
    with pytest.raises(ParameterFout, match=r"SDM-407 .*bestaat al"):
        sources.new_key(tmp_path / "kort", root=root)


def test_numbers_that_fail_the_eleven_test_are_counted(root: Path, folder: Path, sleutel: Path):
    rijen = [(nasty.bsn(i), *rij[1:]) for i, rij in enumerate(nasty.clean())]
    rijen[4] = (nasty.wrong(rijen[4][0]), *rijen[4][1:])
    (folder / "ruw.csv").write_bytes(nasty.write(rijen))
    gedaan = sources.pseudonymise(
        "proef", bron=folder / "ruw.csv", doel=folder / "proef.csv", sleutel=sleutel, root=root
    )
    assert [(m.code, m.wat[:24]) for m in gedaan.meldingen] == [("SDM-408", "1 verschillende nummers ")]


def test_a_number_in_another_kept_column_stops_it(root: Path, folder: Path, sleutel: Path):
    rijen = [(*rij[:2], nasty.bsn(i), *rij[3:]) for i, rij in enumerate(nasty.clean())]
    (folder / "ruw.csv").write_bytes(nasty.write(rijen))
    with pytest.raises(PrivacyFout, match=r"SDM-401 fout: ruw.csv, kolom wijknaam"):
        sources.pseudonymise("proef", bron=folder / "ruw.csv", doel=folder / "proef.csv", sleutel=sleutel, root=root)
    assert [path.name for path in folder.iterdir()] == ["ruw.csv"]


def test_a_broken_file_leaves_nothing_behind(root: Path, folder: Path, sleutel: Path):
    (folder / "ruw.csv").write_bytes(nasty.CASES["last record short"][0])
    with pytest.raises(InvoerFout, match="SDM-309"):
        sources.pseudonymise("proef", bron=folder / "ruw.csv", doel=folder / "proef.csv", sleutel=sleutel, root=root)
    assert [path.name for path in folder.iterdir()] == ["ruw.csv"]


def test_pseudonyms_of_two_keys_in_one_file_are_refused(root: Path, folder: Path):
    rijen = [(*rij, "a" if i else "b") for i, rij in enumerate(nasty.clean())]
    (folder / "proef.csv").write_bytes(nasty.write(rijen, kop=(*nasty.KOP, "sleutel_id")))
    with pytest.raises(PrivacyFout, match="SDM-409"):
        sources.read("proef", folder=folder, root=root)


def test_nothing_stays_in_the_temporary_folder(
    root: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    tijdelijk = tmp_path / "tijdelijk"
    tijdelijk.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tijdelijk))
    (tijdelijk / "sdm-lezen-999999999-achtergebleven").mkdir()  # of a process that is no more
    (folder / "proef.csv").write_bytes(nasty.GOED)
    sources.read("proef", folder=folder, root=root)
    assert list(tijdelijk.iterdir()) == []


def test_a_word_for_nobody_is_not_made_into_somebody(root: Path, folder: Path, sleutel: Path):
    add_schema(
        root,
        PROEF.replace(
            "persoon: {soort: persoonscode, verplicht: ja", "persoon: {soort: persoonscode, ontbrekend: [onbekend]"
        ),
    )
    rijen = [("onbekend" if i < 3 else rij[0], *rij[1:]) for i, rij in enumerate(nasty.clean())]
    (folder / "ruw.csv").write_bytes(nasty.write(rijen))
    sources.pseudonymise("proef", bron=folder / "ruw.csv", doel=folder / "proef.csv", sleutel=sleutel, root=root)
    personen = sources.read("proef", folder=folder, root=root).frame["persoon"]
    assert personen.isna().tolist() == [True] * 3 + [False] * 27
    assert personen.dropna().nunique() == 27


@pytest.mark.parametrize("vorm", ["{}\u00a0", "{}  ", "{}.0", "{:.3}.{:.6}", " {}", "{}\t"])
def test_service_numbers_are_seen_whatever_stands_around_them(vorm: str, root: Path, folder: Path):
    nummers = [nasty.bsn(i) for i in range(len(nasty.clean()))]
    _column(folder, [vorm.format(nummer, nummer[3:]) for nummer in nummers])
    assert "SDM-401" in [melding.code for melding in sources.check(folder, ["proef"], root=root)]


@pytest.mark.parametrize(
    ("plaats", "herstel"),
    [
        (None, "Het schema vraagt deze kolom niet: haal haar uit het bestand, of laat sdm pseudonymise dat doen."),
        (0, "Vervang de kolom met: sdm pseudonymise."),
        (2, "Zet in het schema soort: persoonscode en vervang de kolom met: sdm pseudonymise."),
    ],
)
def test_what_helps_depends_on_what_the_schema_makes_of_the_column(
    plaats: int | None, herstel: str, root: Path, folder: Path
):
    rijen = [[*rij, "x"] for rij in nasty.clean()]
    for i, rij in enumerate(rijen):
        rij[-1 if plaats is None else plaats] = nasty.bsn(i)
    (folder / "proef.csv").write_bytes(nasty.write([tuple(rij) for rij in rijen], kop=(*nasty.KOP, "extra")))
    [melding] = [m for m in sources.check(folder, ["proef"], root=root) if m.code == "SDM-401"]
    assert melding.herstel == f"{herstel} Bewaar het origineel niet bij het project."
