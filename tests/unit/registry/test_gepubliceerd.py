"""Published tables come out again when the register is built to match them."""

from pathlib import Path

import pandas as pd
import pytest

from sdm_lib import registry

REFERENTIE = Path(__file__).parents[3] / "data" / "reference"


def spells(regels, **constant):
    frame = pd.DataFrame(regels, columns=["persoon", "huishouden", "voorziening", "begin", "einde"])
    return frame.assign(begin=pd.to_datetime(frame["begin"]), einde=pd.to_datetime(frame["einde"]), **constant)


@pytest.mark.parametrize(
    ("periode", "gemeente"), [("2022-H1", "Almere"), ("2022-H1", "Alkmaar"), ("2023", "Amersfoort")]
)
def test_the_number_of_provisions_of_statistics_netherlands(periode, gemeente):
    """CBS 83264NED: the parts are rounded to 5 and add up to the total within 10; so do ours, exactly."""
    tabel = pd.read_csv(REFERENTIE / "wmo_stapeling_83264NED_fragment.csv")
    deel = tabel[(tabel["periode"] == periode) & (tabel["gemeente"] == gemeente)].set_index("aantal_voorzieningen")
    for kolom, eenheid in (("clienten", "clienten"), ("huishoudens", "huishoudens")):
        verwacht = deel[kolom].drop("totaal").astype(int)
        regels = [
            (f"{klasse}-{i}", f"{klasse}-{i}", f"soort{k}", "2022-01-01", None)
            for klasse, aantal in verwacht.items()
            for i in range(aantal)
            for k in range(int(klasse[0]))
        ]
        register = registry.open_register(spells(regels, wet="wmo"))
        telling = registry.stapeling(register, periodes="2022H1", eenheid=eenheid).set_index("voorzieningen")["aantal"]
        assert telling.to_dict() == verwacht.to_dict()
        totaal = registry.unieke(register, periodes="2022H1", eenheid=eenheid)["aantal"].iloc[0]
        assert abs(totaal - deel.loc["totaal", kolom]) <= 10
        if (periode, gemeente, kolom) == ("2022-H1", "Almere", "clienten"):
            assert round(100 * telling.drop("1").sum() / totaal, 1) == 42.3


def test_stock_and_flow_of_youth_protection():
    """CBS, youth protection in the first half of 2023: begin, in, out and end of four measures."""
    tabel = pd.read_csv(REFERENTIE / "jeugdbescherming_nl_2023h1.csv").set_index("maatregel").drop("Totaal")
    regels = []
    for maatregel, rij in tabel.iterrows():
        gebleven = min(rij["beginstand"], rij["eindstand"]) - 50  # fifty leave and as many more come
        weg, erbij = rij["beginstand"] - gebleven, rij["eindstand"] - gebleven
        kort = min(rij["uitstroom"] - weg, rij["instroom"] - erbij)  # came and went within the half year
        soorten = [("2022-01-01", None, gebleven), ("2022-01-01", "2023-07-01", weg), ("2023-01-01", None, erbij),
                   ("2023-02-01", "2023-03-01", kort)]  # fmt: skip
        for soort, (begin, einde, aantal) in enumerate(soorten):
            regels += [(f"{maatregel}{soort}-{i}", "h", maatregel, begin, einde) for i in range(aantal)]
    register = registry.open_register(spells(regels, wet="jeugd"))
    stromen = registry.stromen(register, periodes="2023H1", by=["voorziening"], binnen="voorziening")
    uit = stromen.set_index("voorziening")
    for maatregel, rij in tabel.iterrows():
        assert uit.loc[maatregel, ["beginstand", "eindstand"]].tolist() == rij[["beginstand", "eindstand"]].tolist()
        # each published figure is rounded to 5, so its own balance closes within 10
        assert abs(uit.loc[maatregel, "instroom"] - rij["instroom"]) <= 10
        assert abs(uit.loc[maatregel, "uitstroom"] - rij["uitstroom"]) <= 10
    assert (uit["beginstand"] + uit["instroom"] - uit["uitstroom"]).equals(uit["eindstand"])
