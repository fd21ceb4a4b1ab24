"""A notebook template as the runner sees it: its parameters cell, and whether a value may go into it.

Read as plain JSON: planning a quarter must not wait for the Jupyter libraries. The parameters cell may hold literals
only, because papermill puts the given values in a cell after it: a value derived there would stay stale.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from sdm_lib.errors import Melding, ParameterFout, bedoelde_u

TAG = "parameters"
WAARDE = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Parameter:
    """A name that may be given to a notebook, with its default and the comment behind it as help."""

    naam: str
    standaard: WAARDE
    uitleg: str

    def convert(self, tekst: str) -> WAARDE:
        """The value that somebody typed, in the type of the default. Raises ValueError with the Dutch expectation."""
        if isinstance(self.standaard, bool):
            if tekst not in ("ja", "nee"):
                raise ValueError("ja of nee")
            return tekst == "ja"
        if isinstance(self.standaard, int):
            try:
                return int(tekst)
            except ValueError:
                raise ValueError("een geheel getal") from None
        if isinstance(self.standaard, float):
            try:
                return float(tekst.replace(",", "."))
            except ValueError:
                raise ValueError("een getal") from None
        return tekst


def read(path: Path) -> dict[str, Any]:
    """A notebook as JSON. Raises ParameterFout when it is not one."""
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        notebook["cells"]
    except FileNotFoundError:
        raise _fout(path, "SDM-230", "dit notebook bestaat niet", "Maak het of haal het onderwerp weg.") from None
    except (ValueError, KeyError, TypeError):
        raise _fout(path, "SDM-231", "dit is geen notebook", "Haal het terug uit de vorige versie.") from None
    return dict(notebook)


def parameters(path: Path) -> dict[str, Parameter]:
    """The parameters of a notebook. Raises ParameterFout when the cell is missing, double, or more than literals."""
    notebook = read(path)
    cells = [cell for cell in notebook["cells"] if TAG in cell.get("metadata", {}).get("tags", [])]
    if len(cells) != 1:
        raise _fout(path, "SDM-232", f"{len(cells)} cellen hebben de tag '{TAG}'", "Er hoort er precies een te zijn.")
    source = "".join(cells[0]["source"])
    try:
        tree = ast.parse(source)
        names = [_assignment(node) for node in tree.body]
    except (SyntaxError, ValueError, TypeError):
        raise _fout(
            path,
            "SDM-233",
            "de parametercel mag alleen regels als naam = waarde hebben",
            "Verplaats berekeningen naar een cel eronder.",
        ) from None
    comments = _comments(source)
    return {name: Parameter(name, value, comments.get(line, "")) for name, value, line in names}


def check_parameters(path: Path, given: Mapping[str, str], *, bestand: str = "") -> dict[str, WAARDE]:
    """Given values in the types of the notebook. Raises ParameterFout naming every unknown name and wrong value."""
    known = parameters(path)
    meldingen: list[Melding] = []
    values: dict[str, WAARDE] = {}
    naam_bestand = bestand or path.name
    for naam, tekst in given.items():
        if naam not in known:
            wat = f"onbekende parameter '{naam}'"
            meldingen.append(Melding("SDM-234", wat, bedoelde_u(naam, known), bestand=naam_bestand))
            continue
        try:
            values[naam] = known[naam].convert(tekst)
        except ValueError as fout:
            wat = f"parameter {naam} kan niet '{tekst}' zijn"
            meldingen.append(Melding("SDM-235", wat, f"Hier hoort {fout}.", bestand=naam_bestand))
    if meldingen:
        raise ParameterFout(*meldingen)
    return values


ASKS_INDICATORS = ("estimate", "compare", "in_het_kort", "niet_van_toepassing")  # verbs of a run that take ids first
_ID = re.compile(r"[A-Z]{1,3}\d{2}[A-Z]?")  # how ids in the catalogue look; found wherever a notebook names one


def indicator_ids(path: Path) -> list[tuple[str, int, int]]:
    """The indicators that a notebook names: id, cell and line in that cell, both from 1."""
    found = []
    for nummer, cell in enumerate(read(path)["cells"], start=1):
        if cell["cell_type"] == "code":
            found += [(naam, nummer, regel) for naam, regel in _named(_parsed("".join(cell["source"])))]
    return found


def _named(tree: ast.AST) -> list[tuple[str, int]]:
    """Texts that are an indicator's id by their place (first argument of a verb) or by their look."""
    texts = {
        (node.value, node.lineno)
        for parent in ast.walk(tree)
        for node in (*_first_arguments(parent), parent)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and (node is not parent or _ID.fullmatch(node.value))
    }
    return sorted(texts, key=lambda text: (text[1], text[0]))


def _first_arguments(node: ast.AST) -> list[ast.expr]:
    """The elements of the first argument of ``run.<verb>(...)``."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
        return []
    if not (
        isinstance(node.func.value, ast.Name) and node.func.value.id == "run" and node.func.attr in ASKS_INDICATORS
    ):
        return []
    first = node.args[0]
    return list(first.elts) if isinstance(first, ast.List | ast.Tuple) else [first]


def _parsed(source: str) -> ast.AST:
    try:
        return ast.parse(source)
    except SyntaxError:  # a cell with magics, or a mistake that running it will show with its place
        return ast.Module(body=[], type_ignores=[])


def content_hash(path: Path) -> str:
    """Hash of what a notebook does: code, prose and tags in order; outputs and other metadata do not count."""
    cells = [
        [cell["cell_type"], "".join(cell["source"]), sorted(cell.get("metadata", {}).get("tags", []))]
        for cell in read(path)["cells"]
    ]
    return hashlib.sha256(json.dumps(cells, ensure_ascii=False).encode()).hexdigest()


def _assignment(node: ast.stmt) -> tuple[str, WAARDE, int]:
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        target, value = node.targets[0], node.value
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
        target, value = node.target, node.value
    else:
        raise ValueError(ast.dump(node))
    literal = ast.literal_eval(value)
    if not isinstance(literal, str | int | float | bool):
        raise TypeError(f"parameter {target.id!r} is a {type(literal).__name__}")
    return target.id, literal, node.lineno


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(StringIO(source).readline)
    return {token.start[0]: token.string.lstrip("# ") for token in tokens if token.type == tokenize.COMMENT}


def _fout(path: Path, code: str, wat: str, herstel: str) -> ParameterFout:
    return ParameterFout(Melding(code, wat, herstel, bestand=f"notebooks/{path.name}"))
