"""Makes models from labels: corpus, training, calibration, export."""
