from types import SimpleNamespace

from dashboards.maturity_blocks import filled, reached, share_at

POINTS = [(0, 0.0), (10, 0.5), (30, 0.96)]


def test_the_day_of_a_share_is_the_first_by_which_it_is_decided() -> None:
    """Half after ten days; a share that is not reached has no day."""
    assert (10, 30, None) == (reached(POINTS, 0.5), reached(POINTS, 0.95), reached(POINTS, 0.99))


def test_nothing_is_told_beyond_what_was_watched() -> None:
    """Within 20 days half; within 60 days nobody knows."""
    assert (0.5, 0.96, None) == (share_at(POINTS, 20), share_at(POINTS, 30), share_at(POINTS, 60))
    assert None is share_at([], 0)


def test_a_curve_goes_on_as_long_as_enough_are_watched() -> None:
    """Thirty decided on day 10, thirty open for 50 days, one open for 400: the one tells nothing."""
    days = SimpleNamespace(done={10: 30}, open={50: 30, 400: 1})
    assert [0, 10, 50] == [day for day, _ in filled(days, 365)]
    assert [0, 10, 20] == [day for day, _ in filled(days, 20)]
    assert [] == filled(SimpleNamespace(done={1: 4}, open={}), 365)


def test_what_nothing_was_decided_of_is_a_line_at_nought() -> None:
    """A payer that never answers is seen, not left out."""
    assert [(0, 0.0), (90, 0.0)] == filled(SimpleNamespace(done={}, open={90: 40}), 365)
