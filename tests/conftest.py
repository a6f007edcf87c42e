"""What holds for every test."""

import hypothesis

# Whether an example took long says how busy the machine is, not whether the code is right.
hypothesis.settings.register_profile("without a deadline", deadline=None)
hypothesis.settings.load_profile("without a deadline")
