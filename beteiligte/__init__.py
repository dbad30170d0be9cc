"""The domain, pure: field table, mapping, three-way decision, statuses, faults, messages.

No I/O, no Temporal, no clock: what it needs comes in as arguments.
"""
