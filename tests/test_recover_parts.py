"""The parts of recovery: word borders, sites, headings, structure, the model file."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from wikidiff.recover.borders import borders, words
from wikidiff.recover.explain import Case, reasons
from wikidiff.recover.grams import Grams
from wikidiff.recover.line import ShownLine, Vocabulary, balanced
from wikidiff.recover.moves import move_ends
from wikidiff.recover.options import LineOptions
from wikidiff.recover.page import PHP, WIKIDIFF2
from wikidiff.recover.proof import EXACT, NO, Prover
from wikidiff.recover.sides import heading_form, new_side, old_side
from wikidiff.recover.sites import WIDTH, Site, SiteFinder, site_features
from wikidiff.recover.spacing import symmetric_heading
from wikidiff.recover.structure import CONTEXT, DELETED, STATES, step
from wikidiff.recover.weights import GRAMS, model, pack, unpack

LINES = st.text(alphabet="ab cé.=[]中ไทย'", max_size=60)


def shown_line(text, engine=WIKIDIFF2):
    return ShownLine(text, engine, "en", model().grams, Vocabulary([text]))


@given(LINES, st.sampled_from([PHP, WIKIDIFF2]))
def test_words_joined_are_the_line(text, engine):
    assert "".join(words(text, engine)) == text
    assert borders(text, engine)[-1] == len(text)


def test_a_php_word_takes_the_space_after_it_along():
    assert words("Old age ==New", PHP) == ["Old ", "age ", "=", "=", "New"]
    assert words("Old age", WIKIDIFF2) == ["Old", " ", "age"]


@given(LINES, st.sampled_from([PHP, WIKIDIFF2]))
def test_a_site_score_is_the_sum_of_its_features(text, engine):
    line = shown_line(text, engine)
    weights = [(n * 7919 % 13 - 6) / 10 for n in range(WIDTH)]
    for site in SiteFinder(line, weights).sites(3)[:40]:
        total = sum(weights[n] for n in site_features(line, site.i, site.m, site.j))
        assert abs(site.score - total) < 1e-9


@given(LINES, st.sampled_from([PHP, WIKIDIFF2]))
def test_chained_sites_never_touch_and_give_their_delta(text, engine):
    line = shown_line(text, engine)
    found = SiteFinder(line, list(model().vectors[f"{engine}.sites"])).sites()
    for option in LineOptions(found, -1.0, -0.4).best:
        ends = [(site.i, site.j) for site in option.sites]
        assert all(a[1] < b[0] for a, b in pairwise(ends))
        assert option.delta == sum(site.delta for site in option.sites)


def test_sides_take_out_what_the_other_side_has():
    site = [Site(0.0, 4, 7, 11, 1)]
    assert old_side("The oldnew2 sea", site) == "The old sea"
    assert new_side("The oldnew2 sea", site, php=False) == "The new2 sea"


def test_a_space_that_only_the_new_side_has_is_put_back():
    text = "Revolution==of 1956? =="
    site = [Site(0.0, 10, 12, 21, 0)]
    assert new_side(
        "==" + text, [Site(0.0, 12, 14, 23, 0)], php=True
    ) == "==Revolution of 1956? =="[:2] + (" Revolution of 1956? ==")
    assert new_side(text, site, php=False) == "Revolutionof 1956? =="


def test_heading_forms():
    assert [heading_form(x) for x in ("text", "== a ==", "=== a ==", "==a ==b ==")] == [0, 1, 2, 3]
    assert symmetric_heading("==Age of trade ==") == "== Age of trade =="
    assert symmetric_heading("==Age==") == "==Age=="


def test_only_matching_brackets_balance():
    assert balanced("[[a]] {{b}} (c)")
    assert not balanced("[[a]")


def test_context_lines_are_counted_up_to_a_cap():
    state = 0
    for _ in range(9):
        state = step(state, CONTEXT)
        assert 0 <= state < STATES
    assert step(step(state, DELETED), CONTEXT) == 6


def test_marks_that_do_not_pair_are_text():
    assert move_ends(["down it goes\u25bc", "other"]) == {}


def test_the_prover_knows_the_engines_rules():
    prover = Prover(WIKIDIFF2, "en")
    assert prover.line("a catdog sat", "a cat sat", "a dog sat") == EXACT
    assert prover.line("a dogcat sat", "a cat sat", "a dog sat") == NO


def test_a_packed_model_comes_back_whole():
    parts = {name: bytes([1, 2, 3, 0]) for name in GRAMS}
    made = unpack(
        pack({**parts, "php-inline.sites": b"\0\0\x80?"}, {"engine": [1.5]}, (9.0, 4.0, 2.0))
    )
    assert list(made.vectors["php-inline.sites"]) == [1.0]
    assert made.tables == {"engine": [1.5]}
    assert isinstance(made.grams, Grams)


def test_the_shipped_model_is_small_and_complete():
    shipped = model()
    for engine in (PHP, WIKIDIFF2):
        assert len(shipped.vectors[f"{engine}.sites"]) == WIDTH
        assert len(shipped.tables[engine]["structure"]) == STATES


def test_reasons_say_what_stays_unexplained():
    told = reasons(Case(PHP, -96, -99, [], 0, 0, None))
    assert any("+3 bytes stay unexplained" in sentence for sentence in told)
