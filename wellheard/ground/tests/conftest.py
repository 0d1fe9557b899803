"""Properties are tried with the same examples on every run and every machine, however busy it is."""

from hypothesis import settings

settings.register_profile("ground", derandomize=True, deadline=None)
settings.load_profile("ground")
