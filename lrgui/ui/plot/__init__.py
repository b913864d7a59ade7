"""The plot: the only code that knows pyqtgraph."""
