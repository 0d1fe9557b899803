"""What surveys offer to the floors below, and to the navigation."""

from wellheard.core.imports import register_importer
from wellheard.core.trail.seals import SealedRows, register_sealed
from wellheard.surveys.imports import ResponseImporter
from wellheard.surveys.models import Response
from wellheard.surveys.storing import bodies

register_sealed(SealedRows("surveys.response", Response, bodies))
register_importer(ResponseImporter())
