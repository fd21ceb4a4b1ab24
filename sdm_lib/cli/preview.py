"""`sdm preview`: one page in the browser, made again each time its notebook or a parameter file is saved.

A frame around the page tells what is going on; the page itself is the page, byte for byte, without a script. The server
listens on this computer alone and asks nothing of any other. What is shown has passed the protection and the guard, but
of this page only: `sdm run` protects the whole quarter together and may hide more.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import threading
import time
import webbrowser
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sdm_lib.errors import Melding, ParameterFout, SdmFout, bedoelde_u

if TYPE_CHECKING:
    from sdm_lib.runner.plan import Plan

KIJK_ELKE = 0.15  # seconds between two looks at the files
HIER = "127.0.0.1"
ALLEEN = (
    "Voorbeeld van deze pagina alleen. Bij sdm run wordt het hele kwartaal samen beschermd; dan kan er meer verborgen "
    "zijn."
)


@dataclass
class Toestand:
    """What the browser is to show: the last good page, a line about it, and a number that rises with each change."""

    pagina: bytes = b""
    tekst: str = "De pagina wordt gemaakt."
    versie: int = 0
    stop: bool = False
    anders: threading.Condition = field(default_factory=threading.Condition)

    def zet(self, tekst: str, *, pagina: bytes | None = None) -> None:
        """Tell every browser that looks; without a page the last good one stays."""
        with self.anders:
            self.tekst, self.pagina = tekst, self.pagina if pagina is None else pagina
            self.versie += 1
            self.anders.notify_all()

    def volgende(self, gezien: int) -> tuple[int, str] | None:
        """Wait for a change after version `gezien`; None when the preview ends."""
        with self.anders:
            self.anders.wait_for(lambda: self.stop or self.versie > gezien)
            return None if self.stop else (self.versie, self.tekst)

    def einde(self) -> None:
        """Let everybody who waits go."""
        with self.anders:
            self.stop = True
            self.anders.notify_all()


def preview_command(onderwerp: str, *, kwartaal: str, gebied: str, browser: bool, poort: int) -> None:
    """Serve and renew until Ctrl+C."""
    from sdm_lib import sources
    from sdm_lib.runner.execute import workshop
    from sdm_lib.runner.warm import zelden_opruimen

    zelden_opruimen()
    root = sources.project_root()
    periode = kwartaal or latest_quarter(root, onderwerp)
    page = _page_maker(root, onderwerp, kwartaal=periode, gebied=gebied)
    toestand = Toestand()
    with serving(toestand, titel=f"{onderwerp}, {periode}", poort=poort) as adres:
        click.echo(f"{adres}  (stop met Ctrl+C)")
        if browser:
            webbrowser.open(adres)
        with contextlib.suppress(KeyboardInterrupt), workshop(warm=True):
            _renew_forever(root, onderwerp, kwartaal=periode, page=page, toestand=toestand)
    click.echo("Het voorbeeld is gestopt.")


def latest_quarter(root: Path, onderwerp: str) -> str:
    """The last quarter that has a run file for a topic. Raises ParameterFout with the nearest topic."""
    kwartalen = sorted(path.parent.name for path in (root / "params").glob(f"2*K?/{onderwerp}.yaml"))
    if not kwartalen:
        bekend = {path.stem for path in (root / "params").glob("2*K?/*.yaml")}
        wat = f"onbekend onderwerp '{onderwerp}'"
        raise ParameterFout(Melding("SDM-214", wat, bedoelde_u(onderwerp, bekend), "params/"))
    return kwartalen[-1]


def _page_maker(root: Path, onderwerp: str, *, kwartaal: str, gebied: str) -> Callable[[], bytes]:
    from sdm_lib.monitor.runfile import parse_kwartaal
    from sdm_lib.runner.plan import make_plan

    periode = parse_kwartaal(kwartaal, root=root)

    def make() -> bytes:
        plan = make_plan(root, kwartaal=periode, gevraagd=[onderwerp])
        taken = {taak.gebied: taak for taak in plan.taken if taak.onderwerp == onderwerp}
        if gebied not in taken:
            raise ParameterFout(Melding("SDM-215", f"onbekend gebied '{gebied}'", bedoelde_u(gebied, taken)))
        return one_page(dataclasses.replace(plan, taken=(taken[gebied],)))

    make_plan(root, kwartaal=periode, gevraagd=[onderwerp])  # a wrong topic is told before a browser opens
    return make


def one_page(plan: Plan) -> bytes:
    """The page of a plan with one task, by the same steps as a run: executed, protected, drawn and guarded."""
    from sdm_lib.runner import edities, site, store
    from sdm_lib.runner.bladen import Balie
    from sdm_lib.runner.context import context_of
    from sdm_lib.runner.execute import execute
    from sdm_lib.runner.plan import looked_up
    from sdm_lib.runner.tekenen import draw
    from sdm_lib.runner.uitgevoerd import read_executed

    [taak] = plan.taken
    if not taak.sleutel:
        [uitkomst] = execute(plan.root, [taak], kernels=1, warm=False)
        if uitkomst.fout is not None:
            raise uitkomst.fout
        [taak] = looked_up(plan, zojuist=True).taken
    one = read_executed(taak, store.private_folder(plan.root, "uitgevoerd") / f"{taak.id}.ipynb")
    released = edities.released(plan.root, fictief=one.fictief)
    balie = Balie(plan)
    publishables = site.protect([one], balie=balie, released=released)
    context = context_of(plan, one, [one], uitgave=edities.Uitgave(), publishables=publishables)
    [page] = draw([one], publishables, {taak.naam: context}, balie=balie, processes=1)
    if page.fout is not None:
        raise page.fout
    return page.html


def _renew_forever(root: Path, onderwerp: str, *, kwartaal: str, page: Callable[[], bytes], toestand: Toestand) -> None:
    gezien: object = None
    while True:
        nu = signature(root, onderwerp, kwartaal=kwartaal)
        if nu != gezien:
            gezien = nu
            toestand.zet("Opgeslagen; de pagina wordt gemaakt.")
            renew(page, toestand)
        time.sleep(KIJK_ELKE)


def renew(page: Callable[[], bytes], toestand: Toestand) -> None:
    """Make the page again; a problem is told above the last good page."""
    try:
        toestand.zet(ALLEEN, pagina=page())
    except SdmFout as fout:
        click.echo(str(fout), err=True)
        toestand.zet(" ".join(str(melding) for melding in fout.meldingen))


def signature(root: Path, onderwerp: str, *, kwartaal: str) -> tuple[tuple[str, int], ...]:
    """The files whose change makes another page, with when they were last written."""
    paths = [root / "notebooks" / f"{onderwerp}.ipynb", root / "params" / kwartaal / f"{onderwerp}.yaml"]
    paths += sorted((root / "params" / "indicatoren").glob("*.yaml")) + sorted((root / "params").glob("*.yaml"))
    return tuple((path.name, path.stat().st_mtime_ns) for path in paths if path.is_file())


# -- the server ------------------------------------------------------------------------------------------------------

STIJL = (
    "html,body{margin:0;height:100%}body{display:flex;flex-direction:column;font:16px/1.4 system-ui,sans-serif}"
    "header{display:flex;flex-wrap:wrap;gap:0 1rem;padding:.5rem 1rem;background:#fff3d6;color:#16242f;"
    "border-bottom:2px solid #b34a00}h1,p{margin:0;font-size:1rem}main{flex:1;display:flex}iframe{border:0;width:100%}"
)
SCRIPT = (
    "const f=document.querySelector('iframe'),s=document.querySelector('#stand');"
    "new EventSource('stand').onmessage=e=>{const d=JSON.parse(e.data);s.textContent=d.tekst;"
    "if(!d.pagina)return;const w=f.contentWindow,y=w?w.scrollY:0;"
    "f.onload=()=>f.contentWindow.scrollTo(0,y);f.src='pagina?'+d.versie}"
)


def frame(titel: str) -> bytes:
    """What stands around the page: a line of text that a screen reader hears, and the page in a frame."""
    return (
        f'<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>Voorbeeld: {escape(titel)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STIJL}</style></head><body>'
        f'<header><h1>Voorbeeld: {escape(titel)}</h1><p id="stand" role="status">De pagina wordt gemaakt.</p></header>'
        f'<main><iframe title="De pagina" src="pagina?0"></iframe></main>'
        f"<script>{SCRIPT}</script></body></html>"
    ).encode()


@contextlib.contextmanager
def serving(toestand: Toestand, *, titel: str, poort: int = 0) -> Iterator[str]:
    """Serve on this computer for as long as the block lasts; gives the address. Port 0 takes a free one."""
    server = ThreadingHTTPServer((HIER, poort), _handler(toestand, titel))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    thread.start()
    try:
        yield f"http://{HIER}:{server.server_address[1]}/"
    finally:
        toestand.einde()
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(toestand: Toestand, titel: str) -> type[BaseHTTPRequestHandler]:
    from sdm_lib.report.style import csp

    beleid = csp(STIJL, script=SCRIPT) + "; frame-src 'self'; connect-src 'self'"

    class Handler(BaseHTTPRequestHandler):
        """Three addresses: the frame, the page, and the line that tells of changes."""

        def do_GET(self) -> None:
            """Answer; only who asks for this very address, so that no other site can look along."""
            if self.headers.get("Host", "").rsplit(":", 1)[0] not in (HIER, "localhost"):
                self.send_error(403)
                return
            path = self.path.split("?")[0]
            if path == "/":
                self._send(frame(titel), headers={"Content-Security-Policy": beleid})
            elif path == "/pagina":
                self._send(toestand.pagina)
            elif path == "/stand":
                self._tell()
            else:
                self.send_error(404)

        def _send(self, inhoud: bytes, *, headers: dict[str, str] | None = None) -> None:
            self.send_response(200)
            kop = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(inhoud))}
            for naam, waarde in (kop | {"Cache-Control": "no-store"} | (headers or {})).items():
                self.send_header(naam, waarde)
            self.end_headers()
            self.wfile.write(inhoud)

        def _tell(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream; charset=utf-8")
            self.end_headers()
            gezien = -1
            with contextlib.suppress(OSError):  # the browser closed its window
                while (verder := toestand.volgende(gezien)) is not None:
                    gezien, tekst = verder
                    nieuws = {"versie": gezien, "tekst": tekst, "pagina": bool(toestand.pagina)}
                    self.wfile.write(f"data: {json.dumps(nieuws)}\n\n".encode())
                    self.wfile.flush()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: who looks is nobody's business."""

    return Handler
