"""The page: its data as JSON, the sentences it states, and the HTML file that holds them."""
