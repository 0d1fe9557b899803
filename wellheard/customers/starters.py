"""A small set of interested parties to begin with, in our own words; each organisation keeps what fits it."""

from dataclasses import dataclass

from wellheard.customers.models import InterestedParty, PartyNeed

Sort, Standing = InterestedParty.Sort, PartyNeed.Standing


@dataclass(frozen=True)
class Starter:
    """A party with needs that many have: words, and why one takes them up."""

    key: str
    name: str
    sort: str
    why: str
    influence: int
    interest: int
    needs: tuple[tuple[str, str], ...]


STARTERS = (
    Starter(
        "users",
        "End users",
        Sort.END_USER,
        "They live with what we deliver, whoever pays for it.",
        3,
        5,
        (
            ("It does what it should, every day, without a manual in hand", Standing.EXPECTED),
            ("Nobody is hurt or harmed by it", Standing.LAW),
            ("Someone who can be reached when it fails", Standing.CHOSEN),
        ),
    ),
    Starter(
        "authorities",
        "Authorities that supervise us",
        Sort.REGULATOR,
        "They can stop what we sell, and their rules change.",
        5,
        2,
        (
            ("The rules for our products are kept, and we can show it", Standing.LAW),
            ("Incidents and complaints about safety are reported in time", Standing.LAW),
        ),
    ),
    Starter(
        "staff",
        "The people who work here",
        Sort.STAFF,
        "What customers get is what they make.",
        4,
        4,
        (
            ("They know what is expected, and have the time and tools for it", Standing.CHOSEN),
            ("A fault that they report changes something", Standing.CHOSEN),
        ),
    ),
    Starter(
        "suppliers",
        "Suppliers whose parts decide our quality",
        Sort.SUPPLIER,
        "A fault of theirs reaches our customers under our name.",
        4,
        3,
        (
            ("Requirements that are clear before they begin", Standing.CONTRACT),
            ("Word from us soon when something is wrong", Standing.CHOSEN),
        ),
    ),
    Starter(
        "dealers",
        "Dealers and installers",
        Sort.INTERMEDIARY,
        "Our customers hear of us through them.",
        3,
        4,
        (
            ("Deliveries on the promised day, complete", Standing.CONTRACT),
            ("Answers to their customers’ questions within a day", Standing.EXPECTED),
        ),
    ),
    Starter(
        "owners",
        "Owners and lenders",
        Sort.OWNER,
        "They decide what may be spent on quality.",
        5,
        3,
        (("Customers stay, and fewer faults cost us money", Standing.EXPECTED),),
    ),
    Starter(
        "neighbours",
        "Neighbours and the public",
        Sort.COMMUNITY,
        "They are affected by how we make, deliver and take back.",
        2,
        2,
        (("No noise, smell or waste from our sites beyond what is allowed", Standing.LAW),),
    ),
)
