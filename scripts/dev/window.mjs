// vite's server for the window: it has the window's modules, and passes everything else on to the host, which keeps all
// of its checks. The Origin of this server's own pages becomes the host's own; any other is passed on as it is and
// refused.
import { realpathSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { join } from 'node:path';
import { createLogger, createServer } from 'vite';
import { WINDOW_POLICY } from '../../contract/index.ts';
import { ROOT } from '../node24.mjs';

/** What the host answers, and vite does not. */
const PATHS = ['/contract', '/enter', '/session', '/upload', '/saved'];
/** vite puts styles into the page and shows errors over it; scripts are still our own files only. */
const POLICY = WINDOW_POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
  .split('; ')
  .filter((part) => !part.includes('trusted-types'))
  .join('; ');
const EVENT = 'sightline:link';

/** Somebody else listens there. */
export class PortTaken extends Error {}

/** Takes the new host's link: main.tsx reloads the page when the part behind '#' becomes a token. */
const ENTER = `
if (import.meta.hot)
  import.meta.hot.on('${EVENT}', ({ token }) => {
    location.hash = 'token=' + token;
  });
`;

/**
 * Serves the window on loopback.
 * @param {number} port of this server
 * @param {number} hostPort of the host, which may come and go
 * @param {(text: string) => void} say
 * @returns {Promise<{ enter(token: string): void, close(): Promise<void> }>} `enter`: pages go to a new host
 */
export async function serveWindow(port, hostPort, say) {
  // vite in a server of ours: its own would end this process with SIGTERM or with stdin's end, and leave the host
  // behind.
  const http = createHttpServer();
  await listen(http, port);
  const logger = createLogger('info', { allowClearScreen: false, prefix: 'window:' });
  const { error } = logger;
  // While the host starts again nobody is there; pages try again by themselves.
  logger.error = (text, options) => {
    if (!/proxy (socket )?error/.test(text)) error(text, options);
  };
  const server = await createServer({
    configFile: join(ROOT, 'renderer', 'vite.config.mjs'),
    cacheDir: join(ROOT, 'dist', 'vite'),
    customLogger: logger,
    css: { devSourcemap: true },
    server: {
      middlewareMode: { server: http },
      hmr: { server: http },
      headers: { 'Content-Security-Policy': POLICY, 'X-Frame-Options': 'DENY', 'Referrer-Policy': 'no-referrer' },
      fs: { allow: [ROOT, realpathSync(join(ROOT, 'node_modules'))] },
      proxy: Object.fromEntries(PATHS.map((path) => [path, toHost(port, hostPort)])),
    },
    plugins: [
      {
        name: 'sightline-new-host',
        enforce: 'pre',
        transform: (code, id) => (id.endsWith('/renderer/main.tsx') ? code + ENTER : null),
      },
    ],
  });
  http.on('request', server.middlewares);
  say(`vite serves the window on 127.0.0.1:${port}, the host is on 127.0.0.1:${hostPort}`);
  return {
    enter: (token) => server.ws.send(EVENT, { token }),
    close: async () => {
      http.close();
      http.closeAllConnections();
      await server.close();
    },
  };
}

function toHost(port, hostPort) {
  const own = new Set([`http://127.0.0.1:${port}`, `http://localhost:${port}`]);
  const origin = (proxied, request) => {
    if (own.has(request.headers.origin)) proxied.setHeader('Origin', `http://127.0.0.1:${hostPort}`);
  };
  return {
    target: `http://127.0.0.1:${hostPort}`,
    changeOrigin: true,
    ws: true,
    configure: (proxy) => {
      proxy.on('proxyReq', origin);
      proxy.on('proxyReqWs', origin);
      // Nobody answers: the connection is closed, as the host's own would be, and the page tries again.
      proxy.on('error', (_error, _request, response) => (response.socket ?? response).destroy());
    },
  };
}

function listen(http, port) {
  return new Promise((done, failed) => {
    http.once('error', (error) => failed(error.code === 'EADDRINUSE' ? new PortTaken() : error));
    http.listen(port, '127.0.0.1', done);
  });
}
