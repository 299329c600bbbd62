import { run } from '../../lib/children.ts';
import { Fault } from '../../lib/fault.ts';

/** What a gateway stands on: one network interface of ours, and one device behind it. */
export interface Footing extends AsyncDisposable {
  /** Our end of the cable, where the recorder listens. */
  readonly cable: string;
  /** Address of our end: the tap and the name server listen here and nowhere else. */
  readonly address: string;
  /** Address of the device. */
  readonly device: string;
  /** Where a datagram of ours passes the cable whether or not the device is there: by it a record is cut. */
  readonly mark: string;
  /** What the recorder takes, as a filter of tcpdump's; null: everything, since nobody else is there. */
  readonly only: string | null;
  /** Leads everything that the device sends to these ports of ours. */
  lead(ports: { readonly tap: number; readonly names: number }): Promise<void>;
}

/**
 * A network of our own for one device of this machine: a namespace whose only way out is a cable to us. What it
 * sends ends at the tap and at our name server; everything else is counted by the recorder and dropped.
 */
export interface Ground extends Footing {
  /** The namespace that the device's programs run in. */
  readonly namespace: string;
  /**
   * A second cable, for what drives the device; never recorded, and the device cannot open anything over it. Whatever
   * the device's programs listen with on their own loopback is reached at `bench.device`.
   */
  readonly bench: { readonly address: string; readonly device: string };
  /** The command that runs another inside the namespace. */
  inside(command: readonly string[]): [string, ...string[]];
  /** Whether a process runs inside it. */
  holds(pid: number): Promise<boolean>;
}

/** Networks of eight addresses out of RFC 2544's range for benches, which is nobody's: room for 8,192 devices. */
const NETWORKS = 8_192;
const TOOLS = ['ip', 'nft'] as const;
const ELSE = 'or write "listen": "usb" in devices.json, or "proxy" for a desktop browser';
const ADVICE = `Run as root, or with CAP_NET_ADMIN and CAP_SYS_ADMIN; ${ELSE}.`;

/** Sets one up for this process, unless for another. Fault `gateway-refused` where that needs more than we may. */
export async function openGround(owner?: Owner): Promise<Ground> {
  await ready();
  await sweep();
  const index = await cable(owner ?? (await ownerOf(process.pid)));
  const names = namesOf(index);
  await using held = new AsyncDisposableStack();
  held.defer(() => takeDown(index));
  const { namespace, ours, theirs, benchOurs, benchTheirs } = names;
  const at = (host: number): string => addressAt(index, host);
  await ip(
    `netns add ${namespace}`,
    `link add ${benchOurs} type veth peer name ${benchTheirs}`,
    `link set ${theirs} netns ${namespace}`,
    `link set ${benchTheirs} netns ${namespace}`,
    `addr add ${at(1)}/30 dev ${ours}`,
    `addr add ${at(5)}/30 dev ${benchOurs}`,
    `link set ${ours} gso_max_segs 1`,
    `link set ${ours} up`,
    `link set ${benchOurs} up`,
  );
  await ip(
    { namespace },
    'link set lo up',
    `addr add ${at(2)}/30 dev ${theirs}`,
    `addr add ${at(6)}/30 dev ${benchTheirs}`,
    // As on a real cable no frame is longer than the MTU: the recorder has room for as many as are short.
    `link set ${theirs} gso_max_segs 1`,
    `link set ${theirs} up`,
    `link set ${benchTheirs} up`,
    `route add default via ${at(1)}`,
  );
  // Without IPv6 on the cable an app that tries it fails at once; the packets of the trial are IPv4's.
  await must('sysctl', ['-qw', ...[ours, benchOurs].map(withoutSix)]);
  const within = (...words: string[]): string[] => ['netns', 'exec', namespace, ...words];
  await must('ip', within('sysctl', '-qw', ...[theirs, benchTheirs].map(withoutSix)));
  await must('ip', within('sysctl', '-qw', `net.ipv4.conf.${benchTheirs}.route_localnet=1`));
  await must('ip', within('nft', '-f', '-'), toLoopback(benchTheirs));
  // `ip netns exec` puts this file in the place of the machine's own.
  const resolver = `mkdir -p ${etc(namespace)} && echo "nameserver ${at(1)}" >${etc(namespace)}/resolv.conf`;
  await must('sh', ['-c', resolver]);
  await rules(index, null);
  const all = held.move();
  return {
    namespace,
    cable: ours,
    address: at(1),
    device: at(2),
    mark: at(2),
    only: null,
    bench: { address: at(5), device: at(6) },
    lead: (ports) => rules(index, ports),
    inside: (command) => ['ip', 'netns', 'exec', namespace, ...command],
    holds: async (pid) => {
      const { stdout } = await run('ip', ['netns', 'identify', String(pid)]);
      return stdout.toString().trim() === namespace;
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** The process that a ground belongs to; it is known again by its start, should its number be given away anew. */
export interface Owner {
  readonly pid: number;
  /** Clock ticks after boot: field 22 of `/proc/<pid>/stat`. */
  readonly started: string;
}

/** The process of that number, as it can be known again; its start is empty where there is none. */
async function ownerOf(pid: number): Promise<Owner> {
  const { stdout } = await run('cat', [`/proc/${String(pid)}/stat`]);
  // The command's name stands in brackets and may hold anything.
  const fields = stdout
    .toString()
    .replace(/^.*\) /s, '')
    .split(' ');
  return { pid, started: fields[19] ?? '' };
}

/** Takes down what processes that are gone have left behind. */
async function sweep(): Promise<void> {
  const { stdout } = await run('ip', ['-o', 'link', 'show', 'type', 'veth']);
  for (const line of stdout.toString().split('\n')) {
    const found = /: llg(\d+)@.*alias leaklab (\d+) (\d+)/.exec(line);
    if (!found) continue;
    const [, index = '', pid = '', started = ''] = found;
    const alive = await ownerOf(Number(pid));
    if (alive.started !== started) await takeDown(Number(index));
  }
}

/** Whoever makes the cable of a number owns that number: the kernel gives a name once. */
async function cable({ pid, started }: Owner): Promise<number> {
  for (let index = 0; index < NETWORKS; index++) {
    const { ours, theirs } = namesOf(index);
    const made = await run('ip', ['link', 'add', ours, 'type', 'veth', 'peer', 'name', theirs]);
    if (made.code !== 0) {
      if (made.stderr.includes('File exists')) continue;
      throw refusal('ip', made.stderr);
    }
    await ip(`link set ${ours} alias "leaklab ${String(pid)} ${started}"`);
    return index;
  }
  throw new Fault('gateway-refused', 'no network cable (veth) can be made', ADVICE);
}

/**
 * One table of the packet filter, replaced as a whole. Names and TCP are turned to our ports; QUIC is dropped, so
 * that both its first datagrams are recorded and no answer tells the app more than silence does.
 */
async function rules(
  index: number,
  ports: { readonly tap: number; readonly names: number } | null,
): Promise<void> {
  const { table, ours, benchOurs } = namesOf(index);
  const lead = ports
    ? `iifname "${ours}" udp dport 53 redirect to :${String(ports.names)}
       iifname "${ours}" meta l4proto tcp redirect to :${String(ports.tap)}`
    : '';
  const admit = ports
    ? `iifname "${ours}" udp dport ${String(ports.names)} accept
       iifname "${ours}" tcp dport ${String(ports.tap)} accept`
    : '';
  const text = `
    table inet ${table} {}
    delete table inet ${table}
    table inet ${table} {
      chain lead {
        type nat hook prerouting priority dstnat; policy accept;
        ${lead}
      }
      chain admit {
        type filter hook input priority filter; policy accept;
        iifname "${ours}" ip saddr != ${addressAt(index, 2)} drop
        iifname "${ours}" meta l4proto icmp accept
        iifname { "${ours}", "${benchOurs}" } ct state established,related accept
        ${admit}
        iifname { "${ours}", "${benchOurs}" } drop
      }
      chain through {
        type filter hook forward priority filter; policy accept;
        iifname { "${ours}", "${benchOurs}" } drop
        oifname { "${ours}", "${benchOurs}" } drop
      }
    }`;
  await must('nft', ['-f', '-'], text);
}

/** Automation ports stand on loopback, and no program has an option to stand elsewhere. */
function toLoopback(benchTheirs: string): string {
  return `table ip bench {
    chain lead {
      type nat hook prerouting priority dstnat; policy accept;
      iifname "${benchTheirs}" meta l4proto tcp dnat to 127.0.0.1
    }
  }`;
}

async function takeDown(index: number): Promise<void> {
  const { namespace, table, ours, benchOurs } = namesOf(index);
  await run('nft', ['delete', 'table', 'inet', table]);
  await run('ip', ['netns', 'delete', namespace]);
  await run('rm', ['-rf', etc(namespace)]);
  await run('ip', ['link', 'delete', benchOurs]);
  // Last: its alias is what says that there is something to take down.
  await run('ip', ['link', 'delete', ours]);
}

interface Names {
  readonly namespace: string;
  readonly table: string;
  readonly ours: string;
  readonly theirs: string;
  readonly benchOurs: string;
  readonly benchTheirs: string;
}

function namesOf(index: number): Names {
  const n = String(index);
  return {
    namespace: `leaklab-${n}`,
    table: `leaklab_${n}`,
    ours: `llg${n}`,
    theirs: `llp${n}`,
    benchOurs: `llb${n}`,
    benchTheirs: `llq${n}`,
  };
}

function addressAt(index: number, host: number): string {
  const place = index * 8 + host;
  return `198.18.${String(place >> 8)}.${String(place & 255)}`;
}

function etc(namespace: string): string {
  return `/etc/netns/${namespace}`;
}

function withoutSix(cableName: string): string {
  return `net.ipv6.conf.${cableName}.disable_ipv6=1`;
}

/** Root, or the two capabilities; and the programs. Anything else is told once, and `usb` still works. */
async function ready(): Promise<void> {
  for (const tool of TOOLS) {
    const { code } = await run('sh', ['-c', `command -v ${tool}`]);
    if (code === 0) continue;
    throw new Fault(
      'gateway-refused',
      `listening through a gateway needs the program ${tool}`,
      `sudo apt-get install iproute2 nftables tcpdump; ${ELSE}.`,
    );
  }
}

async function ip(
  ...words: readonly [string | { readonly namespace: string }, ...string[]]
): Promise<void> {
  const [first, ...others] = words;
  const where = typeof first === 'string' ? [] : ['-n', first.namespace];
  const lines = typeof first === 'string' ? [first, ...others] : others;
  await must('ip', [...where, '-batch', '-'], lines.join('\n'));
}

async function must(command: string, args: readonly string[], input?: string): Promise<void> {
  const given = input === undefined ? {} : { input: Buffer.from(`${input}\n`) };
  const { code, stderr } = await run(command, args, given);
  if (code === 0) return;
  throw refusal(command, stderr);
}

function refusal(command: string, stderr: string): Fault {
  const [said = ''] = stderr.trim().split('\n');
  return new Fault(
    'gateway-refused',
    `the gateway could not be set up: ${command} said: ${said}`,
    ADVICE,
  );
}
