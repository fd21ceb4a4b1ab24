import io

import numpy as np
import pandas as pd
import pytest

from sdm_lib.disclosure import Microdata, guard


def records(aantal: int, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "persoon": [f"{x:016x}" for x in rng.integers(0, 2**62, aantal)],
            "geboortejaar": rng.integers(1920, 2015, aantal),
            "geslacht": rng.choice(["man", "vrouw"], aantal),
            "stadsdeel": rng.choice([f"WK00340{k}" for k in range(1, 7)], aantal),
            "voorziening": rng.choice(["begeleiding", "dagbesteding", "vervoer", "hulpmiddelen"], aantal),
            "intensiteit": rng.gamma(2, 3, aantal).round(1),
            "bedrag": rng.gamma(2, 900, aantal).round(2),
            "aanbieder": rng.choice([f"A{k:02d}" for k in range(1, 41)], aantal),
        }
    )


LEKKEN = {
    "head": lambda f: f.head(8).to_html(),
    "zonder id": lambda f: f.drop(columns="persoon").head(8).to_html(index=False),
    "afgerond": lambda f: f.drop(columns="persoon").head(8).round(0).astype({"bedrag": int}).to_html(index=False),
    "op zijn kant": lambda f: f.head(8).T.to_html(),
    "als tekst": lambda f: f"<pre>{f.head(8).to_string()}</pre>",
    "andere koppen": lambda f: f.head(8).set_axis(list("abcdefgh"), axis=1).to_html(index=False),
    "andere woorden": lambda f: f.head(8).replace({"man": "m", "vrouw": "v"}).drop(columns="persoon").to_html(),
    "duurste acht": lambda f: f.nlargest(8, "bedrag")[["stadsdeel", "voorziening", "bedrag", "geboortejaar"]].to_html(),
    "oplopend": lambda f: f.nsmallest(8, "bedrag")[["stadsdeel", "voorziening", "bedrag", "geboortejaar"]].to_html(),
    "een rij": lambda f: f.drop(columns="persoon").head(1).to_html(index=False),
}


@pytest.fixture(scope="module")
def data():
    frame = records(1500)
    return frame, Microdata.van(frame)


@pytest.mark.parametrize("soort", LEKKEN)
def test_a_dump_of_records_is_found(data, soort):
    frame, index = data
    gevonden = guard(LEKKEN[soort](frame).encode(), soort="html", microdata=index)
    assert "records" in {bevinding.categorie for bevinding in gevonden}


def test_a_dump_in_csv_and_in_a_workbook_is_found(data):
    frame, index = data
    assert guard(frame.head(20).to_csv(sep=";", index=False).encode(), soort="csv", microdata=index)
    werkmap = io.BytesIO()
    frame.head(20).to_excel(werkmap, index=False)
    assert "records" in {b.categorie for b in guard(werkmap.getvalue(), soort="xlsx", microdata=index)}


def test_aggregates_are_no_records(data):
    frame, index = data
    tabellen = [
        frame.groupby("stadsdeel")["bedrag"].agg(["mean", "size", "sum"]).round(2).reset_index(),
        frame.groupby(["voorziening", "geslacht"]).size().rename("aantal").reset_index(),
        frame.groupby("stadsdeel")["intensiteit"].mean().round(1).reset_index(),
    ]
    for tabel in tabellen:
        assert guard(tabel.to_html(index=False).encode(), soort="html", microdata=index) == ()


def test_dutch_amounts_and_dates_are_read_as_the_data_hold_them():
    frame = pd.DataFrame({"a": [1234.5, 99.25, 7.75], "b": ["x_y", "z", "q"], "c": [11, 12, 13]})
    rijen = "".join(
        f"<tr><td>{a}</td><td>{b}</td><td>{c}</td></tr>" for a, b, c in [("€ 1.234,50", "X y", 11), ("99,25", "z", 12)]
    )
    assert guard(f"<table>{rijen}</table>".encode(), soort="html", microdata=Microdata.van(frame))
