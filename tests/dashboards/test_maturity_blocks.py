from dashboards.maturity_blocks import reached, share_at

POINTS = [(0, 0.0), (10, 0.5), (30, 0.96)]


def test_the_day_of_a_share_is_the_first_by_which_it_is_decided() -> None:
    """Half after ten days; a share that is not reached has no day."""
    assert (10, 30, None) == (reached(POINTS, 0.5), reached(POINTS, 0.95), reached(POINTS, 0.99))


def test_nothing_is_told_beyond_what_was_watched() -> None:
    """Within 20 days half; within 60 days nobody knows."""
    assert (0.5, 0.96, None) == (share_at(POINTS, 20), share_at(POINTS, 30), share_at(POINTS, 60))
    assert None is share_at([], 0)
