"""Taking public answers in: validated, stored durably, tallied, then receipted; sealed into the trail later."""
