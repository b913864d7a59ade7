"""Docks: runs, readout and problems."""
