"""Reading answers that were collected elsewhere: what each column is, what can't be known, and the way back."""

from wellheard.surveys.imports.importer import ResponseImporter

__all__ = ["ResponseImporter"]
