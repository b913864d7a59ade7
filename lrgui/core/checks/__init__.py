"""The checks that `lrgui.core.validate` brings together, one module for each part of a recipe."""
