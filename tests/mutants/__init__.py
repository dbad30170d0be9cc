"""Tests the tests: wrong designs are planted one by one, and the suite has to catch each (`make mutants`)."""
