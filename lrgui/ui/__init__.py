"""The window: PySide6 widgets around the one Document."""
