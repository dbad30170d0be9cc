"""What people would use instead, each as small as it can be: the same four calls, other things around them.

They share api.py and compare.py, so only what is around the calls differs, and know nothing of the program.
"""
