"""The quarterly huddle's pack, the monthly note and letter: the dashboard's numbers on paper, sheets and slides."""
