"""The whole program on stand-ins for both systems, telling a story: `make demo`.

Real processes, real HTTP, the real Temporal server; only EspoCRM and Advoware are stand-ins (simulators/), and the
people at them are this program. Read story.py for the chapters, chapters.py for what happens in them, stage.py for
what runs.
"""
