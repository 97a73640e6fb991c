"""denialboard's pipelines: reading, storing, classifying and measuring payer denials."""
