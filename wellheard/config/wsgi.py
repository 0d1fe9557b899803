"""The web process: `granian --interface wsgi wellheard.config.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wellheard.config.settings")
application = get_wsgi_application()
