/** A program of ours that is wanted again and again. */
export interface Kept<Program> extends AsyncDisposable {
  readonly program: Program;
  /** Returns when it runs: at once, or once it has been started again where it had ended. */
  wanted(): Promise<void>;
}

/** A program that says when it has ended, whoever ended it. */
export interface Mortal extends AsyncDisposable {
  readonly ended: Promise<unknown>;
}

/**
 * Keeps a program by starting it again when it is wanted and has ended: not before, so that a program that cannot stay
 * up is started once for each who wants it and no more. `start` is given the one that ended, whose port it takes.
 */
export async function keep<Program extends Mortal>(
  start: (before: Program | null) => Promise<Program>,
): Promise<Kept<Program>> {
  let over = false;
  const watched = async (before: Program | null): Promise<Program> => {
    const started = await start(before);
    over = false;
    void started.ended.then(() => {
      if (program === started) over = true;
    });
    return started;
  };
  let program: Program = await watched(null);
  let starting: Promise<void> | null = null;

  const again = async (): Promise<void> => {
    await program[Symbol.asyncDispose]();
    program = await watched(program);
  };
  return {
    get program() {
      return program;
    },
    wanted: async () => {
      if (over) {
        starting ??= again().finally(() => {
          starting = null;
        });
      }
      await starting;
    },
    [Symbol.asyncDispose]: async () => {
      await starting?.catch(() => undefined);
      await program[Symbol.asyncDispose]();
    },
  };
}
