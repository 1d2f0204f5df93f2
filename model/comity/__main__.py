"""``python -m comity`` is the ``comity`` command."""

import sys

from comity.cli import main

sys.exit(main())
