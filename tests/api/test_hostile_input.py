"""Texts and numbers that no sane client sends: each gets an answer below 500, in the envelope."""

import json
import uuid
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from evoke.kit.pages import encode_cursor
from tests.api.hostile import LONE, MOMENTS, NUL, NUMBERS, TEXTS, ask_each, assert_sound
from tests.factories import library, people, pictures, wire

pytestmark = pytest.mark.unmeasured

HEADERS = (
    "User-Agent",
    "Accept-Encoding",
    "Content-Type",
    "Range",
    "If-Range",
    "If-None-Match",
    "Origin",
    "Cookie",
    "X-Forwarded-For",
    "Accept-Language",
    "Authorization",
    "Forwarded",
    "Content-Language",
)
HEADER_VALUES = (
    b"\xff\xfe",
    b"\xc3\xa9",
    b"x" * 20_000,
    b"bytes=0-" + b"9" * 5000,
    b"bytes=-" + b"9" * 5000,
    b"%00",
    b";" * 1000,
    b",".join([b"a"] * 3000),
    b'"',
    b"W/",
    b"gzip;q=x",
    b"text/plain; charset=no",
)
PHOTO_TEXTS = [
    "mime_type",
    "city",
    "country",
    "camera",
    "lens",
    "tags",
    "bbox",
    "near",
    "cursor",
    "taken_after",
    "type",
]
SEARCH_TEXTS = [*PHOTO_TEXTS, "q", "time_zone", "mode", "sort"]
PHOTO_NUMBERS = [
    "limit",
    "rating_min",
    "iso_min",
    "iso_max",
    "f_number_min",
    "f_number_max",
    "focal_length_min",
    "focal_length_max",
]


async def test_texts_in_the_filters_of_a_list(client: httpx.AsyncClient, person: people.Person) -> None:
    await ask_each(client, person, "/api/v1/photos", PHOTO_TEXTS)
    await ask_each(client, person, "/api/v1/photos/timeline", [name for name in PHOTO_TEXTS if name != "cursor"])


async def test_texts_in_a_search(client: httpx.AsyncClient, person: people.Person) -> None:
    await ask_each(client, person, "/api/v1/search", SEARCH_TEXTS)


async def test_texts_in_lists_of_jobs(client: httpx.AsyncClient, person: people.Person) -> None:
    await ask_each(client, person, "/api/v1/jobs", ["state", "kind", "subject", "cursor"])
    subject = {"subject": f"{NUL}:{uuid.uuid4()}"}
    assert (await client.get("/api/v1/jobs", params=subject, headers=person.headers)).status_code == 400


async def test_numbers_out_of_range(client: httpx.AsyncClient, person: people.Person) -> None:
    for path, names in (("/api/v1/photos", PHOTO_NUMBERS), ("/api/v1/search", ["limit", "iso_min", "rating_min"])):
        for name in names:
            for value in NUMBERS:
                answer = await client.get(path, params={name: value}, headers=person.headers)
                assert_sound(answer, (path, name, value[:20]))
    for value in NUMBERS:
        assert_sound(await client.get("/api/v1/jobs", params={"limit": value}, headers=person.headers), value[:20])
        for box in (f"{value},0,1,1", f"0,{value},1,1"):
            assert_sound(await client.get("/api/v1/photos", params={"bbox": box}, headers=person.headers), box[:30])
        for near in (f"{value},0,1", f"0,0,{value}"):
            assert_sound(await client.get("/api/v1/photos", params={"near": near}, headers=person.headers), near[:30])


async def test_moments_at_the_ends_of_the_calendar(client: httpx.AsyncClient, person: people.Person) -> None:
    for path in ("/api/v1/photos", "/api/v1/photos/timeline", "/api/v1/search"):
        for name in ("taken_after", "taken_before"):
            for moment in MOMENTS:
                answer = await client.get(path, params={name: moment}, headers=person.headers)
                assert_sound(answer, (path, name, moment))
                filters = {"filters": {"not": [{name: moment}]}}
                assert_sound(await client.post("/api/v1/search", json=filters, headers=person.headers), (name, moment))


async def test_cursors_that_look_like_ours(client: httpx.AsyncClient, person: people.Person) -> None:
    id_ = str(uuid.uuid4())
    for values in (
        ["2020-01-01T00:00:00", id_],
        ["0001-01-01T00:00:00+14:00", id_],
        ["9999-12-31T23:59:59-14:00", id_],
        ["2020-01-01T00:00:00Z", NUL],
        [None, None],
        [{}, []],
        [1, 2],
        [id_],
        [[[[]]]],
    ):
        for path in ("/api/v1/photos", "/api/v1/search", "/api/v1/jobs"):
            answer = await client.get(path, params={"cursor": encode_cursor(values)}, headers=person.headers)
            assert_sound(answer, (path, values))


async def test_texts_in_bodies(client: httpx.AsyncClient, person: people.Person) -> None:
    photo = await library.upload(client, person, pictures.jpeg(1))
    one = f"/api/v1/photos/{photo['id']}"
    for text in (*TEXTS.values(), LONE, "\udcff", "", " ", "\u0000", "\ufeff", "\uffff", "🌻"):
        for method, path, body in (
            ("POST", "/api/v1/auth/login", {"email": text, "password": "blue-window-47"}),
            ("POST", "/api/v1/auth/login", {"email": person.email, "password": text}),
            ("POST", "/api/v1/auth/register", {"email": text, "password": "blue-window-47", "name": "User"}),
            ("POST", "/api/v1/auth/register", {"email": "u@example.org", "password": text, "name": text}),
            ("POST", "/api/v1/auth/refresh", {"refresh_token": text}),
            ("POST", "/api/v1/auth/password", {"old_password": text, "new_password": text}),
            ("POST", "/api/v1/auth/api-keys", {"name": text, "scopes": ["photos:read"]}),
            ("POST", "/api/v1/auth/api-keys", {"name": "a", "scopes": [text]}),
            ("POST", "/api/v1/photos/check", {"items": [{"id": text, "checksum": text}]}),
            ("POST", "/api/v1/photos/check", {"items": [{"id": text, "checksum": "00" * 20}]}),
            ("POST", "/api/v1/photos/restore", {"ids": [text]}),
            ("PATCH", one, {"description": text}),
            ("PATCH", one, {"tags": [text]}),
            ("PATCH", one, {"time_zone": text}),
            ("PATCH", one, {"taken_at": text}),
            ("PATCH", one, {text: text}),
            ("PATCH", "/api/v1/photos", {"ids": [photo["id"]], "changes": {"description": text}}),
            ("POST", "/api/v1/search", {"q": text}),
            ("POST", "/api/v1/search", {"q": "a", "cursor": text}),
            ("POST", "/api/v1/search", {"q": "a", "time_zone": text}),
            ("POST", "/api/v1/search", {text: 1}),
            *(
                ("POST", "/api/v1/search", {"filters": {name: text}})
                for name in ("city", "country", "camera", "lens", "mime_type", "tags", "bbox", "near", text)
            ),
            ("POST", "/api/v1/search", {"filters": {"tags": {"any": [text]}}}),
        ):
            # By hand: httpx would refuse lone surrogates, which JSON can spell.
            headers = {**person.headers, "Content-Type": "application/json"}
            answer = await client.request(method, path, content=json.dumps(body), headers=headers)
            assert_sound(answer, (method, path, body))


async def test_a_tag_of_nothing_but_controls_is_none(client: httpx.AsyncClient, person: people.Person) -> None:
    photo = await library.upload(client, person, pictures.jpeg(1))
    tags = {"tags": ["\u0000", "\x07 sea \x7f", "sea", "\u200e"]}
    answer = await client.patch(f"/api/v1/photos/{photo['id']}", json=tags, headers=person.headers)
    assert answer.json()["data"]["photo"]["tags"] == ["sea", "\u200e"]


async def test_numbers_in_bodies(client: httpx.AsyncClient, person: people.Person) -> None:
    photo = await library.upload(client, person, pictures.jpeg(1))
    one = f"/api/v1/photos/{photo['id']}"
    for number in ("1e400", "-1e400", "NaN", "Infinity", "9" * 400, "1e-400", str(2**63), "-0", "true", "null", "[]"):
        for method, path, body in (
            ("PATCH", one, '{"rating": %s}'),
            ("PATCH", one, '{"location": {"latitude": %s, "longitude": 1}}'),
            ("PATCH", one, '{"location": {"latitude": 1, "longitude": 1, "altitude_m": %s}}'),
            ("PATCH", one, '{"taken_at": %s}'),
            ("POST", "/api/v1/search", '{"limit": %s}'),
            ("POST", "/api/v1/search", '{"filters": {"f_number_max": %s, "iso_min": %s}}'.replace("%s", number)),
            ("POST", "/api/v1/search", '{"filters": {"near": {"latitude": 1, "longitude": 1, "radius_km": %s}}}'),
            ("POST", "/api/v1/search", '{"filters": {"bbox": [%s, 0, 1, 1]}}'),
            ("POST", "/api/v1/auth/api-keys", '{"name": "a", "scopes": ["photos:read"], "expires_at": %s}'),
        ):
            headers = {**person.headers, "Content-Type": "application/json"}
            answer = await client.request(method, path, content=body.replace("%s", number), headers=headers)
            assert_sound(answer, (method, path, body, number[:20]))


async def test_json_that_is_deep_or_wide(client: httpx.AsyncClient, person: people.Person) -> None:
    headers = {**person.headers, "Content-Type": "application/json"}
    deep = "[" * 100_000 + "]" * 100_000
    nested = '{"not":' * 5_000 + "{}" + "}" * 5_000
    mild = '{"not":' * 60 + "{}" + "}" * 60
    wide: Any = {"city": "Lisbon"}
    for _ in range(3):
        wide = {"any": [wide] * 20}
    for body in (deep, f'{{"filters":{nested}}}', f'{{"filters":{mild}}}', json.dumps({"filters": wide})):
        answer = await client.post("/api/v1/search", content=body, headers=headers)
        assert_sound(answer, body[:100])
        assert answer.status_code == 400, body[:100]
    answer = await client.post("/api/v1/photos/check", content=f'{{"items":{deep}}}', headers=headers)
    assert answer.status_code == 400


async def test_a_key_given_many_times(client: httpx.AsyncClient, person: people.Person) -> None:
    many = "&".join(["tags=a"] * 2000)
    assert_sound(await client.get(f"/api/v1/photos?{many}", headers=person.headers), "tags")
    assert_sound(await client.get("/api/v1/photos?limit=1&limit=2&cursor=&cursor=", headers=person.headers), "limit")
    body = '{"ids":[],' + '"ids":[],' * 20_000 + '"ids":[]}'
    headers = {**person.headers, "Content-Type": "application/json"}
    assert_sound(await client.post("/api/v1/photos/restore", content=body, headers=headers), "ids")


async def test_addresses_and_queries_that_are_no_utf8(client: httpx.AsyncClient, person: people.Person) -> None:
    id_ = uuid.uuid4()
    for path in (
        b"/api/v1/photos/%ff",
        b"/api/v1/photos/%00",
        b"/api/v1/photos/%ed%a0%80",
        b"/api/v1/photos/\xff\xfe",
        b"/api/v1/jobs/queues/%00/pause",
        b"/api/v1/photos?city=%ff%fe",
        b"/api/v1/photos?city=%ed%a0%80",
        b"/api/v1/photos?%ff=%ff",
        b"/api/v1/photos?%00=1",
        b"/api/v1/photos?city=%",
        b"/api/v1/photos?city=%zz",
        b"/api/v1/search?q=%ff",
        b"/api/v1/jobs?kind=%ff",
        b"/%ff",
        b"/docs/static/%00",
        b"/docs/static/%ff",
        b"/docs/static/" + b"a" * 5000,
        f"/api/v1/photos/{id_}/original?signature=%ff&owner={id_}&expires=1".encode(),
        f"/api/v1/photos/{id_}/original?signature=%00&owner={id_}&expires=9007199254740993".encode(),
        f"/api/v1/photos/{id_}/original?v={'9' * 5000}".encode(),
    ):
        for method in ("GET", "POST"):
            token = None if b"signature" in path else person.token
            answer = await wire.exchange(client, wire.request(method, path, token=token))
            assert answer.status_code < 500, (path, answer.text)
            assert answer.status_code != 200 or b"?" in path, path
            if answer.status_code != 400 or answer.content:  # what is no HTTP is refused by the server itself
                assert_sound(answer, path)


async def test_headers_that_are_no_text(client: httpx.AsyncClient, person: people.Person) -> None:
    photo = await library.upload(client, person, pictures.jpeg(1))
    original = f"/api/v1/photos/{photo['id']}/original"
    for name in HEADERS:
        for value in HEADER_VALUES:
            for path in (original, "/api/v1/photos"):
                token = None if name == "Authorization" else person.token
                head = wire.request("GET", path, name.encode() + b": " + value, token=token)
                assert_sound(await wire.exchange(client, head), (path, name, value[:30]))
    login = json.dumps({"email": "u@example.org", "password": "x"}).encode()
    for agent in (b"\xff" * 20_000, b"\xed\xa0\x80"):
        head = wire.request("POST", "/api/v1/auth/register", b"User-Agent: " + agent, "Content-Type: application/json",
                            f"Content-Length: {len(login)}")  # fmt: skip
        assert_sound(await wire.exchange(client, head + login), agent[:4])


async def test_parts_of_a_form_that_are_no_text(client: httpx.AsyncClient, person: people.Person) -> None:
    for number, (disposition, field) in enumerate(
        (
            (b'form-data; name="file"; filename="\xff\xfe.jpg"', b""),
            (b"form-data; name=\"file\"; filename*=utf-8''%ff%00.jpg", b""),
            (b'form-data; name="file"; filename="' + b"\xed\xa0\x80" + b'"', b""),
            (b'form-data; name="file"; filename="' + b"x" * 20_000 + b'"', b""),
            (b'form-data; name="file"', b'form-data; name="file_created_at"\r\n\r\n\xff\xfe'),
            (b'form-data; name="file"', b'form-data; name="favorite"\r\n\r\n\x00'),
            (b'form-data; name="file"', b'form-data; name="file_created_at"\r\n\r\n0001-01-01T00:00:00+14:00'),
            (b'form-data; name="file"', b'form-data; name="file_created_at"\r\n\r\n9999-12-31T23:59:59Z'),
            (b'form-data; name="file"', b'form-data; name="file_modified_at"\r\n\r\n0001-01-01T00:00:00Z'),
            (b'form-data; name="file"', b'form-data; name="sidecar"\r\n\r\n\x00\x00\x00'),
            (b'form-data; name="file"', b'form-data; name="sidecar"\r\n\r\n{"title":"\\ud800"}'),
            (b'form-data; name="file"', b'form-data; name="sidecar"\r\n\r\n' + b"[" * 50_000),
            (b'form-data; name="file"', b'form-data; name="\xff\x00"\r\n\r\n1'),
            (b'form-data; name="file"', b"attachment\r\n\r\n1"),
            (b'form-data; name="file"; filename="' + quote("é").encode() + b'"', b""),
        )
    ):
        body = b"--b\r\nContent-Disposition: " + disposition + b"\r\n\r\n" + pictures.jpeg(number) + b"\r\n"
        if field:
            body = b"--b\r\nContent-Disposition: " + field + b"\r\n" + body
        headers = {**person.headers, "Content-Type": "multipart/form-data; boundary=b"}
        answer = await client.post("/api/v1/photos", content=body + b"--b--\r\n", headers=headers)
        assert_sound(answer, (disposition[:60], field[:60]))
    listed = await client.get("/api/v1/photos", headers=person.headers)
    assert listed.status_code == 200
    for boundary in ("", "b" * 10_000, '"', "é", "b; boundary=c"):
        head = wire.request("POST", "/api/v1/photos", f"Content-Type: multipart/form-data; boundary={boundary}",
                            "Content-Length: 5", token=person.token)  # fmt: skip
        assert_sound(await wire.exchange(client, head + b"--b--"), boundary[:10])
