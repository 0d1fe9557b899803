"""The web process: `granian --interface wsgi wellheard.config.wsgi:application`."""

import os
import sys

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wellheard.config.settings")
# Many threads wait here for one that writes: with Python's usual 5 ms a turn, the writer stands in line behind them all.
sys.setswitchinterval(0.0005)
application = get_wsgi_application()
