"""Workloads: what produces the gradients that the optimizer steps with."""
