/** Stands in for the process that opens pictures: what it does with one is the picture's first word. */
let heard = Buffer.alloc(0);
process.stdin.on('data', (chunk: Buffer) => {
  heard = Buffer.concat([heard, chunk]);
  while (heard.length >= 5 && heard.length >= 5 + heard.readUInt32LE(0)) {
    const end = 5 + heard.readUInt32LE(0);
    const picture = heard.toString('latin1', 5, end);
    heard = heard.subarray(end);
    if (picture.startsWith('die')) process.kill(process.pid, 'SIGKILL');
    if (picture.startsWith('lie')) process.stdout.write('{"written":5}\n');
    if (picture.startsWith('flood')) process.stdout.write(Buffer.alloc(5 * 2 ** 20, 0x61));
    if (picture.startsWith('well')) {
      const written = Buffer.from(`{"pid":${process.pid}}`).toString('base64');
      process.stdout.write(
        `${JSON.stringify({ written, shown: null, small: null, failed: null })}\n`,
      );
    }
  }
});
