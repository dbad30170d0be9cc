"""Stand-ins for EspoCRM 9.2.7 and Advoware: real HTTP servers on the loopback that keep state.

For the tests, the demo, the benchmark and trials (`python -m simulators`); nothing of the product imports them and they
import nothing of it, so that a wrong reading of a fact is not made twice by the same line of code. What a stand-in does
not do stands at the top of its file; EspoCRM is held to what was recorded from a real one, value by value, and
tests/simulators/test_recordings.py lists what still differs. Read `systems.Simulators` first (both, wired and served),
then `faults` (what goes wrong next) and `calls` (what was asked of whom). Where the rules come from: facts/espocrm.md
with its recordings, facts/advoware.md with its confidence marks. Held by tests/simulators/.
"""

from simulators.advoware import Advoware
from simulators.calls import Call, Calls
from simulators.clock import Clock
from simulators.espocrm import EspoCrm
from simulators.fault_plan import Faults
from simulators.systems import Simulators

__all__ = ["Advoware", "Call", "Calls", "Clock", "EspoCrm", "Faults", "Simulators"]
