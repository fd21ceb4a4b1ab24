"""What drawing costs and what a page weighs: ``python tests/benchmarks/report.py``.

Prints a line a figure: ``bench report.<name> <value> <unit> goal <goal> ok|short``. CPU seconds, not wall
time, so other work on the machine counts little; the best of three.
"""

from __future__ import annotations

import copy
import gzip
import platform
import re
import sys
import time
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from sdm_lib import report  # noqa: E402  # after the project folder is on the path
from sdm_lib.disclosure import Publishable  # noqa: E402
from sdm_lib.results import MIME  # noqa: E402
from tests.unit.report.stukken import paginas, voorbeelden  # noqa: E402


def cpu(work: Callable[[], object], *, keer: int = 3) -> float:
    """CPU seconds of one call, the best of `keer`."""
    tijden = []
    for _ in range(keer):
        begin = time.process_time()
        work()
        tijden.append(time.process_time() - begin)
    return min(tijden)


def line(naam: str, waarde: float, eenheid: str, goal: float) -> None:
    """One benchmark line; lower is better for everything here."""
    print(f"bench report.{naam} {waarde:.3g} {eenheid} goal {goal:g} {'ok' if waarde <= goal else 'short'}")


def default_html(boek: Any, stukken: Mapping[str, Publishable]) -> str:
    """The peer: the same text and pictures in a notebook, as nbconvert makes HTML of it by default."""
    from nbconvert import HTMLExporter

    kopie = copy.deepcopy(boek)
    for cel in kopie.cells:
        for output in cel.get("outputs", []):
            output.data["text/html"] = report.fragment(stukken[output.data.pop(MIME)["id"]])
    html, _ = HTMLExporter().from_notebook_node(kopie)
    return str(html)


def outside(html: str) -> set[str]:
    """Addresses that a page would fetch: scripts, pictures and style sheets of others."""
    return set(re.findall(r'(?:src|@import url\()="?(https?://[^"\')]+)', html))


def browser_lines(html: str, standaard: str) -> None:
    """The same two pages in Chromium; says so when there is none."""
    from tests.benchmarks.report_browser import look

    chromium = report.find_browser()
    if chromium is None:
        print("bench report: no Chromium, Chrome or Edge found; first paint, requests and violations not measured")
        return
    ours, peer = (look(str(chromium), page) for page in (html, standaard))
    line("first_paint_slow_4g", ours.first_paint_seconds, "s", 1)
    line("axe_violations", ours.nodes, "nodes", 0)
    line("requests_made_outside", ours.requests, "count", 0)
    line("sideways_scroll_at_320px", int(ours.sideways_at_320), "count", 0)
    print(f"bench report.first_paint_slow_4g_nbconvert {peer.first_paint_seconds:.3g} s goal none peer")
    print(f"bench report.axe_violations_nbconvert {peer.nodes} nodes goal none peer ({peer.violations} rules)")
    print(f"bench report.requests_made_outside_nbconvert {peer.requests} count goal none peer")
    print(f"bench report.sideways_scroll_at_320px_nbconvert {int(peer.sideways_at_320)} count goal none peer")
    taal = "ok" if ours.language == "nl" else "short"
    print(f"bench report.language {ours.language} lang goal nl {taal} (peer {peer.language})")
    print(f"bench report.page_weight_nbconvert {len(standaard.encode()) / 1000:.3g} KB goal none peer")


def heaviest(site: Path) -> dict[str, Path]:
    """Of a made quarter the largest page of every kind, by kind."""
    pages = sorted(site.glob("*.html"), key=lambda page: page.stat().st_size)
    return {page.stem.partition("-")[0]: page for page in pages}


def site_lines() -> None:
    """The pages of every quarter that was made here, the largest of each kind: weight, first paint and violations."""
    from tests.benchmarks.report_browser import look

    chromium = report.find_browser()
    sites = sorted(index.parent for index in (ROOT / "reports").glob("*/index.html"))
    if chromium is None or not sites:
        print("bench report: no browser or no quarter in reports/ (sdm run 2015K2); no page of a site measured")
        return
    for site in sites:
        for soort, page in sorted(heaviest(site).items()):
            gezien = look(str(chromium), page.read_text(encoding="utf-8"), keer=3)
            naam = f"{site.name}_{soort}"
            line(f"page_weight_{naam}", page.stat().st_size / 1000, "KB", 150)
            line(f"first_paint_slow_4g_{naam}", gezien.first_paint_seconds, "s", 1)
            line(f"axe_violations_{naam}", gezien.nodes, "nodes", 0)
            line(f"requests_made_outside_{naam}", gezien.requests, "count", 0)


def main() -> None:
    """Measure and print."""
    pakketten = ", ".join(f"{naam} {version(naam)}" for naam in ("matplotlib", "seaborn", "nbconvert", "xlsxwriter"))
    print(f"bench report on {platform.machine()}, Python {platform.python_version()}, {pakketten}; peer nbconvert")
    charts = {naam: stuk for naam, stuk in voorbeelden().items() if stuk.vorm == "chart"}
    begin = time.process_time()
    report.fragment(charts["bars"])
    line("first_chart_with_imports", time.process_time() - begin, "cpu_s", 5)
    per = {naam: cpu(lambda stuk=stuk: report.fragment(stuk)) for naam, stuk in charts.items()}
    for naam, seconden in per.items():
        line(f"chart_{naam}", seconden, "cpu_s", 0.3)
    line("chart_mean", sum(per.values()) / len(per), "cpu_s", 0.2)
    boek, stukken, page = paginas()
    html = report.render_page(boek, stukken, page)
    line("page", cpu(lambda: report.render_page(boek, stukken, page)), "cpu_s", 0.2 * len(stukken))
    line("page_weight", len(html.encode()) / 1000, "KB", 150)
    line("page_weight_gzip", len(gzip.compress(html.encode(), mtime=0)) / 1000, "KB", 40)
    standaard = default_html(boek, stukken)
    line("size_against_nbconvert", len(html.encode()) / len(standaard.encode()), "ratio", 0.5)
    line("outside_addresses", len(outside(html)), "count", 0)
    print(f"bench report.outside_addresses_nbconvert {len(outside(standaard))} count goal none peer")
    browser_lines(html, standaard)
    site_lines()
    line("workbook", cpu(lambda: report.workbook(stukken, titel="Monitor", kwartaal="2e kwartaal 2015")), "cpu_s", 1)
    line("cijfers_csv", cpu(lambda: report.cijfers_csv(stukken)), "cpu_s", 0.2)


if __name__ == "__main__":
    main()
