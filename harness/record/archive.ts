import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { z } from 'zod';
import { Fault } from '../lib/fault.ts';
import {
  appendBytes,
  exists,
  jsonOf,
  lineLog,
  linesOf,
  linesWhole,
  makeFolder,
  namesIn,
  readBytes,
  readText,
  settle,
  sha256OfFile,
  spoolInto,
  writeWhole,
} from './disk.ts';
import type { Spooled } from './disk.ts';
import type { Body, Exchange } from './exchange.ts';
import { exchangeSchema } from './exchange.ts';
import type { Ledger } from './ledger.ts';
import { openLedger, sha256 } from './ledger.ts';
import type { Plan } from './plan/plan.ts';
import { planSchema } from './plan/plan.ts';
import type { RunInfo } from './run.ts';
import { runSchema } from './run.ts';
import type { TrialRecord } from './trial.ts';
import { trialSchema } from './trial.ts';

/** The folder of one run: all that passes from gathering to judging. */
export interface Archive {
  readonly folder: string;
  readonly ledger: Ledger;
  writePlan(plan: Plan, at: number): Promise<void>;
  /** The plan, checked against the hash that the ledger holds. */
  plan(): Promise<Plan>;
  writeRun(info: RunInfo, at: number): Promise<void>;
  /** What `run.json` tells, checked against the ledger; null before any device was taken into use. */
  runInfo(): Promise<RunInfo | null>;
  trial(id: string): Promise<TrialFolder>;
  /** Finished trials in the order of the ledger, cut-short ones marked. */
  trials(): Promise<TrialRecord[]>;
  /** Finished asides, which are kept like trials and are none. */
  asides(): Promise<TrialRecord[]>;
  /** Ids of trials that were begun and never finished. */
  begun(): Promise<string[]>;
  exchanges(trial: string): AsyncIterable<Exchange>;
  /**
   * What was attached to a trial, as text, held against its hash in `trial.json`; null when it is not there. Records
   * older than such hashes are read as they are.
   */
  attached(trial: string, name: string): Promise<string | null>;
  /** A body's bytes, held against the hash that it goes by; null when its blob is missing. */
  body(body: Body): Promise<Buffer | null>;
  /** Holds every file that lies beside a trial (packets, pictures, UI trees, logs) against its hash in `trial.json`. */
  untouched(): Promise<void>;
  /** What the judge writes: sightings.jsonl, verdicts.json … */
  writeJudged(name: string, content: string): Promise<void>;
  /** The same, a line at a time: the file is there once it is closed. */
  judgedLines(name: string): { append(line: string): Promise<void>; close(): Promise<void> };
}

/** Where one trial puts what it finds. Everything is on disk before `finish` returns. */
export interface TrialFolder {
  exchange(line: Exchange): Promise<void>;
  /** A large body, piece by piece; it is in `blobs/` under its hash once it is closed. */
  spool(): Spooled;
  /** Bytes of `packets.pcapng`, in order. */
  packets(bytes: Buffer): Promise<void>;
  /** A picture, a UI tree or the phone's log; returns the file's name. */
  attach(name: string, content: string | Buffer): Promise<string>;
  /** Writes `trial.json` and the ledger's line: from here on the trial is finished for good. Gives what it wrote. */
  finish(record: TrialRecord, at: number): Promise<TrialRecord>;
}

export async function openArchive(folder: string): Promise<Archive> {
  await makeFolder(join(folder, 'trials'));
  await makeFolder(join(folder, 'blobs'));
  const ledger = await openLedger(join(folder, 'ledger.jsonl'));
  const inRun = (...path: string[]): string => join(folder, ...path);

  let writing = Promise.resolve();
  let hashes: Map<string, Readonly<Record<string, string>>> | null = null;
  const finished = async (): Promise<TrialRecord[]> => {
    const cut = new Set(
      ledger.entries.flatMap((entry) => (entry.kind === 'cut-short' ? entry.trials : [])),
    );
    const trials: TrialRecord[] = [];
    for (const entry of ledger.entries) {
      if (entry.kind !== 'trial') continue;
      const text = (await readText(inRun('trials', entry.trial, 'trial.json'))) ?? '';
      const path = `${folder}/trials/${entry.trial}/trial.json`;
      if (sha256(text) !== entry.trialSha256) throw changed(path, TRIAL_ENDED);
      const record = known(trialSchema, text, path);
      trials.push(cut.has(record.id) ? { ...record, cutShort: true } : record);
    }
    return trials;
  };
  const archive: Archive = {
    folder,
    ledger,
    writePlan: async (plan, at) => {
      const text = pretty(plan);
      await writeWhole(inRun('plan.json'), text);
      await ledger.append({ kind: 'plan', sha256: sha256(text) }, at);
    },
    plan: async () => {
      const text = (await readText(inRun('plan.json'))) ?? '';
      const planned = ledger.entries.find((entry) => entry.kind === 'plan');
      if (ledger.entries.length === 0) throw neverBegun(folder);
      if (planned?.sha256 !== sha256(text)) throw planMoved(folder);
      return known(planSchema, text, `${folder}/plan.json`);
    },
    writeRun: async (info, at) => {
      const text = pretty(info);
      // Blocks begin side by side: the last one to be noted is the last one written.
      writing = writing.then(async () => {
        // In the ledger first: whoever is killed in between leaves the file before, which the ledger knows as well.
        await ledger.append({ kind: 'run', sha256: sha256(text) }, at);
        await writeWhole(inRun('run.json'), text);
      });
      await writing;
    },
    runInfo: async () => {
      const text = await readText(inRun('run.json'));
      const path = `${folder}/run.json`;
      const told = ledger.entries.filter((entry) => entry.kind === 'run');
      const isKnown =
        text === null
          ? !ledger.entries.some(({ kind }) => kind === 'trial')
          : told.some((entry) => entry.sha256 === sha256(text));
      // Records of before 25 November 2026 have no hash of it.
      if (told.length > 0 && !isKnown) throw changed(path, 'its devices were taken into use');
      return known(runSchema.nullable(), text ?? 'null', path);
    },
    trial: async (id) => {
      const folderOf = inRun('trials', plain(id));
      await makeFolder(folderOf);
      const lines = join(folderOf, 'exchanges.jsonl');
      const packets = join(folderOf, PACKETS);
      const log = lineLog(lines);
      const attachments: Record<string, string> = {};
      return {
        exchange: (line) => log.append(JSON.stringify(line)),
        spool: () => spoolInto(inRun('blobs')),
        packets: (bytes) => appendBytes(packets, bytes),
        attach: async (name, content) => {
          await writeWhole(join(folderOf, plain(name)), content);
          attachments[name] = sha256(content);
          return name;
        },
        finish: async (record, at) => {
          await settle(lines);
          if (await exists(packets)) {
            await settle(packets);
            attachments[PACKETS] = await sha256OfFile(packets);
          }
          const whole = { ...record, attachments };
          const text = pretty(whole);
          await writeWhole(join(folderOf, 'trial.json'), text);
          await ledger.append(
            {
              kind: 'trial',
              trial: id,
              sound: record.sound,
              trialSha256: sha256(text),
              exchangesSha256: await sha256OfFile(lines),
            },
            at,
          );
          return whole;
        },
      };
    },
    trials: async () => (await finished()).filter(({ aside }) => aside === null),
    asides: async () => (await finished()).filter(({ aside }) => aside !== null),
    begun: async () => {
      const done = new Set(
        ledger.entries.flatMap((entry) => (entry.kind === 'trial' ? [entry.trial] : [])),
      );
      return (await namesIn(inRun('trials'))).filter((id) => !done.has(id));
    },
    exchanges: async function* exchanges(trial) {
      const path = inRun('trials', trial, 'exchanges.jsonl');
      const entry = ledger.entries.find((one) => one.kind === 'trial' && one.trial === trial);
      const hash = createHash('sha256');
      for await (const line of linesOf(path, (chunk) => hash.update(chunk))) {
        const parsed = exchangeSchema.safeParse(jsonOf(line));
        yield parsed.success ? parsed.data : ILLEGIBLE;
      }
      // Known once all is read: whoever reads a changed record to its end is stopped there.
      if (entry?.kind === 'trial' && entry.exchangesSha256 !== hash.digest('hex')) {
        throw changed(`${folder}/trials/${trial}/exchanges.jsonl`, TRIAL_ENDED);
      }
    },
    attached: async (trial, name) => {
      const text = await readText(inRun('trials', plain(trial), plain(name)));
      hashes ??= new Map((await finished()).map(({ id, attachments }) => [id, attachments ?? {}]));
      const hash = hashes.get(trial)?.[name];
      if (hash !== undefined && (text === null || sha256(text) !== hash))
        throw changed(`${folder}/trials/${trial}/${name}`, TRIAL_ENDED);
      return text;
    },
    body: async (body) => {
      if ('base64' in body) return Buffer.from(body.base64, 'base64');
      const path = inRun('blobs', body.sha256);
      if (!/^[0-9a-f]{64}$/.test(body.sha256) || !(await exists(path))) return null;
      const bytes = await readBytes(path);
      if (sha256(bytes) !== body.sha256)
        throw changed(`${folder}/blobs/${body.sha256}`, 'the body was put away');
      return bytes;
    },
    untouched: async () => {
      for (const { id, attachments = {} } of await finished()) {
        for (const [name, hash] of Object.entries(attachments)) {
          if ((await sha256OfFile(inRun('trials', plain(id), plain(name)))) === hash) continue;
          throw changed(`${folder}/trials/${id}/${name}`, TRIAL_ENDED);
        }
      }
    },
    writeJudged: (name, content) => writeWhole(inRun(name), content),
    judgedLines: (name) => linesWhole(inRun(name)),
  };
  return archive;
}

function pretty(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Stands for a line that cannot be read: something went somewhere. */
const ILLEGIBLE: Exchange = exchangeSchema.parse({ kind: 'unread', why: 'the line is illegible' });

/** Names come from plans and factors, and in the end from files that people wrote. */
function plain(name: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(name)) return name;
  throw new Error(`${JSON.stringify(name)} is no name for a file`);
}

/** What another version wrote may lack what this one asks for: that is the person's to know, and no bug. */
function known<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  path: string,
): z.output<Schema> {
  const parsed = schema.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where =
    issue === undefined || issue.path.length === 0
      ? ''
      : ` (${issue.path.join('.')}: ${issue.message})`;
  throw new Fault(
    'other-format',
    `${path} is not in the format of this version${where}`,
    'Judge this run with the version that made it (codeVersion in its plan.json), or run the scenario again.',
  );
}

/** Ended before its plan was in the ledger, and so before any phone was touched. */
function neverBegun(folder: string): Fault {
  return new Fault(
    'never-begun',
    `${folder} was ended before its plan was written down: there is nothing in it to go on with`,
    'Start a new run, and delete that folder.',
  );
}

function planMoved(folder: string): Fault {
  return new Fault(
    'plan-changed',
    `${folder}/plan.json is not the plan that the ledger was begun with`,
    'Restore plan.json from a copy; a run is judged by the plan it was started under.',
  );
}

function changed(path: string, when: string): Fault {
  return new Fault(
    'record-changed',
    `${path} is not what was written when ${when}`,
    'Restore the file from a copy; a changed record is not judged.',
  );
}

const PACKETS = 'packets.pcapng';
const TRIAL_ENDED = 'the trial ended';
