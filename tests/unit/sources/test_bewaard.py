import stat

import pytest
from pandas.testing import assert_frame_equal

from sdm_lib import sources
from sdm_lib.errors import InvoerFout


@pytest.fixture
def folder(project):
    return project / "data" / "demo" / "2015K2"


@pytest.fixture
def cache(project):
    return project / "data" / "cache" / "leveringen"


@pytest.mark.parametrize("naam", ["clienten", "bewoners", "professionals", "register", "grootboek", "bevolking"])
def test_what_was_kept_is_what_was_read(folder, cache, naam):
    gelezen = sources.read(naam, folder=folder)
    sources.read_kept(naam, folder=folder, cache=cache)
    bewaard = sources.read_kept(naam, folder=folder, cache=cache)
    assert_frame_equal(bewaard.frame, gelezen.frame)
    assert (bewaard.meldingen, bewaard.fictief, bewaard.rijen, bewaard.sha256, bewaard.bestand) == (
        gelezen.meldingen,
        gelezen.fictief,
        gelezen.rijen,
        gelezen.sha256,
        gelezen.bestand,
    )


def test_a_changed_file_is_read_again(folder, cache):
    sources.read_kept("huishoudens", folder=folder, cache=cache)
    path = folder / "huishoudens.csv"
    tekst = path.read_text(encoding="utf-8")
    laatste = tekst.splitlines()[-1].split(";")
    path.write_text(tekst.replace(laatste[2], str(int(laatste[2]) + 1)), encoding="utf-8")
    (folder / "leveringsbrief.csv").unlink()
    opnieuw = sources.read_kept("huishoudens", folder=folder, cache=cache)
    assert opnieuw.frame["huishoudens"].iloc[-1] == int(laatste[2]) + 1


def test_a_changed_schema_is_applied_again(folder, cache, project):
    sources.read_kept("huishoudens", folder=folder, cache=cache)
    schema = project / "params" / "leveringen" / "huishoudens.yaml"
    schema.write_text(schema.read_text(encoding="utf-8") + "\n# gewijzigd\n", encoding="utf-8")
    sources.read_kept("huishoudens", folder=folder, cache=cache)
    assert len(list(cache.glob("huishoudens-*.parquet"))) == 2


def test_nothing_is_kept_of_a_delivery_that_is_refused(folder, cache):
    (folder / "clienten.csv").write_text("respondent\n", encoding="cp1252")
    with pytest.raises(InvoerFout):
        sources.read_kept("clienten", folder=folder, cache=cache)
    assert not list(cache.glob("*")) if cache.exists() else True


def test_what_is_kept_is_private(folder, cache):
    sources.read_kept("clienten", folder=folder, cache=cache)
    [path] = cache.glob("clienten-*.parquet")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700
