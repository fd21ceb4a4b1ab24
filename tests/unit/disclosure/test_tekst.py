import pytest

from sdm_lib.disclosure.tekst import als_bestandsnaam, als_cel, als_html

LADINGEN = [
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "<img src=x onerror=alert(1)>",
    "javascript:alert(1)//' onclick='x",
    "</style><style>*{background:url(//x)}",
    '<a href="data:text/html,<script>x</script>">',
]


@pytest.mark.parametrize("lading", LADINGEN)
def test_markup_becomes_text(lading):
    veilig = als_html(lading)
    assert not set("<>\"'") & set(veilig)


def test_direction_marks_that_hide_text_are_dropped():
    assert als_html("a\u202eb\u200bc\x00") == "abc"


@pytest.mark.parametrize(
    "formule", ["=1+1", "+1+cmd|' /C calc'!A0", "-2+3+cmd", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "|x"]
)
def test_a_cell_never_begins_a_formula(formule):
    assert als_cel(formule).startswith("'")


@pytest.mark.parametrize("getal", ["-3", "+2,5", "-1.234,5", "\u22123,1", "12%", "wmo", ""])
def test_numbers_and_words_stay_what_they_are(getal):
    assert als_cel(getal) == getal


def test_a_file_name_leaves_its_folder_behind():
    assert als_bestandsnaam("..\\..\\x\\a b.csv") == "a_b.csv"
    assert als_bestandsnaam("../") == "bestand"
