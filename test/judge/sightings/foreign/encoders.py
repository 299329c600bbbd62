"""What Python and its libraries wrap: each encoder takes bytes and a random.Random, and gives bytes.

Nothing here knows a decoder of ours. Encoders whose library is not there are left out, and said so (`MISSING`).
"""

import base64
import binascii
import bz2
import codecs
import email.header
import email.mime.application
import gzip
import hashlib
import hmac
import html
import importlib
import json
import lzma
import plistlib
import quopri
import random
import re
import struct
import urllib.parse
import zlib
from xml.sax.saxutils import escape, quoteattr

ENCODERS = {}
#: Encoders for which only text will do.
TEXT_ONLY = set()
#: Encoders that need something beside the standard library.
LIBRARIES = {}
MISSING = []


def has(name, module):
    """A library that may be missing; None then."""
    try:
        LIBRARIES[name] = importlib.import_module(module)
    except ImportError:
        MISSING.append(name)
        LIBRARIES[name] = None
    return LIBRARIES[name]


brotli = has("brotli", "brotli")
zstandard = has("zstandard", "zstandard")
lz4_frame = has("lz4", "lz4.frame")
lz4_block = has("lz4", "lz4.block")
snappy = has("snappy", "snappy")
msgpack = has("msgpack", "msgpack")
cbor2 = has("cbor2", "cbor2")
bson = has("bson", "bson")
base58 = has("base58", "base58")


def as_bytes(given):
    # A BSON document of pymongo is bytes with a `decode` of its own.
    return bytes(given) if isinstance(given, bytes) else given.encode("utf8")


def of_text(name, encode):
    TEXT_ONLY.add(name)
    ENCODERS[name] = lambda data, chance: as_bytes(encode(data.decode("utf8"), chance))


def of_bytes(name, encode):
    ENCODERS[name] = lambda data, chance: as_bytes(encode(data, chance))


def cut_off(name, encode):
    """The same, with the last fifth lost; what is lost is something else than what is looked for."""

    def cut(data, chance):
        packed = encode(data + filler(chance))
        return packed[: int(len(packed) * 0.8)]

    of_bytes(name, cut)


def letters(chance, length):
    return "".join(chance.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(length))


def filler(chance):
    event = {
        "session": letters(chance, 16),
        "os": "Android 10",
        "model": "Redmi Note 8",
        "battery": chance.randrange(100),
        "rest": letters(chance, 200),
    }
    return json.dumps(event, separators=(",", ":")).encode()


def event_of(text):
    return json.dumps({"e": "load", "u": text, "t": 1588310400}).encode()


def b64(data):
    return base64.b64encode(data).decode()


def b64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def in_lines(text, length, newline):
    return newline.join(text[at : at + length] for at in range(0, len(text), length))


def quoted(text):
    return urllib.parse.quote(text, safe="")


def every_byte(data, form):
    return "".join(form % byte for byte in data)


def units(text, form):
    packed = text.encode("utf-16-le")
    return "".join(form % unit for unit in struct.unpack("<%dH" % (len(packed) // 2), packed))


# Percent and forms.
of_text("percent", lambda s, r: quoted(s))
of_text("percent, plus", lambda s, r: urllib.parse.quote_plus(s))
of_text("percent, lower case", lambda s, r: re.sub("%..", lambda m: m[0].lower(), quoted(s)))
of_bytes("percent, every byte", lambda b, r: every_byte(b, "%%%02X"))
of_bytes("percent, every byte, lower case", lambda b, r: every_byte(b, "%%%02x"))
of_text("percent, twice", lambda s, r: quoted(quoted(s)))
of_text("percent, thrice", lambda s, r: quoted(quoted(quoted(s))))
of_bytes("percent, every byte, twice", lambda b, r: quoted(every_byte(b, "%%%02X")))
of_text("percent, %uXXXX", lambda s, r: units(s, "%%u%04X"))
of_text("form", lambda s, r: urllib.parse.urlencode({"v": r.randrange(9), "payload": s, "t": 1588310400}))


def multipart(data, chance):
    boundary = "----WebKitFormBoundary" + letters(chance, 16)
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="meta"\r\n\r\n{{"v":1}}\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="data"; filename="blob"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    return head.encode() + data + f"\r\n--{boundary}--\r\n".encode()


of_bytes("multipart", multipart)

# JSON.
of_text("json", lambda s, r: json.dumps({"e": "load", "props": [{"u": s}], "t": 1588310400}))
of_text("json, unescaped", lambda s, r: json.dumps({"e": "load", "u": s}, ensure_ascii=False, separators=(",", ":")))
of_text("json, all \\u", lambda s, r: '{"e":"load","u":"' + units(s, "\\u%04x") + '"}')
of_text("json, \\/", lambda s, r: json.dumps({"u": s}).replace("/", "\\/"))
of_text("json in json", lambda s, r: json.dumps({"a": json.dumps({"u": s})}))
of_text("json in json in json", lambda s, r: json.dumps({"a": json.dumps({"b": json.dumps({"u": s})})}))
of_text("json, cut off", lambda s, r: json.dumps({"u": s, "rest": "abcdefghijkl"})[: -r.randrange(1, 15)])
of_text("json, as a key", lambda s, r: json.dumps({"m": {s: 1, "k": 2}}))
of_bytes("char codes", lambda b, r: json.dumps({"d": list(b)}))
of_bytes("char codes, signed", lambda b, r: json.dumps({"d": list(struct.unpack("%db" % len(b), b))}))
of_bytes("char codes, numbered", lambda b, r: json.dumps({str(at): byte for at, byte in enumerate(b)}))

# XML and entities.
of_text("xml", lambda s, r: '<?xml version="1.0" encoding="UTF-8"?><evt><u>%s</u><n>3</n></evt>' % escape(s))
of_text("xml attribute", lambda s, r: '<evt n="3" u=%s/>' % quoteattr(s))
of_text("xml, every letter", lambda s, r: "<e><u>%s</u></e>" % "".join("&#x%x;" % ord(c) for c in s))
of_text("xml cdata", lambda s, r: "<e><![CDATA[%s]]></e>" % s)
of_text("entities", lambda s, r: html.escape(s + " & <x>"))
of_text("entities, decimal", lambda s, r: "".join("&#%d;" % ord(c) for c in s))
of_text("entities, decimal, in a text", lambda s, r: "<p>seen " + "".join("&#%d;" % ord(c) for c in s) + " today</p>")
of_text("entities, hexadecimal", lambda s, r: "".join("&#x%X;" % ord(c) for c in s))
of_text("entities, twice", lambda s, r: html.escape(html.escape(s + "&")))
of_text("entities, by codecs", lambda s, r: s.encode("ascii", "xmlcharrefreplace"))

# Mail.
LONG = b" and so on to make a long line that has to be broken somewhere"
of_bytes("quoted-printable", lambda b, r: quopri.encodestring(b"=== " + b + LONG, quotetabs=True))
of_bytes("quoted-printable, by binascii", lambda b, r: binascii.b2a_qp(b"=== " + b + LONG))
of_bytes("quoted-printable, every byte", lambda b, r: every_byte(b, "=%02X"))
of_text("encoded word, B", lambda s, r: "Subject: =?UTF-8?B?" + b64(s.encode()) + "?=")
of_text("encoded word, Q", lambda s, r: "Subject: =?UTF-8?Q?" + every_byte(s.encode(), "=%02X") + "?=")
of_text("encoded word, by email", lambda s, r: "Subject: " + email.header.Header(s, "utf-8", maxlinelen=998).encode())
of_bytes("mail part", lambda b, r: email.mime.application.MIMEApplication(b).as_bytes())
of_text(
    "vcard",
    lambda s, r: "BEGIN:VCARD\r\nVERSION:2.1\r\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:"
    + every_byte(s.encode(), "=%02X")
    + "\r\nEND:VCARD\r\n",
)
of_bytes(
    "uuencode",
    lambda b, r: b"begin 644 f\n"
    + b"".join(binascii.b2a_uu(b[at : at + 45]) for at in range(0, len(b), 45))
    + b"`\nend\n",
)

# Escapes.
of_bytes("\\x", lambda b, r: every_byte(b, "\\x%02x"))
of_bytes("\\x, upper case", lambda b, r: every_byte(b, "\\x%02X"))
of_bytes("\\x in a script", lambda b, r: 'var a="' + every_byte(b, "\\x%02x") + '";')
of_text("\\u", lambda s, r: units(s, "\\u%04x"))
of_text("\\u in a text", lambda s, r: "log: u=" + units(s, "\\u%04x") + " ok")
of_text("\\u{}", lambda s, r: "".join("\\u{%x}" % ord(c) for c in s))
of_bytes("octal", lambda b, r: every_byte(b, "\\%03o"))

# Bases.
of_bytes("base64", lambda b, r: b64(b))
of_bytes("base64, unpadded", lambda b, r: b64(b).rstrip("="))
of_bytes("base64url", lambda b, r: base64.urlsafe_b64encode(b))
of_bytes("base64url, unpadded", lambda b, r: b64url(b))
of_bytes("base64, lines of 76", lambda b, r: in_lines(b64(b), 76, "\r\n"))
of_bytes("base64, lines of 64", lambda b, r: in_lines(b64(b), 64, "\n"))
of_bytes("base64, lines of 20", lambda b, r: in_lines(b64(b), 20, "\n"))
of_bytes("base64, encodebytes", lambda b, r: base64.encodebytes(b))
of_bytes("base64, binascii", lambda b, r: binascii.b2a_base64(b))
of_bytes("base64, codecs", lambda b, r: codecs.encode(b, "base64"))
of_bytes("base64, encodebytes, long", lambda b, r: base64.encodebytes(filler(r) + b + filler(r)))
of_bytes("base64 in a text", lambda b, r: "token " + b64(b) + " was sent")
of_bytes("base64, glued", lambda b, r: "ab"[: r.randrange(3)] + b64(b))
of_bytes("base64 in a path", lambda b, r: "/v1/x/" + b64url(b) + "/end")
of_bytes("base64, any alignment", lambda b, r: b64(b"xyz"[: r.randrange(3)] + b + b" end").rstrip("="))
of_bytes("base64, any alignment, in bytes", lambda b, r: b64(r.randbytes(r.randrange(1, 6)) + b + r.randbytes(5)))
of_bytes("base64 behind d=", lambda b, r: "d=" + b64(b))
of_bytes("base64, in percent", lambda b, r: quoted(b64(b)))
of_bytes("base64, padded with dots", lambda b, r: base64.urlsafe_b64encode(b).decode().replace("=", "."))
of_bytes("base64, twice", lambda b, r: b64(b64(b).encode()))
of_bytes("base64, thrice", lambda b, r: b64(b64(b64(b).encode()).encode()))
of_bytes("base64, quoted", lambda b, r: '"' + b64(b) + '"')
of_bytes("base64, cut off", lambda b, r: b64(b + filler(r))[: int(len(b64(b)) * 1.1) + 9])
of_bytes("data: in base64", lambda b, r: "data:image/png;base64," + b64(b))
of_text("data: as text", lambda s, r: "data:text/plain," + quoted(s))
of_bytes("basic credentials", lambda b, r: "Basic " + b64(b"user:" + b))
of_bytes("base32", lambda b, r: base64.b32encode(b))
of_bytes("base32, unpadded", lambda b, r: base64.b32encode(b).rstrip(b"="))
of_bytes("base32, lower case", lambda b, r: base64.b32encode(b).lower().rstrip(b"="))
of_bytes("base32hex", lambda b, r: base64.b32hexencode(b))
of_bytes("base32 in a text", lambda b, r: "id " + base64.b32encode(b).decode() + " ok")
of_bytes("ascii85", lambda b, r: base64.a85encode(b))
of_bytes("ascii85, Adobe", lambda b, r: base64.a85encode(b, adobe=True))
of_bytes("ascii85, lines of 60", lambda b, r: base64.a85encode(b, wrapcol=60))
of_bytes("base85", lambda b, r: base64.b85encode(b))
of_bytes("hex", lambda b, r: b.hex())
of_bytes("hex, upper case", lambda b, r: base64.b16encode(b))
of_bytes("hex, by binascii", lambda b, r: binascii.hexlify(b))
of_bytes("hex, with colons", lambda b, r: b.hex(":"))
of_bytes("hex, with dashes", lambda b, r: b.hex("-").upper())
of_bytes("hex, with blanks", lambda b, r: b.hex(" "))
of_bytes("hex, in fours", lambda b, r: b.hex(" ", 4))
of_bytes("hex, in lines", lambda b, r: in_lines(b.hex(), 64, "\n"))
of_bytes("hex behind 0x", lambda b, r: "0x" + b.hex())
of_bytes("hex, a list of 0x", lambda b, r: ", ".join("0x%02X" % byte for byte in b))
of_bytes("hex in a text", lambda b, r: "got " + b.hex() + " at 5")
of_bytes("hex, glued", lambda b, r: "id" + b.hex())
of_bytes("hex, twice", lambda b, r: b.hex().encode().hex())

# Character sets and letters turned.
of_text("utf-16, little endian", lambda s, r: s.encode("utf-16-le"))
of_text("utf-16, big endian", lambda s, r: s.encode("utf-16-be"))
of_text("utf-16 with its mark", lambda s, r: s.encode("utf-16"))
of_text("utf-16, big endian, with its mark", lambda s, r: codecs.BOM_UTF16_BE + s.encode("utf-16-be"))
of_text(
    "utf-16 in a record",
    lambda s, r: b"\1\0\0\0" + struct.pack("<I", len(s)) + s.encode("utf-16-le") + b"\7\0\x09",
)
of_text("utf-16, big endian, in a record", lambda s, r: b"\3" + s.encode("utf-16-be") + b"\7\x09")
of_text("utf-32", lambda s, r: s.encode("utf-32-le"))
of_text("utf-7", lambda s, r: s.encode("utf-7"))
of_text("rot13", lambda s, r: codecs.encode(s, "rot13"))
of_text("rot13 of an event", lambda s, r: codecs.encode(json.dumps({"u": s, "n": 1}), "rot13"))
of_text("reversed", lambda s, r: s[::-1])
of_text("reversed event", lambda s, r: json.dumps({"u": s, "n": 1})[::-1])
of_text("NUL between letters", lambda s, r: b"\0".join(c.encode() for c in s))
of_text("blanks of no width between letters", lambda s, r: "\u200b".join(s))


# Packed.
def deflate(data):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def gzip_named(data):
    tail = struct.pack("<II", zlib.crc32(data), len(data))
    return b"\x1f\x8b\x08\x08\0\0\0\0\0\3data.json\0" + deflate(data) + tail


def zipped(data):
    return gzip.compress(data, mtime=0)


of_bytes("gzip", lambda b, r: zipped(b))
of_bytes("gzip, among others", lambda b, r: zipped(filler(r) + b + filler(r)))
of_bytes("gzip with a name", lambda b, r: gzip_named(b))
of_bytes("gzip, level 1", lambda b, r: gzip.compress(b, 1, mtime=0))
of_bytes("gzip, two members", lambda b, r: zipped(filler(r)) + zipped(b))
cut_off("gzip, cut off", zipped)
of_bytes("gzip in a record", lambda b, r: b"HDR\1\0\2" + struct.pack(">I", 99) + zipped(b))
of_bytes("zlib", lambda b, r: zlib.compress(b))
of_bytes("zlib, by codecs", lambda b, r: codecs.encode(b, "zlib"))
of_bytes("zlib, level 9", lambda b, r: zlib.compress(b, 9))
of_bytes("zlib, stored", lambda b, r: zlib.compress(b, 0))
cut_off("zlib, cut off", zlib.compress)
of_bytes("zlib behind its length", lambda b, r: struct.pack(">I", len(b)) + zlib.compress(b))
of_bytes("deflate", lambda b, r: deflate(b))
of_bytes("deflate, among others", lambda b, r: deflate(filler(r) + b + filler(r)))
cut_off("deflate, cut off", deflate)
of_bytes("bzip2", lambda b, r: bz2.compress(b))
of_bytes("xz", lambda b, r: lzma.compress(b))

if brotli:
    of_bytes("brotli", lambda b, r: brotli.compress(b))
    of_bytes("brotli, level 5", lambda b, r: brotli.compress(b, quality=5))
    of_bytes("brotli, among others", lambda b, r: brotli.compress(filler(r) + b + filler(r)))
    cut_off("brotli, cut off", brotli.compress)
if zstandard:

    def streamed(data):
        packer = zstandard.ZstdCompressor().compressobj()
        return packer.compress(data) + packer.flush()

    of_bytes("zstd", lambda b, r: zstandard.compress(b))
    of_bytes("zstd, streamed", lambda b, r: streamed(b))
    cut_off("zstd, cut off", zstandard.compress)
if lz4_frame:
    of_bytes("lz4 frame", lambda b, r: lz4_frame.compress(b))
    cut_off("lz4 frame, cut off", lz4_frame.compress)
    of_bytes("lz4 block", lambda b, r: lz4_block.compress(b + b" and " + b, store_size=False))
    of_bytes("lz4 block behind its size", lambda b, r: lz4_block.compress(b + b" and " + b))
    of_bytes("lz4 block, among others", lambda b, r: lz4_block.compress(filler(r) + b + filler(r), store_size=False))
    cut_off("lz4 block, cut off", lambda b: lz4_block.compress(b, store_size=False))
if snappy:
    of_bytes("snappy", lambda b, r: snappy.compress(b))
    of_bytes("snappy, among others", lambda b, r: snappy.compress(filler(r) + b + filler(r) + b))
    cut_off("snappy, cut off", snappy.compress)


# Records.
def varint(number):
    out = b""
    while True:
        out += bytes([(number & 127) | (128 if number > 127 else 0)])
        number >>= 7
        if not number:
            return out


def message(*fields):
    """A protobuf message: numbers as varints, bytes with their length."""
    out = b""
    for number, value in fields:
        if isinstance(value, int):
            out += varint(number << 3) + varint(value)
        else:
            out += varint(number << 3 | 2) + varint(len(value)) + value
    return out


def grpc(data, flag=0):
    return bytes([flag]) + struct.pack(">I", len(data)) + data


def jwt(text):
    head = b64url(b'{"alg":"HS256","typ":"JWT"}')
    claims = b64url(json.dumps({"sub": "1", "payload": text, "iat": 1588310400}).encode())
    signed = f"{head}.{claims}"
    return f"{signed}.{b64url(hmac.new(b'k', signed.encode(), hashlib.sha256).digest())}"


of_bytes("protobuf", lambda b, r: message((1, r.randrange(1000)), (2, b"load"), (3, message((4, b), (5, 7)))))
of_bytes("protobuf, one field", lambda b, r: message((1, b)))
of_bytes(
    "protobuf behind lengths",
    lambda b, r: b"".join(varint(len(m)) + m for m in [message((1, b"one event")), message((1, b))]),
)
of_bytes("grpc", lambda b, r: grpc(message((1, 5), (2, b))))
of_bytes("grpc, gzip", lambda b, r: grpc(zipped(message((1, 5), (2, b))), 1))
of_bytes("grpc-web text", lambda b, r: b64(grpc(message((1, 5), (2, b)))))
of_text("binary property list", lambda s, r: plistlib.dumps({"e": "load", "u": s}, fmt=plistlib.FMT_BINARY))
of_bytes("binary property list, data", lambda b, r: plistlib.dumps({"e": "load", "u": b}, fmt=plistlib.FMT_BINARY))
of_text("property list", lambda s, r: plistlib.dumps({"e": "load", "u": s}))
of_bytes("property list, data", lambda b, r: plistlib.dumps({"u": b}))
of_text("jwt", lambda s, r: jwt(s))
of_text("jwt behind Bearer", lambda s, r: "Bearer " + jwt(s))
of_bytes("thrift", lambda b, r: b"\x0b\0\1" + struct.pack(">I", len(b)) + b + b"\x08\0\2\0\0\0\5\0")
of_bytes("avro", lambda b, r: varint(8) + b"load" + varint(2 * len(b)) + b + varint(10))
of_bytes("type, length, value", lambda b, r: struct.pack(">HH", 7, len(b)) + b + struct.pack(">HHI", 9, 4, 77))
of_text(
    "php serialize", lambda s, r: 'a:2:{s:1:"e";s:4:"load";s:1:"u";s:%d:"%s";}' % (len(s.encode()), s)
)
of_text("csv", lambda s, r: 't,u,n\n1588310400,"%s",3\n' % s)
of_text("yaml", lambda s, r: 'e: load\nu: "%s"\n' % s)
if msgpack:
    of_bytes("msgpack", lambda b, r: msgpack.packb({"e": [{"u": b, "n": 4}]}, use_bin_type=True))
    of_text("msgpack, text", lambda s, r: msgpack.packb({"e": [{"u": s, "n": 4}]}))
if cbor2:
    of_bytes("cbor", lambda b, r: cbor2.dumps({"e": [{"u": b, "n": 4}]}))
    of_text("cbor, text", lambda s, r: cbor2.dumps({"e": [{"u": s, "n": 4}]}))
if bson:
    of_bytes("bson", lambda b, r: bson.BSON.encode({"e": {"u": bson.binary.Binary(b)}, "n": 3}))
    of_text("bson, text", lambda s, r: bson.BSON.encode({"e": [{"u": s}], "n": 3}))
if base58:
    of_bytes("base58", lambda b, r: base58.b58encode(b[:300]))
    of_bytes("base58 in a text", lambda b, r: "id " + base58.b58encode(b[:300]).decode() + " ok")


# Masked.
def xor(data, key):
    return bytes(byte ^ key[at % len(key)] for at, byte in enumerate(data))


def one_byte(chance):
    return bytes([chance.randrange(1, 256)])


of_bytes("xor, one byte", lambda b, r: xor(b, one_byte(r)))
of_text("xor, one byte, an event", lambda s, r: xor(event_of(s), one_byte(r)))
of_bytes("xor, four bytes", lambda b, r: xor(b, r.randbytes(4)))
of_text("xor, four bytes, an event", lambda s, r: xor(event_of(s), r.randbytes(4)))
of_text("xor, eight letters, an event", lambda s, r: xor(event_of(s), b"leakage!"))
of_text("xor, sixteen bytes, an event", lambda s, r: xor(event_of(s), r.randbytes(16)))
of_bytes("xor, one byte, in base64", lambda b, r: b64(xor(b, one_byte(r))))
of_bytes("xor, one byte, in hex", lambda b, r: xor(b, one_byte(r)).hex())
of_text("xor, four letters, an event in base64", lambda s, r: b64(xor(event_of(s), b"k3y!")))
of_bytes("xor, one byte, around gzip", lambda b, r: xor(zipped(b), one_byte(r)))
