"""Sessions and recipes as files: format, migrations, atomic store. Neither torch nor Qt."""
