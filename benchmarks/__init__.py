"""Measurements, each against a floor or a rival in the same run; `python -m benchmarks` writes results.md."""
