"""Keys and ciphers: a master key wraps a key for each owner, which wraps a key for each blob.

- `keys`: `MasterKey`, `OwnerKey` and the `Keyring` that knows several master keys while one replaces another
- `sources`: where a master key comes from (file, environment, command) and how it is replaced
- `backup`: the master key under a passphrase
- `texts`: short texts under an owner's key
- `stream`: the format of an encrypted blob, readable from any position
"""
