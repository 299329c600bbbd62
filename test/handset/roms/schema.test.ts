import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { romJsonSchemas } from '../../../harness/handset/roms/rom.ts';

const FOLDER = new URL('../../../harness/handset/roms/schema/', import.meta.url);

describe('the schemas that editors complete profiles from', () => {
  for (const [name, schema] of Object.entries(romJsonSchemas())) {
    it(`say what the loader takes: ${name} (LEAKLAB_WRITE=1 writes it anew)`, async () => {
      const file = new URL(`${name}.json`, FOLDER);
      const text = `${JSON.stringify(schema, null, 1)}\n`;
      if (process.env['LEAKLAB_WRITE'] === '1') await writeFile(file, text);
      assert.deepEqual(JSON.parse(await readFile(file, 'utf8')), JSON.parse(text));
    });
  }
});
