"""Nasty workbooks, Parquet and SPSS files: equal to their clean twin, or refused with a code."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from sdm_lib import sources
from sdm_lib.errors import InvoerFout
from tests.unit.sources import nasty
from tests.unit.sources.conftest import PROEF, add_schema

Boek = openpyxl.Workbook


@pytest.fixture
def twin(root: Path, tmp_path: Path) -> pd.DataFrame:
    """The frame of the clean file."""
    folder = tmp_path / "schoon"
    folder.mkdir()
    (folder / "proef.csv").write_bytes(nasty.GOED)
    return sources.read("proef", folder=folder, root=root).frame


def typed() -> list[list[object]]:
    """The clean table with numbers and dates as Excel holds them."""

    def number(cel: str) -> float | None:
        return float(cel.replace(",", ".")) if cel else None

    def day(cel: str) -> datetime | None:
        return datetime.fromisoformat(cel) if cel else None

    return [
        [p, g, w or None, int(a), number(s), number(b), day(begin), day(einde)]
        for p, g, w, a, s, b, begin, einde in nasty.clean()
    ]


def book(*, rijen: list[list[object]] | None = None, blad: str = "data") -> Boek:
    boek = openpyxl.Workbook()
    assert boek.active is not None
    boek.active.title = blad
    for rij in [list(nasty.KOP), *(rijen or typed())]:
        boek.active.append(rij)
    return boek


def frame() -> pd.DataFrame:
    return pd.DataFrame(typed(), columns=list(nasty.KOP))


def put(root: Path, folder: Path, soort: str, data: bytes) -> None:
    vorm = "sav" if soort == "zsav" else soort
    add_schema(root, PROEF.replace("proef.csv", f"proef.{soort}").replace("vorm: csv", f"vorm: {vorm}"))
    (folder / f"proef.{soort}").write_bytes(data)


def saved(boek: Boek) -> bytes:
    buffer = io.BytesIO()
    boek.save(buffer)
    return buffer.getvalue()


def parquet(tabel: pa.Table) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(tabel, buffer)
    return buffer.getvalue()


def repacked(data: bytes, naam: str, hoe: Callable[[bytes], bytes]) -> bytes:
    """A workbook with one part of the zip changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as oud:
        delen = {deel: oud.read(deel) for deel in oud.namelist()}
    delen[naam] = hoe(delen[naam])
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as nieuw:
        for deel, inhoud in delen.items():
            nieuw.writestr(deel, inhoud)
    return buffer.getvalue()


def days_since_1904() -> Boek:
    boek = book()
    boek.epoch = CALENDAR_MAC_1904
    return boek


def numbers_as_text() -> Boek:
    return book(rijen=[list(rij) for rij in nasty.clean()])


def with_hidden(*, zelfde: bool) -> Boek:
    boek = book()
    ander = boek.create_sheet("oud")
    for rij in [list(nasty.KOP), *typed()] if zelfde else [["toelichting"], ["versie 3"]]:
        ander.append(rij)
    ander.sheet_state = "hidden"
    return boek


def with_rows_hidden() -> Boek:
    boek = book()
    assert boek.active is not None
    boek.active.row_dimensions[5].hidden = True
    boek.active.auto_filter.ref = "A1:H31"
    return boek


def with_picture_rows() -> Boek:
    boek = openpyxl.Workbook()
    assert boek.active is not None
    for rij in [
        ["Gemeente", None],
        [None],
        ["Register, stand 30 juni"],
        [],
        list(nasty.KOP),
        *typed(),
        [],
        ["Totaal", None, None, 1395],
    ]:
        boek.active.append(rij)
    return boek


def changed(rij: int, kolom: int, waarde: object) -> Boek:
    rijen = typed()
    rijen[rij][kolom] = waarde
    return book(rijen=rijen)


BOEKEN: dict[str, tuple[Callable[[], bytes], str]] = {
    "typed cells": (lambda: saved(book()), "="),
    "days since 1904": (lambda: saved(days_since_1904()), "="),
    "everything as text": (lambda: saved(numbers_as_text()), "="),
    "a hidden sheet with something else": (lambda: saved(with_hidden(zelfde=False)), "="),
    "a hidden sheet with the same columns": (lambda: saved(with_hidden(zelfde=True)), "SDM-313"),
    "hidden rows are rows": (lambda: saved(with_rows_hidden()), "="),
    "titles above and a total below": (lambda: saved(with_picture_rows()), "="),
    "a formula never calculated": (lambda: saved(changed(3, 3, "=1+1")), "SDM-318"),
    "an error value": (lambda: saved(changed(3, 4, "#DIV/0!")), "SDM-322"),
    "a day number among dates": (lambda: saved(changed(3, 6, 42094)), "SDM-327"),
    "a time of day": (lambda: saved(changed(3, 6, pd.Timestamp(2015, 3, 29, 2, 30).to_pydatetime())), "SDM-327"),
    "true in a column of numbers": (lambda: saved(changed(3, 3, True)), "SDM-322"),
    "half a person": (lambda: saved(changed(3, 3, 4.5)), "SDM-325"),
    "a required cell empty": (lambda: saved(changed(3, 3, None)), "SDM-320"),
    "cut off": (lambda: saved(book())[:-300], "SDM-305"),
    "a sheet that is no XML": (
        lambda: repacked(saved(book()), "xl/worksheets/sheet1.xml", lambda deel: deel[: len(deel) // 2]),
        "SDM-305",
    ),
    "no parts at all": (lambda: repacked(saved(book()), "[Content_Types].xml", lambda deel: b""), "SDM-305"),
    "a bomb": (
        lambda: repacked(saved(book()), "xl/worksheets/sheet1.xml", lambda deel: deel + b" " * (80 << 20)),
        "SDM-316",
    ),
}  # fmt: skip


@pytest.mark.parametrize("naam", BOEKEN)
def test_a_workbook_equals_its_twin_or_is_refused(naam: str, root: Path, folder: Path, twin: pd.DataFrame):
    data, verwacht = BOEKEN[naam]
    put(root, folder, "xlsx", data())
    if verwacht == "=":
        pd.testing.assert_frame_equal(sources.read("proef", folder=folder, root=root).frame, twin, check_exact=True)
        return
    with pytest.raises(InvoerFout) as gevangen:
        sources.read("proef", folder=folder, root=root)
    assert verwacht in {melding.code for melding in gevangen.value.meldingen}, str(gevangen.value)


def _column(naam: str, waarden: pa.Array) -> pa.Table:
    tabel = pa.Table.from_pandas(frame(), preserve_index=False)
    return tabel.set_column(tabel.column_names.index(naam), naam, waarden)


def _moments(zone: str) -> pa.Array:
    return pa.array(frame()["begin"].dt.tz_localize(zone))


TABELLEN: dict[str, tuple[Callable[[], pa.Table], str]] = {
    "typed columns": (lambda: pa.Table.from_pandas(frame(), preserve_index=False), "="),
    "midnight in Amsterdam": (lambda: _column("begin", _moments("Europe/Amsterdam")), "="),
    "midnight in New York": (lambda: _column("begin", _moments("America/New_York")), "="),
    "midnight in UTC": (lambda: _column("begin", _moments("UTC")), "="),
    "an hour past midnight in UTC": (
        lambda: _column("begin", pa.array((frame()["begin"] + timedelta(hours=1)).dt.tz_localize("UTC"))),
        "SDM-327",
    ),
    "decimals": (
        lambda: _column("bedrag", pa.array(frame()["bedrag"]).cast(pa.decimal128(12, 2))), "=",
    ),
    "narrow numbers": (lambda: _column("aantal", pa.array(frame()["aantal"]).cast(pa.int16())), "="),
    "dictionaries": (lambda: _column("gemeente", pa.array(frame()["gemeente"]).dictionary_encode()), "="),
    "codes as numbers": (lambda: _column("gemeente", pa.array([int(g) for g in frame()["gemeente"]])), "="),
    "lists": (lambda: _column("wijknaam", pa.array([["a"]] * 30)), "SDM-304"),
    "records in a column": (lambda: _column("wijknaam", pa.array([{"a": 1}] * 30)), "SDM-304"),
    "bytes": (lambda: _column("wijknaam", pa.array([b"a"] * 30)), "SDM-304"),
    "no number": (lambda: _column("score", pa.array([float("inf")] * 30)), "SDM-322"),
    "not-a-number is nothing": (lambda: _column("aantal", pa.array([float("nan")] * 30)), "SDM-320"),
    "no rows": (lambda: pa.Table.from_pandas(frame(), preserve_index=False).slice(0, 0), "SDM-303"),
}  # fmt: skip


@pytest.mark.parametrize("naam", TABELLEN)
def test_a_parquet_file_equals_its_twin_or_is_refused(naam: str, root: Path, folder: Path, twin: pd.DataFrame):
    tabel, verwacht = TABELLEN[naam]
    put(root, folder, "parquet", parquet(tabel()))
    if verwacht == "=":
        pd.testing.assert_frame_equal(sources.read("proef", folder=folder, root=root).frame, twin, check_exact=True)
        return
    with pytest.raises(InvoerFout) as gevangen:
        sources.read("proef", folder=folder, root=root)
    assert verwacht in {melding.code for melding in gevangen.value.meldingen}, str(gevangen.value)


@pytest.mark.parametrize("soort", ["sav", "zsav"])
def test_an_spss_file_equals_its_twin_and_cut_off_is_refused(soort: str, root: Path, folder: Path, twin: pd.DataFrame):
    pad = folder / f"bron.{soort}"
    pyreadstat.write_sav(frame(), str(pad), row_compress=soort == "sav", compress=soort == "zsav")
    data = pad.read_bytes()
    pad.unlink()
    put(root, folder, soort, data)
    pd.testing.assert_frame_equal(sources.read("proef", folder=folder, root=root).frame, twin, check_exact=True)
    for einde in (len(data) - 20, len(data) // 2, 200, 30):
        put(root, folder, soort, data[:einde])
        with pytest.raises(InvoerFout, match=r"SDM-305 fout: proef\.z?sav: dit SPSS-bestand is beschadigd"):
            sources.read("proef", folder=folder, root=root)


@pytest.mark.parametrize(
    ("kolom", "geschreven", "gelezen"),
    [
        ("aantal", "-0", 0),
        ("aantal", "+7", 7),
        ("score", "-0,0", 0.0),
        ("bedrag", "-0,00", 0),
        ("bedrag", "12,30-", -1230),
    ],
)
def test_signs_and_zeros_keep_their_value(kolom: str, geschreven: str, gelezen: float, root: Path, folder: Path):
    add_schema(root, PROEF)
    (folder / "proef.csv").write_bytes(nasty.write(nasty.put(kolom, 3, geschreven)))
    uit = sources.read("proef", folder=folder, root=root).frame
    assert uit[f"{kolom}_cent" if kolom == "bedrag" else kolom].iloc[3] == gelezen


def test_a_leap_day_is_a_day(root: Path, folder: Path):
    add_schema(root, PROEF)
    (folder / "proef.csv").write_bytes(nasty.write(nasty.put("einde", 3, "2016-02-29")))
    frame = sources.read("proef", folder=folder, root=root).frame
    assert frame["einde"].iloc[3] == pd.Timestamp(2016, 3, 1)  # the first day without


def test_parts_of_cents_are_doubted(root: Path, folder: Path):
    add_schema(root, PROEF)
    (folder / "proef.csv").write_bytes(nasty.write(nasty.put("bedrag", 3, "1200,255")))
    levering = sources.read("proef", folder=folder, root=root)
    (melding,) = [m for m in levering.meldingen if m.code == "SDM-325"]
    assert (melding.ernst, melding.kolom, melding.regels) == ("waarschuwing", "bedrag", (5,))
    assert melding.wat == "delen van centen, afgerond op hele"


def test_all_forms_together_are_at_least_sixty_nasty_files():
    assert len(nasty.CASES) + len(BOEKEN) + len(TABELLEN) >= 150
