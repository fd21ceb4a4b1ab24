import os

from sdm_lib.runner.bewaren import DAG, bewaard, ruim_op

NU = 1_000 * DAG


def cache(tmp_path, **dagen):
    """Files in the cache that were last used so many days ago."""
    for naam, oud in dagen.items():
        path = tmp_path / "data" / "cache" / "uitgevoerd" / f"{naam}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * 10)
        os.utime(path, (NU - oud * DAG, NU - oud * DAG))
    return tmp_path


def test_what_is_past_its_retention_goes_and_the_rest_stays(tmp_path):
    root = cache(tmp_path, oud=31, nieuw=29)
    weg = ruim_op(root, dagen=30, nu=NU)
    assert (weg.bestanden, weg.bytes, weg.dagen) == (1, 10, 31)
    assert [path.stem for path in root.rglob("*.ipynb")] == ["nieuw"]


def test_a_clean_removes_everything_but_the_locks(tmp_path):
    root = cache(tmp_path, oud=31, nieuw=0)
    slot = root / "data" / "cache" / "sloten" / "2015K2.slot"
    slot.parent.mkdir()
    slot.touch()
    assert ruim_op(root, dagen=0, nu=NU).bestanden == 2
    assert [path.name for path in root.rglob("*") if path.is_file()] == ["2015K2.slot"]


def test_the_cache_tells_its_size_and_age(tmp_path):
    assert bewaard(tmp_path, nu=NU).bestanden == 0
    er = bewaard(cache(tmp_path, a=3, b=12), nu=NU)
    assert (er.bestanden, er.bytes, er.dagen) == (2, 20, 12)


def test_clean_and_doctor_say_what_lies_there(project, sdm):
    path = project / "data" / "cache" / "uitgevoerd" / "x.ipynb"
    path.parent.mkdir(parents=True)
    path.parent.parent.chmod(0o700)
    path.write_bytes(b"x" * 2_000_000)
    os.utime(path, (0, 0))
    _, out, _ = sdm("doctor")
    assert "1 bestanden (2 MB) in data/cache/, het langst ongebruikte" in out
    assert "Langer dan 30 dagen: de volgende run ruimt op" in out
    code, out, _ = sdm("clean")
    assert (code, out.strip()) == (0, "1 bestanden (2,0 MB) uit data/cache/ verwijderd.")
    assert not path.exists()
