import pandas as pd
import pytest

from sdm_lib.disclosure import Publishable, protect
from sdm_lib.disclosure.beleid import Regels, beleid_standaard
from sdm_lib.results import BIJDRAGEN, COLUMNS, Piece, build
from tests.unit.disclosure.bouw import STAD, lot

BELEID = beleid_standaard()


def bedragen(per_groep: dict[str, list[float] | None], *, id: str = "kosten/GM0034/1", **vast: str) -> Piece:
    """Euro per group, from the bills of each provider; None where nobody knows who they are."""
    rijen = []
    for groep, delen in per_groep.items():
        grootste = sorted((abs(deel) for deel in delen or []), reverse=True) + [0.0] * 3
        feiten = [float(len(delen)), *grootste[:3]] if delen is not None else [None] * 4
        bedrag = sum(delen) if delen is not None else 1000.0
        rijen.append(
            {"groep": groep, "value": bedrag, "numerator": bedrag, **dict(zip(BIJDRAGEN, feiten, strict=True))}
        )
    frame = pd.DataFrame(rijen).assign(n=500.0).astype(dict.fromkeys(BIJDRAGEN, "float64"))
    constanten = {"indicator": "BC28", "unit": "euro", "source": "register"} | vast
    return Piece(id, "table", "register", build(frame, kader=STAD, **constanten))  # type: ignore[arg-type]


def bescherm(*pieces: Piece, beleid=BELEID) -> list[Publishable]:
    return list(protect(pieces, beleid=beleid).values())


@pytest.mark.parametrize(
    ("delen", "regel"),
    [
        ([500, 300, 200], ""),  # three providers; the two largest 80 %; 200 left beside a tenth of 500
        ([600, 400], "organisaties"),
        ([1000], "organisaties"),
        (None, "organisaties"),  # who was paid is not known
        ([600, 260, 140], "dominantie"),  # 86 %
        ([600, 250, 150], "dominantie"),  # 85 % exactly
        ([600, 249, 151], ""),
        ([900, 300, 200, -400], "dominantie"),  # a correction: 1200 of what is 1000 in the end
    ],
)
def test_an_amount_of_few_providers_or_of_one_large_one_is_hidden(delen, regel):
    (uit,) = bescherm(bedragen({"wet=wmo": delen}))
    assert uit.verlies == ({regel: 1} if regel else {})


def test_a_provider_may_not_estimate_another_to_within_p_percent():
    # 160 is left beside the two largest: 26.7 % of the 600 that the second wants to know
    streng = BELEID.verscherp({"register": {"p_procent": 30}}, onderwerp="kosten")
    stuk = bedragen({"wet=wmo": [600, 240, 160]})
    assert bescherm(stuk)[0].verlies == {}
    assert bescherm(stuk, beleid=streng)[0].verlies == {"p_procent": 1}


def test_a_topic_may_count_the_three_largest():
    drie = BELEID.verscherp({"register": {"dominantie_n": 3}}, onderwerp="kosten")
    stuk = bedragen({"wet=wmo": [400, 300, 200, 100]})
    assert bescherm(stuk)[0].verlies == {}
    assert bescherm(stuk, beleid=drie)[0].verlies == {"dominantie": 1}
    with pytest.raises(ValueError, match="'dominantie_n' is hoogstens 3"):
        Regels(10, dominantie_n=4)


def test_nothing_paid_is_no_secret():
    (uit,) = bescherm(bedragen({"wet=wmo": []}))
    assert lot(uit) == {"wet=wmo": "ok"}


def test_an_amount_beside_a_hidden_one_is_hidden_when_their_sum_is_shown():
    veel = [100.0] * 10
    (uit,) = bescherm(bedragen({"": [*veel, *veel, 500, 100], "wet=a": [500, 100], "wet=b": veel, "wet=c": veel}))
    assert lot(uit)["wet=a"] == "onderdrukt"
    assert uit.verlies == {"organisaties": 1, "aanvullend": 1}


def test_a_lone_provider_cannot_subtract_the_own_bill():
    # A alone in a and B alone in b: their sum is 300, so A, who knows 100, would know B's 200
    veel = [50.0] * 10
    stuk = bedragen({"": [100, 200, *veel, *veel], "wet=a": [100], "wet=b": [200], "wet=c": veel, "wet=d": veel})
    (uit,) = bescherm(stuk)
    assert uit.verlies == {"organisaties": 2, "aanvullend": 1}
    samen = bedragen({"": [*veel, *veel, *veel], "wet=a": [*veel], "wet=b": [*veel], "wet=c": [*veel]})
    assert bescherm(samen)[0].verlies == {}


def test_who_was_paid_does_not_leave_this_room():
    (uit,) = bescherm(bedragen({"wet=wmo": [500, 300, 200]}))
    assert list(uit.table.columns) == list(COLUMNS)


def test_a_piece_carries_its_contributors_through_json():
    stuk = bedragen({"wet=wmo": [500, 300, 200]})
    terug = Piece.from_json(stuk.to_json())
    assert terug.results.equals(stuk.results)
    assert terug.results.frame[list(BIJDRAGEN)].iloc[0].tolist() == [3, 500, 300, 200]
    kaal = build(pd.DataFrame({"value": [1.0]}), kader=STAD)
    assert list(kaal.frame.columns) == list(COLUMNS)


def test_a_cost_per_client_is_hidden_with_the_number_of_clients():
    clienten = build(
        pd.DataFrame({"groep": ["wet=a"], "value": [4.0], "n": [4.0]}), kader=STAD, indicator="BC01", unit="aantal"
    )
    per = pd.DataFrame({"groep": ["wet=a"], "value": [250.0], "numerator": [1000.0], "denominator": [4.0]})
    kosten = build(per, kader=STAD, indicator="K03", unit="euro", source="grootboek")
    uit = bescherm(Piece("b/x/1", "table", "register", clienten), Piece("kosten/x/1", "table", "register", kosten))
    assert [p.table.loc[0, "status"] for p in uit] == ["te_klein", "onderdrukt"]
