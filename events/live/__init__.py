"""The day itself: the board as it is now, the stream of its changes, the projector, announcements.

Key files: ``state`` (what a board shows), ``changes`` (what became different, by number), ``channels`` and
``listening`` (the process of :mod:`hub.live`, which tells browsers), ``tickets`` (who may listen there).
"""
