"""The parts of recovery: word borders, sites, headings, order, the model file."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikidiff import limits
from wikidiff.recover.borders import (
    LABEL,
    NAME,
    PLAIN,
    TARGET,
    URL,
    borders,
    char_script,
    places,
    words,
)
from wikidiff.recover.chains import WIDTH, Chainer, chain_features
from wikidiff.recover.explain import Case, reasons
from wikidiff.recover.grams import Counts, Grams, packed, slot
from wikidiff.recover.heading_words import (
    FEATURES,
    HeadingModel,
    allowed,
    labels,
    start,
    step_features,
)
from wikidiff.recover.heading_words import step as further
from wikidiff.recover.line import ShownLine, Vocabulary, balanced
from wikidiff.recover.moves import move_ends
from wikidiff.recover.options import LineOptions
from wikidiff.recover.order import (
    CONTEXT,
    DELETED,
    LINE_WIDTH,
    STATES,
    Lines,
    Order,
    changes,
    line_type,
    step,
)
from wikidiff.recover.order import WIDTH as ORDER_WIDTH
from wikidiff.recover.page import PHP, WIKIDIFF2
from wikidiff.recover.partners import partners
from wikidiff.recover.proof import EXACT, NO, Prover
from wikidiff.recover.rewritten import Scorer, decode, headings_of, worth_of_bytes
from wikidiff.recover.sides import heading_form, new_side, old_side
from wikidiff.recover.site_features import Site, site_features
from wikidiff.recover.sites import SiteFinder
from wikidiff.recover.spacing import symmetric_heading
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
    finder = SiteFinder(line, weights)
    for score, i, m, j, _ in (*finder.sites()[:40], *finder.directed(3), *finder.exact(-2)):
        total = sum(weights[n] for n in site_features(line, i, m, j))
        assert abs(score - total) < 1e-9


@given(LINES, st.sampled_from([PHP, WIKIDIFF2]), st.integers(-9, 9))
def test_chained_sites_never_touch_and_give_their_delta(text, engine, delta):
    line = shown_line(text, engine)
    options = LineOptions(
        SiteFinder(line, model().vectors[f"{engine}.sites"]), [0.0] * WIDTH, delta
    )
    for option in (*options.best, *options.for_delta(delta)):
        ends = [(site.i, site.j) for site in option.sites]
        assert all(a[1] < b[0] for a, b in pairwise(ends))
        assert option.delta == sum(site.delta for site in option.sites)
    assert all(option.delta == delta for option in options.for_delta(delta))


@given(LINES)
def test_a_chain_scores_the_sum_of_its_features(text):
    line = shown_line(text)
    weights = [(n * 7919 % 13 - 6) / 10 for n in range(WIDTH)]
    chainer = Chainer(line, weights)
    for chain in chainer.best(SiteFinder(line, weights).sites())[:20]:
        found = chain_features(line, chain.sites)
        found += [n for s in chain.sites for n in site_features(line, s.i, s.m, s.j)]
        assert abs(chain.score - sum(weights[n] for n in found)) < 1e-9
        assert abs(chain.score - chainer.score(chain.sites)) < 1e-9


@given(LINES, st.sampled_from([PHP, WIKIDIFF2]))
def test_a_chain_with_one_site_more_scores_as_the_whole_chain_does(text, engine):
    line = shown_line(text, engine)
    weights = [(n * 7919 % 13 - 6) / 10 for n in range(WIDTH)]
    chainer = Chainer(line, weights)
    sites = SiteFinder(line, weights).found()
    for chain in chainer.best(sites)[:12]:
        for at, site in enumerate(chain.sites):
            rest = chainer.begun(chain.sites[:at] + chain.sites[at + 1 :])
            assert abs(chainer.joined(rest, site) - chainer.score(chain.sites)) < 1e-9
        begun = chainer.begun(chain.sites)
        assert chainer.joined(begun, chain.sites[0]) == float("-inf")


@given(LINES)
def test_a_stretch_around_a_word_that_stands_once_stands_once_itself(text):
    stretches = shown_line(text).stretches
    for a, b in combinations(range(len(text) + 1), 2):
        if stretches.sole(a, b):
            assert text.find(stretches.text(a, b), text.find(stretches.text(a, b)) + 1) < 0


@given(LINES, st.sampled_from([PHP, WIKIDIFF2]), st.floats(-9, 0))
def test_no_option_reaches_what_is_said_to_be_out_of_reach(text, engine, least):
    line = shown_line(text, engine)
    weights = model().vectors[f"{engine}.sites"]
    options = LineOptions(SiteFinder(line, weights), weights)
    out_of_reach = [delta for delta in range(-30, 30) if not options.reaches(delta, least)]
    for delta in range(40, 40 + limits.RECOVER_EXACT_ASKED):
        options.pass_over(delta)  # of the first that are asked for, more are looked for
    out_of_reach += [delta for delta in range(-30, 30) if not options.reaches(delta, least)]
    for delta in out_of_reach:
        assert all(option.score < least + 1e-9 for option in options.for_delta(delta))
    for option in options.best[:9]:
        assert options.reaches(option.delta, option.score - 1e-9)


@given(st.dictionaries(st.text(max_size=4), st.integers(1, 255)), st.text(max_size=4))
def test_counts_come_back_and_the_uncounted_is_zero(values, other):
    counts = Counts(packed(values, 4), 4)
    assert all(counts[text] >= value for text, value in values.items())
    assert counts[other] == values.get(other, 0) or other not in values


@pytest.mark.parametrize("width", [3, 4])
def test_counts_of_many_strings_are_told_apart_though_their_hashes_begin_alike(width):
    values = {f"word {n}": n % 255 + 1 for n in range(20_000)}  # of 2**16 beginnings
    counts = Counts(packed(values, width), width)
    size = 1 << 8 * width
    by_hash = {}
    for text, value in values.items():
        key = slot(text, size)
        by_hash[key] = max(by_hash.get(key, 0), value)
    asked = [*values, *(f"other {n}" for n in range(20_000))]
    assert [counts[text] for text in asked] == [by_hash.get(slot(text, size), 0) for text in asked]


HEADINGS = [
    "====Old age ==New age of steam ? ==",
    "==Coal mine ==Coal and ore mines====",
    "==a =b==",
]


@pytest.mark.parametrize("text", HEADINGS)
def test_the_fast_score_of_a_word_is_the_sum_of_its_features(text):
    (heading,) = headings_of([shown_line(text, PHP)])
    scoring = HeadingModel([(n * 5 % 7 - 3) / 4 for n in range(len(FEATURES))], {"Ca": -0.2})
    scorer, joints = Scorer(heading, scoring), heading.joints()
    ways = [start()]
    for at in range(len(heading.words)):
        grown = []
        for way in ways:
            for kind in allowed(heading, way, at):
                found = step_features(heading, scoring, joints, way, kind, at)
                total = sum(scoring.weights[n] * value for n, value in found)
                assert abs(scorer.step(way, kind, at) - total) < 1e-9
                grown.append(further(heading, way, kind, at, way.score + total))
        ways = grown[:50]
    assert {tuple(labels(way)) for way in decode(heading, scoring)}


def test_a_worth_of_bytes_leads_headings_to_the_delta():
    scoring = HeadingModel(**model().tables["headings"])
    found = headings_of([shown_line("====Old days of the coal mine ==New days of steam ==", PHP)])
    free, pulled = (
        max(decode(found[0], scoring, pull=pull), key=lambda way: way.score + pull * way.delta)
        for pull in (0.0, worth_of_bytes(found, scoring, -18, around=6))
    )
    assert abs(pulled.delta + 18) <= max(6, abs(free.delta + 18))


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


def test_the_end_of_a_move_that_holds_the_other_is_the_destination():
    down = move_ends(["one line\u25bc", "\u25b2one longer line"])
    assert [(end.role, end.source) for _, end in sorted(down.items())] == [
        ("from", ""),
        ("to", "one line"),
    ]
    up = move_ends(["one longer line\u25bc", "x", "\u25b2one line"])
    assert [(n, end.role, end.other) for n, end in sorted(up.items())] == [
        (0, "to", 2),
        (2, "from", 0),
    ]


def test_each_end_of_several_moves_finds_its_own():
    ends = move_ends(
        ["a tram\u25bc", "a coal mine\u25bc", "\u25b2a coal mine of old", "\u25b2a tram"]
    )
    assert {n: end.other for n, end in ends.items()} == {0: 3, 1: 2, 2: 1, 3: 0}


def test_the_prover_knows_the_engines_rules():
    prover = Prover(WIKIDIFF2, "en")
    assert prover.line("a catdog sat", "a cat sat", "a dog sat") == EXACT
    assert prover.line("a dogcat sat", "a cat sat", "a dog sat") == NO


def test_a_packed_model_comes_back_whole():
    parts = {name: bytes([1, 2, 3, 0]) for name in GRAMS}
    made = unpack(pack({**parts, "php-inline.sites": b"\0<"}, {"engine": [1.5]}, (9.0, 2.0)))
    assert list(made.vectors["php-inline.sites"]) == [1.0]
    assert made.tables == {"engine": [1.5]}
    assert isinstance(made.grams, Grams)


def test_the_shipped_model_is_small_and_complete():
    shipped = model()
    for engine in (PHP, WIKIDIFF2):
        assert len(shipped.vectors[f"{engine}.sites"]) == WIDTH
        assert len(shipped.vectors[f"{engine}.order"]) == ORDER_WIDTH


@given(st.lists(LINES, min_size=1, max_size=6), st.data())
def test_the_worth_of_kinds_is_the_sum_of_what_lines_pairs_and_states_weigh(texts, data):
    weights = [(n * 7919 % 13 - 6) / 10 for n in range(ORDER_WIDTH)]
    order, lines, state, total, expected = Order(weights), Lines(texts), 0, 0.0, 0.0
    states, pairs = ORDER_WIDTH - STATES * 5, LINE_WIDTH * 4
    kinds = data.draw(st.lists(st.integers(0, 3), min_size=len(texts), max_size=len(texts)))
    for n, kind in enumerate(kinds):
        alone, both = lines.of_line(n, 1.5, 2), lines.of_pair(n) if n else ()
        total += order.steps(alone, both)[state][kind]
        expected += sum(weights[f * 4 + kind] for f in alone) + weights[states + state * 5 + kind]
        if n:
            expected += sum(weights[pairs + f * 16 + kinds[n - 1] * 4 + kind] for f in both)
        state = step(state, kind)
    assert abs(total - expected) < 1e-9
    assert order.ends[state] == weights[states + state * 5 + 4]


def test_lines_are_told_apart_by_how_they_begin():
    told = [
        "",
        "\u00a0",
        "== A ==",
        "=== A ===",
        "* a",
        "** a",
        "{| x",
        "|-",
        "Type: b",
        "Text",
        "9",
    ]
    assert len({line_type(text) for text in told}) == len(told) - 1
    assert line_type("") == line_type("\u00a0")


def test_changes_are_counted_along_the_likeliest_kinds():
    ends = [0.0] * STATES
    row = [[0.0, -1.0, 2.0, -1.0]] * STATES
    other = [[3.0, -1.0, 2.0, -1.0]] * STATES
    assert changes([row, other, row], ends) == 2
    assert changes([], ends) == 0


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("the (grey) pit", {"the grey pit", "the (grey) pit"}),
        ("a slate roof and a slate wall", {"a slate roof and a slate wall", "a roof and a wall"}),
    ],
)
def test_sites_that_belong_together_are_put_together(text, sides):
    line = shown_line(text)
    weights = [0.0] * WIDTH
    found = list(partners(line, SiteFinder(line, weights).sites()))
    made = [{old_side(text, chain), new_side(text, chain, php=False)} for chain in found]
    assert sides in made
    assert all(len(chain) > 1 for chain in found)


def test_a_place_in_markup_is_told_for_every_offset():
    text = "a [[b|c]] {{d|e=http://x.y z}} <ref>"
    told = dict(zip(text, places(text), strict=False))
    assert [told[c] for c in "abcde"][:4] == [PLAIN, TARGET, LABEL, NAME]
    assert places(text)[text.index("x.y")] == URL
    assert len(places(text)) == len(text) + 1


@pytest.mark.parametrize(
    ("text", "told"), [("", 0), ("12", 0), ("abc", 1), ("née", 2), ("да", 3), ("a中", 6), ("한", 7)]
)
def test_scripts_are_told_by_the_letters(text, told):
    assert max(map(char_script, text), default=0) == told


def test_reasons_say_what_stays_unexplained():
    told = reasons(Case(PHP, -96, -99, [], 0, 0, None))
    assert any("+3 bytes stay unexplained" in sentence for sentence in told)
