"""Why a file could not be read as a table. Every error says what is wrong, where, what was kept, and what to do."""

NOTHING_SAVED = "Nothing was saved, and the file is as it was."


class UnreadableFile(ValueError):
    """The file is no table that can be read.

    `what` is the trouble in one sentence, `where` its place ("line 12, byte 340") or "", `kept` what became of the
    data, `advice` what to do now or "". `str(error)` joins what, kept and advice.
    """

    kept = NOTHING_SAVED

    def __init__(self, what: str, *, where: str = "", advice: str = "") -> None:
        self.what = what
        self.where = where
        self.advice = advice
        super().__init__(" ".join(filter(None, (what, self.kept, advice))))


class EmptyFile(UnreadableFile):
    """There is nothing in it, or nothing but blank cells."""


class WrongKind(UnreadableFile):
    """It is another kind of file: a PDF, a picture, an archive, a web page."""


class TooLarge(UnreadableFile):
    """It has more bytes, rows, columns, cells, or longer cells, than the limits allow."""


class BrokenEncoding(UnreadableFile):
    """Its bytes are not text in the encoding that was asked for or found."""


class NotText(UnreadableFile):
    """It holds bytes that no text file has."""


class DamagedFile(UnreadableFile):
    """It is a workbook or a CSV file, but broken."""


class LockedFile(UnreadableFile):
    """It is protected by a password."""


class UnknownSheet(UnreadableFile):
    """The workbook has no sheet of that name."""
