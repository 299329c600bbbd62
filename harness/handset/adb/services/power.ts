import type { Service } from './service.ts';

/** Ends what runs and cuts the host off; what is kept is kept, as in a phone's flash. */
export const reboot: Service =
  (_reason, { phone, hangUp }) =>
  (stream) => {
    stream.end(() => {
      hangUp();
      phone.screen.restart();
    });
  };

export const root: Service = () => (stream) => {
  stream.end('adbd cannot run as root in production builds\n');
};
