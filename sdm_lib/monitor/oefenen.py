"""A project to practise in: a copy of what a researcher edits with the demo's deliveries, gone when the kernel stops.

The handbook uses it, so that somebody who tries a lesson can break everything and spoil nothing.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from sdm_lib import sources
from sdm_lib.errors import InvoerFout, Melding

KWARTALEN = ("2015K1", "2015K2")
MEE = ("params", "data/reference")
LOS = ("pyproject.toml", "requirements.lock")


def oefenproject() -> Path:
    """A fresh practice project; every run that starts after this call reads that copy and not the real project.

    Raises InvoerFout when the demo municipality was not made yet.
    """
    root = sources.project_root()
    demo = root / "data" / "demo"
    if not all((demo / kwartaal).is_dir() for kwartaal in KWARTALEN):
        raise InvoerFout(Melding("SDM-227", "de demogemeente is er nog niet", "Draai eerst: sdm demo", "data/demo/"))
    folder = tempfile.TemporaryDirectory(prefix="sdm-oefen-", ignore_cleanup_errors=True)
    atexit.register(folder.cleanup)
    copy = Path(folder.name).resolve()
    for naam in MEE:
        shutil.copytree(root / naam, copy / naam)
    for kwartaal in KWARTALEN:
        shutil.copytree(demo / kwartaal, copy / "data" / "demo" / kwartaal)
    (copy / "notebooks").mkdir()
    for path in [*(root / naam for naam in LOS), *(root / "notebooks").glob("*.ipynb")]:
        shutil.copy(path, copy / path.relative_to(root))
    os.environ["SDM_ROOT"] = str(copy)
    return copy
