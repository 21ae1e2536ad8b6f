"""The web console: pages and the scripts, styles and icons they are made of.

It knows no domain and no table: the pages speak to the HTTP API from the browser, as any other client does.
"""
