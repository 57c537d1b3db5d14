"""Signing in with the city's own provider of OpenID Connect (``HUB_OIDC_URL``).

The city's directory vouches for its staff: a new account from it is a member of the city at once.
Accounts are known by (provider, subject) and never joined by e-mail.

Key files: ``adapter`` (which providers there are, and what becomes of a newcomer), ``provider`` (the
exchange and the proof), ``views`` (the two addresses), ``urls``.
"""
