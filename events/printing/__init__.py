"""The released programme for paper and for programme apps, and what organisers print for the day."""
