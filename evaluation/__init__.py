"""Says how good a model is: metrics, baselines, benchmarks, speed."""
