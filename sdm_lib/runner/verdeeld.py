"""Execute notebooks on other machines, through a scheduler of dask.distributed.

The plan, protection and drawing stay here; a worker executes one notebook at a time in its own checkout of the project,
on its own copy of the deliveries, and sends bytes back. Those bytes tell what was read, with a hash; the plan holds
them against what lies here, so a page made from other data is never used. Workers with other libraries, another Python
or another kit are refused by name before anything runs.

dask sends code to be run, so whoever reaches the scheduler runs what he likes: off this machine only over TLS, with the
certificates that dask's own configuration names. A worker that dies loses nothing: its notebook goes to another.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sdm_lib.errors import Melding, ParameterFout, RapportFout
from sdm_lib.runner.execute import Uitkomst, kept, stopped, without_iri_grammar
from sdm_lib.runner.plan import Taak, tools
from sdm_lib.runner.store import private_folder

if TYPE_CHECKING:
    from distributed import Client

    from sdm_lib.runner.werker import Antwoord

WACHT_SECONDEN = 30  # for the scheduler to answer, and for a first worker
OPNIEUW = 2  # times that a notebook may fail for a reason outside it before that is told
EIGEN_MACHINE = ("localhost", "127.0.0.1", "::1")
INSTALLEER = "Installeer de extra: python -m pip install --require-hashes -r requirements-cluster.lock."
CERTIFICATEN = (
    "Zet DASK_DISTRIBUTED__COMM__TLS__CA_FILE, __TLS__CLIENT__CERT en __TLS__CLIENT__KEY, of distributed.comm.tls in "
    "de configuratie van dask."
)


def check_address(adres: str) -> None:
    """Raise ParameterFout unless `adres` is a scheduler that may be trusted: over TLS, or on this machine."""
    delen = urlsplit(adres)
    try:
        geldig = delen.scheme in ("tls", "tcp") and bool(delen.hostname) and delen.port is not None
    except ValueError:  # a port that is no number
        geldig = False
    if not geldig:
        raise _geen_planner("dit is geen adres van een planner", "Schrijf tls://machine:8786.")
    if delen.scheme == "tcp" and delen.hostname not in EIGEN_MACHINE:
        waarom = "Zonder TLS kan ieder die het adres bereikt, code laten draaien en cijfers meelezen."
        raise _geen_planner("deze planner staat op een andere machine en heeft geen TLS", "Gebruik tls://.", waarom)


def execute_elsewhere(
    root: Path, taken: Sequence[Taak], *, planner: str, done: Callable[[Uitkomst], None] = lambda uitkomst: None
) -> list[Uitkomst]:
    """Execute tasks on the workers of a scheduler; `done` is told of each as it ends. Outcomes in the order of tasks.

    planner : its address, ``tls://machine:8786``, or ``tcp://localhost:8786`` on this machine.
    Raises ParameterFout when the address, the extra or the certificates are not right; RapportFout when no scheduler or
    worker answers, or when a worker differs from this machine (all of them in one message).
    """
    check_address(planner)
    if not taken:
        return []
    without_iri_grammar()
    with _client(planner) as client:
        from sdm_lib.runner.werker import Werkplaats

        hier = tools(root)
        _refuse_others(client, hier)
        client.register_plugin(Werkplaats())
        return _gathered(client, root, taken, hier=hier, done=done)


@contextmanager
def _client(planner: str) -> Iterator[Client]:
    try:
        from distributed import Client, Security
    except ModuleNotFoundError:
        raise _geen_planner("dask.distributed is niet geinstalleerd", INSTALLEER) from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what goes wrong is told below, in Dutch
    security = None
    if planner.startswith("tls:"):
        security = Security(require_encryption=True)
        if not (security.tls_ca_file and security.tls_client_cert):
            raise _geen_planner("er zijn geen certificaten voor TLS", CERTIFICATEN)
    try:
        client = Client(planner, security=security, timeout=WACHT_SECONDEN, set_as_default=False)
    except (OSError, TimeoutError) as fout:
        herstel = "Start dask scheduler, en controleer adres, certificaten en firewall."
        raise _verbroken(f"de planner antwoordt niet ({type(fout).__name__})", herstel) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=WACHT_SECONDEN)
        except TimeoutError:
            herstel = "Start op elke machine, in de map van het project: dask worker ADRES --nthreads 1."
            raise _verbroken("de planner heeft geen werkers", herstel) from None
        yield client


def _refuse_others(client: Client, hier: Mapping[str, str]) -> None:
    """Raise RapportFout with every worker that would execute a notebook with other tools than this machine."""
    from sdm_lib.runner.werker import differences, not_alike, tools_there

    meldingen = [
        not_alike(f"werker {adres}", anders)
        for adres, daar in sorted(client.run(tools_there).items())
        if (anders := differences(hier, daar))
    ]
    if meldingen:
        raise RapportFout(*meldingen)


def _gathered(
    client: Client, root: Path, taken: Sequence[Taak], *, hier: Mapping[str, str], done: Callable[[Uitkomst], None]
) -> list[Uitkomst]:
    from distributed import as_completed

    from sdm_lib.runner.werker import execute_there

    futures = {client.submit(execute_there, taak, dict(hier), pure=False, retries=OPNIEUW): taak for taak in taken}
    uitkomsten: dict[str, Uitkomst] = {}
    try:
        for future in as_completed(futures, loop=client.loop):
            taak = futures[future]
            uitkomsten[taak.naam] = _outcome(root, taak, future)
            done(uitkomsten[taak.naam])
    except BaseException:
        client.cancel(list(futures), force=True)
        raise
    return [uitkomsten[taak.naam] for taak in taken]


def _outcome(root: Path, taak: Taak, future: Any) -> Uitkomst:
    from distributed import KilledWorker

    try:
        antwoord: Antwoord = future.result()
    except KilledWorker:
        wat = "elke werker die dit notebook uitvoerde, stopte"
        return Uitkomst(taak, fout=stopped(taak, "SDM-103", wat, "Is het geheugen daar op?"))
    except (CancelledError, OSError, TimeoutError) as fout:
        wat = f"de verbinding met de planner viel weg ({type(fout).__name__})"
        return Uitkomst(taak, fout=_verbroken(wat, "Draai sdm run opnieuw; wat af was, is bewaard."))
    except Exception as fout:  # of any kind: it was raised on another machine, and only its name is safe to show
        wat = f"de werker kon het notebook niet uitvoeren ({type(fout).__name__})"
        return Uitkomst(taak, fout=stopped(taak, "SDM-103", wat, "Kijk in het logboek van de werker."))
    return _taken_over(root, taak, antwoord)


def _taken_over(root: Path, taak: Taak, antwoord: Antwoord) -> Uitkomst:
    """Put what a worker sent where an execution on this machine would have left it."""
    bezig = private_folder(root, "mislukt") / f"{taak.naam}.ipynb"
    if antwoord.notebook:
        bezig.write_bytes(antwoord.notebook)
    if antwoord.fout is not None:
        return Uitkomst(taak, fout=antwoord.fout)
    return kept(root, taak, bezig=bezig, notebook=json.loads(antwoord.notebook))


def _geen_planner(wat: str, herstel: str, waarom: str = "") -> ParameterFout:
    return ParameterFout(Melding("SDM-260", wat, herstel, sleutel="--scheduler", waarom=waarom))


def _verbroken(wat: str, herstel: str) -> RapportFout:
    return RapportFout(Melding("SDM-109", wat, herstel, sleutel="--scheduler"))
