"""The master key under a passphrase. Each opening costs half a second, so the cases are few and chosen."""

import json
from typing import Any

import pytest

from evoke.kit.errors import Invalid
from evoke.platform.crypto.backup import export_backup, import_backup
from evoke.platform.crypto.errors import BackupInvalid, WrongPassphrase
from evoke.platform.crypto.keys import MasterKey

PASSPHRASE = "seven kites over the café"
# Made once, with the least work that version 1 accepts, so that most cases below are fast.
SMALL = """{
  "format": "evoke-master-key",
  "version": 1,
  "key_id": "4446979e9bb40c8b",
  "kdf": {
    "name": "scrypt",
    "n": 1024,
    "r": 8,
    "p": 1,
    "salt": "EM9pHUmQPVmqdczfB6yZnQ=="
  },
  "cipher": {
    "name": "AES-256-GCM",
    "nonce": "hij2CZ0ayrVsi5GC",
    "ciphertext": "4EYiEUNFyR2GFsDL/IBphVroTjFBa+nsN8fa1TpvP4vx92s7fRBbkywHCfI/F0JW"
  }
}"""


def changed(**parts: Any) -> str:
    document = json.loads(SMALL)
    for path, value in parts.items():
        *groups, name = path.split("__")
        target = document
        for group in groups:
            target = target[group]
        target[name] = value
    return json.dumps(document)


def test_what_is_exported_comes_back() -> None:
    key = MasterKey.generate()
    text = export_backup(key, PASSPHRASE)
    assert import_backup(text, PASSPHRASE) == key
    document = json.loads(text)
    assert (document["format"], document["version"], document["key_id"]) == ("evoke-master-key", 1, key.id.hex())
    assert (document["kdf"]["name"], document["kdf"]["n"], document["kdf"]["r"]) == ("scrypt", 2**17, 8)


def test_what_version_1_exported_stays_readable() -> None:
    assert import_backup(SMALL, PASSPHRASE) == MasterKey(bytes(range(32)))


def test_the_passphrase_may_come_decomposed() -> None:
    assert import_backup(SMALL, PASSPHRASE.replace("é", "e\u0301")) == MasterKey(bytes(range(32)))


@pytest.mark.parametrize("passphrase", ["", "seven kites over the cafe", PASSPHRASE + " ", "\ud800 not a text at all"])
def test_a_wrong_passphrase_is_told(passphrase: str) -> None:
    with pytest.raises(WrongPassphrase, match="does not open"):
        import_backup(SMALL, passphrase)


@pytest.mark.parametrize(
    "change",
    [
        {"key_id": "00" * 8},
        {"kdf__salt": "AAAAAAAAAAAAAAAAAAAAAA=="},
        {"kdf__r": 4},
        {"cipher__name": "none"},
        {"cipher__ciphertext": "AAAA"},
        {"note": "added"},
    ],
)
def test_a_changed_backup_does_not_open(change: dict[str, Any]) -> None:
    with pytest.raises(WrongPassphrase):
        import_backup(changed(**change), PASSPHRASE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        '"text"',
        "{}",
        SMALL[:-40],
        changed(format="other"),
        changed(version=2),
        changed(kdf=None),
        changed(cipher=[]),
        changed(kdf__n="many"),
        changed(kdf__n=0),
        changed(kdf__n=1000),
        changed(kdf__n=2**30),
        changed(kdf__r=4096),
        changed(kdf__p=10**9),
        changed(kdf__salt="*"),
        changed(kdf__salt=7),
        changed(cipher__nonce="AAAA"),
    ],
)
def test_what_is_no_backup_is_refused_before_any_work(text: str) -> None:
    with pytest.raises(BackupInvalid) as caught:
        import_backup(text, PASSPHRASE)
    assert not isinstance(caught.value, WrongPassphrase)


def test_a_short_passphrase_is_refused() -> None:
    with pytest.raises(Invalid, match="12 characters"):
        export_backup(MasterKey.generate(), "eleven char")
