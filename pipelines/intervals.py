"""How far chance alone may have moved a share: Wilson's interval, and Newcombe's for the difference of two."""

import math

Z_95 = 1.959963984540054


def wilson(numerator: float, denominator: float, z: float = Z_95) -> tuple[float, float]:
    """The interval of a share; (0, 1) where nothing was counted."""
    if denominator <= 0:
        return 0.0, 1.0
    share, weight = numerator / denominator, z * z / denominator
    middle = (share + weight / 2) / (1 + weight)
    half = z * math.sqrt((share * (1 - share) + weight / 4) / denominator) / (1 + weight)
    low = max(0.0, middle - half) if numerator else 0.0  # nothing is exactly nothing, whatever rounding leaves
    return low, min(1.0, middle + half) if numerator < denominator else 1.0


def difference(
    numerator: int, denominator: int, numerator_before: int, denominator_before: int, z: float = Z_95
) -> tuple[float, float]:
    """The interval of the share now less the share before; it holds 0 where the change may be noise."""
    if denominator <= 0 or denominator_before <= 0:
        return -1.0, 1.0
    now, before = numerator / denominator, numerator_before / denominator_before
    low, high = wilson(numerator, denominator, z)
    low_before, high_before = wilson(numerator_before, denominator_before, z)
    down = math.hypot(now - low, high_before - before)
    up = math.hypot(high - now, before - low_before)
    return now - before - down, now - before + up
