"""How two instances become peers: proposals, fetched identities, and fingerprints for comparison by phone."""
