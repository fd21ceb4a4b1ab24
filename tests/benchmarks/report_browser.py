"""The page in a real browser beside the same notebook by nbconvert's default: requests, violations, first paint.

Called by ``tests.benchmarks.report`` when a Chromium is installed. Slow 4G is that of Lighthouse: 1.6 Mbit/s down,
0.75 up, 150 ms latency, processor four times slower.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

REGELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TRAAG = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
KEER = 7  # other work on the machine slows some; the fastest is the page


@dataclass(frozen=True)
class Gezien:
    """What a browser made of a page."""

    violations: int
    nodes: int
    requests: int
    first_paint_seconds: float
    language: str
    sideways_at_320: bool


@contextmanager
def served(html: bytes) -> Iterator[str]:
    """One page over HTTP on this computer, for as long as the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path == "/"
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(html) if found else 0))
            self.end_headers()
            if found:
                self.wfile.write(html)

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()


def look(chromium: str, html: str, *, keer: int = KEER) -> Gezien:
    """Open a page and tell what was asked, found and painted; the fastest paint of `keer`."""
    from playwright.sync_api import sync_playwright

    with served(html.encode()) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        paints = [_first_paint(browser, address) for _ in range(keer)]
        page = browser.new_context(bypass_csp=True, viewport={"width": 320, "height": 800}).new_page()
        asked: set[str] = set()
        page.on("request", lambda request: asked.add(request.url) if not request.url.startswith(address) else None)
        page.goto(address, wait_until="load")
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        breed = page.evaluate("document.documentElement.scrollWidth") > 320
        taal = page.evaluate("document.documentElement.lang")
        found = _axe(page)
        browser.close()
    outside = {url for url in asked if url.startswith("http") and not url.endswith("/favicon.ico")}
    return Gezien(len(found), sum(len(rule["nodes"]) for rule in found), len(outside), min(paints), taal, breed)


def _axe(page: Any) -> list[dict[str, Any]]:
    import axe_playwright_python

    script = next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")).read_text(encoding="utf-8")
    page.evaluate(script)
    return list(page.evaluate(f"axe.run({{runOnly: {json.dumps(REGELS)}}})")["violations"])


def _first_paint(browser: Any, address: str) -> float:
    context = browser.new_context()
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", TRAAG)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.goto(address, wait_until="commit")
    paint = page.evaluate(
        """() => new Promise(done => new PerformanceObserver(list => {
            const paint = list.getEntriesByName('first-contentful-paint')[0];
            if (paint) done(paint.startTime / 1000);
        }).observe({type: 'paint', buffered: true}))"""
    )
    context.close()
    return float(paint)
