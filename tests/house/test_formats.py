"""Numbers, dates and quarters as a Dutch reader writes them come from one place: `sdm_lib.nl` and `kwartaal`."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2] / "sdm_lib"
KAMERS = ("report", "monitor", "runner", "indicators", "disclosure", "stemmen")
# Not for a reader: coordinates in a picture, a CSV that states its own format, texts to recognise records by, and an
# outcome beside the one that a parameter file has, written as there.
ELDERS = {"report/svg.py", "report/paden.py", "report/cards.py", "report/tables.py", "disclosure/herkenning.py",
          "indicators/example.py"}  # fmt: skip
EIGEN = re.compile(r"[,_]|\.\d+[feg%]|%[aAbBdmy]")


def own_formats(path: Path) -> list[str]:
    """Where a file formats a number or a date by itself: line and format."""
    gevonden = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            vorm = ast.unparse(node.format_spec)
            gevonden += [f"{node.lineno}: {vorm}"] if EIGEN.search(vorm) else []
        if isinstance(node, ast.Attribute) and node.attr in ("strftime", "setlocale", "format_string"):
            gevonden.append(f"{node.lineno}: {node.attr}")
    return gevonden


def test_nothing_a_reader_sees_is_formatted_outside_nl():
    paths = [path for kamer in KAMERS for path in sorted((ROOT / kamer).rglob("*.py"))]
    assert len(paths) > 100
    fout = {
        name: found
        for path in paths
        if (name := path.relative_to(ROOT).as_posix()) not in ELDERS and (found := own_formats(path))
    }
    assert fout == {}


def test_a_format_of_ones_own_is_found(tmp_path):
    (tmp_path / "x.py").write_text('a = f"{1.5:.1f} {2:,} {3:>8}"\nb = dag.strftime("%d")\n', encoding="utf-8")
    assert own_formats(tmp_path / "x.py") == ["1: f'.1f'", "1: f','", "2: strftime"]
