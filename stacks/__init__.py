"""What is deployed: one stack that composes a construct for each capability.

The stack imports names from the runtime code, errors above all, so that the two cannot drift apart.
"""

import sys
from pathlib import Path

# Its name; in its template's metadata, its version and settings stand under it, too.
STACK = "fitbit-daily"

sys.path.insert(0, str(Path(__file__).parent.parent / "lambdas"))
