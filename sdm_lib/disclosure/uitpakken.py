"""What lies inside a finished file: downloads and pictures in a page, the parts of a workbook, a notebook's outputs."""

from __future__ import annotations

import base64
import binascii
import html
import io
import json
import re
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, unquote_to_bytes

from sdm_lib.disclosure.beelden import is_beeld

MAX_UITGEPAKT = 200_000_000  # bytes of one unzipped part
_DATA_URI = re.compile(r"data:([\w.+-]+/[\w.+-]+)?((?:;[\w=.+-]+)*),([^\"'<>)\s]*)", re.ASCII)
_SRCDOC = re.compile(r"\bsrcdoc\s*=\s*(\"[^\"]*\"|'[^']*')", re.IGNORECASE)
_PROCENT = re.compile(r"\b(?:href|src|action|data-[\w-]+)\s*=\s*(?:\"[^\"]*%[^\"]*\"|'[^']*%[^']*')", re.IGNORECASE)
# coordinates of a drawing: half of a page's bytes, never an identifier (no decimal point there, or a leading 0)
_LANGE_DECIMAAL = re.compile(r"(?<![\d.])(?:0|[1-9]\d{0,6})\.\d{4,}(?![\d.])", re.ASCII)
_IN_DE_REGEL = re.compile(
    r"</?(?:a|abbr|b|bdi|bdo|big|cite|code|em|font|i|ins|kbd|mark|s|samp|small|span|strong|sub|sup|tspan|u|var|wbr)\b"
    r"[^>]*>|<!--.*?-->",
    re.IGNORECASE | re.DOTALL,
)
_TAG = re.compile(r"<[^>]*>")
# signs that show as nothing, or as another: a number with one of them in it reads like the number
_ONZICHTBAAR = dict.fromkeys([0xAD, 0x034F, 0x061C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF])
_GELIJK = str.maketrans("\u00a0\u2007\u2009\u202f\u2010\u2011\u2012\u2013", "    ----")
_ALS = _ONZICHTBAAR | _GELIJK | {0xFF01 + k: chr(0x21 + k) for k in range(94)}  # full width
SOORTEN = {
    "text/csv": "csv", "application/json": "json", "image/svg+xml": "html", "text/html": "html", "text/plain": "txt",
    "text/tab-separated-values": "csv", "application/xhtml+xml": "html", "application/xml": "html",
}  # fmt: skip
_GEEN_TEKST = ("font/", "application/font", "application/x-font")


def gewoon(tekst: str) -> str:
    """The text as an eye reads it: no invisible signs, one kind of space, hyphen and digit.

    >>> gewoon("06\\u201112\\u200b34"), gewoon("１２３")
    ('06-1234', '123')
    """
    return tekst if tekst.isascii() else tekst.translate(_ALS)


def uit_pagina(tekst: str) -> tuple[str, list[tuple[bytes, str]]]:
    """The text of a page with entities resolved, and the files that lie inside it, as bytes with their kind."""
    inhoud: list[tuple[bytes, str]] = []

    def pak_uit(match: re.Match[str]) -> str:
        inhoud.extend(_download(match[1] or "text/plain", match[2] or "", html.unescape(match[3])))
        return "data:"

    zonder = _DATA_URI.sub(pak_uit, tekst) if "data:" in tekst else tekst
    inhoud.extend((html.unescape(match[1][1:-1]).encode(), "html") for match in _SRCDOC.finditer(zonder))
    zonder = _PROCENT.sub(lambda match: unquote(match[0]), zonder) if "%" in zonder else zonder
    zonder = _LANGE_DECIMAAL.sub(".", zonder)
    return gewoon(html.unescape(zonder) if "&" in zonder else zonder), inhoud


def zichtbaar(tekst: str) -> str:
    """What stands between the tags, across elements within a line: ``<b>06</b>12`` reads as ``0612``.

    >>> zichtbaar("<p><b>06</b>12</p><p>3</p>").split()
    ['0612', '3']
    """
    return _TAG.sub(" \x1f ", _IN_DE_REGEL.sub("", tekst))


def _download(mime: str, opties: str, inhoud: str) -> Iterator[tuple[bytes, str]]:
    if mime.startswith(_GEEN_TEKST):
        return
    try:
        ruw = (
            base64.b64decode(unquote_to_bytes(inhoud), validate=True)
            if "base64" in opties
            else unquote_to_bytes(inhoud)
        )
    except (binascii.Error, ValueError):
        ruw = unquote_to_bytes(inhoud)
    yield ruw, soort_van(ruw, SOORTEN.get(mime, "csv"))


def soort_van(data: bytes, anders: str) -> str:
    """The kind of a file by its first bytes, else `anders`.

    >>> soort_van(b"PK", "csv"), soort_van(b"a;b", "csv")
    ('xlsx', 'csv')
    """
    if data[:2] == b"PK":
        return "xlsx"
    return "beeld" if is_beeld(data) else anders


def delen(data: bytes) -> dict[str, bytes | None]:
    """The files in a zip; None for one that is too large to read. Raises what `zipfile` raises for a broken one."""
    with zipfile.ZipFile(io.BytesIO(data)) as archief:
        gelezen = {
            info.filename: archief.read(info) if info.file_size <= MAX_UITGEPAKT else None
            for info in archief.infolist()
            if not info.is_dir()
        }
        return gelezen | ({"opmerking van het archief": archief.comment} if archief.comment else {})


def leesbaar_json(tekst: str) -> str:
    """JSON with its escapes resolved, a value a line where it can be; unchanged when it is not JSON.

    >>> leesbaar_json('{"a": "x\\\\u0040y.nl"}')
    '{\\n "a": "x@y.nl"\\n}'
    """
    if "\\" not in tekst:
        return tekst
    try:
        return json.dumps(json.loads(tekst), ensure_ascii=False, indent=1)
    except (ValueError, RecursionError):
        return tekst


def uit_notebook(tekst: str) -> Iterator[tuple[str, str, bytes]]:
    """Everything in a notebook that somebody could read: its place, kind and bytes.

    Raises ValueError for a file that is no notebook.
    """
    try:
        notebook = json.loads(tekst)
        cellen = notebook["cells"]
        yield "gegevens van het notebook", "json", json.dumps(notebook["metadata"], ensure_ascii=False).encode()
        for nummer, cel in enumerate(cellen, start=1):
            soort = "html" if cel["cell_type"] == "markdown" else "txt"
            yield f"cel {nummer}", soort, _tekst(cel["source"]).encode()
            yield f"cel {nummer}, gegevens", "json", json.dumps(cel.get("metadata", {})).encode()
            for mime, inhoud in _bijlagen(cel):
                yield f"cel {nummer}, bijlage", *_uitvoer(mime, inhoud)
            for uitvoer in cel.get("outputs", []):
                for mime, inhoud in _uitvoeren(uitvoer):
                    yield f"cel {nummer}, uitvoer {mime}", *_uitvoer(mime, inhoud)
    except (TypeError, KeyError, AttributeError):
        raise ValueError("not a notebook") from None


def _bijlagen(cel: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for bijlage in cel.get("attachments", {}).values():
        yield from bijlage.items()


def _uitvoeren(uitvoer: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    if uitvoer["output_type"] == "stream":
        yield "stream", uitvoer["text"]
    elif uitvoer["output_type"] == "error":
        yield "fout", "\n".join([str(uitvoer["ename"]), str(uitvoer["evalue"]), *uitvoer["traceback"]])
    else:
        yield from uitvoer["data"].items()
        yield "gegevens", uitvoer.get("metadata", {})


_ANSI = re.compile(r"\x1b\[[0-9;]*m")


def _uitvoer(mime: str, inhoud: Any) -> tuple[str, bytes]:
    if isinstance(inhoud, dict):
        return "json", json.dumps(inhoud, ensure_ascii=False).encode()
    tekst = _ANSI.sub("", _tekst(inhoud))
    if mime.startswith("image/") and "svg" not in mime:
        ruw = base64.b64decode(tekst)
        return soort_van(ruw, "txt"), ruw
    return ("html" if mime == "text/markdown" else SOORTEN.get(mime, "txt")), tekst.encode()


def _tekst(inhoud: Any) -> str:
    return inhoud if isinstance(inhoud, str) else "".join(inhoud) if isinstance(inhoud, list) else str(inhoud)
