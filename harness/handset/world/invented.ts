import type { Route } from './route.ts';

/** The collectors' front doors of the profiles that are invented (roms/collectors/made-up): they take everything. */
export const INVENTED: readonly (readonly [string, readonly Route[]])[] = [
  'log-phones.oss-cn-beijing.aliyuncs.com',
  'websocket.clothes.example',
].map((host) => [host, [takes]] as const);

function takes({ method }: Parameters<Route>[0]): ReturnType<Route> {
  return method === 'POST'
    ? { status: 200, type: 'application/json', body: '{"code":0}' }
    : undefined;
}
