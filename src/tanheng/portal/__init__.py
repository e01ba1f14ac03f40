"""The site and its API: settings, the root of the addresses, what starts with the server.

    browser ──> urls ──> a measure's or a book's pages and api ──> actions ──> records
                  └────> /api: one root, one description (OpenAPI)

Everything that a measure or a book shows is in its own folder; here it is only put together.
"""
