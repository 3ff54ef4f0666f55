"""Which protection does the application ask of the browser? Headers and cookies, read as browsers read them."""
