"""Tables and facts as text, and the page with everything."""
