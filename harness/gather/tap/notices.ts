import { EventEmitter, once } from 'node:events';

/** Words that have come, and those who wait for one: settled by its coming, not by looking again and again. */
export interface Notices {
  note(word: string): void;
  /** Resolves when the word has come, at once when it has. Rejects with the signal's reason. */
  heard(word: string, signal: AbortSignal): Promise<void>;
}

/** More hosts than a trial ever sees: a phone that makes up more of them is not waited for. */
const MOST_WORDS = 10_000;

export function openNotices(): Notices {
  const words = new Set<string>();
  const arrivals = new EventEmitter();
  arrivals.setMaxListeners(0);
  return {
    note: (word) => {
      if (words.size < MOST_WORDS) words.add(word);
      arrivals.emit(`word ${word}`);
    },
    heard: async (word, signal) => {
      signal.throwIfAborted();
      if (words.has(word)) return;
      try {
        await once(arrivals, `word ${word}`, { signal });
      } catch (error) {
        signal.throwIfAborted();
        throw error;
      }
    },
  };
}
