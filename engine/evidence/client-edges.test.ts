// Odd clients of HTTP at their edges, in captures that the test makes.
import { edge } from '../testing/edges.ts';
import { MadeCapture, type MadeFlow, type MadeRequest, PEER } from '../testing/evidence-kit.ts';

const REFERER = 'Referer: http://www.somewhere.test/page';
const INSIDE = '10.0.0.9';
const STRANGER = 'www.somewhere.test';
const POPULAR = 'download.microsoft.com';

const asked = (request: MadeRequest, flow: MadeFlow = {}): MadeCapture => new MadeCapture().http([request], flow);

const MSIE = 'Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0)';
edge('http-odd-agent', 'what no browser of today says', (agent: string) => asked({ agent }), {
  raises: [
    MSIE,
    'Mozilla/4.0 (compatible; MSIE 5.0)',
    'Mozilla/4.0',
    'Mozilla/3.0 (compatible)',
    'Mozilla/5.0 (Windows NT 6.1)',
    'Mozilla/4.08 (Charon; Inferno)',
    '"Mozilla/5.0 (Windows NT 6.2) Firefox/50.2"',
    'WinHTTP Example/1.0',
    'python-requests/2.31',
    'x WinINet 1',
    'PowerShell/7',
    'CertUtil URL Agent',
    'AutoIt 3',
    'Go-http-client/1.1',
    'httpread 1',
    'inetc 1',
    'Indy Library 9',
    'Delphi 2',
    'HttpClient 1',
    'vb http 6',
    'my wget/1',
    'my curl/8',
    'downloader 2',
    'Windows Installer 5',
    'User-Agent: Mozilla/5.0 (Windows)',
    'Hello',
    'Twelveletter',
    'test agent 2',
    '-',
    'NSIS_Inetc (Mozilla)',
    'VB OpenURL 1',
    `Microsoft-CryptoAPI/10.0${'x'.repeat(25)}`,
  ],
  not: [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120 Safari/537.36',
    'Mozilla/4.0 (compatible; MSIE 9.0; Windows NT 6.1)',
    'Mozilla/5.0',
    'curl/8.5.0',
    'Wget/1.21',
    'apt-http/1 loader',
    'Apache-HttpClient/4.5',
    'Android loader 1',
    'Dalvik loader 1',
    'contype',
    'lynx',
    'links',
    'Dalvik/2.1.0 (Linux; U; Android 13)',
    'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
    'Microsoft-CryptoAPI/10.0',
    'Agentless Monitor/2.0',
    'Thirteenletters',
    `${'x '.repeat(200)}python`,
  ],
});
edge('http-odd-agent', 'a host that is not well known', (host: string) => asked({ agent: MSIE, host }), {
  raises: [STRANGER, '', 'ocsp.somewhere.test'],
  not: [POPULAR],
});

const CHECKS = `connectivity-check.ubuntu.com captive.apple.com detectportal.firefox.com nmcheck.gnome.org
  connectivitycheck.gstatic.com connectivitycheck.android.com network-test.debian.org clients1.google.com
  clients3.google.com www.msftconnecttest.com ipv6.msftconnecttest.com www.msftncsi.com fedoraproject.org
  ping.archlinux.org`.split(/\s+/);
edge('http-no-agent', 'no agent', (agent: string) => asked({ agent }), { raises: [''], not: ['anything 1.0'] });
edge('http-no-agent', 'no check of the connection, no well known host', (host: string) => asked({ agent: '', host }), {
  raises: [STRANGER, ''],
  not: [POPULAR, ...CHECKS],
});
const NO_AGENT: MadeRequest = { agent: '', method: 'POST', body: 'x' };
edge('http-no-agent', 'no check of certificates', (more: MadeRequest) => asked({ ...NO_AGENT, ...more }), {
  raises: [{}, { fields: ['Content-Type: application/x'] }],
  not: [{ host: 'ocsp.somewhere.test' }, { fields: ['Content-Type: application/ocsp-request'] }],
});
edge('http-no-agent', 'GET or POST', (method: string) => asked({ agent: '', method }), {
  raises: ['GET', 'POST'],
  not: ['HEAD', 'PUT', 'OPTIONS'],
});

edge('http-no-host', 'no host, inside as well', (host: string) => asked({ host }, { to: INSIDE }), {
  raises: [''],
  not: [STRANGER, INSIDE],
});
edge('http-no-host', 'GET or POST', (method: string) => asked({ host: '', method }), {
  raises: ['GET', 'POST'],
  not: ['HEAD', 'PUT'],
});

const posted = (more: MadeRequest, flow: MadeFlow = {}): MadeCapture =>
  asked({ method: 'POST', body: 'a', ...more }, flow);
const THREE = ['Accept: */*', 'Connection: close', 'Content-Type: x/y'];
edge('http-post-few-headers', 'six fields: host, agent, length and three', (fields: string[]) => posted({ fields }), {
  raises: [THREE, [...THREE, 'Accept: again']],
  not: [[...THREE, 'X-More: 1']],
});
/** Of any client. @param more what makes a POST one that the rule is about */
function edgesOfClients(rule: string, more: MadeRequest): void {
  edge(rule, 'outside', (to: string) => posted(more, { to }), { raises: [PEER], not: [INSIDE] });
}
edgesOfClients('http-odd-agent', { agent: MSIE });
edgesOfClients('http-no-agent', { agent: '' });
edgesOfClients('http-post-bare', {});
edgesOfClients('http-post-few-headers', {});

function edgesOfPosts(rule: string): void {
  edge(rule, 'that no page sent', (fields: string[]) => posted({ fields }), {
    raises: [[]],
    not: [[REFERER], ['Origin: http://www.somewhere.test']],
  });
  edge(rule, 'the method', (method: string) => posted({ method }), { raises: ['POST'], not: ['GET', 'PUT'] });
  edge(rule, 'a host that is not well known', (host: string) => posted({ host }), {
    raises: [STRANGER],
    not: [POPULAR, 'ocsp.somewhere.test'],
  });
}
edgesOfPosts('http-post-bare');
edgesOfPosts('http-post-few-headers');
