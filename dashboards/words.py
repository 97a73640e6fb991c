"""How numbers, dates and codes are said on the pages: the words of every floor, by the name that the pages use."""

from pipelines.words import *  # noqa: F403
