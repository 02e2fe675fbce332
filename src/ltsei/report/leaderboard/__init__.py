"""One page about several results folders, and published numbers beside them."""
