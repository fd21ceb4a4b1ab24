"""The demo quarter under attack: as published, again, in another order, under load, and corrected in a second edition.

Runs the demo quarter first when its executed notebooks are not there: five CPU minutes, once.
"""

from __future__ import annotations

import json
import multiprocessing
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
import pytest

from sdm_lib import disclosure, monitor, report, sources
from sdm_lib.disclosure import Publishable, Vrijgave
from sdm_lib.disclosure import protect as protect_
from sdm_lib.kwartaal import Kwartaal
from sdm_lib.results import MIME, Piece
from tests.slow.disclosure_aanvaller import Aanvaller, getallen_in_werkboek, status_per_cel, waarheid

pytestmark = pytest.mark.traag
ROOT = sources.project_root()
SITE = ROOT / "reports" / "2015K2"
ONDERWERPEN = ("basiscijfers", "nulmeting", "stelsel", "clienten", "kosten")
# hidden for the persons behind it, not for other figures: the rest of the rules are complements
GEVOELIG = ("doelbinding", "kruising", "telling", "aantal_antwoorden", "uniform", "organisaties", "dominantie",
            "p_procent")  # fmt: skip
BELEID = disclosure.load_beleid(ROOT / "params" / "kit.yaml")


@pytest.fixture(scope="module")
def pieces() -> list[Piece]:
    """All pieces of the quarter, true numbers and all, from the notebooks that were executed for the site."""
    if not all(path.is_file() for path in _notebooks()):
        subprocess.run([sys.executable, "-m", "sdm_lib", "run", "2015K2", *ONDERWERPEN], cwd=ROOT, check=True)
    uit: list[Piece] = []
    for path in _notebooks():
        notebook = json.loads(path.read_text("utf-8"))
        for cel in notebook["cells"]:
            uit += [Piece.from_json(o["data"][MIME]) for o in cel.get("outputs", []) if MIME in o.get("data", {})]
    return uit


def _notebooks() -> list[Path]:
    """Where the executed notebooks of the site in place are kept; a path that is not there when there is no site."""
    manifest = SITE / "manifest.json"
    if not manifest.is_file():
        return [manifest]
    paginas = json.loads(manifest.read_text(encoding="utf-8"))["paginas"].values()
    return [ROOT / "data/cache/uitgevoerd" / f"{pagina['sleutel']}.ipynb" for pagina in paginas]


def bescherm(pieces: Sequence[Piece], **opties: object) -> dict[str, Publishable]:
    from sdm_lib.runner.site import _parents

    return protect_(pieces, beleid=BELEID, ouders=_parents(ROOT), **opties)  # type: ignore[arg-type]


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
    in_boek = getallen_in_werkboek(boek)
    met_getal = Counter(sleutel[0] for sleutel, oordeel in status.items() if oordeel == "ok")
    assert {naam: met for naam, (met, _) in in_boek.items() if met} == dict(met_getal)
    with capsys.disabled():
        print(f"\n{len(status)} figures, {len(aanvaller.eis)} to be kept vague, {len(aanvaller.sommen)} sums")
    assert len(aanvaller.eis) > 100
    assert aanvaller.te_smal() == []
    assert aanvaller.door_wie_alleen_is() == []


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
def verbeterd(tmp_path_factory) -> Path:
    """The deliveries of the quarter with one in a hundred spells of the register taken out or moved."""
    folder = tmp_path_factory.mktemp("verbeterd")
    for path in (ROOT / "data/demo/2015K2").iterdir():
        shutil.copy(path, folder / path.name)
    register = pd.read_parquet(folder / "register.parquet")
    kies = register.sample(frac=0.01, random_state=2015).index
    weg, verhuisd = kies[::2], kies[1::2]
    register.loc[verhuisd, "stadsdeel"] = "WK003402"
    register.drop(index=weg).to_parquet(folder / "register.parquet")
    (folder / "leveringsbrief.csv").unlink()  # it tells how many rows the first delivery had
    return folder


def telling(leveringen: Path) -> list[Piece]:
    """Register tables of every area, as the notebook of basiscijfers makes them."""
    uit: list[Piece] = []
    gebieden = monitor.start("basiscijfers", kwartaal="2015K2").bestand.value.gebieden
    for gebied in gebieden:
        run = monitor.start("basiscijfers", kwartaal="2015K2", gebied=gebied, leveringen=str(leveringen))
        vragen = [("BC08", "wet"), ("BC02", "stadsdeel"), ("BC01", "voorziening"), ("BC03", "voorziening"),
                  ("BC01", None), ("BC03", None), ("BC18", "verwijzer"), ("BC28", "wet")]  # fmt: skip
        for nummer, (indicator, by) in enumerate(vragen):
            resultaat = run.estimate(indicator, by=by)
            uit.append(Piece(f"basiscijfers-{gebied}/{nummer}", "table", "register", resultaat))
    return uit


def test_a_corrected_edition_gives_nobody_away(tmp_path, verbeterd, capsys):
    eerst, daarna = telling(ROOT / "data/demo/2015K2"), telling(verbeterd)
    uit = bescherm(eerst)
    disclosure.bevries(
        tmp_path, uit, bestanden={"cijfers.csv": report.cijfers_csv(uit)},
        vrijgave=Vrijgave(str(Kwartaal(2015, 2)), door="O&S", datum="2015-09-01"),
    )  # fmt: skip
    edities = disclosure.lees_edities(tmp_path)
    nieuw = bescherm(daarna, released=edities)
    aanvaller = Aanvaller(BELEID.zonder_personen)
    aanvaller.lees(waarheid(eerst), status_per_cel((tmp_path / "2015K2" / "1" / "cijfers.csv").read_bytes()))
    aanvaller.lees(waarheid(daarna), status_per_cel(report.cijfers_csv(nieuw)), editie=" 2")
    aanvaller.leg_verbanden()
    anders = sum(reeks[4].endswith(" 2") for reeks, _ in aanvaller.waarde)
    with capsys.disabled():
        print(f"\nsecond edition: {anders} numbers changed, {len(aanvaller.eis)} to be kept vague")
    assert anders > 50
    assert aanvaller.te_smal() == []
    assert aanvaller.door_wie_alleen_is() == []
