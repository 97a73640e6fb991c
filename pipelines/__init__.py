"""denialboard's pipelines: reading, storing, classifying and measuring payer denials."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # our matrices are small: threads only wait for each other
