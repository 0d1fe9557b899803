"""What a log must not hold: an address that opens something for whoever has it."""

import logging
import re

KEPT_SECRET = re.compile(r"(/c/[^/\s]+/|/first/|/reset/key/)[^/\s?\"']+")
"""A customer's page, a sign-in link, a link to choose a new password: the part that follows is their key."""


class WithoutSecrets(logging.Filter):
    """Leaves the key out of every address in a line; what page it was can still be read."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if (shown := KEPT_SECRET.sub(r"\1…", said)) != said:
            record.msg, record.args = shown, ()
        return True
