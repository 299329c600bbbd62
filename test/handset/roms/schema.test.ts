import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { z } from 'zod';
import { filesIn } from '../../../harness/handset/disk.ts';
import { romJsonSchemas } from '../../../harness/handset/roms/rom.ts';

const FOLDER = new URL('../../../harness/handset/roms/schema/', import.meta.url);

const ROOMS = [
  ['profiles', 'rom'],
  ['collectors', 'collector'],
  ['services', 'service'],
] as const;

describe('the schemas that editors complete profiles from', () => {
  for (const [name, schema] of Object.entries(romJsonSchemas())) {
    it(`say what the loader takes: ${name} (LEAKLAB_WRITE=1 writes it anew)`, async () => {
      const file = new URL(`${name}.json`, FOLDER);
      const text = `${JSON.stringify(schema, null, 1)}\n`;
      if (process.env['LEAKLAB_WRITE'] === '1') await writeFile(file, text);
      assert.deepEqual(JSON.parse(await readFile(file, 'utf8')), JSON.parse(text));
    });
  }

  for (const [room, name] of ROOMS) {
    it(`take every file that is shipped in ${room}, by the rules of somebody else's validator`, async () => {
      const valid = await validator(name);
      const files = await filesIn(`harness/handset/roms/${room}`, '.json');
      for (const [file, path] of files) {
        assert.ok(valid(JSON.parse(await readFile(path, 'utf8'))), `${file}: ${said(valid)}`);
      }
      assert.ok(files.size > 4);
    });
  }

  it('refuse what the loader refuses: a misspelt field, deep inside', async () => {
    const valid = await validator('collector');
    const rule = { on: 'boot', row: 'x', send: { host: 'c.example.org' } };
    const whole = { name: 'x', source: 'invented' };
    assert.ok(valid({ ...whole, rules: [rule] }), said(valid));
    assert.ok(!valid({ ...whole, rules: [{ ...rule, send: { hosst: 'c.example.org' } }] }));
    assert.ok(!valid({ ...whole, channels: { out: { wrapp: [] } } }));
  });
});

async function validator(name: string): Promise<ValidateFunction> {
  const schema = anObject.parse(
    JSON.parse(await readFile(new URL(`${name}.json`, FOLDER), 'utf8')),
  );
  return new Ajv2020({ strict: false, logger: false }).compile(schema);
}

const anObject = z.record(z.string(), z.unknown());

function said({ errors }: ValidateFunction): string {
  return (errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`).join('; ');
}
