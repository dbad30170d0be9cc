"""What stands in deploy/ and docker-compose.yml, held against the program: it cannot be run by a container here."""
