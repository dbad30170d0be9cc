"""The command line without its script: `python -m starter`."""

from starter.commands import main

main()
