"""Run the command line with ``python -m carbonpeak``."""

from carbonpeak.cli import main

main()
