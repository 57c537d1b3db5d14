"""Members of other hubs: signing in here with the account at home (OpenID Connect), and only for reading.

A member is an account whose home hub asserts ``{body, role}``. It is known by (issuer, subject), never
by e-mail, has no role here, and its session ends after twelve hours or as soon as its home says so.

Key files: ``assertions`` (what a home hub may say), ``exchange`` (the way there and back), ``admitting``
(the account here, its session and its end), ``checking`` (asking the home again), ``clients`` (peers as
clients of this hub's own provider), ``provider`` (this hub's key for ID tokens), ``adapter`` and
``home_hub`` (how allauth lists peers), ``leaving`` (signing out), ``views``, ``middleware``.
"""
