"""Eight canaries and the forms in which they may be sent, made by Python's own libraries: `FORMS` is (canary, form, bytes)."""

import base64
import hashlib
import hmac
import struct
import unicodedata
import urllib.parse
import uuid

try:
    import xxhash
except ImportError:
    xxhash = None

PAGE='https://www.visited-example.com/news/qkzvtrmwpahcxbjd/item?ref=app&id=77#top'
HOSTC='https://x7k2m9qvw4trz8p1.example-site.org/'
UUID='7c9e6679-7425-40de-944b-e07fc1f90ae7'
IMEI='358240051111110'
AID='9774d56d682e549c'
MAC='a4:50:46:3e:9b:7d'
MAIL='Jane.Wvxtbqlrpzgk+news@mail.example'
PHONE='+4915735983771'
WORDS='Badage Kéfigo mizuta lenérupo'
TITLE='Ünïque Títle Wörtschatz qvxkjz'
CANARIES=[('page',PAGE,'url'),('host',HOSTC,'url'),('uuid',UUID,'uuid'),('imei',IMEI,'imei'),('aid',AID,'android_id'),('mail',MAIL,'email'),('words',WORDS,'text'),('title',TITLE,'title')]
def H(n,b):
    return hashlib.new(n,b).digest()
def varint(n):
    o=b''
    while True:
        o+=bytes([(n&127)|(128 if n>127 else 0)]); n>>=7
        if not n: return o
def e(s): return s.encode()
FORMS=[]
def f(c,n,b): FORMS.append((c,n,b if isinstance(b,bytes) else b.encode()))
f('page','exact',PAGE); f('page','lower',PAGE.lower()); f('page','upper',PAGE.upper())
f('page','noscheme',PAGE[8:]); f('page','nofrag',PAGE.split('#')[0]); f('page','noquery',PAGE.split('?')[0]); f('page','path',"/news/qkzvtrmwpahcxbjd/item"); f('page','seg','qkzvtrmwpahcxbjd'); f('page','prefix',PAGE[:len('https://www.visited-example.com/news/qkzvtrmwpahc')])
f('page','nowww',PAGE.replace('https://www.',''))
f('page','path+query','/news/qkzvtrmwpahcxbjd/item?ref=app&id=77')
f('host','exact',HOSTC); f('host','host','x7k2m9qvw4trz8p1.example-site.org'); f('host','label','x7k2m9qvw4trz8p1'); f('host','revhost','org.example-site.x7k2m9qvw4trz8p1'); f('host','origin',HOSTC[:-1])
for v,c in ((PAGE,'page'),(UUID,'uuid'),(IMEI,'imei'),(MAIL,'mail'),(WORDS,'words')):
    for h in ('md5','sha1','sha256'):
        d=H(h,e(v)); f(c,h+' hex',d.hex()); f(c,h+' HEX',d.hex().upper()); f(c,h+' b64',base64.b64encode(d)); f(c,h+' raw',d)
    f(c,'md5 half first',H('md5',e(v)).hex()[:16]); f(c,'md5 half mid',H('md5',e(v)).hex()[8:24]); f(c,'md5 half last',H('md5',e(v)).hex()[16:])
    f(c,'md5 lower',H('md5',e(v.lower())).hex()); f(c,'sha256 lower trim',H('sha256',e(v.strip().lower())).hex())
    f(c,'sha1 upper',H('sha1',e(v.upper())).hex())
    for h in ('sha512','sha3_256','sha384','sha224','sha3_512','blake2b','blake2s','ripemd160','sha512_256'):
        try: f(c,h,H(h,e(v)).hex())
        except ValueError: pass  # OpenSSL may lack it
    f(c,'blake2b256',hashlib.blake2b(e(v),digest_size=32).hexdigest())
    f(c,'blake2b160',hashlib.blake2b(e(v),digest_size=20).hexdigest())
    if xxhash: f(c,'xxh64',xxhash.xxh64(e(v)).hexdigest()); f(c,'xxh3_64',xxhash.xxh3_64(e(v)).hexdigest()); f(c,'xxh128',xxhash.xxh128(e(v)).hexdigest())
    if xxhash: f(c,'xxh64 dec',str(xxhash.xxh64(e(v)).intdigest()))
    f(c,'md5(md5)',H('md5',H('md5',e(v)).hex().encode()).hex()); f(c,'sha256(md5 hex)',H('sha256',H('md5',e(v)).hex().encode()).hex()); f(c,'md5(sha1 raw)',H('md5',H('sha1',e(v))).hex())
    f(c,'sha1(b64)',H('sha1',base64.b64encode(e(v))).hex()); f(c,'md5(urlenc)',H('md5',e(urllib.parse.quote(v,safe=''))).hex()); f(c,'md5(b64)',H('md5',base64.b64encode(e(v))).hex())
    f(c,'sha256(utf16)',H('sha256',v.encode('utf-16-le')).hex())
    f(c,'md5 salted list',H('md5',e('s4ltyS4lt'+v)).hex()); f(c,'hmac list',hmac.new(b's4ltyS4lt',e(v),'sha256').hexdigest()); f(c,'hmac md5',hmac.new(b's4ltyS4lt',e(v),'md5').hexdigest())
    f(c,'md5 newline',H('md5',e(v+'\n')).hex()); f(c,'sha256 dashed? b64url',base64.urlsafe_b64encode(H('sha256',e(v))).rstrip(b'='))
f('page','md5 noscheme',H('md5',e(PAGE[8:])).hex()); f('page','sha256 host+path',H('sha256',e('www.visited-example.com/news/qkzvtrmwpahcxbjd/item')).hex()); f('page','md5 noquery',H('md5',e(PAGE.split('?')[0])).hex()); f('host','sha256 host',H('sha256',b'x7k2m9qvw4trz8p1.example-site.org').hex()); f('host','md5 host',H('md5',b'x7k2m9qvw4trz8p1.example-site.org').hex())
f('page','sha256 path',H('sha256',b'/news/qkzvtrmwpahcxbjd/item').hex())
u=UUID.replace('-','')
f('uuid','exact',UUID); f('uuid','undashed',u); f('uuid','UPPER',UUID.upper()); f('uuid','undashed UPPER',u.upper()); f('uuid','braces','{%s}'%UUID); f('uuid','urn','urn:uuid:'+UUID); f('uuid','raw',bytes.fromhex(u)); f('uuid','raw rev',bytes.fromhex(u)[::-1]); f('uuid','guid',uuid.UUID(UUID).bytes_le); f('uuid','b64 raw',base64.b64encode(bytes.fromhex(u))); f('uuid','b64url raw',base64.urlsafe_b64encode(bytes.fromhex(u)).rstrip(b'=')); f('uuid','dec',str(int(u,16))); f('uuid','longs',struct.pack('<QQ',int(u[:16],16),int(u[16:],16))); f('uuid','msb dec',str(struct.unpack('>q',bytes.fromhex(u[:16]))[0])+','+str(struct.unpack('>q',bytes.fromhex(u[16:]))[0]))
f('uuid','md5 undashed',H('md5',e(u)).hex()); f('uuid','sha256 raw',H('sha256',bytes.fromhex(u)).hex()); f('uuid','sha1 UPPER',H('sha1',e(UUID.upper())).hex()); f('uuid','prefix24',UUID[:24])
i=int(IMEI)
f('imei','exact',IMEI); f('imei','grouped','35-824005-111111-0'); f('imei','spaced','35 824005 111111 0'); f('imei','dec hex','%x'%i); f('imei','varint',b'\x08'+varint(i)+b'\x12\x04load'); f('imei','u64le',struct.pack('<Q',i)); f('imei','u64be',struct.pack('>Q',i)); f('imei','double',struct.pack('>d',i)); f('imei','bcd',bytes.fromhex('0'+IMEI));   f('imei','16',IMEI+'1'); f('imei','json number','{"imei":358240051111110}')
a=int(AID,16)
f('aid','exact',AID); f('aid','upper',AID.upper()); f('aid','raw',bytes.fromhex(AID)); f('aid','raw le',bytes.fromhex(AID)[::-1]); f('aid','dec',str(a)); f('aid','sdec',str(a-2**64)); f('aid','varint',b'\x08'+varint(a)+b'\x12\x04load'); f('aid','md5',H('md5',e(AID)).hex()); f('aid','sha1',H('sha1',e(AID)).hex()); f('aid','sha256 upper',H('sha256',e(AID.upper())).hex()); f('aid','sha1 raw in',H('sha1',bytes.fromhex(AID)).hex()); f('aid','colon',':'.join(AID[k:k+2] for k in range(0,16,2)))
f('mail','exact',MAIL); f('mail','lower',MAIL.lower()); f('mail','local','Jane.Wvxtbqlrpzgk'); f('mail','nodots','janewvxtbqlrpzgk@mail.example'); f('mail','sha256 norm',H('sha256',b'janewvxtbqlrpzgk@mail.example').hex()); f('mail','sha256 lower',H('sha256',e(MAIL.lower())).hex())
for n in ('NFC','NFD','NFKC'): f('words',n,unicodedata.normalize(n,WORDS)); f('title',n,unicodedata.normalize(n,TITLE))
f('words','lower',WORDS.lower()); f('words','upper',WORDS.upper()); f('words','dash',WORDS.replace(' ','-')); f('words','under',WORDS.replace(' ','_')); f('words','plus',WORDS.replace(' ','+')); f('words','nospace',WORDS.replace(' ','')); f('words','trim','  '+WORDS+' '); f('words','prefix',WORDS[:20]); f('words','md5 lower nfd',H('md5',e(unicodedata.normalize('NFD',WORDS.lower()))).hex()); f('words','percent form',urllib.parse.quote_plus(WORDS)); f('words','stripped accents',''.join(c for c in unicodedata.normalize('NFD',WORDS) if not unicodedata.combining(c)));f('words','latin1',WORDS.encode('latin1')); f('words','casefold title',WORDS.title())
f('title','exact',TITLE); f('title','lower',TITLE.lower()); f('title','first three words',' '.join(TITLE.split()[:3]))

DECOYS=[('decoy page','https://www.visited-example.com/news/mzrbwqpltkxvhdjc/item?ref=app&id=77#top'),('decoy uuid','8b7a6c5d-1e2f-4a3b-8c9d-0e1f2a3b4c5d'),('decoy words','Zorila Pemuko tavibe rodiga')]
SALT='s4ltyS4lt'
