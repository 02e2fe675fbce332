"""`python -m ltsei`, the same as the command `ltsei`."""

import sys

from ltsei.cli.main import main

sys.exit(main())
