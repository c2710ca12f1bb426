"""What every page needs: rendering, forms, guards, error pages, headers, static files."""
