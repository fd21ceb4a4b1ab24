import threading
import time

import pytest

from sdm_lib.errors import RapportFout
from sdm_lib.runner import store


@pytest.fixture
def site(tmp_path):
    folder = tmp_path / "2015K2"
    folder.mkdir()
    (folder / "index.html").write_text("oud", encoding="utf-8")
    return folder


def names(folder):
    return sorted(path.name for path in folder.parent.iterdir())


def test_a_whole_new_site_takes_the_place_of_the_old(site):
    with store.replacing(site) as nieuw:
        store.write(nieuw, "index.html", b"nieuw")
    assert (site / "index.html").read_text(encoding="utf-8") == "nieuw"
    assert names(site) == ["2015K2"]


def fail_half_way(site):
    with store.replacing(site) as nieuw:
        store.write(nieuw, "index.html", b"half")
        raise KeyError("half way")


def test_after_an_error_the_old_site_stands_untouched(site):
    with pytest.raises(KeyError):
        fail_half_way(site)
    assert (site / "index.html").read_text(encoding="utf-8") == "oud"
    assert names(site) == ["2015K2"]


def test_a_run_that_was_killed_between_the_renames_is_mended(site):
    site.rename(site.with_name(".2015K2.oud"))
    store.mend(site)
    assert (site / "index.html").read_text(encoding="utf-8") == "oud"
    assert names(site) == ["2015K2"]


def test_the_first_site_of_a_quarter_needs_no_old_one(tmp_path):
    with store.replacing(tmp_path / "reports" / "2015K3") as nieuw:
        store.write(nieuw, "a.html", b"a")
    assert (tmp_path / "reports" / "2015K3" / "a.html").is_file()


def test_a_place_that_cannot_be_written_gets_a_message(tmp_path):
    (tmp_path / "reports").write_text("een bestand", encoding="utf-8")
    with pytest.raises(RapportFout, match=r"SDM-110 fout: 2015K2: kan niet schrijven: .* sluit programma's"):
        fail_half_way(tmp_path / "reports" / "2015K2")


def test_a_second_run_waits_for_the_first_and_says_so(tmp_path):
    slot, order = tmp_path / "2015K2.slot", []

    def second():
        with store.only_one(slot, wacht=lambda: order.append("wacht")):
            order.append("tweede")

    with store.only_one(slot, wacht=lambda: order.append("fout")):
        thread = threading.Thread(target=second)
        thread.start()
        while not order:
            time.sleep(0.01)
        order.append("eerste klaar")
    thread.join()
    assert order == ["wacht", "eerste klaar", "tweede"]
