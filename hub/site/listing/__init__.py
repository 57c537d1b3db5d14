"""The list of all contributions: what is asked for in the address, and what is found."""

from hub.site.listing.listing import PER_PAGE, Listing, Relaxation

__all__ = ["PER_PAGE", "Listing", "Relaxation"]
