"""The demo quarter under attack: as published, again, in another order, under load, and corrected in a second edition.

Runs the demo quarter first when its site is not there or not of these deliveries: five CPU minutes, once.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
import pytest

from sdm_lib import disclosure, report, sources
from sdm_lib.disclosure import Publishable
from sdm_lib.disclosure import protect as protect_
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.results import MIME, Piece
from sdm_lib.runner.plan import make_plan
from tests.slow.disclosure_aanvaller import Aanvaller, anders_in_werkboek, status_per_cel, waarheid

pytestmark = pytest.mark.traag
ROOT = sources.project_root()
SITE = ROOT / "reports" / "2015K2"
# hidden for the persons behind it, not for other figures: the rest of the rules are complements
GEVOELIG = ("doelbinding", "kruising", "telling", "aantal_antwoorden", "uniform", "organisaties", "dominantie",
            "p_procent")  # fmt: skip
BELEID = disclosure.load_beleid(ROOT / "params" / "kit.yaml")


@pytest.fixture(scope="module")
def pieces() -> list[Piece]:
    """All pieces of the quarter, true numbers and all, from the notebooks that were executed for the site."""
    subprocess.run([sys.executable, "-m", "sdm_lib", "run", "2015K2"], cwd=ROOT, check=True)
    return pieces_of(ROOT)


def pieces_of(root: Path) -> list[Piece]:
    """The pieces in the notebooks that were last executed for the quarter."""
    uit: list[Piece] = []
    for taak in make_plan(root, kwartaal=Kwartaal(2015, 2)).taken:
        notebook = json.loads((root / "data/cache/uitgevoerd" / f"{taak.id}.ipynb").read_text("utf-8"))
        for cel in notebook["cells"]:
            uit += [Piece.from_json(o["data"][MIME]) for o in cel.get("outputs", []) if MIME in o.get("data", {})]
    return uit


def bescherm(pieces: Sequence[Piece], **opties: object) -> dict[str, Publishable]:
    from sdm_lib.monitor.show import parents

    return protect_(pieces, beleid=BELEID, ouders=parents(ROOT), **opties)  # type: ignore[arg-type]


def patroon(uit: Mapping[str, Publishable]) -> dict[str, list[str]]:
    return {naam: uit[naam].table["status"].tolist() for naam in sorted(uit)}


def aanval(pieces: Sequence[Piece], cijfers: bytes) -> Aanvaller:
    aanvaller = Aanvaller(BELEID.zonder_personen)
    aanvaller.lees(waarheid(pieces), status_per_cel(cijfers))
    aanvaller.leg_verbanden()
    return aanvaller


def test_nobody_is_found_in_what_the_quarter_publishes(pieces, capsys):
    cijfers, boek = (SITE / "cijfers.csv").read_bytes(), (SITE / "tabellen.xlsx").read_bytes()
    aanvaller = aanval(pieces, cijfers)
    status = status_per_cel(cijfers)
    assert anders_in_werkboek(boek, cijfers) == []
    with capsys.disabled():
        print(f"\n{len(status)} figures, {len(aanvaller.eis)} to be kept vague, {len(aanvaller.sommen)} sums")
    assert len(aanvaller.eis) > 100
    assert aanvaller.te_smal() == []
    assert aanvaller.door_wie_alleen_is() == []


def test_any_page_and_any_area_can_be_made_by_itself(pieces):
    """Protection hides enough by itself: the auditor, who judges at the end, stops none of them."""
    bladen = sorted({piece.id.partition("/")[0] for piece in pieces})
    gebieden = {blad.partition("-")[2] for blad in bladen}
    keuzes = [{blad} for blad in bladen] + [{b for b in bladen if b.partition("-")[2] == g} for g in gebieden]
    keuzes += [set(random.Random(beurt).sample(bladen, 5)) for beurt in range(10)]
    for keuze in keuzes:
        eigen = [piece for piece in pieces if piece.id.partition("/")[0] in keuze]
        assert set(bescherm(eigen)) == {piece.id for piece in eigen}, keuze


def test_the_attacker_finds_somebody_when_only_small_counts_are_hidden(pieces, monkeypatch):
    module = sys.modules["sdm_lib.disclosure.protect"]
    monkeypatch.setattr(module, "_aanvullend", lambda rijen, lot, **rest: lot)
    monkeypatch.setattr(module, "_vangnet", lambda rijen, lot, **rest: (lot, False))
    monkeypatch.setattr(module, "gate", lambda *args, **kwargs: None)
    assert len(aanval(pieces, report.cijfers_csv(bescherm(pieces))).te_smal()) > 10


def test_most_of_what_is_not_sensitive_stays_readable(pieces, capsys, monkeypatch):
    """Of the figures hidden for nobody's sake and certain enough, the share that is shown; each figure once."""
    module = sys.modules["sdm_lib.disclosure.protect"]
    gezien: list[pd.DataFrame] = []
    echt = module._tabel
    monkeypatch.setattr(module, "_tabel", lambda rijen, lot: gezien.append(rijen.assign(**lot)) or echt(rijen, lot))
    bescherm(pieces)
    cellen = gezien[0].drop_duplicates("cel").query("status != 'niet_gemeten' and not zonder_personen")
    verlies = Counter(cellen["regel"])
    niet_gevoelig = len(cellen) - sum(verlies[regel] for regel in (*GEVOELIG, "onzeker"))
    with capsys.disabled():
        print(f"\n{verlies['']} of {niet_gevoelig} non-sensitive figures are shown; hidden: {dict(verlies)}")
    assert verlies[""] >= 0.85 * niet_gevoelig


def test_a_rerun_in_any_order_hides_the_same(pieces):
    eerst = patroon(bescherm(pieces))
    for beurt in range(5):
        anders = list(pieces)
        random.Random(beurt).shuffle(anders)
        assert patroon(bescherm(anders)) == eerst


def test_a_rerun_under_load_hides_the_same(pieces):
    eerst = patroon(bescherm(pieces))
    workers = [multiprocessing.get_context("spawn").Process(target=_reken) for _ in range(4)]
    for worker in workers:
        worker.start()
    try:
        assert patroon(bescherm(pieces)) == eerst
    finally:
        for worker in workers:
            worker.kill()
            worker.join()


def _reken() -> None:
    while True:
        sum(range(100_000))


@pytest.fixture(scope="module")
def tweede(pieces, tmp_path_factory) -> Path:
    """A project of its own in which the quarter was released, its deliveries corrected, and everything run again.

    Of the register one spell in a hundred is taken out or moved; of the clients' survey a few answers.
    """
    root = tmp_path_factory.mktemp("tweede") / "project"
    for naam in ("params", "notebooks", "data/demo", "data/cache", "reports/2015K2"):
        shutil.copytree(ROOT / naam, root / naam, ignore=shutil.ignore_patterns("published", "tegengehouden"))
    for naam in ("pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / naam, root / naam)
    for naam in ("data/reference", "sdm_lib"):
        (root / naam).symlink_to(ROOT / naam)
    sdm(root, "release", "2015K2", "--by", "O&S")
    folder = root / "data/demo/2015K2"
    register = pd.read_parquet(folder / "register.parquet")
    kies = register.sample(frac=0.01, random_state=2015).index
    register.loc[kies[1::2], "stadsdeel"] = "WK003402"
    register.drop(index=kies[::2]).to_parquet(folder / "register.parquet")
    clienten = pd.read_csv(folder / "clienten.csv", sep=";", dtype="str", keep_default_na=False, encoding="utf-8")
    antwoorden = clienten.index[clienten["uitkomst"] == "volledig"]
    clienten.drop(antwoorden[::90]).to_csv(folder / "clienten.csv", sep=";", index=False, encoding="utf-8")
    (folder / "leveringsbrief.csv").unlink()  # it tells how many rows the first delivery had
    sdm(root, "run", "2015K2")
    return root


def sdm(root: Path, *woorden: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "sdm_lib", *woorden], cwd=root, env=os.environ | {"SDM_ROOT": str(root)}, check=True
    )


def test_a_corrected_edition_gives_nobody_away(pieces, tweede, capsys):
    eerst, daarna = tweede / "data/demo/published/2015K2/1", tweede / "reports/2015K2"
    aanvaller = Aanvaller(BELEID.zonder_personen)
    for editie, map_, stukken in (("", eerst, pieces), (" 2", daarna, pieces_of(tweede))):
        cijfers = (map_ / "cijfers.csv").read_bytes()
        assert anders_in_werkboek((map_ / "tabellen.xlsx").read_bytes(), cijfers) == []
        aanvaller.lees(waarheid(stukken), status_per_cel(cijfers), editie=editie)
    aanvaller.leg_verbanden()
    anders = sum(reeks[4].endswith(" 2") for reeks, _ in aanvaller.waarde)
    with capsys.disabled():
        print(f"\nsecond edition: {anders} numbers changed, {len(aanvaller.eis)} to be kept vague")
    assert anders > 500
    assert aanvaller.kleine_verschillen == []
    assert aanvaller.te_smal() == []
    assert aanvaller.door_wie_alleen_is() == []
