"""What an installation needs around the program: made where it can be made, checked everywhere."""
