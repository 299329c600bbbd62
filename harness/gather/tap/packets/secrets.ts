/** The secrets of the TLS connections that the tap itself has taken up, as long as one capture. */
export interface Secrets {
  /** One line of a TLS key log (SSLKEYLOGFILE format, as NSS laid it down and Wireshark reads it). */
  note(line: string): void;
  /** What the client of this connection keeps under that label; null where nobody said. */
  of(clientRandom: string, label: string): Buffer | null;
}

/** More connections than a trial has. */
const MOST = 40_000;

export function openSecrets(): Secrets {
  const known = new Map<string, Buffer>();
  return {
    note: (line) => {
      const [label = '', clientRandom = '', secret = ''] = line.trim().split(' ');
      if (known.size < MOST) known.set(`${label} ${clientRandom}`, Buffer.from(secret, 'hex'));
    },
    of: (clientRandom, label) => known.get(`${label} ${clientRandom}`) ?? null,
  };
}
