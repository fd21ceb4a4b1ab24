"""A server on this machine that speaks OData as Statistics Netherlands does, in both of its forms."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

REGIO = [
    {"code": "GM0034", "titel": "Almere"},
    {"code": "WK003401", "titel": "Centrum"},
    {"code": "WK051801", "titel": "Centrum"},  # titles are not unique
]
PERIODEN = [
    {"code": "2022HJ01", "titel": "2022 1e halfjaar", "stand": "Definitief"},
    {"code": "2023HJ01", "titel": "2023 1e halfjaar", "stand": "Voorlopig"},
]
CIJFERS = [
    ("GM0034", "2022HJ01", 10645.0),
    ("GM0034", "2023HJ01", None),
    ("WK003401", "2022HJ01", 0.0),
    ("WK051801", "2022HJ01", 12.5),
]
TITEL, GEWIJZIGD = "Wmo-clienten", "2024-05-01T02:00:00"


def _version3(path: str) -> dict[str, Any] | None:
    """Keys padded with blanks, values as padded texts, a dot for what is not published, two rows a page."""
    api, feed = "/ODataApi/odata/83264NED/", "/ODataFeed/odata/83264NED/UntypedDataSet"
    if path.startswith(feed):
        begin = int(path.removeprefix(feed).removeprefix("!") or 0)
        rijen = [
            {"ID": i, "RegioS": f"{regio:10}", "Perioden": periode, "Clienten_1": f"{_text(waarde):>8}"}
            for i, (regio, periode, waarde) in enumerate(CIJFERS)
        ]
        verder = {"odata.nextLink": f"{feed}!{begin + 2}"} if begin + 2 < len(rijen) else {}
        return {"value": rijen[begin : begin + 2], **verder}
    return {
        f"{api}TableInfos": {"value": [{"Title": TITEL, "Modified": GEWIJZIGD}]},
        f"{api}DataProperties": {
            "value": [
                {"Key": "RegioS", "Type": "GeoDimension"},
                {"Key": "Perioden", "Type": "TimeDimension"},
                {"Key": "", "Type": "TopicGroup", "Title": "Clienten"},
                {"Key": "Clienten_1", "Type": "Topic", "Title": "Clienten", "Unit": "aantal"},
            ]
        },
        f"{api}RegioS": {"value": [{"Key": f"{r['code']:10}", "Title": r["titel"]} for r in REGIO]},
        f"{api}Perioden": {"value": [{"Key": p["code"], "Title": p["titel"], "Status": p["stand"]} for p in PERIODEN]},
    }.get(path)


def _text(waarde: float | None) -> str:
    return "." if waarde is None else f"{waarde:g}"


def _version4(path: str) -> dict[str, Any] | None:
    tabel = "/odata/v1/CBS/83264NED/"
    observaties = [
        {"Id": i, "Measure": "M1", "ValueAttribute": "None" if waarde is not None else "Unknown", "Value": waarde,
         "StringValue": None, "RegioS": regio, "Perioden": periode}
        for i, (regio, periode, waarde) in enumerate(CIJFERS)
    ]  # fmt: skip
    return {
        f"{tabel}Properties": {"Identifier": "83264NED", "Title": TITEL, "Modified": GEWIJZIGD},
        f"{tabel}Dimensions": {
            "value": [
                {"Identifier": "RegioS", "Kind": "GeoDimension"},
                {"Identifier": "Perioden", "Kind": "TimeDimension"},
            ]
        },
        f"{tabel}RegioSCodes": {"value": [{"Identifier": r["code"], "Title": r["titel"]} for r in REGIO]},
        f"{tabel}PeriodenCodes": {
            "value": [{"Identifier": p["code"], "Title": p["titel"], "Status": p["stand"]} for p in PERIODEN]
        },
        f"{tabel}MeasureCodes": {"value": [{"Identifier": "M1", "Title": "Clienten", "Unit": "aantal"}]},
        f"{tabel}Observations": {"value": observaties[:3], "@odata.nextLink": f"{tabel}Rest"},
        f"{tabel}Rest": {"value": observaties[3:]},
    }.get(path)


class Server:
    """What was asked, and answers that a test puts in place of the ordinary ones."""

    def __init__(self) -> None:
        self.vragen: list[str] = []
        self.anders: dict[str, Any] = {}
        self.adres = ""

    def answer(self, url: str) -> Any:
        path = urlsplit(url).path
        self.vragen.append(url)
        if path in self.anders:
            return self.anders[path]
        antwoord = _version3(path) or _version4(path)
        filters = parse_qs(urlsplit(url).query).get("$filter", [""])[0]
        if antwoord and filters == "RegioS eq 'niets'":
            return {"value": []}
        return antwoord


@contextmanager
def statline() -> Iterator[Server]:
    """The server, on a free port of 127.0.0.1; gone afterwards."""
    bron = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            antwoord = bron.answer(self.path)
            data = antwoord if isinstance(antwoord, bytes) else json.dumps(antwoord).encode()
            self.send_response(404 if antwoord is None else 200)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: the test asks the server itself."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    bron.adres = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield bron
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
