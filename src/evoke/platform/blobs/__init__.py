"""Files of any size under a key: in a folder, in memory, or in S3, GCS or Azure; encrypted or not.

`connect.open_store` gives a `store.BlobStore`. Everything else is behind it: `spool` receives an upload, `reader` gives
it back, `local` and `objects` are the two kinds of places, `framing` tells encrypted blobs from plain ones.
"""
