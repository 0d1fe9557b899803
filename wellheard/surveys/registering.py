"""What surveys offer to the floors below, and to the navigation."""

from wellheard.core.home import register_truth
from wellheard.core.imports import register_importer
from wellheard.core.navigation import Place, register_place
from wellheard.core.trail.seals import SealedRows, register_sealed
from wellheard.surveys import (  # noqa: F401  indicators and jobs register themselves
    customer_holdings,
    customer_parts,
    customer_traits,
    evidence,
    home,
    indicators,
    jobs,
    thread,
)
from wellheard.surveys.imports import ResponseImporter
from wellheard.surveys.models import Response
from wellheard.surveys.storing import bodies

register_sealed(SealedRows("surveys.response", Response, bodies))
register_importer(ResponseImporter())
thread.register()
customer_parts.register()
customer_holdings.register()
customer_traits.register()
evidence.register()
for place in home.TRUTHS:
    register_truth(home.truth_at(place), order=10 + place)
register_place(Place("Listen", "Surveys", "surveys:list", order=10, permission="surveys.see_survey"))
