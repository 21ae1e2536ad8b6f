"""Parts that compute: corners, pace, colours, words under a key."""

import uuid

import pytest
from PIL import Image

from evoke.domains.visualizations import layout, pace
from evoke.domains.visualizations.service import keeping, wishing
from evoke.domains.visualizations.words import Words, seal, unseal
from evoke.platform.crypto.errors import TextCorrupt
from evoke.platform.crypto.keys import OwnerKey
from evoke.platform.generation.ports import Factor


def factors(*labels: str) -> list[Factor]:
    return [Factor(label, f"About {label.lower()}.") for label in labels]


def test_three_leave_the_last_corner_empty() -> None:
    assert layout.grouped(factors("A Way", "B Way", "C Way")) == (("A Way",), ("B Way",), ("C Way",), ())


def test_four_have_a_corner_each() -> None:
    assert layout.corners_of(factors("A Way", "B Way", "C Way", "D Way")) == (0, 1, 2, 3)


@pytest.mark.parametrize(
    ("fifth", "corner"),
    [("Pressing Demands", 0), ("Lost Sleep", 2), ("Quite Unlike", 3)],
    ids=["a word of the label", "another", "nothing shared"],
)
def test_the_fifth_joins_the_one_it_is_related_to(fifth: str, corner: int) -> None:
    given = factors("High Demands", "Little Control", "Sleep Cut Short", "Fear Of Failure", fifth)
    assert layout.corners_of(given) == (0, 1, 2, 3, corner)
    assert layout.grouped(given)[corner][-1] == fifth


def test_the_insights_count_where_labels_share_nothing() -> None:
    given = [
        Factor("One Way", "Money is short at home."),
        Factor("Two Ways", "Nights are short, too."),
        Factor("Three Ways", "Nobody listens."),
        Factor("Four Ways", "Everything repeats."),
        Factor("Five Ways", "Where money is lacking, home is no rest."),
    ]
    # `ways` is in four labels, so the insight decides between them: the first has one word of it alone.
    assert layout.corners_of(given)[4] in {0, 1, 2, 3}
    without = [*given[:4], Factor("Last", "Where money is lacking, home is no rest.")]
    assert layout.corners_of(without)[4] == 0


def test_progress_never_arrives_and_never_goes_back() -> None:
    step = pace.drawing_step(10)
    percents = [step.percent(elapsed / 10) for elapsed in range(1000)]
    assert percents[0] == pace.DRAWING
    assert percents == sorted(percents)
    assert percents[-1] < pace.DRAWING_END
    assert step.percent(4) == 40 + 45 // 2


def test_the_fewest_and_the_most_colors() -> None:
    flat = Image.new("RGB", (64, 64), "#A8E6CF")
    assert wishing.picture_colors(flat) == ("#A8E6CF",) * 3
    halves = flat.copy()
    halves.paste("#FFE4A0", (0, 0, 32, 64))
    assert set(wishing.picture_colors(halves)) >= {"#A8E6CF", "#FFE4A0"}
    many = flat.copy()
    for number, color in enumerate(("#FF0000", "#00FF00", "#0000FF", "#FFFF00", "#000000", "#FFFFFF")):
        many.paste(color, (number * 10, 0, number * 10 + 10, 64))
    assert len(wishing.picture_colors(many)) == 4


def test_words_open_with_their_key_and_for_their_visualization_alone() -> None:
    key, id_ = OwnerKey.generate(), uuid.uuid4()
    words = Words("A day.", ("One.", "Two."), ("#FFE4A0",), ("a line",), ("Work",), "de", "a prompt", is_gentle=True)
    sealed = seal(key, id_, words)
    assert b"A day" not in sealed
    assert unseal(key, id_, sealed) == words
    for wrong_key, wrong_id in ((OwnerKey.generate(), id_), (key, uuid.uuid4())):
        with pytest.raises(TextCorrupt):
            unseal(wrong_key, wrong_id, sealed)


def test_captions() -> None:
    assert keeping.caption([]) == "A drawing of feelings."
    assert keeping.caption(["joy"]) == "A drawing of joy."
    assert keeping.caption(["mad_as_hell", "down", "blah"]) == "A drawing of mad as hell, down and blah."
