"""Says the cases of the second grid, a line of JSON each: {"canary", "form", "chain", "place", "exchanges"}.

grid.py KIND SHARE SEED: `single` and `place` take a share (in 100) of all pairs, `split` of all cuts, `nest` is so many
hundred nestings of two to four. The first line says the canaries, the decoys and the salt.
"""

import base64
import json
import random
import struct
import sys
import urllib.parse

import forms
from encoders import ENCODERS, MISSING, TEXT_ONLY, message, zipped

kind, share, seed = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
chance = random.Random(seed)
quoted = lambda b: "".join(chr(c) if chr(c).isalnum() and c < 128 or c in b"._~-" else "%%%02X" % c for c in b)


def exchange(**fields):
    return {
        "id": "x", "kind": "http", "direction": "up", "host": "collector.example", "port": 443, "method": "POST",
        "url": "https://collector.example/v1/t", "requestHeaders": [["Content-Type", "application/octet-stream"]],
        "status": 200, **fields,
    }  # fmt: skip


def body(data):
    return {"base64": base64.b64encode(data).decode()}


def printable(data):
    return all(32 <= c < 127 for c in data)


def header(data):
    return all(32 <= c < 256 and c != 127 for c in data)


def is_text(data):
    try:
        return all(ord(c) >= 32 or c in "\r\n\t" for c in data.decode("utf8"))
    except UnicodeDecodeError:
        return False


def only(test, make):
    return lambda b: make(b) if test(b) else None


PLACES = {
    "body": lambda b: exchange(requestBody=body(b)),
    "body as JSON": lambda b: exchange(requestHeaders=[["Content-Type", "application/json"]], requestBody=body(b)),
    "query": lambda b: exchange(url="https://collector.example/t?v=1&p=" + quoted(b) + "&t=1588310400"),
    "query name": lambda b: exchange(url="https://collector.example/t?v=1&" + quoted(b) + "=1"),
    "path": lambda b: exchange(url="https://collector.example/v2/" + quoted(b) + "/end"),
    "header": only(header, lambda b: exchange(requestHeaders=[["X-Client-Data", b.decode("latin1")]])),
    "referer": lambda b: exchange(requestHeaders=[["Referer", "https://a.example/?u=" + quoted(b)]]),
    "cookie": lambda b: exchange(requestHeaders=[["Cookie", "lang=fr; sid=" + quoted(b) + "; v=2"]]),
    "Location": lambda b: exchange(responseHeaders=[["Location", "https://b.example/r?u=" + quoted(b)]]),
    "Set-Cookie": lambda b: exchange(responseHeaders=[["Set-Cookie", "sid=" + quoted(b) + "; Path=/; HttpOnly"]]),
    "response": lambda b: exchange(responseBody=body(b)),
    "response, gzip": lambda b: exchange(responseHeaders=[["Content-Encoding", "gzip"]], responseBody=body(zipped(b))),
    "trailer": only(header, lambda b: exchange(trailers=[["X-T", b.decode("latin1")]])),
    "frame": lambda b: exchange(kind="websocket", url=None, requestBody=body(b)),
    "raw": lambda b: exchange(kind="raw", url=None, requestBody=body(b)),
    "form field": lambda b: exchange(
        requestHeaders=[["Content-Type", "application/x-www-form-urlencoded"]],
        requestBody=body(("a=1&data=" + quoted(b) + "&z=2").encode()),
    ),
    "JSON field": only(
        printable, lambda b: exchange(requestBody=body(json.dumps({"a": 1, "d": {"p": b.decode()}, "z": [1, 2]}).encode()))
    ),
}


def question(name):
    out = struct.pack(">HHHHHH", chance.randrange(65536), 0x100, 1, 0, 0, 0)
    for label in name.split("."):
        out += bytes([len(label)]) + label.encode("latin1")
    return out + b"\0\0\1\0\1"


def labels(text, length=63):
    return ".".join(text[at : at + length] for at in range(0, len(text), length))


def base32(data):
    return base64.b32encode(data).decode().rstrip("=").lower()


def a_label(data):
    return len(data) <= 63 and all(chr(c).isalnum() or c in b"-" for c in data)


def asked(name):
    return exchange(kind="dns", url=None, host="8.8.8.8", port=53, requestBody=body(question(name + ".t.example")))


def unread(name):
    return exchange(kind="unread", url=None, method=None, host=name + ".t.example", why="cert-rejected")


def below(length, make):
    return only(lambda b: len(b) <= length, make)


FURTHER = {
    "DNS label": only(a_label, lambda b: asked(b.decode())),
    "DNS, hex": below(100, lambda b: asked(labels(b.hex()))),
    "DNS, base32": below(120, lambda b: asked(labels(base32(b)))),
    "DNS, base32 in labels of 30": below(120, lambda b: asked(labels(base32(b), 30))),
    "SNI label": only(a_label, lambda b: unread(b.decode().lower())),
    "SNI, base32": below(120, lambda b: unread(labels(base32(b)))),
    "SNI, hex": below(100, lambda b: unread(labels(b.hex()))),
    "host label": only(a_label, lambda b: exchange(host=b.decode().lower() + ".t.example", url="https://" + b.decode().lower() + ".t.example/")),
    "userinfo": lambda b: exchange(url="https://u:" + quoted(b) + "@collector.example/"),
    "fragment": lambda b: exchange(url="https://collector.example/#" + quoted(b)),
    "matrix parameter": lambda b: exchange(url="https://collector.example/a;p=" + quoted(b) + "/b"),
    "cookie as it is": only(lambda b: printable(b) and b";" not in b, lambda b: exchange(requestHeaders=[["Cookie", "lang=fr; sid=" + b.decode() + "; v=2"]])),
    "second cookie header": lambda b: exchange(requestHeaders=[["Cookie", "lang=fr"], ["Cookie", "sid=" + quoted(b)]]),
    "Authorization": lambda b: exchange(requestHeaders=[["Authorization", "Basic " + base64.b64encode(b"id:" + b).decode()]]),
    "ETag": only(header, lambda b: exchange(responseHeaders=[["ETag", '"' + b.decode("latin1") + '"']])),
    "raw, in a record": lambda b: exchange(kind="raw", url=None, requestBody=body(b"\1\2" + struct.pack(">I", len(b)) + b + b"\xff\0")),
    "server-sent event": only(printable, lambda b: exchange(responseBody=body(b"event: x\ndata: " + b + b"\n\n"))),
    "multipart field": lambda b: exchange(requestHeaders=[["Content-Type", "multipart/form-data; boundary=xx"]], requestBody=body(b'--xx\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + b + b"\r\n--xx--\r\n")),
    "file name": only(lambda b: printable(b) and b'"' not in b, lambda b: exchange(requestHeaders=[["Content-Type", "multipart/form-data; boundary=xx"]], requestBody=body(b'--xx\r\nContent-Disposition: form-data; name="a"; filename="' + b + b'.jpg"\r\n\r\nabc\r\n--xx--\r\n'))),
}  # fmt: skip


def halves(data):
    middle = len(data) // 2
    return data[:middle], data[middle:]


def stranger():
    return "c%d.example" % chance.randrange(10**9)


def posted(pieces, **fields):
    host = stranger()
    return [exchange(host=host, url="https://%s/t" % host, requestBody=body(piece), **fields) for piece in pieces]


def framed(pieces, kind_):
    host = stranger()
    return [exchange(kind=kind_, connection="k1", url=None, host=host, requestBody=body(piece)) for piece in pieces]


def jsoned(fields):
    return posted([json.dumps(fields).encode()])


SPLITS = {
    "query parameters": lambda a, b: [exchange(url="https://%s/t?a=%s&b=%s" % (stranger(), quoted(a), quoted(b)))],
    "JSON fields": lambda a, b: jsoned({"a": a.decode(), "b": b.decode(), "n": 5}),
    "JSON items of 7": lambda a, b: jsoned({"c": [(a + b)[at : at + 7].decode() for at in range(0, len(a + b), 7)]}),
    "JSON fields apart": lambda a, b: jsoned({"first": a.decode(), "event": "load", "second": b.decode()}),
    "form fields": lambda a, b: posted([("p1=" + quoted(a) + "&p2=" + quoted(b) + "&z=1").encode()]),
    "headers": lambda a, b: [exchange(requestHeaders=[["X-A", a.decode()], ["X-B", b.decode()]])],
    "cookies": lambda a, b: [exchange(requestHeaders=[["Cookie", "a=" + quoted(a) + "; b=" + quoted(b)]])],
    "path": lambda a, b: [exchange(url="https://collector.example/" + quoted(a) + "/" + quoted(b))],
    "bodies": lambda a, b: posted([a, b]),
    "JSON of bodies": lambda a, b: posted([json.dumps({"seq": at, "chunk": x.decode()}).encode() for at, x in enumerate((a, b))]),
    "JSON of gzip bodies": lambda a, b: posted([zipped(json.dumps({"seq": at, "chunk": x.decode()}).encode()) for at, x in enumerate((a, b))]),
    "base64 in JSON of bodies": lambda a, b: posted([json.dumps({"seq": at, "chunk": base64.b64encode(x).decode()}).encode() for at, x in enumerate((a, b))]),
    "base64 in forms of bodies": lambda a, b: posted([("seq=%d&d=" % at + quoted(base64.b64encode(x))).encode() for at, x in enumerate((a, b))]),
    "gzip over two bodies": lambda a, b: posted(halves(zipped(json.dumps({"u": (a + b).decode(), "os": "Android"}).encode()))),
    "base64 over two bodies": lambda a, b: posted(halves(base64.b64encode(json.dumps({"u": (a + b).decode(), "os": "Android"}).encode()))),
    "base64 of each JSON field": lambda a, b: jsoned({"a": base64.b64encode(a).decode(), "b": base64.b64encode(b).decode()}),
    "base64 over two JSON fields": lambda a, b: jsoned(dict(zip("ab", (x.decode() for x in halves(base64.b64encode(a + b)))))),
    "hex over two JSON fields": lambda a, b: jsoned({"a": a.hex(), "b": b.hex()}),
    "frames": lambda a, b: framed([a, b], "websocket"),
    "raw": lambda a, b: framed([a, b], "raw"),
    "protobuf fields": lambda a, b: posted([message((1, 4), (2, a), (3, b))]),
    "XML elements": lambda a, b: posted([("<e><a>%s</a><b>%s</b></e>" % (a.decode().replace("&", "&amp;"), b.decode().replace("&", "&amp;"))).encode()]),
}  # fmt: skip


def say(canary, form, chain, place, exchanges):
    print(json.dumps({"canary": canary, "form": form, "chain": chain, "place": place, "exchanges": exchanges}))


def put(data, canary, form, chain, places=PLACES):
    while True:
        place = chance.choice(list(places))
        made = places[place](data)
        if made:
            return say(canary, form, chain, place, [made])


def in_event(data):
    event = {"event": "page_load", "time": 1588310400000, "model": "Redmi Note 8", "value": data.decode(), "n": 3}
    return json.dumps(event, ensure_ascii=False).encode()


def dressed(data):
    return in_event(data) if is_text(data) and chance.random() < 0.5 else data


def packed(name, data):
    return None if name in TEXT_ONLY and not is_text(data) else ENCODERS[name](data, chance)


print(json.dumps({
    "canaries": [{"name": n, "value": v, "mold": k} for n, v, k in forms.CANARIES]
    + [{"name": n, "value": v} for n, v in forms.DECOYS],
    "salt": forms.SALT,
    "missing": sorted(set(MISSING)),
}))  # fmt: skip
if kind == "single":
    for canary, form, data in forms.FORMS:
        for name in ENCODERS:
            if chance.random() * 100 < share and (made := packed(name, dressed(data))):
                put(made, canary, form, [name])
elif kind == "place":
    for canary, form, data in forms.FORMS:
        for place, make in FURTHER.items():
            if chance.random() * 100 >= share:
                continue
            for name in (None, chance.choice(list(ENCODERS))):
                made = data if name is None else packed(name, data)
                exchange_ = make(made) if made else None
                if exchange_:
                    say(canary, form, [name] if name else [], place, [exchange_])
elif kind == "split":
    for canary, form, data in forms.FORMS:
        for place, cut in SPLITS.items():
            if chance.random() * 100 < share and is_text(data) and data.isascii():
                say(canary, form, ["split"], place, cut(*halves(data)))
else:
    unopened = {"bzip2", "xz", "utf-7", "base64, thrice", "percent, thrice", "json in json in json"}
    nestable = [name for name in ENCODERS if name not in unopened and "cut off" not in name]
    for _ in range(round(100 * share)):
        canary, form, data = chance.choice(forms.FORMS)
        data, chain = dressed(data), []
        depth = chance.randrange(2, 5)
        while len(chain) < depth:
            name = chance.choice(nestable)
            made = packed(name, data)
            if made and len(made) <= 40_000:
                data = made
                chain.append(name)
        put(data, canary, form, chain)
