"""The wrong designs, one row each; where they come from: what a model of such syncs showed to lose edits or to double.

A row replaces one text that stands exactly once in its file; tests/house/test_mutants.py holds it, so it cannot rot.
"""

from mutants.deletes import OF_DELETES
from mutants.edits import EDITS
from mutants.failures import FAILURES
from mutants.operation import OPERATION
from mutants.partners import PARTNERS
from mutants.sweeps import SWEEPS
from mutants.values import VALUES
from mutants.wire import WIRE

MUTANTS = (*FAILURES, *PARTNERS, *OF_DELETES, *EDITS, *SWEEPS, *OPERATION, *VALUES, *WIRE)
