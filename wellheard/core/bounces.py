"""Does a mail server's refusal mean that there is no such address?

RFC 3463 says so in its enhanced code: 5.1.x is about the address, 5.7.x about policy (a relay that is closed to us, a block
list). A server that gives no such code is believed only when it says nothing of policy: an address that is struck by mistake
gets no more mail, so in doubt it is none.
"""

import re
from smtplib import SMTPRecipientsRefused

ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
OF_THE_RECIPIENT = {0, 1, 2, 3, 6, 10}
"""5.1.7 and 5.1.8 are about the sender, 5.1.4 about an address that fits several."""
NO_MAILBOX = {550, 551, 553}
OF_POLICY = re.compile(
    r"relay|denied|polic|spam|block|auth|sender|reputation|black|list|dns|spf|dkim|dmarc|quota|rate|temporar",
    re.IGNORECASE,
)


def is_hard_bounce(fault: Exception) -> bool:
    """Is it the recipient's address that does not exist, so that trying again is in vain?"""
    if not isinstance(fault, SMTPRecipientsRefused) or not fault.recipients:
        return False
    return all(_says_no_such_address(code, words) for code, words in fault.recipients.values())


def _says_no_such_address(code: int, words: bytes | str) -> bool:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    if not 500 <= code < 600:
        return False
    if found := ENHANCED.search(text):
        return found[1] == "5" and found[2] == "1" and int(found[3]) in OF_THE_RECIPIENT
    return code in NO_MAILBOX and not OF_POLICY.search(text)
