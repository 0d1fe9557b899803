"""Benchmarks. Each prints one JSON line with ratios measured in the same run; absolute figures are for reading only."""
