from datetime import date

import numpy as np
import pandas as pd
import pytest
from registry_referentie import eilanden, register, rijen
from test_tellen import willekeurig

from sdm_lib import registry
from sdm_lib.errors import InvoerFout, ParameterFout
from sdm_lib.registry.overleving import cumulatieve_incidentie, kaplan_meier, logrank


def steekproef(n=400, *, vertraagd=True):
    rng = np.random.default_rng(12)
    duur = rng.integers(1, 120, n)
    instap = np.minimum(rng.integers(0, 40, n), duur - 1) if vertraagd else np.zeros(n, dtype=int)
    gebeurd = (rng.random(n) < 0.7).astype(int)
    frame = pd.DataFrame({"instap": instap, "uitstap": duur, "gebeurd": gebeurd, "groep": rng.choice(["a", "b"], n)})
    return frame, frame.groupby(list(frame.columns)).size().rename("aantal").reset_index()


@pytest.mark.parametrize("vertraagd", [False, True])
def test_kaplan_meier_equals_statsmodels(vertraagd):
    from statsmodels.duration.survfunc import SurvfuncRight

    lang, telling = steekproef(vertraagd=vertraagd)
    entry = lang["instap"].to_numpy(float) if vertraagd else None
    oracle = SurvfuncRight(lang["uitstap"].to_numpy(float), lang["gebeurd"].to_numpy(), entry=entry)
    curve = kaplan_meier(telling)
    np.testing.assert_array_equal(curve.tijd, oracle.surv_times)
    np.testing.assert_allclose(curve.kans, oracle.surv_prob, rtol=1e-12)
    np.testing.assert_array_equal(curve.risico, oracle.n_risk)
    mediaan, onder, boven = curve.kwantiel(0.5)
    assert mediaan == oracle.quantile(0.5)
    if not vertraagd:  # statsmodels has no standard error with delayed entry
        with np.errstate(divide="ignore", invalid="ignore"):  # its log-log of a survival of zero
            assert (onder, boven) == oracle.quantile_ci(0.5)


def aml(*, vertraagd=False):
    """Remission of acute myelogenous leukaemia: Miller (1981), Survival Analysis, p. 49; `aml` in R survival."""
    tijd = [9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161, 5, 5, 8, 8, 12, 16, 23, 27, 30, 33, 43, 45]
    instap = [0, 4, 8, 0, 2, 0, 4, 8, 0, 2, 0, 4, 0, 0, 2, 0, 4, 8, 0, 2, 0, 4, 8] if vertraagd else [0] * 23
    gebeurd = [int(nummer not in (2, 5, 8, 10, 16)) for nummer in range(23)]
    groep = ["met"] * 11 + ["zonder"] * 12
    return pd.DataFrame({"instap": instap, "uitstap": tijd, "gebeurd": gebeurd, "aantal": 1, "groep": groep})


# R 4.2.2, survival 3.5.3: survfit(Surv(entry, time, status) ~ 1, aml, conf.type = "log-log") and its quantile()
R_SURVIVAL = {
    False: ([23, 21, 19, 18, 17, 14, 13, 11, 9, 8, 7, 6, 5, 4, 2],
            [0.913043478260870, 0.826086956521739, 0.782608695652174, 0.739130434782609, 0.695652173913043,
             0.645962732919255, 0.546583850931677, 0.496894409937888, 0.441683919944790, 0.386473429951691,
             0.331262939958592, 0.276052449965493, 0.220841959972395, 0.165631469979296, 0.082815734989648],
            {0.25: (12, 5, 23), 0.5: (27, 13, 34), 0.75: (43, 30, np.nan)}),
    True: ([19, 17, 19, 18, 17, 14, 13, 11, 9, 8, 7, 6, 5, 4, 2],
           [0.8947368421052632, 0.7894736842105263, 0.7479224376731302, 0.7063711911357340, 0.6648199445983378,
            0.6173328056984566, 0.5223585278986941, 0.4748713889988128, 0.4221079013322780, 0.3693444136657432,
            0.3165809259992085, 0.2638174383326737, 0.2110539506661390, 0.1582904629996043, 0.0791452314998021],
           {0.5: (27, 9, 34)}),
}  # fmt: skip


@pytest.mark.parametrize("vertraagd", [False, True])
def test_kaplan_meier_equals_r_survival_with_and_without_delayed_entry(vertraagd):
    risico, kans, kwantielen = R_SURVIVAL[vertraagd]
    curve = kaplan_meier(aml(vertraagd=vertraagd))
    assert curve.risico.tolist() == risico
    np.testing.assert_allclose(curve.kans, kans, rtol=1e-13)
    for deel, verwacht in kwantielen.items():
        assert curve.kwantiel(deel) == pytest.approx(verwacht, nan_ok=True)


def test_the_logrank_test_equals_survdiff_of_r_survival():
    chi2, df, p = logrank(aml())
    assert (chi2, df, p) == (pytest.approx(3.3963886989776, rel=1e-12), 1, pytest.approx(0.0653393220405052, rel=1e-10))


def test_the_risk_set_with_delayed_entry_by_hand():
    telling = pd.DataFrame({"instap": [0, 5, 8], "uitstap": [6, 8, 20], "gebeurd": [1, 1, 0], "aantal": [1, 1, 1]})
    curve = kaplan_meier(telling)
    assert curve.risico.tolist() == [2, 1]  # at 6: first two; at 8: the second, the third enters only after 8
    assert curve.kans.tolist() == [0.5, 0.0]


def test_cumulative_incidence_equals_statsmodels():
    from statsmodels.duration.survfunc import CumIncidenceRight

    rng = np.random.default_rng(3)
    lang = pd.DataFrame(
        {"tijd": rng.integers(1, 60, 300), "soort": rng.choice([0, 1, 2, 3], 300, p=[0.3, 0.3, 0.2, 0.2])}
    )
    telling = lang.groupby(["tijd", "soort"]).size().rename("aantal").reset_index()
    oracle = CumIncidenceRight(lang["tijd"].to_numpy(float), lang["soort"].to_numpy())
    plek = np.searchsorted(oracle.times, 30, side="right") - 1
    waarde, se = cumulatieve_incidentie(telling, op=30)
    assert waarde == pytest.approx(oracle.cinc[0][plek], rel=1e-12)
    assert se == pytest.approx(oracle.cinc_se[0][plek], rel=1e-6)


def test_the_logrank_test_equals_statsmodels_and_needs_two_groups():
    from statsmodels.duration.survfunc import survdiff

    lang, telling = steekproef(vertraagd=False)
    chi2, p = survdiff(lang["uitstap"], lang["gebeurd"], lang["groep"])
    assert logrank(telling) == pytest.approx((chi2, 1, p))
    with pytest.raises(ValueError, match="two groups or more"):
        logrank(telling.assign(groep="a"))


def test_an_exit_before_its_entry_is_refused():
    with pytest.raises(ValueError, match="larger than its instap"):
        kaplan_meier(pd.DataFrame({"instap": [5], "uitstap": [5], "gebeurd": [1], "aantal": [1]}))


def test_durations_join_reindications_and_censor_what_runs():
    frame = register(
        {"persoon": "a", "begin": "2015-01-01", "einde": "2015-01-11"},
        {"persoon": "a", "begin": "2015-01-11", "einde": "2015-01-31"},  # 30 days in one traject
        {"persoon": "b", "begin": "2015-01-01", "einde": None},
        {"persoon": "c", "begin": "2015-03-01", "einde": "2015-03-11"},
        {"persoon": "d", "begin": "2015-01-01", "einde": "2016-01-01"},  # ends after the period: still running
    )
    tabel = registry.duur(registry.open_register(frame), periodes="2015H1")
    assert tabel[["trajecten", "beeindigd", "administratief", "mediaan"]].values.tolist()[0][:3] == [4, 2, 0]
    assert tabel["mediaan"].tolist() == [30.0]


def test_administrative_starts_are_counted_apart_and_old_spells_enter_late():
    frame = register(
        {"persoon": "a", "begin": "2015-01-01", "einde": "2015-01-11"},
        {"persoon": "b", "begin": "2014-12-22", "einde": "2015-01-11"},
        {"persoon": "c", "begin": "2014-12-22", "einde": "2014-12-25"},  # gone before the register was complete
    )
    opened = registry.open_register(frame)
    tabel = registry.duur(opened, periodes="2015K1", vanaf=date(2015, 1, 1), administratief=[date(2015, 1, 1)])
    assert tabel[["trajecten", "beeindigd", "administratief", "mediaan"]].values.tolist() == [[1, 1, 1, 20.0]]


def duren(frame, tot, *, gat_dagen, vanaf, administratief):
    """Per traject its wet, duration at entry and at exit, and whether it ended or has an administrative start."""
    per = {}
    for s in rijen(frame):
        per.setdefault((s["persoon"], s["wet"], s["voorziening"]), []).append(s)
    regels = []
    for (_, wet, _), spells in per.items():
        for episode in eilanden(spells, gat_dagen):
            begin, einde = min(s["begin"] for s in episode), max(s["einde"] for s in episode)
            if begin < tot and (vanaf is None or einde > vanaf):
                instap = max((vanaf - begin).days, 0) if vanaf else 0
                duur = (min(einde, tot) - begin).days
                regels.append((wet, instap, duur, int(einde <= tot), int(begin in administratief)))
    return pd.DataFrame(regels, columns=["groep", "instap", "uitstap", "gebeurd", "admin"]).assign(aantal=1)


@pytest.mark.parametrize(("gat", "vanaf"), [(0, None), (0, date(2014, 10, 1)), (40, date(2014, 7, 1))])
def test_durations_and_their_test_follow_from_the_episodes_of_a_random_register(gat, vanaf):
    frame = willekeurig(np.random.default_rng(15), aantal=500)
    opened = registry.open_register(frame)
    wat = {"gat_dagen": gat, "vanaf": vanaf, "administratief": [date(2015, 1, 1)]}
    for periode in map(registry.Periode.van, ("2014K4", "2015H1")):
        tabel = registry.duur(opened, periodes=periode, by=["wet"], **wat).set_index("wet")
        per = duren(frame, periode.einde, **wat)
        echt = per[(per["admin"] == 0) & (per["uitstap"] > per["instap"])]
        for wet, deel in echt.groupby("groep"):
            apart = per.loc[per["groep"] == wet, "admin"].sum()
            verwacht = [len(deel), deel["gebeurd"].sum(), apart, *kaplan_meier(deel).kwantiel()]
            assert tabel.loc[wet].tolist()[1:] == pytest.approx(verwacht, nan_ok=True)
        toets = registry.duur_toets(opened, periodes=periode, by=["wet"], **wat)
        assert toets[["chi2", "df", "p"]].values.tolist() == [pytest.approx(logrank(echt))]
    alleen_wmo = registry.duur_toets(opened, periodes=periode, by=["voorziening"], where={"wet": "wmo"}, **wat)
    assert alleen_wmo["groepen"].tolist() == [3]


def test_two_referrers_with_different_durations_differ():
    snel = [
        {"persoon": f"a{i}", "begin": "2015-01-01", "einde": f"2015-01-{i:02d}", "verwijzer": "huisarts"}
        for i in range(2, 22)
    ]
    traag = [{"persoon": f"b{i}", "begin": "2015-01-01", "einde": f"2015-03-{i:02d}"} for i in range(2, 22)]
    toets = registry.duur_toets(registry.open_register(register(*snel, *traag)), periodes="2015K2", by=["verwijzer"])
    assert toets.loc[0, "df"] == 1
    assert toets.loc[0, "p"] < 1e-6


def test_waiting_counts_those_who_still_wait():
    frame = register(
        {"persoon": "a", "begin": "2015-04-11", "einde": None, "datum_aanmelding": "2015-04-01"},  # 10 days
        {"persoon": "b", "begin": "2015-05-01", "einde": None, "datum_aanmelding": "2015-04-01"},  # 30 days
        {"persoon": "c", "begin": None, "einde": None, "datum_aanmelding": "2015-04-11"},
        {"persoon": "d", "begin": "2015-08-01", "einde": None, "datum_aanmelding": "2015-06-01"},
        {"persoon": "e", "begin": "2015-02-01", "einde": None, "datum_aanmelding": "2015-01-01"},  # before the period
    )
    tabel = registry.wachttijd(registry.open_register(frame), periodes="2015K2")
    assert tabel[["gestart", "wachtend", "mediaan"]].values.tolist() == [[2, 2, 30.0]]
    assert tabel["p90"].isna().all()


@pytest.mark.parametrize("dag", ["2015-04-11", "2015-05-20"])
def test_a_start_on_the_day_of_registration_or_before_is_no_wait(dag):
    wacht = {"persoon": "w", "begin": None, "einde": None, "datum_aanmelding": "2015-06-30"}
    frame = register({"begin": "2015-04-11", "einde": None, "datum_aanmelding": dag}, wacht)
    tabel = registry.wachttijd(registry.open_register(frame), periodes="2015K2")
    assert tabel[["gestart", "mediaan"]].values.tolist() == [[1, 0.0]]


def test_a_median_over_started_cases_alone_is_refused():
    begonnen = [
        {"persoon": wie, "begin": "2015-04-11", "einde": None, "datum_aanmelding": "2015-04-01", "wet": wet}
        for wie, wet in (("a", "wmo"), ("b", "wmo"), ("c", "jeugd"))
    ]
    alleen = registry.open_register(register(*begonnen))
    for by in ([], ["wet"]):
        tabel = registry.wachttijd(alleen, periodes="2015K2", by=by)
        assert tabel["gestart"].sum() == 3
        assert tabel[["mediaan", "onder", "boven", "p90"]].isna().all(axis=None)
    wacht = {"persoon": "w", "begin": "2015-07-09", "einde": None, "datum_aanmelding": "2015-06-30", "wet": "jeugd"}
    volledig = registry.wachttijd(registry.open_register(register(*begonnen, wacht)), periodes="2015K2", by=["wet"])
    assert volledig["mediaan"].tolist() == [10.0, 10.0], "who waits in one wet shows that waiting is delivered"


def test_a_duration_has_no_age_and_a_wait_needs_its_column():
    opened = registry.open_register(register({"begin": "2015-01-01", "einde": None}).drop(columns="datum_aanmelding"))
    with pytest.raises(ParameterFout, match=r"SDM-867 .*niet per leeftijd\. een duur loopt over levensjaren heen"):
        registry.duur(opened, periodes="2015K1", by=["leeftijd"])
    with pytest.raises(InvoerFout, match=r"SDM-861 .*kolom 'datum_aanmelding' ontbreekt"):
        registry.wachttijd(opened, periodes="2015K1")
