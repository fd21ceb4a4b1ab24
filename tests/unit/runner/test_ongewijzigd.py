import subprocess
import sys

import pytest

from sdm_lib.runner import ongewijzigd


@pytest.fixture
def made(tmp_path):
    """A project after a run that ended well, with a finished site and a delivery outside the project."""
    for naam in ("params/2015K2/clienten.yaml", "notebooks/clienten.ipynb", "reports/2015K2/index.html",
                 "reports/2015K2/clienten.html", "data/raw/clienten.csv", "requirements.lock"):  # fmt: skip
        (tmp_path / naam).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / naam).write_text(naam)
    index = tmp_path / "reports" / "2015K2" / "index.html"
    ongewijzigd.keep(tmp_path, vraag="v", index=index, paginas=["clienten"], gelezen=["data/raw/clienten.csv", "weg"])
    return tmp_path


def test_nothing_changed(made):
    vorige = ongewijzigd.find(made, vraag="v")
    assert vorige is not None
    assert (vorige.paginas, vorige.index) == (("clienten",), str(made / "reports" / "2015K2" / "index.html"))


@pytest.mark.parametrize(
    "naam",
    ["params/2015K2/clienten.yaml", "notebooks/clienten.ipynb", "reports/2015K2/clienten.html", "requirements.lock",
     "data/raw/clienten.csv", "weg", "params/2015K2/nieuw.yaml", "data/published/2015K2/1/x.html", "data/reference/a"],
)  # fmt: skip
def test_any_file_that_changes_or_comes_is_seen(made, naam):
    (made / naam).parent.mkdir(parents=True, exist_ok=True)
    (made / naam).write_text("anders")
    assert ongewijzigd.find(made, vraag="v") is None


def test_a_finished_page_that_was_removed_is_seen(made):
    (made / "reports" / "2015K2" / "clienten.html").unlink()
    assert ongewijzigd.find(made, vraag="v") is None


def test_another_command_is_another_question(made):
    assert ongewijzigd.find(made, vraag="w") is None
    assert ongewijzigd.vraag(a="1", b=("2",)) != ongewijzigd.vraag(a="1", b=("3",))


def test_a_record_that_cannot_be_read_means_work(made):
    [record] = (made / "data" / "cache" / "ongewijzigd").iterdir()
    record.write_text("{")
    assert ongewijzigd.find(made, vraag="v") is None


def test_no_library_is_loaded_to_say_that_nothing_changed():
    code = "import sys, sdm_lib.cli, sdm_lib.cli.run, sdm_lib.runner.ongewijzigd, sdm_lib.project; "
    code += "print(*sorted({'pandas', 'numpy', 'yaml', 'nbformat', 'papermill'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
