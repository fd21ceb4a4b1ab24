"""A researcher adds an indicator and a topic with two commands and sees both on a page, without a line of Python."""


def test_a_new_indicator_stands_on_the_page_with_its_margin_and_definition(project, sdm):
    assert sdm("new", "indicator", "CE41", "clienten", "--vraag", "kent_wijkteam", "--toon")[0] == 0
    code, _, err = sdm("run", "2015K2", "clienten")
    assert code == 0, err
    html = (project / "reports" / "2015K2" / "clienten.html").read_text(encoding="utf-8")
    hoofdstuk = html.split("Kent het wijkteam</h2>")[1].split("<h2")[0]
    assert "Marge: 95%-betrouwbaarheidsinterval" in hoofdstuk
    assert '<span class="kenmerk">CE41</span>' in html
    assert 'id="ce41"' in (project / "reports" / "2015K2" / "catalogus.html").read_text(encoding="utf-8")


def test_a_new_topic_makes_a_page_at_once(project, sdm):
    assert sdm("new", "onderwerp", "wonen", "--bron", "clienten")[0] == 0
    code, _, err = sdm("run", "2015K2", "wonen")
    assert code == 0, err
    html = (project / "reports" / "2015K2" / "wonen.html").read_text(encoding="utf-8")
    assert "<h1>Wonen</h1>" in html
    assert '<span class="kenmerk">WO01</span>' in html
