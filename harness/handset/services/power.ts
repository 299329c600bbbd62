import type { Service } from './service.ts';

/** Cuts the host off. Nothing else happens: the handset keeps its state as a phone keeps its flash. */
export const reboot: Service =
  (_reason, { hangUp }) =>
  (stream) => {
    stream.end(hangUp);
  };

export const root: Service = () => (stream) => {
  stream.end('adbd cannot run as root in production builds\n');
};
