"""`make bench`: the program beside bare calls and beside what people would use instead, in one run.

Everything runs on the stand-ins of both systems, in processes of their own. What counts are ratios within one run.
"""
