/** The ordinary user that a desktop browser runs as: a browser's own sandbox refuses to work for root. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
  /** The command that runs another as this user, to die with whoever starts it. */
  as(command: Command): Command;
}

export type Command = readonly [program: string, ...args: string[]];

/** Users of nobody's, set aside for programs (systemd's `DynamicUser=` range). */
const FIRST_UID = 61_184;
const LAST_UID = 65_519;

/**
 * Root steps down to a user that has no account, no group and no file on this machine, one for each process of ours;
 * anybody else is ordinary enough already. No account is made, so none is left behind.
 */
export function ordinaryAccount(uid: number, gid: number, pid: number): Account {
  if (uid !== 0) return { uid, gid, as: (command) => command };
  const made = FIRST_UID + (pid % (LAST_UID - FIRST_UID + 1));
  // Stepping down takes the death signal of whoever started us away: it is asked for anew.
  const down = ['--pdeathsig', 'KILL', '--reuid', String(made), '--regid', String(made)];
  return {
    uid: made,
    gid: made,
    as: (command) => ['setpriv', ...down, '--clear-groups', '--inh-caps=-all', '--', ...command],
  };
}
