"""Real pytest runs need the plugin `pytester`; it must be asked for above the folders that use it."""

pytest_plugins = ["pytester"]
