"""The composition root: settings, urls, the program. Nobody imports it."""
