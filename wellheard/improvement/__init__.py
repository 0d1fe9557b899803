"""Causes, corrective actions and verdicts that are computed. Does not know what a complaint or a survey is."""
