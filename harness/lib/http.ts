/**
 * Node's HTTP for programs of which many run at once. To `import` it costs 14 MB and 30 ms, to ask for it 2 MB and 3 ms:
 * an import reads every export, `WebSocket` among them, and with that one Node loads its whole fetch.
 */
export const { createServer, request } = process.getBuiltinModule('node:http');
