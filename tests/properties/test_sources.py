"""A clean table written in any supported dialect reads back equal, value for value."""

from __future__ import annotations

import io
import tempfile
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pandas as pd
import pyreadstat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sdm_lib import sources
from sdm_lib.errors import InvoerFout
from tests.unit.sources import nasty
from tests.unit.sources.conftest import PROEF

# letters with accents stand inside words: alone between separators Windows-1252 and Mac are a question, not a guess
_WOORDEN = (
    "",
    "Café",
    "geïnteresseerd",
    "'t Loo",
    "a;b",
    "a,b",
    "x|y",
    'zei "ja"',
    '"',
    "1.234",
    "(50%)",
    "-",
    "€ 5",
    "a\tb",
)
_TEKST = st.lists(st.sampled_from(_WOORDEN), max_size=3).map(" ".join).map(str.strip)
_DAG = st.dates(date(1990, 1, 1), date(2030, 12, 30))


@st.composite
def tables(draw: st.DrawFn) -> list[dict[str, object]]:
    aantal = draw(st.integers(2, 12))
    return [
        {
            "persoon": f"p{i:04d}",
            "gemeente": draw(st.sampled_from(["0034", "0518", "0599"])),
            "wijknaam": draw(_TEKST),
            "aantal": draw(st.integers(0, 10**9)),
            "score": draw(st.none() | st.integers(-(10**6), 10**6)),  # in hundredths
            "bedrag": draw(st.integers(-(10**11), 10**11)),  # in cents
            "begin": draw(_DAG),
            "einde": draw(st.none() | st.integers(0, 3000)),  # days later
        }
        for i in range(aantal)
    ]


def _number(cent: object, *, teken: str, duizend: bool) -> str:
    if cent is None:
        return ""
    heel, rest = divmod(abs(int(str(cent))), 100)
    groepen = f"{heel:,}".replace(",", "." if teken == "," else ",") if duizend else str(heel)
    return f"{'-' if int(str(cent)) < 0 else ''}{groepen}{teken}{rest:02d}"


def _cells(rij: dict[str, object], *, teken: str, duizend: bool, datum: str) -> list[str]:
    begin = rij["begin"]
    assert isinstance(begin, date)
    einde = "" if rij["einde"] is None else (begin + timedelta(days=int(str(rij["einde"])))).strftime(datum)
    return [
        str(rij["persoon"]), str(rij["gemeente"]), str(rij["wijknaam"]), str(rij["aantal"]),
        _number(rij["score"], teken=teken, duizend=duizend), _number(rij["bedrag"], teken=teken, duizend=duizend),
        begin.strftime(datum), einde,
    ]  # fmt: skip


def _expected(rijen: list[dict[str, object]]) -> pd.DataFrame:
    frame = pd.DataFrame(rijen)
    begin = pd.to_datetime(frame["begin"]).astype("datetime64[s]")
    dagen = pd.to_timedelta(frame["einde"].astype("float64") + 1, unit="D").astype("timedelta64[s]")
    return pd.DataFrame(
        {
            "persoon": frame["persoon"].astype("str"),
            "gemeente": frame["gemeente"].astype("str"),
            "wijknaam": frame["wijknaam"].mask(frame["wijknaam"] == "").astype("str"),
            "aantal": frame["aantal"].astype("int64"),
            "score": frame["score"]
            .map(lambda c: None if pd.isna(c) else float(Decimal(int(c)) / 100))
            .astype("float64"),
            "bedrag_cent": frame["bedrag"].astype("int64"),
            "begin": begin,
            "einde": begin + dagen,
        }
    )


def _read(data: bytes, *, soort: str = "csv", schema: str = PROEF) -> pd.DataFrame:
    with tempfile.TemporaryDirectory() as map_:
        root = Path(map_)
        (root / "params" / "leveringen").mkdir(parents=True)
        tekst = schema.replace("begin: {soort: datum", "begin: {soort: datum, datumvorm: dmj")
        tekst = tekst.replace("einde: {soort: datum", "einde: {soort: datum, datumvorm: dmj")
        vorm = "sav" if soort == "zsav" else soort
        tekst = tekst.replace("proef.csv", f"proef.{soort}").replace("vorm: csv", f"vorm: {vorm}")
        (root / "params" / "leveringen" / "proef.yaml").write_text(tekst)
        (root / f"proef.{soort}").write_bytes(data)
        return sources.read("proef", folder=root, root=root).frame


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rijen=tables(),
    scheiding=st.sampled_from([";", ",", "\t", "|"]),
    quote=st.sampled_from(['"', "'"]),
    alles=st.booleans(),
    einde=st.sampled_from(["\r\n", "\n"]),
    codering=st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "mac_roman", "utf-16"]),
    teken=st.sampled_from([",", "."]),
    duizend=st.booleans(),
    datum=st.sampled_from(["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%Y%m%d"]),
)
def test_any_supported_dialect_reads_back_equal(
    rijen: list[dict[str, object]],
    scheiding: str,
    quote: str,
    alles: bool,
    einde: str,
    codering: str,
    teken: str,
    duizend: bool,
    datum: str,
):
    alles = alles or quote == "'"  # single quotes are recognised where they surround every field
    cellen = [_cells(rij, teken=teken, duizend=duizend, datum=datum) for rij in rijen]
    data = nasty.write(cellen, scheiding=scheiding, quote=quote, alles=alles, einde=einde, codering=codering)
    pd.testing.assert_frame_equal(_read(data), _expected(rijen), check_exact=True)


@settings(max_examples=5, deadline=None)
@given(rijen=tables(), data=st.data())
def test_the_order_of_rows_does_not_matter(rijen: list[dict[str, object]], data: st.DataObject):
    anders = data.draw(st.permutations(rijen))
    een, twee = (
        _read(nasty.write([_cells(rij, teken=",", duizend=False, datum="%Y-%m-%d") for rij in tabel]))
        .sort_values("persoon", ignore_index=True)
        for tabel in (rijen, anders)
    )  # fmt: skip
    pd.testing.assert_frame_equal(een, twee)


# -- other forms -------------------------------------------------------------------------------------------------------


def _typed(rij: dict[str, object]) -> list[object]:
    """A record as Excel, SPSS and Parquet hold it: numbers and moments."""
    begin = datetime.combine(rij["begin"], datetime.min.time())  # type: ignore[arg-type]
    einde = None if rij["einde"] is None else begin + timedelta(days=int(str(rij["einde"])))
    score = None if rij["score"] is None else int(str(rij["score"])) / 100
    bedrag = int(str(rij["bedrag"])) / 100
    return [rij["persoon"], rij["gemeente"], rij["wijknaam"] or None, rij["aantal"], score, bedrag, begin, einde]


def _frame(rijen: list[dict[str, object]]) -> pd.DataFrame:
    return pd.DataFrame([_typed(rij) for rij in rijen], columns=list(nasty.KOP))


def _workbook(
    rijen: list[dict[str, object]], *, titels: int, samengevoegd: bool, totaal: bool, bladen: int, als_tekst: bool
) -> bytes:
    """A workbook with titles above, a header over two rows, a total below and other sheets around."""
    boek = openpyxl.Workbook()
    blad = boek.active
    assert blad is not None
    for i in range(titels):
        blad.append([f"Levering van een partij, regel {i + 1}"])
    if samengevoegd:
        blad.append(["Wie", None, None, None, "Hoeveel", None, "Wanneer", None])
        for van, tot in ((1, 3), (5, 6), (7, 8)):
            blad.merge_cells(start_row=titels + 1, end_row=titels + 1, start_column=van, end_column=tot)
    blad.append(list(nasty.KOP))
    for rij in rijen:
        cellen = _cells(rij, teken=",", duizend=False, datum="%Y-%m-%d")
        blad.append([cel or None for cel in cellen] if als_tekst else _typed(rij))
    if totaal:
        blad.append(["Totaal", None, None, sum(int(str(rij["aantal"])) for rij in rijen)])
    for i in range(bladen):
        boek.create_sheet(f"toelichting {i}", index=i % 2).append(["Deze levering telt elke persoon een keer."])
    buffer = io.BytesIO()
    boek.save(buffer)
    return buffer.getvalue()


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rijen=tables(),
    titels=st.integers(0, 3),
    samengevoegd=st.booleans(),
    totaal=st.booleans(),
    bladen=st.integers(0, 2),
    als_tekst=st.booleans(),
)
def test_any_workbook_reads_back_equal(
    rijen: list[dict[str, object]], titels: int, samengevoegd: bool, totaal: bool, bladen: int, als_tekst: bool
):
    data = _workbook(rijen, titels=titels, samengevoegd=samengevoegd, totaal=totaal, bladen=bladen, als_tekst=als_tekst)
    pd.testing.assert_frame_equal(_read(data, soort="xlsx"), _expected(rijen), check_exact=True)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rijen=tables(), soort=st.sampled_from(["sav", "zsav", "parquet"]))
def test_any_spss_or_parquet_file_reads_back_equal(rijen: list[dict[str, object]], soort: str):
    frame = _frame(rijen)
    if soort == "parquet":
        buffer = io.BytesIO()
        frame.to_parquet(buffer)
        data = buffer.getvalue()
    else:
        with tempfile.TemporaryDirectory() as map_:
            pad = Path(map_) / f"proef.{soort}"
            pyreadstat.write_sav(frame, str(pad), compress=soort == "zsav")
            data = pad.read_bytes()
    pd.testing.assert_frame_equal(_read(data, soort=soort), _expected(rijen), check_exact=True)


SWING = """\
levering: proef
label: Cijfers
bestand: proef.csv
vorm: swing
sleutel: [gebied, onderwerp, periode]
kolommen:
  gebied: {soort: tekst, verplicht: ja}
  onderwerp: {soort: tekst}
  periode: {soort: tekst, verplicht: ja}
  waarde: {soort: getal}
  status: {soort: tekst}
"""
_STATUS = {".": "niet_gepubliceerd", "x": "onderdrukt", "": "niet_gemeten"}


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), jaren=st.integers(2, 5), gebieden=st.integers(1, 5), breed=st.booleans())
def test_a_swing_export_reads_the_same_wide_and_long(data: st.DataObject, jaren: int, gebieden: int, breed: bool):
    cel = st.sampled_from(list(_STATUS)) | st.integers(0, 10**6).map(lambda n: f"{n // 10},{n % 10}")
    cijfers = {
        (f"Wijk {g}", str(2015 + j)): "0,5" if not j else data.draw(cel) for g in range(gebieden) for j in range(jaren)
    }
    verwacht = [
        (g, "Bereik", j, None if c in _STATUS else float(c.replace(",", ".")), _STATUS.get(c, "ok"))
        for (g, j), c in cijfers.items()
    ]
    if breed:
        kop = ["", *(str(2015 + j) for j in range(jaren))]
        rijen = [[f"Wijk {g}", *(cijfers[f"Wijk {g}", j] for j in kop[1:])] for g in range(gebieden)]
        tekst = nasty.write(rijen, kop=kop, boven="Bereik\r\n")
    else:
        rijen = [[g, "Bereik", j, c if c not in _STATUS else "", _STATUS.get(c, "ok")] for (g, j), c in cijfers.items()]
        tekst = nasty.write(rijen, kop=["gebied", "onderwerp", "periode", "waarde", "status"])
    with tempfile.TemporaryDirectory() as map_:
        root = Path(map_)
        (root / "params" / "leveringen").mkdir(parents=True)
        (root / "params" / "leveringen" / "proef.yaml").write_text(SWING)
        (root / "proef.csv").write_bytes(tekst)
        frame = sources.read("proef", folder=root, root=root).frame
    gelezen = frame.sort_values(["gebied", "periode"]).astype("object").where(lambda f: f.notna(), None)
    assert [tuple(rij) for rij in gelezen.to_numpy().tolist()] == sorted(verwacht, key=lambda rij: (rij[0], rij[2]))


@pytest.mark.parametrize(
    ("vorm", "waarde", "gelezen"),
    [
        ("nederlands", "1.234", 1234.0),
        ("engels", "1.234", 1.234),
        ("engels", "1,234", 1234.0),
        ("nederlands", "1,234", 1.234),
    ],
)
def test_what_could_be_read_twice_is_asked_and_one_line_answers(vorm: str, waarde: str, gelezen: float):
    rijen = nasty.change("score", lambda cel: waarde if cel else "")
    with pytest.raises(InvoerFout, match=r"SDM-323 .*Zet in het schema bij score: getalvorm: nederlands .* of engels"):
        _read(nasty.write(rijen))
    antwoord = PROEF.replace("score: {soort: getal", f"score: {{soort: getal, getalvorm: {vorm}")
    assert set(_read(nasty.write(rijen), schema=antwoord)["score"].dropna()) == {gelezen}
