"""The pages of feedback, one file a subject."""
