// What evidence says of a flow and of an incident, beside contract/messages-en.ts.
export const EVIDENCE_ENGLISH = {
  'incident-title': '{initiator} to {peer}: {what}',
  'peer-unknown-names': 'unknown names',
  'incident-inherited': '{initiator} to {peer}: unnamed encrypted connection of a host that another incident raised',
  'pair-odd-client-bare-post': 'An odd client that posts without the fields of a browser says more than either alone.',
  'pair-mail': 'A login in the clear and a greeting without a domain together are how stealers send mail.',
  'cap-device': 'A device without any sign of a PC that talks to a name of its own is held at 2 points.',
  'rule-exe-over-http': 'a program came over HTTP',
  'ev-exe-over-http': `{host} sent a program (an executable file) over unencrypted HTTP, asked for as {path}. The \
host is not a well known one.`,
  'rule-exe-disguised': 'a program that was called something else',
  'ev-exe-disguised': '{host} sent a program and called it {type}; it was asked for as {path}.',
  'rule-script-over-http': 'a script that hides came over HTTP',
  'ev-script-over-http':
    '{host} sent a script that holds “{text}”, as scripts of attackers do; it was asked for as {path}.',
  'rule-http-program-path': 'asked for a program file',
  'ev-http-program-path': 'A file that may be a program was asked for: {path} from {host}.',
  'rule-office-over-http': 'an office document came over HTTP',
  'ev-office-over-http':
    '{host} sent an office document over unencrypted HTTP, asked for as {path}. Such documents may hold macros.',
  'rule-image-that-is-none': 'an image that is none',
  'ev-image-that-is-none':
    '{host} sent something that it called {type} and that is no image; it was asked for as {path}.',
  'rule-opaque-body': 'content that cannot be read',
  'ev-opaque-body':
    '{host} answered {path} with encrypted or packed content of no known file type ({bits} bits a byte).',
  'rule-framework-default-path': 'default paths of an attack framework',
  'ev-framework-default-path':
    '{path} was asked for at {host}: {n} paths there are default settings of the attack framework {framework}.',
  'rule-framework-path-alone': 'a default path of an attack framework',
  'ev-framework-path-alone': `{path} was asked for at {host}: one of the default paths of the attack framework \
{framework}, and also an ordinary name.`,
  'rule-c2-uri': 'the address of a malware panel',
  'ev-c2-uri': '{path} was asked for at {host}: control panels of malware listen there ({known}).',
  'rule-c2-uri-encoded': 'an encoded path',
  'ev-c2-uri-encoded': 'A path of {n} encoded characters was asked for at {host}: {path}.',
  'rule-c2-uri-generic': 'a path that malware uses too',
  'ev-c2-uri-generic': '{path} was asked for at {host}: malware is known to use such paths, and so are ordinary sites.',
  'rule-opaque-query-to-address': 'an encoded query to a bare address',
  'ev-opaque-query-to-address': 'A query of {n} characters went to the bare address {host}: {query}.',
  'rule-http-odd-agent': 'an unusual HTTP client',
  'ev-http-odd-agent': 'The client calls itself “{agent}” towards {host}: no current browser does.',
  'rule-http-no-agent': 'HTTP without a User-Agent',
  'ev-http-no-agent': 'The client does not say what it is (no User-Agent) when it asks {host} for {path}.',
  'rule-http-no-host': 'a request without a host',
  'ev-http-no-host': 'A request for {path} to {peer} names no host, which every current client does.',
  'rule-http-post-few-headers': 'a POST with few headers',
  'ev-http-post-few-headers': `Data was sent to {host} by a POST of {path} with {n} header {n:field|fields} only and \
without a page that it came from.`,
  'rule-http-post-bare': 'a POST that no page sent',
  'ev-http-post-bare':
    'Data was sent to {host} by a POST of {path} without a page that it came from (no Referer, no Origin).',
  'rule-http-to-address': 'HTTP to a bare address',
  'ev-http-to-address': 'A request for {path} went to the bare address {host}, port {port:plain}, without a name.',
  'rule-http-impossible-host': 'a host that cannot exist',
  'ev-http-impossible-host': 'A request to {peer} is for the host “{host}”, which no machine can be called.',
  'rule-http-odd-port': 'HTTP on an unusual port',
  'ev-http-odd-port': 'HTTP was spoken with {peer} on port {port:plain}, which is not a usual port for it.',
  'rule-own-protocol': 'an unknown protocol to an address without a name',
  'ev-own-protocol':
    'An unknown protocol was spoken with {peer}, port {port:plain}, an address that no DNS answer named.',
  'rule-own-protocol-repeated': 'the same unknown protocol again',
  'ev-own-protocol-repeated': `In at least {n} connections to addresses that no DNS answer named, what is first seen \
from the client is the same, and of no known protocol ({bytes}); one of them went to {peer}, port {port:plain}.`,
  'rule-dynamic-dns': 'a dynamic name',
  'ev-dynamic-dns': '{name} is a name of a service that lends names or tunnels to any machine.',
  'rule-cheap-tld': 'a cheap top-level domain',
  'ev-cheap-tld': '{name} is under {ending}, where names cost next to nothing and are often used for a short time.',
  'rule-dga-name': 'a name that looks random',
  'ev-dga-name': '{name} looks as if it was made by chance, as malware makes names.',
  'rule-drop-site': 'a site for files or text of anybody',
  'ev-drop-site': '{name} is a site where anybody can leave text or files.',
  'rule-ip-lookup': 'asked for its own public address',
  'ev-ip-lookup': '{name} tells a machine its own public address; malware often asks for it first.',
  'rule-http-poll': 'asks a server again and again',
  'ev-http-poll': `At least {n} requests went to {peer} in {time}, for a few paths only, such as {path} at {host}; no \
page led to them (no Referer).`,
  'rule-repeated-post': 'sends to a server again and again',
  'ev-repeated-post': 'Data was sent to {path} at {host} at least {n} times in {time}.',
  'rule-regular-starts-unknown-peer': 'connects like clockwork to an unknown server',
  'ev-regular-starts-unknown-peer': `Of {n} connections to {peer}, port {port:plain}, most began about {time} after \
the one before. The server has no well known name.`,
  'rule-regular-starts': 'connects like clockwork',
  'ev-regular-starts': 'Of {n} connections to {peer}, port {port:plain}, most began about {time} after the one before.',
  'rule-regular-many': 'connects like clockwork, very often',
  'ev-regular-many': `Of {n} or more connections to {peer}, port {port:plain}, most began about {time} after the one \
before. The server has no well known name.`,
  'rule-dead-peer': 'connections that carry no data',
  'ev-dead-peer': 'At least {n} tries to connect to {peer}, port {port:plain}, in {time} carried no data.',
  'rule-dead-peer-many': 'very many connections that carry no data',
  'ev-dead-peer-many': `The last {n} connections to {peer}, port {port:plain}, within {time}, carried nothing at \
all: a program keeps trying to reach its server.`,
  'rule-udp-spray': 'the same datagram to many silent addresses',
  'ev-udp-spray':
    '{host} sent datagrams, mostly of {length} bytes, to at least {n} public addresses that did not answer.',
  'rule-new-here': 'a peer and a client that are new here',
  'ev-new-here':
    '{host} speaks TLS with {peer}, which this network never had, in a way that this host never had (JA4 {ja4}).',
  'rule-model-witness': 'rated above ordinary flows by the model',
  'ev-model-witness': 'The model scores a flow higher than {share} % of ordinary flows of its protocol.',
  'ev-model-uncalibrated':
    'The model scores a flow above its threshold; how many ordinary flows are above it, nobody has measured.',
  'rule-model-witness-own': 'rated far above this network’s ordinary flows by the model',
  'ev-model-witness-own': 'The model scores a flow higher than {share} % of the ordinary flows of this network.',
  'rule-elf-from-store': 'program for devices from a store of anybody’s',
  'ev-elf-from-store':
    '{host}, where anybody may store files, sent a program for Linux or a device over unencrypted HTTP, asked for as {path}.',
  'rule-web-attack-answered': 'attack on a web server that was answered',
  'ev-web-attack-answered':
    '{host} tried {what} at {peer}, and the server answered with success or a scanner asked: {text}',
} as const;
