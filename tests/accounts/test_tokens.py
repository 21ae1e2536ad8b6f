import base64
import json
import uuid
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import OctKey

from evoke.domains.accounts import tokens
from evoke.domains.accounts.errors import TokenExpired, TokenInvalid
from evoke.kit.errors import Misconfigured
from tests.accounts.conftest import KEY, Clock

QUARTER = timedelta(minutes=15)


def forged(header: dict[str, str], claims: dict[str, object], key: bytes = KEY) -> str:
    return jwt.encode(header, claims, OctKey.import_key(key), algorithms=["HS256", "HS384", "HS512"])


def test_what_was_signed_is_read(clock: Clock) -> None:
    signer = tokens.TokenSigner(KEY, clock=clock)
    claims = signer.read("access", signer.sign("access", {"sub": "x"}, QUARTER))
    assert claims["sub"] == "x"
    assert claims["typ"] == "access"
    assert claims["exp"] - claims["iat"] == 900
    assert claims["jti"]


def test_a_token_ends_when_it_says(clock: Clock) -> None:
    signer = tokens.TokenSigner(KEY, clock=clock)
    token = signer.sign("access", {}, QUARTER)
    clock.forward(minutes=14, seconds=59)
    signer.read("access", token)
    clock.forward(seconds=1)
    with pytest.raises(TokenExpired):
        signer.read("access", token)
    signer.read("access", token, grace=timedelta(seconds=1))
    clock.forward(seconds=1)
    with pytest.raises(TokenExpired):
        signer.read("access", token, grace=timedelta(seconds=1))


def test_tokens_of_others_are_refused(clock: Clock) -> None:
    signer = tokens.TokenSigner(KEY, clock=clock)
    now = int(clock().timestamp())
    good = {"typ": "access", "iat": now, "exp": now + 900, "sub": "x"}
    signer.read("access", forged({"alg": "HS256"}, dict(good)))
    nothing = base64.urlsafe_b64encode(json.dumps({"alg": "none"}).encode()).rstrip(b"=").decode()
    body = forged({"alg": "HS256"}, dict(good)).split(".")[1]
    refused = {
        "another key": forged({"alg": "HS256"}, dict(good), key=b"x" * 32),
        "another algorithm": forged({"alg": "HS512"}, dict(good)),
        "no algorithm": f"{nothing}.{body}.",
        "another kind": signer.sign("link", {}, QUARTER),
        "no end": forged({"alg": "HS256"}, {key: value for key, value in good.items() if key != "exp"}),
        "an end in words": forged({"alg": "HS256"}, {**good, "exp": "tomorrow"}),
        "an end beyond the calendar": forged({"alg": "HS256"}, {**good, "exp": 10**18}),
        "from the future": forged({"alg": "HS256"}, {**good, "iat": now + 3600}),
        "no object": forged({"alg": "HS256"}, dict(good))[:-4] + "AAAA",
    }
    for why, token in refused.items():
        with pytest.raises(TokenInvalid):
            pytest.fail(f"{why}: {signer.read('access', token)}")


@given(st.text(max_size=300))
def test_any_text_is_refused_without_a_crash(text: str) -> None:
    with pytest.raises(TokenInvalid):
        tokens.TokenSigner(KEY).read("access", text)
    with pytest.raises(TokenInvalid):
        tokens.RefreshToken.parse(text)
    with pytest.raises(TokenInvalid):
        tokens.api_key_prefix(text)


def test_a_token_without_end_in_length_is_not_even_decoded() -> None:
    with pytest.raises(TokenInvalid):
        tokens.TokenSigner(KEY).read("access", "e" * 1_000_000)


def test_weak_keys_and_foreign_algorithms_are_told_at_the_start() -> None:
    with pytest.raises(Misconfigured, match="openssl rand"):
        tokens.TokenSigner(b"secret")
    with pytest.raises(Misconfigured, match="HS256"):
        tokens.TokenSigner(KEY, "RS256")


def test_a_refresh_token_survives_its_way_through_text() -> None:
    token = tokens.RefreshToken.generate(uuid.uuid4())
    assert tokens.RefreshToken.parse(str(token)) == token
    assert str(token).startswith("evr_")
    assert token.secret.hex() not in repr(token)


def test_successors_need_the_key_and_the_salt() -> None:
    token = tokens.RefreshToken.generate(uuid.uuid4())
    signer = tokens.TokenSigner(KEY)
    following = token.successor(signer, b"salt")
    assert following == token.successor(signer, b"salt")
    assert following.session_id == token.session_id
    assert following.family_hash == token.family_hash
    others = {token.successor(signer, b"pepper").secret, token.successor(tokens.TokenSigner(b"x" * 32), b"salt").secret}
    assert following.secret not in others | {token.secret}


def test_an_api_key_is_found_by_its_prefix_and_kept_as_a_hash() -> None:
    prefix, key, digest = tokens.new_api_key()
    assert key.startswith(f"evk_{prefix}_")
    assert tokens.api_key_prefix(key) == prefix
    assert tokens.hash_api_key(key) == digest
    assert len(key.split("_", 2)[2]) == 43
    assert tokens.new_api_key()[1] != key
