"""Indicators: the catalogue of what is counted, and their series. Apps above register theirs here."""
