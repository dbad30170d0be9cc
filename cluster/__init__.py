"""The topology of a real installation on one machine: Temporal on PostgreSQL, two workers; played over and killed."""
