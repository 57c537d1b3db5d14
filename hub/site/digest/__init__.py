"""The digest: new contributions by mail, by topic and region, for whoever confirmed the wish."""
