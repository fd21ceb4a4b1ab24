"""A clean table written in any supported dialect reads back equal, value for value."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sdm_lib import sources
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


def _hundredths(cent: object) -> float | None:
    return None if pd.isna(cent) else float(Decimal(int(cent)) / 100)  # type: ignore[call-overload]


def _read(data: bytes) -> pd.DataFrame:
    with tempfile.TemporaryDirectory() as map_:
        root = Path(map_)
        (root / "params" / "leveringen").mkdir(parents=True)
        schema = PROEF.replace("begin: {soort: datum", "begin: {soort: datum, datumvorm: dmj")
        schema = schema.replace("einde: {soort: datum", "einde: {soort: datum, datumvorm: dmj")
        (root / "params" / "leveringen" / "proef.yaml").write_text(schema)
        (root / "proef.csv").write_bytes(data)
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
