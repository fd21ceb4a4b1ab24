"""Model formulas: ``cijfer ~ leeftijd + C(wijk) + sekse:wijk``, as columns named the way R names them.

Known: ``+``, ``:``, ``*``, ``C(name)`` or ``factor(name)`` for a number used as categories, ``0`` or ``-1`` for no
intercept, and on the left also ``name == 'value'``. Text, booleans and categoricals become indicators with the first
category as reference; names may hold dots. Nothing is evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from sdm_lib.survey.codes import BoolArray, FloatArray, factor, label, numeric
from sdm_lib.survey.errors import unknown_column

NAME = re.compile(r"^(?:(C|factor)\(\s*([^()]+?)\s*\)|([^()+:*~]+?))$")
EQUALS = re.compile(r"""^(.+?)\s*==\s*['"]?(.*?)['"]?$""")


@dataclass(frozen=True, slots=True)
class Columns:
    """One variable of a formula: its columns, their names, and the rows where it has a value."""

    values: FloatArray
    names: tuple[str, ...]
    complete: BoolArray


def response(frame: pd.DataFrame, formula: str) -> FloatArray:
    """The left side as numbers, NaN where missing; ``name == 'value'`` is 1 or 0.

    >>> response(pd.DataFrame({"a": ["x", "y"]}), "a == 'x' ~ 1").tolist()
    [1.0, 0.0]
    """
    left = _split(formula)[0]
    if not left:
        raise ValueError(f"formula {formula!r} has nothing before ~")
    equal = EQUALS.match(left)
    if equal is None:
        return numeric(_column(frame, left))
    column = _column(frame, equal[1])
    same = np.array([label(value) == equal[2] for value in column])
    return np.where(column.isna(), np.nan, same)


def model_matrix(frame: pd.DataFrame, formula: str) -> tuple[FloatArray, list[str], BoolArray]:
    """Columns of the right side, their names, and the rows where all variables have a value.

    >>> x, names, complete = model_matrix(pd.DataFrame({"g": ["a", "b", "b"], "y": [1, 2, 3]}), "~ g + y")
    >>> names, x[1].tolist()
    (['(Intercept)', 'gb', 'y'], [1.0, 1.0, 2.0])
    """
    terms, intercept = _terms(_split(formula)[1], formula)
    cache = {name: _variable(frame, name) for name in {part for term in terms for part in term}}
    blocks, names = ([np.ones((len(frame), 1))], ["(Intercept)"]) if intercept else ([], [])
    whole = not intercept  # without an intercept the first factor keeps all its categories
    for term in terms:
        made = [_coding(cache[part], part, terms, term, full=whole and len(term) == 1) for part in term]
        whole = whole and not any(len(cache[part].names) > 1 for part in term)
        for combination in product(*[range(len(part.names)) for part in reversed(made)]):
            picks = list(zip(made, reversed(combination), strict=True))
            blocks.append(np.prod([part.values[:, k] for part, k in picks], axis=0)[:, None])
            names.append(":".join(part.names[k] for part, k in picks))
    complete = np.ones(len(frame), dtype=bool)
    for part in cache.values():
        complete &= part.complete
    return np.hstack(blocks) if blocks else np.zeros((len(frame), 0)), names, complete


def _split(formula: str) -> tuple[str, str]:
    left, tilde, right = formula.partition("~")
    if not tilde:
        raise ValueError(f"formula {formula!r} has no ~")
    return left.strip(), right.strip()


def _terms(right: str, formula: str) -> tuple[list[tuple[str, ...]], bool]:
    intercept = True
    found: list[tuple[str, ...]] = []
    for sign, text in re.findall(r"([+-]?)\s*([^+-]*(?:\([^)]*\)[^+-]*)*)", right):
        word = text.strip()
        if word in ("", "1") and not (word == "1" and sign == "-"):
            continue
        if (sign == "-" and word == "1") or word == "0":
            intercept = False
        elif sign == "-":
            raise ValueError(f"formula {formula!r}: cannot take away {word!r}")
        else:
            found += _expand(word)
    unique = list(dict.fromkeys(found))
    return sorted(unique, key=len), intercept  # R puts main effects before interactions


def _expand(word: str) -> Iterable[tuple[str, ...]]:
    factors = [part.strip() for part in word.split("*")]
    chosen = []
    for flags in product([1, 0], repeat=len(factors)):
        picked = [part for part, flag in zip(factors, flags, strict=True) if flag]
        if picked:
            chosen.append(tuple(name.strip() for part in picked for name in part.split(":")))
    return sorted(chosen, key=len)


def _variable(frame: pd.DataFrame, text: str) -> Columns:
    found = NAME.match(text)
    if found is None:
        raise ValueError(f"formula term {text!r} is not understood")
    column = _column(frame, found[2] or found[3])
    is_text = not pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_bool_dtype(column.dtype)
    if not (found[1] or is_text):
        values = numeric(column)
        return Columns(values[:, None], (text,), ~np.isnan(values))
    coded = factor(column)
    used = np.unique(coded.codes[coded.codes >= 0])
    prefix = f"factor({found[2]})" if found[1] else text
    values = (coded.codes[:, None] == used[None, :]).astype(np.float64)
    return Columns(values, tuple(prefix + coded.labels[int(k)] for k in used), coded.codes >= 0)


def _coding(part: Columns, name: str, terms: list[tuple[str, ...]], term: tuple[str, ...], *, full: bool) -> Columns:
    if len(part.names) == 1 and part.names[0] == name:
        return part
    rest = tuple(other for other in term if other != name)
    # an interaction without the main effect beside it needs every category of this factor
    alone = len(term) > 1 and rest not in terms and tuple(reversed(rest)) not in terms
    if full or alone:
        return part
    return Columns(part.values[:, 1:], part.names[1:], part.complete)


def _column(frame: pd.DataFrame, name: str) -> pd.Series:
    if name not in frame.columns:
        raise unknown_column(name, frame.columns)
    return frame[name]
