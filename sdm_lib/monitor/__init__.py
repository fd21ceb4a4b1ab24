"""What a notebook imports: ``run = monitor.start("clienten", kwartaal=kwartaal, gebied=gebied)``.

A run knows its deliveries, weights, indicators and area; its verbs return result tables, and `Run.publish` says what is
to be shown. It emits pieces, not pictures: protection and drawing come when all notebooks of the quarter have run. In
JupyterLab and under plain papermill a piece is also previewed, protected and drawn by the same code.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sdm_lib.aanroep import helpful
from sdm_lib.monitor.bewaard import PACKAGE, definition_hash, house_rule_hash, topic_hash
from sdm_lib.monitor.doelen import Doelen, doelen
from sdm_lib.monitor.run import Run, start
from sdm_lib.monitor.runfile import STAD, RunBestand, load_run, onderwerpen, parse_kwartaal, run_path
from sdm_lib.monitor.show import area_name

if TYPE_CHECKING:
    from sdm_lib.monitor.woorden import Stemmen

__all__ = [
    "PACKAGE",
    "STAD",
    "Doelen",
    "Run",
    "RunBestand",
    "area_name",
    "definition_hash",
    "doelen",
    "house_rule_hash",
    "load_run",
    "onderwerpen",
    "parse_kwartaal",
    "run_path",
    "start",
    "stemmen",
    "topic_hash",
]


@helpful
def stemmen(run: Run, *, van: Sequence[str]) -> Stemmen:
    """People's own words in a run; loaded here, so that a topic without them does not depend on how they are read.

    van : the kinds of respondent of the topic: client_wmo, ouder_jeugd, mantelzorger or professional.

    In a notebook: ``stemmen = monitor.stemmen(run, van=["client_wmo", "ouder_jeugd"])``
    """
    from sdm_lib.monitor import woorden

    return woorden.stemmen(run, van=van)
