"""Interviews: both layouts become one table, respondents are counted and mentions are not, and saturation is kept."""

import pandas as pd
import pytest

from sdm_lib.errors import InvoerFout
from sdm_lib.results import Kader
from sdm_lib.stemmen import codepad
from sdm_lib.stemmen.gesprekken import gesprekken
from sdm_lib.stemmen.themas import thematabel
from sdm_lib.stemmen.verzadiging import bekend_na, verzadiging

KADER = Kader(periode="2015K2", gebied="GM0034", source="gesprekken")


def lijst(**soorten):
    rijen = [(f"{letter}{k}", soort, k) for letter, (soort, n) in soorten.items() for k in range(1, n + 1)]
    return pd.DataFrame(rijen, columns=["document", "soort", "volgorde"]).assign(deelnemers=1, toestemming="ja")


def codes(*rijen, codeur="x"):
    return pd.DataFrame([(d, c, codeur) for d, c in rijen], columns=["document", "code", "codeur"])


def tabel(table):
    return {(rij.indicator, rij.groep): rij.value for rij in table.frame.itertuples()}


@pytest.mark.parametrize(
    "pad",
    [
        "Toegang\\Wijkteam onbekend",
        "Toegang > wijkteam onbekend",
        "toegang: Wijkteam onbekend",
        "Toegang::Wijkteam onbekend",
    ],
)
def test_a_code_path_reads_the_same_however_a_program_writes_it(pad):
    assert codepad(pad) == ("Toegang", "Wijkteam onbekend")


def test_quotations_with_several_codes_equal_segments_with_one():
    een = gesprekken(lijst(C=("client_wmo", 1)), codes(("C1", "A > b"), ("C1", "A > c")))
    twee = gesprekken(lijst(C=("client_wmo", 1)), codes(("C1", "A: b\nA: c")))
    assert een.codes.equals(twee.codes)


def test_respondents_are_counted_and_mentions_are_not():
    alle = gesprekken(
        lijst(C=("client_wmo", 3), J=("ouder_jeugd", 2)),
        codes(*[("C1", "A")] * 7, ("C2", "A"), ("J1", "A"), ("J1", "B")),
    )
    assert tabel(thematabel(alle, soorten=alle.soorten, kader=KADER)) == {
        ("respondenten", "soort=client_wmo"): 3, ("respondenten", "soort=ouder_jeugd"): 2,
        ("thema_a", "soort=client_wmo"): 2, ("thema_a", "soort=ouder_jeugd"): 1,
        ("thema_b", "soort=client_wmo"): 0, ("thema_b", "soort=ouder_jeugd"): 1,
    }  # fmt: skip


def test_saying_it_again_changes_nothing_and_no_theme_has_more_than_were_spoken_to():
    rijen = [("C1", "A"), ("C3", "A"), ("J2", "A"), ("J2", "B")]
    alle = gesprekken(lijst(C=("client_wmo", 3), J=("ouder_jeugd", 2)), codes(*rijen))
    vaker = gesprekken(lijst(C=("client_wmo", 3), J=("ouder_jeugd", 2)), codes(*rijen, *rijen, rijen[0]))
    table = thematabel(alle, soorten=alle.soorten, kader=KADER)
    assert table.equals(thematabel(vaker, soorten=vaker.soorten, kader=KADER))
    telling = tabel(table)
    assert all(waarde <= telling["respondenten", groep] for (_, groep), waarde in telling.items())
    assert "" not in {groep for _, groep in telling}  # kinds are not added up


def test_a_second_coder_adds_no_respondents():
    rijen = codes(("C1", "A"), ("C2", "A"))
    tweede = codes(("C1", "A"), ("C1", "B"), codeur="y")
    alle = gesprekken(lijst(C=("client_wmo", 2)), pd.concat([rijen, tweede]))
    table = thematabel(alle, soorten=alle.soorten, kader=KADER)
    assert {naam for naam, _ in tabel(table)} == {"respondenten", "thema_a"}


def test_an_interview_outside_the_list_is_refused_without_naming_it():
    with pytest.raises(InvoerFout, match=r"SDM-901.*2 gecodeerde gesprekken staan niet in de lijst") as fout:
        gesprekken(lijst(C=("client_wmo", 1)), codes(("C1", "A"), ("Mevrouw Q", "A"), ("C9", "A")))
    assert "Mevrouw Q" not in str(fout.value)


def test_saturation_counts_what_is_new_in_the_order_of_the_interviews():
    volgorde = lijst(C=("client_wmo", 3)).assign(volgorde=[3, 1, 2])
    alle = gesprekken(volgorde, codes(("C2", "A"), ("C3", "A"), ("C3", "B"), ("C1", "B")))
    assert list(tabel(verzadiging(alle, kader=KADER)).values()) == [1, 2, 2]


def test_saturation_never_falls_and_ends_at_all_themes():
    themas = [frozenset(x) for x in ("ab", "", "bc", "a", "d")]
    loop = bekend_na(themas)
    assert loop == sorted(loop)
    assert loop[-1] == len(frozenset().union(*themas))


def test_an_interview_without_any_theme_is_a_respondent_too():
    alle = gesprekken(lijst(C=("client_wmo", 2)), codes(("C1", "A")))
    assert tabel(thematabel(alle, soorten=alle.soorten, kader=KADER))["respondenten", "soort=client_wmo"] == 2
    assert list(tabel(verzadiging(alle, kader=KADER)).values()) == [1, 1]


def test_kinds_that_are_not_asked_for_neither_count_nor_bring_themes():
    alle = gesprekken(lijst(C=("client_wmo", 2), P=("professional", 2)), codes(("C1", "A"), ("P1", "A"), ("P1", "B")))
    assert tabel(thematabel(alle, soorten=["client_wmo"], kader=KADER)) == {
        ("respondenten", "soort=client_wmo"): 2, ("thema_a", "soort=client_wmo"): 1,
    }  # fmt: skip
