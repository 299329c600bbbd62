import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

/*
 * node harness/handset/tell.ts SOCKET '{"do":"fault","what":{"fault":"slow-screens","byMs":3000}}'
 * Tells a running handset one line by its control socket, and prints what it answers.
 */
const [, , path, line] = process.argv;
if (path === undefined || line === undefined) {
  process.stderr.write('tell.ts SOCKET LINE: docs/reference-handset.md lists the lines.\n');
  process.exitCode = 1;
} else {
  const socket = connect(path);
  socket.end(`${line}\n`);
  const answer = await text(socket);
  process.stdout.write(answer);
  if (!answer.startsWith('{"ok":true')) process.exitCode = 1;
}
