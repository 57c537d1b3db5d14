"""What a release consists of and under whose terms: parts lists (SBOM) and the REUSE report."""
