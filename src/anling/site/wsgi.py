"""What the web server calls."""

import os

from django.core.wsgi import get_wsgi_application

from anling.site.orphans import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anling.site.settings")
end_with_parent()
application = get_wsgi_application()
