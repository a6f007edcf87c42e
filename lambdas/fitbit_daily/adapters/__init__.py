"""The outside world: AWS, the source of the numbers, X. Only here is a request ever made."""

import warnings

# Guessing the encoding of a text takes a tenth of every cold start to import and is never needed, for all that is read
# is JSON: the layer leaves charset_normalizer out, of which requests warns.
warnings.filterwarnings("ignore", "Unable to find acceptable character detection dependency")
