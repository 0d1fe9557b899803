"""Who plays: sites, members, segments, customers."""

import unicodedata
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import make_password

from wellheard.core.actors import Role, System
from wellheard.core.models import Member, Site
from wellheard.core.setup import add_member, add_site, set_up_organisation
from wellheard.customers.actions import add_account, add_person, add_segment
from wellheard.customers.models import Account, Person, Segment
from wellheard.demo.stage import Stage

DIRECTOR = System("demo")
MEMBERS: tuple[tuple[str, str, str, str, tuple[str, ...], bool], ...] = (
    # key, name, title, site, roles, only at that site
    ("ana", "Ana Brandt", "Quality manager", "Leipzig", (Role.QUALITY_MANAGER,), False),
    ("ben", "Ben Okafor", "Customer care", "Leipzig", (Role.FRONT_LINE,), True),
    ("chloe", "Chloé Martin", "Customer care", "Lyon", (Role.FRONT_LINE,), True),
    ("mehmet", "Mehmet Yıldız", "Account manager", "Leipzig", (Role.FRONT_LINE,), True),
    ("jonas", "Jonas Weber", "Head of logistics", "Leipzig", (Role.PROCESS_OWNER,), False),
    ("ines", "Inès Laurent", "Customer analyst", "Lyon", (Role.ANALYST,), False),
    ("karin", "Dr. Karin Seidel", "Managing director", "Leipzig", (Role.TOP_MANAGEMENT,), False),
    ("sam", "Sam Peters", "IT", "Leipzig", (Role.ADMINISTRATOR,), False),
    ("lea", "Lea Vogt", "Warehouse", "Leipzig", (Role.EMPLOYEE,), True),
    ("otto", "Otto Reiter", "Auditor", "", (Role.AUDITOR,), False),
)
SEGMENTS = ("Landscapers", "Garden centres", "Municipalities", "Home owners")
GERMAN = (
    ("Gärtnerei Holzapfel", "Halle", "Landscapers", "Katrin Holzapfel"),
    ("Grünwerk Leipzig", "Leipzig", "Landscapers", "Tobias Arndt"),
    ("Garten & Teich Zimmer", "Dresden", "Landscapers", "Uwe Zimmer"),
    ("Landschaftsbau Krüger", "Chemnitz", "Landscapers", "Sabine Krüger"),
    ("Stadtgrün Pleiße", "Leipzig", "Landscapers", "Ralf Lindner"),
    ("Hortus GmbH", "Berlin", "Garden centres", "Petra Engel"),
    ("Gartencenter Auenwald", "Leipzig", "Garden centres", "Moritz Behrend"),
    ("Baumarkt Nord", "Magdeburg", "Garden centres", "Silke Otto"),
    ("Pflanzenhof Sachse", "Jena", "Garden centres", "Jürgen Sachse"),
    ("Blumen Roth", "Erfurt", "Garden centres", "Anke Roth"),
    ("Stadt Markkleeberg", "Markkleeberg", "Municipalities", "Frank Thiele"),
    ("Stadt Halle, Grünflächen", "Halle", "Municipalities", "Heike Bormann"),
    ("Gemeinde Borsdorf", "Borsdorf", "Municipalities", "Dirk Naumann"),
    ("Familie Petersen", "Leipzig", "Home owners", "Nele Petersen"),
    ("Familie Yılmaz", "Leipzig", "Home owners", "Deniz Yılmaz"),
    ("Hausgemeinschaft Südplatz", "Leipzig", "Home owners", "Greta Fuchs"),
    ("Familie Novak", "Dresden", "Home owners", "Jan Novak"),
    ("Kleingarten Abendruh", "Leipzig", "Home owners", "Monika Jahn"),
)
FRENCH = (
    ("Jardins du Rhône", "Lyon", "Landscapers", "Luc Perrin"),
    ("Espaces Verts Bellecour", "Lyon", "Landscapers", "Nadia Benali"),
    ("Paysages Chartreuse", "Grenoble", "Landscapers", "Hugo Blanc"),
    ("Atelier du Paysage", "Saint-Étienne", "Landscapers", "Claire Fontaine"),
    ("Vert & Pierre", "Valence", "Landscapers", "Marc Olivier"),
    ("Jardinerie des Monts", "Villefranche", "Garden centres", "Sophie Renard"),
    ("Jardinerie du Parc", "Lyon", "Garden centres", "Paul Girard"),
    ("Pépinières Duval", "Bourg-en-Bresse", "Garden centres", "Émilie Duval"),
    ("Ville de Valence", "Valence", "Municipalities", "Karim Haddad"),
    ("Ville de Villeurbanne", "Villeurbanne", "Municipalities", "Anne Roche"),
    ("Commune de Givors", "Givors", "Municipalities", "Philippe Mas"),
    ("Famille Moreau", "Villeurbanne", "Home owners", "Julie Moreau"),
    ("Famille Lopez", "Lyon", "Home owners", "Inés Lopez"),
    ("Copropriété Les Tilleuls", "Lyon", "Home owners", "Gérard Faure"),
    ("Famille Nguyen", "Grenoble", "Home owners", "Minh Nguyen"),
    ("M. Whitfield", "Annecy", "Home owners", "John Whitfield"),
)
SECOND = (
    "Lena Vogel",
    "Erik Baum",
    "Marta Kowalska",
    "Yusuf Demir",
    "Olivia Reed",
    "Camille Noir",
    "Pierre Vidal",
    "Aïcha Traoré",
)


@dataclass
class Cast:
    """Everybody, by name."""

    members: dict[str, Member] = field(default_factory=dict)
    sites: dict[str, Site] = field(default_factory=dict)
    people: dict[str, list[Person]] = field(default_factory=dict)
    accounts: list[Account] = field(default_factory=list)

    def __getattr__(self, name: str) -> Member:
        members: dict[str, Member] = self.__dict__.get("members", {})
        if name not in members:
            raise AttributeError(name)
        return members[name]


def cast(stage: Stage, password: str) -> Cast:
    """Set up the organisation and everyone in it, on the story's first day."""
    at, found = stage.at(stage.began, 8), Cast()
    set_up_organisation(
        "Rosetau",
        DIRECTOR,
        at=at,
        mail_from="hello@rosetau.example",
        colour="#2c6a2f",
        default_language="en",
        is_demo=True,
    )
    found.sites["Leipzig"] = add_site("Leipzig", DIRECTOR, at=at, time_zone="Europe/Berlin", country="DE", region="SN")
    found.sites["Lyon"] = add_site("Lyon", DIRECTOR, at=at, time_zone="Europe/Paris", country="FR")
    hashed = make_password(password)  # the same for all: hashing it ten times would take seconds
    for key, name, title, site, roles, only in MEMBERS:
        details: dict[str, Any] = {"read_only_until": stage.month(-3)} if Role.AUDITOR in roles else {}
        email = f"{key}@{'rosetau' if site else 'audit'}.example"
        member = add_member(
            name,
            email,
            DIRECTOR,
            at=at,
            roles=roles,
            site=found.sites.get(site),
            only_at_site=only,
            job_title=title,
            **details,
        )
        member.password = hashed
        member.save(update_fields=["password"])
        found.members[key] = member
    _customers(stage, found)
    return found


def _customers(stage: Stage, found: Cast) -> None:
    at = stage.at(stage.began, 9)
    segments: dict[str, Segment] = {name: add_segment(name, DIRECTOR, at=at) for name in SEGMENTS}
    second = iter(SECOND * 4)
    for site, accounts, language in (("Leipzig", GERMAN, "de"), ("Lyon", FRENCH, "fr")):
        found.people[site] = []
        for number, (name, city, segment, contact) in enumerate(accounts):
            owner = {"Leipzig": ("mehmet", "ben")[number % 2], "Lyon": "chloe"}[site]
            account = add_account(
                name,
                DIRECTOR,
                at=at,
                segment=segments[segment],
                site=found.sites[site],
                owner=found.members[owner],
                since=stage.began - timedelta(days=stage.die.randrange(200, 4000)),
                city=city,
                country="DE" if site == "Leipzig" else "FR",
                language=language,
            )
            found.accounts.append(account)
            people = [contact]
            if segment != "Home owners" and number % 3 != 2:
                people.append(next(second))
            for place, person in enumerate(people):
                english = person in {"John Whitfield", "Olivia Reed"}
                found.people[site].append(
                    add_person(
                        person,
                        DIRECTOR,
                        at=at,
                        email=_address(person, account.pk) if (number + place) % 11 != 10 else None,
                        phone=""
                        if place
                        else f"+49 341 55{number:02d}0"
                        if site == "Leipzig"
                        else f"+33 4 72 55 {number:02d} 00",
                        account=account,
                        language="en" if english else language,
                    )
                )


def _address(name: str, number: int) -> str:
    plain = unicodedata.normalize("NFKD", name.lower().replace("ı", "i")).encode("ascii", "ignore").decode()
    return f"{plain.replace(' ', '.')}@customer{number}.example"
