"""The campaign of random faults: the deployed definition and the real handlers against everything that can go wrong.

Each run is drawn from its seed and reproduced by it. `make faults RUNS=2000 SEED=1` runs it and reports.
"""

import stacks  # noqa: F401  it puts the runtime code on the path
