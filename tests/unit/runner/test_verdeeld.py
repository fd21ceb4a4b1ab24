"""Which scheduler may be used, and what is said when one may not: nothing is sent before that."""

import builtins

import pytest

from sdm_lib.errors import ParameterFout
from sdm_lib.runner import verdeeld


@pytest.mark.parametrize(
    "adres", ["tls://monitor-1:8786", "tcp://localhost:8786", "tcp://127.0.0.1:1", "tcp://[::1]:9"]
)
def test_a_scheduler_over_tls_or_on_this_machine_may_be_used(adres):
    verdeeld.check_address(adres)


@pytest.mark.parametrize("adres", ["tcp://monitor-1:8786", "tcp://10.0.0.4:8786", "tcp://localhost.elders.nl:8786"])
def test_a_scheduler_elsewhere_without_tls_is_refused(adres):
    with pytest.raises(ParameterFout, match=r"SDM-260.*geen TLS.*code laten draaien.*Gebruik tls://"):
        verdeeld.check_address(adres)


@pytest.mark.parametrize(
    "adres", ["monitor-1:8786", "tls://monitor-1", "tls://monitor-1:poort", "http://localhost:80", "tls"]
)
def test_what_is_no_address_of_a_scheduler_is_refused(adres):
    with pytest.raises(ParameterFout, match=r"SDM-260.*geen adres van een planner. Schrijf tls://"):
        verdeeld.check_address(adres)


def test_the_command_refuses_before_it_reads_anything(sdm, project):
    (project / "data" / "demo" / "2015K2").rename(project / "weg")
    code, out, err = sdm("run", "2015K2", "--scheduler", "tcp://elders:8786")
    assert (code, out) == (2, "")
    assert "SDM-260" in err
    assert "Traceback" not in err


def test_without_the_extra_it_says_what_to_install(monkeypatch, tmp_path):
    echt = builtins.__import__

    def zonder(naam, *rest, **meer):
        if naam.partition(".")[0] == "distributed":
            raise ModuleNotFoundError(naam)
        return echt(naam, *rest, **meer)

    monkeypatch.setattr(builtins, "__import__", zonder)
    with pytest.raises(ParameterFout, match=r"SDM-260.*niet geinstalleerd.*requirements-cluster\.lock"):
        verdeeld.execute_elsewhere(tmp_path, [object()], planner="tcp://localhost:8786")
