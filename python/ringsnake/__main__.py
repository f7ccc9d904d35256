"""`python -m ringsnake`: the worker. Started by `spawn()`, not by hand."""

import sys

from ringsnake._worker.main import main

sys.exit(main())
