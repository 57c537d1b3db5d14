"""The map of bodies: where dots lie, and that many of them stay light."""

from __future__ import annotations

import itertools
import math
import random

import pytest
from django.template.loader import render_to_string

from hub.site.bodies.dots import MOST_LINKS, MOST_NAMES, MOST_TITLES, DotMap, Mark, draw_map
from hub.site.bodies.geography import HEIGHT, STATE, WIDTH, Place, fit_frame, make_frame

MAINZ, TRIER, KOBLENZ = Place(49.999, 8.274), Place(49.757, 6.641), Place(50.353, 7.594)
CORNERS = [Place(48.97, 8.15), Place(50.94, 7.9), Place(50.1, 6.11), Place(49.5, 8.51)]


def spread(number: int, count: int = 0) -> list[Mark]:
    """So many bodies all over the state, the same each time."""
    chance = random.Random(7)
    return [
        Mark(
            f"07{index:06}", f"Ort {index}", Place(chance.uniform(49, 50.9), chance.uniform(6.2, 8.4)), count
        )
        for index in range(number)
    ]


def test_the_whole_state_fits_into_its_frame() -> None:
    assert all(STATE.holds(place) for place in CORNERS)
    assert fit_frame(CORNERS) == STATE


def test_a_kilometre_is_as_long_to_the_east_as_to_the_north() -> None:
    here = STATE.project(Place(50, 7))
    north = STATE.project(Place(50 + 10 / 111.2, 7))
    east = STATE.project(Place(50, 7 + 10 / (111.2 * math.cos(math.radians(50)))))
    assert east.x - here.x == pytest.approx(here.y - north.y, rel=0.02)


def test_north_is_up_and_east_is_right() -> None:
    mainz, trier, koblenz = (STATE.project(place) for place in (MAINZ, TRIER, KOBLENZ))
    assert trier.x < koblenz.x < mainz.x
    assert koblenz.y < mainz.y < trier.y


def test_a_part_of_the_state_is_shown_large_with_room_around_it() -> None:
    near = [KOBLENZ, Place(50.5, 7.4)]
    frame = fit_frame(near)
    assert frame.north - frame.south < (STATE.north - STATE.south) / 2
    for point in map(frame.project, near):
        assert 20 < point.x < WIDTH - 20
        assert 20 < point.y < HEIGHT - 20


def test_one_place_alone_and_none_have_a_frame() -> None:
    assert fit_frame([MAINZ]).project(MAINZ) == pytest.approx((WIDTH / 2, HEIGHT / 2))
    assert fit_frame([]) == STATE


def test_places_outside_the_state_widen_the_frame() -> None:
    berlin = Place(52.52, 13.4)
    assert all(fit_frame([MAINZ, berlin]).holds(place) for place in (MAINZ, berlin))


def test_a_frame_keeps_the_proportions_of_the_picture() -> None:
    corner = make_frame(MAINZ, 1.0)
    assert corner.project(Place(corner.south, corner.east)) == pytest.approx((WIDTH, HEIGHT), abs=0.1)


@pytest.mark.parametrize(
    "place", [None, Place(0, 0), Place(-49, 8), Place(float("nan"), 8), Place(8.2, 49.9)]
)
def test_a_body_without_a_sound_place_is_counted_and_not_drawn(place: Place | None) -> None:
    drawn = draw_map([Mark("1", "Mainz", MAINZ, 3), Mark("2", "Nirgends", place)])
    assert (drawn.unplaced, len(drawn.links), len(drawn.quiet)) == (1, 1, 0)
    assert drawn.links[0].x == WIDTH / 2


def test_more_contributions_make_a_larger_dot() -> None:
    drawn = draw_map([Mark("1", "A", MAINZ, 1), Mark("2", "B", TRIER, 40), Mark("3", "C", KOBLENZ)])
    assert [dot.name for dot in drawn.links] == ["B", "A"]
    assert drawn.links[0].radius > drawn.links[1].radius > drawn.quiet[0].radius


def test_quiet_dots_are_merged_when_they_are_many() -> None:
    assert len(draw_map(spread(MOST_TITLES)).quiet) == MOST_TITLES
    drawn = draw_map(spread(MOST_TITLES + 1))
    assert drawn.quiet == ()
    assert drawn.merged.count("h0") > MOST_TITLES * 0.95


def test_the_first_are_links_when_very_many_publish() -> None:
    drawn = draw_map([Mark("1", "Mainz", MAINZ, 9), *spread(2300, count=1)])
    assert (len(drawn.links), drawn.links[0].name) == (MOST_LINKS, "Mainz")
    assert drawn.merged


def test_names_lie_in_the_picture_and_not_on_each_other() -> None:
    names = draw_map(spread(60, count=2)).names
    assert 0 < len(names) <= MOST_NAMES
    for name in names:
        left, top, right, bottom = name.box
        assert 0 <= left < right <= WIDTH
        assert 0 <= top < bottom <= HEIGHT
    for (l1, t1, r1, b1), (l2, t2, r2, b2) in itertools.combinations([name.box for name in names], 2):
        assert r1 <= l2 or r2 <= l1 or b1 <= t2 or b2 <= t1


def test_the_body_of_the_page_is_named_first_and_ringed() -> None:
    marks = [Mark("1", "Mainz", MAINZ, 9), *spread(40, count=1), Mark("2", "Hier", KOBLENZ)]
    drawn = draw_map(marks, here="2")
    assert drawn.here is not None
    assert (drawn.here.name, drawn.names[0].text) == ("Hier", "Hier")


def render(drawn: DotMap) -> str:
    return render_to_string("site/body_map.html", {"map": drawn, "label": "Karte"})


@pytest.mark.parametrize("published", [0, 1])
def test_the_map_of_all_municipalities_is_light(published: int) -> None:
    assert len(render(draw_map(spread(2301, published)))) < 110_000
    assert len(render(draw_map(spread(300, published), spread(2301)))) < 110_000


def test_numbers_in_the_picture_have_points_not_commas() -> None:
    drawn = draw_map([Mark("1", "Mainz", MAINZ, 1), Mark("2", "Trier", TRIER)])
    assert f'cx="{drawn.links[0].x}" cy="{drawn.links[0].y}"' in render(drawn)
