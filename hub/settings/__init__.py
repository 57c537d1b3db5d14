"""Django settings. ``base`` is the site; ``test`` changes what tests must not do for real."""
