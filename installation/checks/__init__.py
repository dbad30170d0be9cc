"""The checks of doctor: each module looks at one thing around the program and never writes."""
