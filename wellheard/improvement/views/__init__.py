"""Pages of improvement: find, clean, act, answer."""
