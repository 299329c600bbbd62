import { connect } from 'node:net';
import { pipeline } from 'node:stream';
import type { Service } from './service.ts';

/** Abstract sockets of the phone: a browser's DevTools are behind one of them while a real engine runs. */
export const localService: Service = (name, { phone }) => {
  const port = name === 'chrome_devtools_remote' ? phone.engine?.devtools : undefined;
  if (port === undefined) return undefined;
  return (stream) => {
    const socket = connect(port, '127.0.0.1');
    pipeline(stream, socket, () => undefined);
    pipeline(socket, stream, () => undefined);
  };
};
