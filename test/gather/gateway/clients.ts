/** Scripts for `node -e`, each of which talks to the host that it is given, as real clients do now and then. */

/** Shakes hands until it is shown a certificate, and goes away without a word: a lost race, or a silent refusal. */
export const GOES_AWAY = `const [, host] = process.argv; const socket = require("net").connect(443, host);
const between = new (require("stream").Duplex)({ read() {}, write: (bytes, _, done) => socket.write(bytes, done) });
require("tls").connect({ socket: between, servername: host });
socket.once("data", () => { socket.destroy(); process.exit(0); });`;

/** Says the first part of a hello, and then nothing. */
export const STAYS = `const [, host] = process.argv; const socket = require("net").connect(443, host);
const between = new (require("stream").Duplex)({ read() {}, write: (bytes, _, done) =>
  socket.write(bytes.subarray(0, 100), () => { console.log("said"); done(); }) });
require("tls").connect({ socket: between, servername: host });`;

/** Asks for a page over HTTP/2, and pings on the same connection when it is told to. */
export const PINGS = `const client = require("http2").connect("https://" + process.argv[1], { rejectUnauthorized: false });
client.request({ ":path": "/" }).resume().on("end", () => console.log("read"));
process.stdin.on("data", () => client.ping(() => console.log("answered")));`;
