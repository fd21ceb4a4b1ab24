"""What a notebook imports: ``run = monitor.start("clienten", kwartaal=kwartaal, gebied=gebied)``.

A run knows its deliveries, weights, indicators and area; its verbs return result tables, and `Run.publish` says what is
to be shown. It emits pieces, not pictures: protection and drawing come when all notebooks of the quarter have run. In
JupyterLab and under plain papermill a piece is also previewed, protected and drawn by the same code.
"""

from sdm_lib.monitor.bewaard import PACKAGE, definition_hash, topic_hash
from sdm_lib.monitor.doelen import Doelen, doelen
from sdm_lib.monitor.run import Run, start
from sdm_lib.monitor.runfile import STAD, RunBestand, load_run, onderwerpen, parse_kwartaal, run_path
from sdm_lib.monitor.show import area_name
from sdm_lib.monitor.stemmen import Stemmen, stemmen

__all__ = [
    "PACKAGE",
    "STAD",
    "Doelen",
    "Run",
    "RunBestand",
    "Stemmen",
    "area_name",
    "definition_hash",
    "doelen",
    "load_run",
    "onderwerpen",
    "parse_kwartaal",
    "run_path",
    "start",
    "stemmen",
    "topic_hash",
]
