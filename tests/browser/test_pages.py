"""Finished pages in a real browser: accessibility, keyboard, reflow, downloads, search and paper."""

from __future__ import annotations

import itertools
import json
import re
import zlib
from pathlib import Path
from typing import Any

import pytest

from sdm_lib import report
from sdm_lib.report import palette
from sdm_lib.report.palette import DONKER, LICHT
from tests.unit.report.test_palette import TEKST

PAGES = ["clienten.html", "clienten-WK003401.html", "wijkprofiel.html", "index.html", "catalogus.html"]
# The pages of the demo as they are made, one of each kind; that of a wijk stands above.
ECHT = [f"2015K2/{naam}.html" for naam in (
    "index", "basiscijfers", "nulmeting", "stelsel", "clienten", "kosten", "beleidsmonitor", "catalogus",
)]  # fmt: skip
SOORTEN = [*PAGES, *ECHT]
MET_FIGUREN = [naam for naam in SOORTEN if not naam.endswith(("index.html", "catalogus.html"))]
REGELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What axe cannot decide by itself and a unit test does: the contrast of text in a figure, of a single mark and of
# a cell of a table that scrolls, in the colours of test_palette.test_text_colours_have_contrast_on_page_and_card and
# test_palette.test_text_is_readable_on_every_step_of_a_map_and_steps_stay_apart.
BESLIST = {"light": LICHT, "dark": DONKER}


def open_page(browser: Any, path: Path, **context: Any) -> Any:
    """The page in its own context; anything it asks from outside, or complains about, fails the test."""
    page = browser.new_context(**context).new_page()
    page.problems = []
    page.on("console", lambda message: page.problems.append(message.text))
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on(
        "request", lambda request: page.problems.append(request.url) if not request.url.startswith("file:") else None
    )
    page.goto(path.as_uri())
    return page


def axe(page: Any) -> dict[str, Any]:
    """The verdict of axe-core, with its script let in past the page's policy."""
    import axe_playwright_python

    script = next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")).read_text(encoding="utf-8")
    page.evaluate(script)
    uitslag = page.evaluate(f"axe.run({{runOnly: {json.dumps(REGELS)}}})")
    return dict(uitslag)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("naam", SOORTEN)
def test_axe_finds_nothing_and_leaves_nothing_open(browser, site, naam, scheme):
    page = open_page(browser, site / naam, bypass_csp=True, color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    uitslag = axe(page)
    assert [(regel["id"], [node["html"][:120] for node in regel["nodes"]]) for regel in uitslag["violations"]] == []
    assert undecided(page, uitslag["incomplete"], schema=BESLIST[scheme]) == []
    assert len(uitslag["passes"]) > 25


def undecided(page: Any, incomplete: list[dict[str, Any]], *, schema: dict[str, str]) -> list[tuple[str, str, str]]:
    """Rule, colour and node of what axe left open and no unit test of the palette decides."""
    beslist = {
        f"rgb({r}, {g}, {b})" for r, g, b in (bytes.fromhex(schema[t][1:]) for t in (*TEKST, *palette.TRAPTEKST))
    }
    kleur = """doel => { const e = document.querySelector(doel), s = getComputedStyle(e);
        return e.matches('svg.beeld text') ? s.fill
            : e.ariaHidden === 'true' || e.matches('.rol th, .rol td') ? s.color : 'anders'; }"""
    nodes = [
        (regel["id"], page.evaluate(kleur, n["target"][0]), n["html"]) for regel in incomplete for n in regel["nodes"]
    ]
    return [node for node in nodes if node[0] != "color-contrast" or node[1] not in beslist]


def test_what_axe_leaves_open_in_a_colour_that_no_unit_test_knows_fails(browser, site):
    page = open_page(browser, site / "clienten.html", bypass_csp=True)
    page.evaluate("document.querySelector('svg.beeld text').style.fill = '#777777'")
    page.evaluate("document.querySelector('svg.beeld text').id = 'bleek'")
    nodes = [{"target": ["#bleek"], "html": "<text>"}, {"target": ["main p"], "html": "<p>"}]
    over = undecided(page, [{"id": "color-contrast", "nodes": nodes}], schema=LICHT)
    assert [kleur for _, kleur, _ in over] == ["rgb(119, 119, 119)", "anders"]


@pytest.mark.parametrize("naam", SOORTEN)
def test_a_page_weighs_at_most_150_kb(site, naam):
    elders = 78 * len('<li><a href="wijkprofiel-WK003459.html">Oostvaardersbuurt</a></li>') if "wijk" in naam else 0
    assert (
        site / naam
    ).stat().st_size + elders <= 150_000  # the page of a wijk stands here without those of the others


@pytest.mark.parametrize("naam", SOORTEN)
def test_nothing_is_asked_from_outside_and_nothing_goes_wrong(browser, site, naam):
    assert open_page(browser, site / naam).problems == []


@pytest.mark.parametrize(("breedte", "letter"), [(320, 16), (1280, 16), (640, 32)])
@pytest.mark.parametrize("naam", SOORTEN)
def test_no_sideways_scrolling_at_any_width_or_text_size(browser, site, naam, breedte, letter):
    page = open_page(browser, site / naam, viewport={"width": breedte, "height": 800}, bypass_csp=True)
    page.evaluate(f"document.documentElement.style.fontSize = '{letter}px'")
    assert page.evaluate("document.documentElement.scrollWidth") <= breedte


@pytest.mark.parametrize("naam", MET_FIGUREN)
def test_svg_text_stays_within_its_picture(browser, site, naam):
    page = open_page(browser, site / naam, viewport={"width": 1280, "height": 900})
    buiten = page.evaluate(
        """() => [...document.querySelectorAll('svg.beeld')].flatMap(svg => {
            const vak = svg.getBoundingClientRect();
            return [...svg.querySelectorAll('text')].filter(t => {
                const r = t.getBoundingClientRect();
                return r.left < vak.left - 1 || r.right > vak.right + 3 || r.bottom > vak.bottom + 3;
            }).map(t => t.textContent);
        })"""
    )
    assert buiten == []


@pytest.mark.parametrize("naam", MET_FIGUREN)
def test_svg_texts_do_not_overlap(browser, site, naam):
    page = open_page(browser, site / naam, viewport={"width": 1280, "height": 900})
    botsing = page.evaluate(
        """() => [...document.querySelectorAll('svg.beeld')].flatMap(svg => {
            const t = [...svg.querySelectorAll('text:not([transform])')]
                .map(e => [e.textContent, e.getBoundingClientRect()]);
            const raak = (a, b) => a.left < b.right - 1 && b.left < a.right - 1
                && a.top < b.bottom - 4 && b.top < a.bottom - 4;
            return t.flatMap(([a, ra], i) => t.slice(i + 1).filter(([, rb]) => raak(ra, rb))
                .map(([b]) => a + ' | ' + b));
        })"""
    )
    assert botsing == []


@pytest.mark.parametrize("naam", MET_FIGUREN)
def test_on_a_narrow_screen_the_text_of_figures_is_large_enough_and_stays_on_it(browser, site, naam):
    page = open_page(browser, site / naam, viewport={"width": 320, "height": 800})
    kleinste, buiten = page.evaluate(
        """() => { const breed = document.documentElement.clientWidth;
            const t = [...document.querySelectorAll('svg.beeld text')].map(e => [e, e.closest('svg')]);
            const maat = ([e, svg]) => parseFloat(getComputedStyle(e).fontSize)
                * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
            return [Math.min(...t.map(maat)), t.map(([e]) => [e.textContent, e.getBoundingClientRect()])
                .filter(([, r]) => r.left < -2 || r.right > breed + 2).map(([woord]) => woord)]; }"""
    )
    assert kleinste >= 9.5  # CSS pixels
    assert buiten == []


@pytest.mark.parametrize("naam", SOORTEN)
def test_headings_go_down_one_level_at_a_time(browser, site, naam):
    page = open_page(browser, site / naam)
    niveaus = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => +h.tagName[1])")
    assert niveaus[0] == 1
    assert niveaus.count(1) == 1
    assert all(b - a <= 1 for a, b in itertools.pairwise(niveaus))


@pytest.mark.parametrize("naam", SOORTEN)
def test_every_page_says_for_whom_it_can_be_read_and_where_to_complain(browser, site, naam):
    tekst = open_page(browser, site / naam).locator("#toegankelijkheid").locator("..").inner_text()
    assert "WCAG 2.2" in tekst
    assert "niveau AA" in tekst


@pytest.mark.parametrize("naam", PAGES)
def test_everything_that_can_be_reached_is_reached_in_reading_order_and_seen(browser, site, naam):
    page = open_page(browser, site / naam, viewport={"width": 1280, "height": 900})
    bereikbaar = "a[href], summary, input, [tabindex='0']"
    zichtbaar = f"[...document.querySelectorAll({json.dumps(bereikbaar)})].filter(e => e.checkVisibility())"
    reached = []
    for _ in range(page.evaluate(f"{zichtbaar}.length")):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                """() => { const e = document.activeElement, s = getComputedStyle(e);
                    const plek = [...document.querySelectorAll('*')].indexOf(e);
                    return [plek, s.outlineStyle !== 'none' && s.outlineWidth !== '0px']; }"""
            )
        )
    places = [place for place, _ in reached]
    assert places == sorted(set(places))
    assert all(seen for _, seen in reached)


@pytest.mark.parametrize("naam", SOORTEN)
def test_nothing_moves_for_who_asked_for_rest(browser, site, naam):
    page = open_page(browser, site / naam, reduced_motion="reduce")
    beweging = page.evaluate(
        """() => [...document.querySelectorAll('*')].map(e => getComputedStyle(e))
            .filter(s => s.animationName !== 'none' || s.transitionDuration !== '0s' || s.scrollBehavior === 'smooth')
            .length"""
    )
    assert beweging == 0


def test_keyboard_goes_from_skip_link_through_contents_to_tables(browser, site):
    page = open_page(browser, site / "clienten.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Naar de inhoud"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "inhoud"
    gezien = set()
    for _ in range(80):
        page.keyboard.press("Tab")
        gezien.add(page.evaluate("document.activeElement.tagName + '.' + document.activeElement.className"))
    assert {"SUMMARY.", "DIV.rol", "A."} <= gezien


def test_targets_are_large_enough(browser, site):
    page = open_page(browser, site / "clienten.html", viewport={"width": 320, "height": 800})
    klein = page.evaluate(
        """() => [...document.querySelectorAll('nav a, summary')].filter(e => e.getBoundingClientRect().height < 24)
                 .map(e => e.textContent)"""
    )
    assert klein == []


def test_a_figure_downloads_as_csv(browser, site, tmp_path):
    page = open_page(browser, site / "clienten.html")
    figuur = page.locator("#clienten-gm0034-dot")
    figuur.locator("summary").click()
    with page.expect_download() as wacht:
        figuur.get_by_text("Download deze cijfers").click()
    wacht.value.save_as(tmp_path / "a.csv")
    tekst = (tmp_path / "a.csv").read_bytes().decode("utf-8-sig")
    assert wacht.value.suggested_filename == "clienten-gm0034-dot.csv"
    assert "Almere Haven;;2e kwartaal 2015;stand;0,72;" in tekst
    assert tekst.count("\n") == 10


def test_search_filters_and_counts(browser, site):
    page = open_page(browser, site / "index.html")
    alle = page.locator("#ingangen li:visible").count()
    page.get_by_label("Zoek een cijfer").fill("client unieke")
    assert page.locator("#ingangen li:visible").count() == 1 < alle
    assert page.locator("#gevonden").text_content() == "1 cijfer gevonden"
    page.get_by_label("Zoek een cijfer").fill("")
    assert page.locator("#ingangen li:visible").count() == alle


def test_the_index_reads_fully_without_script(browser, site):
    page = open_page(browser, site / "index.html", java_script_enabled=False)
    assert page.locator("#zoekvak").is_hidden()
    assert page.locator("#ingangen li:visible").count() >= 5


@pytest.mark.parametrize("naam", SOORTEN)
def test_forced_colours_keep_text_and_marks_visible(browser, site, naam):
    page = open_page(browser, site / naam, forced_colors="active")
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    onzichtbaar = page.evaluate(
        """() => { const papier = getComputedStyle(document.body).backgroundColor, weg = [];
            const leeg = k => k === 'none' || k === papier || k === 'rgba(0, 0, 0, 0)';
            for (const e of document.querySelectorAll('body *')) {
                const s = getComputedStyle(e), svg = e.ownerSVGElement;
                const eigen = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
                const licht = e.closest('.f-papier, .f-bandtekst');  // on the darkest step, in the colour of the paper
                if (eigen && !svg && e.checkVisibility() && s.color === papier) weg.push(e.tagName + s.color);
                if (eigen && svg && !licht && leeg(s.fill)) weg.push(e.textContent);
                const merk = e.matches('svg.beeld :is(path, use, rect)') && !e.closest('defs, pattern, clipPath');
                if (merk && !e.matches('.f-papier, .s-papier') && leeg(s.fill) && leeg(s.stroke))
                    if (!/^f-(trap|vlak|licht)/.test(e.getAttribute('class') || '')) weg.push(e.outerHTML.slice(0, 90));
            }
            return weg; }"""
    )
    assert onzichtbaar == []


@pytest.mark.parametrize(("naam", "meeste"), [("clienten.html", 24), ("wijkprofiel.html", 32)])
def test_paper_is_tagged_has_bookmarks_language_and_all_tables(browser, site, tmp_path, naam, meeste):
    page = open_page(browser, site / naam)
    inhoud = page.pdf(path=tmp_path / "a.pdf", prefer_css_page_size=True, tagged=True, outline=True)
    assert 3 <= len(re.findall(rb"/Type\s*/Page\b", inhoud)) <= meeste
    for kenmerk in (rb"/StructTreeRoot", rb"/Outlines", rb"/Lang\s*\(nl\)", rb"/MarkInfo"):
        assert re.search(kenmerk, inhoud), kenmerk
    assert inhoud.count(b"/S /Table") >= 8
    assert len(inhoud) < 10_000_000  # each hatched path is a picture


def texts_per_sheet(pdf: bytes) -> list[int]:
    """How many runs of text every sheet of a PDF of Chromium draws, forms included."""
    objects = {int(nr): inhoud for nr, inhoud in re.findall(rb"(?sm)^(\d+) 0 obj\n(.*?)\nendobj$", pdf)}

    def drawn(nr: int, seen: frozenset[int] = frozenset()) -> int:
        found = re.search(rb"(?s)/Length (\d+).*?stream\r?\n", objects[nr])
        raw = objects[nr][found.end() : found.end() + int(found[1])] if found else b""
        text = zlib.decompress(raw) if b"FlateDecode" in objects[nr] and raw else raw
        forms = [int(n) for n in re.findall(rb"/X\d+ (\d+) 0 R", objects[nr])]
        return len(re.findall(rb"\bT[jJ]\b", text)) + sum(drawn(n, seen | {nr}) for n in forms if n not in seen)

    sheets = [inhoud for inhoud in objects.values() if re.search(rb"/Type\s*/Page\b", inhoud)]
    return [sum(drawn(int(nr)) for nr in re.findall(rb"/Contents (\d+) 0 R", sheet)) for sheet in sheets]


@pytest.mark.parametrize("naam", SOORTEN)
def test_no_sheet_is_nearly_empty(browser, site, naam):
    per_vel = texts_per_sheet(report.print_pdf(site / naam))
    assert min(per_vel) >= 12, per_vel


def test_the_same_page_gives_the_same_pdf(site, browser):
    assert report.print_pdf(site / "clienten.html") == report.print_pdf(site / "clienten.html")


def test_in_grey_every_step_of_a_map_and_every_answer_stays_apart(browser, site):
    page = open_page(browser, site / "clienten.html")
    grijs = page.evaluate(
        """() => { const licht = c => { const [r, g, b] = c.match(/[\\d.]+/g).map(Number);
                return .2126*r + .7152*g + .0722*b; };
            const v = naam => { const p = document.createElement('i'); p.style.color = `var(--${naam})`;
                document.body.append(p); const k = getComputedStyle(p).color; p.remove(); return licht(k); };
            return Object.fromEntries(['trap1','trap2','trap3','trap4','papier'].map(n => [n, v(n)])); }"""
    )
    trappen = [grijs[f"trap{i}"] for i in (1, 2, 3, 4)]
    assert trappen == sorted(trappen, reverse=True)
    assert min(a - b for a, b in itertools.pairwise(trappen)) > 20
    assert page.locator("svg pattern, svg [fill^='url']").count() > 0  # what is not shown is hatched, not coloured


def test_on_paper_the_tables_are_open_and_the_navigation_is_gone(browser, site):
    page = open_page(browser, site / "clienten.html")
    page.emulate_media(media="print")
    assert page.locator("nav").is_hidden()
    tabellen = "[...document.querySelectorAll('details table')]"
    hoogtes = page.evaluate(f"{tabellen}.map(t => t.getBoundingClientRect().height)")
    assert len(hoogtes) >= 7
    assert min(hoogtes) > 20


def test_on_paper_a_tall_figure_leaves_room_for_its_title(browser, site):
    page = open_page(browser, site / "clienten.html", viewport={"width": 640, "height": 900})
    page.emulate_media(media="print")
    hoog = page.evaluate(
        """() => { const svg = document.querySelector('svg.beeld'); svg.setAttribute('viewBox', '0 0 420 1200');
            return svg.getBoundingClientRect().height / 96 * 25.4; }"""
    )
    assert hoog <= 205.5  # millimetres; a sheet of A4 has 259 between its margins


def test_sdm_prints_the_same_tagged_pdf_without_playwright(browser, site):
    inhoud = report.print_pdf(site / "clienten.html")
    assert inhoud.startswith(b"%PDF-")
    for kenmerk in (rb"/StructTreeRoot", rb"/Outlines", rb"/Lang\s*\(nl\)"):
        assert re.search(kenmerk, inhoud), kenmerk


def test_on_paper_the_widest_table_stays_on_its_sheet(browser, site):
    page = open_page(browser, site / "clienten.html", viewport={"width": 658, "height": 990}, bypass_csp=True)
    page.emulate_media(media="print")  # 174 mm between the margins of A4
    breed = page.evaluate(
        """() => { const rij = (cel, tekst) => '<tr><th>Structureel</th>'
                + `<${cel} class="g">${tekst}</${cel}>`.repeat(7);
            document.querySelector('.rol table').innerHTML = `<thead>${rij('th', 'Inburgering')}</thead>
                <tbody>${rij('td', '€&nbsp;17.212.000')}</tbody>`;
            return Math.max(...[...document.querySelectorAll('table')].map(t => t.getBoundingClientRect().right)); }"""
    )
    assert breed <= 659


@pytest.mark.parametrize(("naam", "meeste"), [("2015K2/index.html", 8), ("2015K2/catalogus.html", 45)])
def test_a_list_takes_few_sheets_of_paper(browser, site, naam, meeste):
    assert len(texts_per_sheet(report.print_pdf(site / naam))) <= meeste


def styles(page: Any, keuze: str, naam: str) -> set[str]:
    """The values that a style has over all elements of a choice, of which there is at least one."""
    vraag = "([k, n]) => [...document.querySelectorAll(k)].map(e => getComputedStyle(e)[n])"
    waarden = set(page.evaluate(vraag, [keuze, naam]))
    assert waarden, keuze
    return waarden


def test_on_paper_what_belongs_together_stays_on_one_sheet(browser, site):
    page = open_page(browser, site / "2015K2/clienten.html")
    page.emulate_media(media="print")
    assert styles(page, ".boodschap, figcaption, .definitie", "breakInside") == {"avoid"}
    assert styles(page, "main p:has(+ .stuk), h2, h3, .vraag", "breakAfter") == {"avoid"}  # what leads in to a figure


@pytest.mark.parametrize("naam", ["2015K2/index.html", "2015K2/catalogus.html"])
def test_on_paper_there_is_no_box_to_search_in(browser, site, naam):
    page = open_page(browser, site / naam)
    assert page.locator("#zoekvak").is_visible()
    page.emulate_media(media="print")
    assert page.locator("#zoekvak").is_hidden()
