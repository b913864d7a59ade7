"""Docks: runs and readout."""
