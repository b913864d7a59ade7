"""Forms: field kind to editor, and the panels of the recipe."""
