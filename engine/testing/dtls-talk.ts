// A conversation of DTLS 1.2 between OpenSSL's s_client and s_server, recorded once (a key that both agreed on before,
// TLS_PSK_WITH_AES_128_GCM_SHA256), with its key log: Node has no DTLS of its own.
import { packetsOf, pcap, udp } from './packets.ts';

/** What the client and the server say, decrypted. */
export const DTLS_SAID = ['hello over dtls\n', 'answer from server\n'] as const;

export const DTLS_KEYS =
  'CLIENT_RANDOM 4cb291c3d0cc1363ff06f68b445cbd108c14a67a02fdfc7fd864e448006edbdb ' +
  '0197c695d72da65d5279fbaf491ccd07e7b42040c82722495c5aa2b6e76fc4dedbd33eade7a1c45ced8bd0693c2e22dd\n';

const DATAGRAMS: readonly (readonly [side: 0 | 1, base64: string])[] = [
  [
    0,
    'Fv7/AAAAAAAAAAAAdAEAAGgAAAAAAAAAaP79TLKRw9DME2P/BvaLRFy9EIwUpnoC/fx/2GTkSABu29sAAAAEAKgA/wEAADoAIwAA' +
      'ABYAAAAXAAAADQAqACgEAwUDBgMIBwgICAkICggLCAQIBQgGBAEFAQYBAwMDAQMCBAIFAgYC',
  ],
  [1, 'Fv7/AAAAAAAAAAAAIwMAABcAAAAAAAAAF/7/FMFFNEY4KRYmM5mACCOUx0Mr9MIc'],
  [
    0,
    'Fv7/AAAAAAAAAAEAiAEAAHwAAQAAAAAAfP79TLKRw9DME2P/BvaLRFy9EIwUpnoC/fx/2GTkSABu29sAFMFFNEY4KRYmM5mACCOU' +
      'x0Mr9MIcAAQAqAD/AQAAOgAjAAAAFgAAABcAAAANACoAKAQDBQMGAwgHCAgICQgKCAsIBAgFCAYEAQUBBgEDAwMBAwIEAgUCBgI=',
  ],
  [
    1,
    'Fv79AAAAAAAAAAEAQQIAADUAAQAAAAAANf79n7mUK1tmkTziIuuWD7x7I+twf4YahXpNZPDBVaVLuX0AAKgAAA3/AQABAAAjAAAA' +
      'FwAAFv79AAAAAAAAAAIADA4AAAAAAgAAAAAAAA==',
  ],
  [
    0,
    'Fv79AAAAAAAAAAIAHRAAABEAAgAAAAAAEQAPQ2xpZW50X2lkZW50aXR5FP79AAAAAAAAAAMAAQEW/v0AAQAAAAAAAAAwSWF2u4jY' +
      'URa+0wDGD7FQeJyzfFvDxEdxRvHLbmTtrawpUDjb0l1U75RdNpMKwYxF',
  ],
  [
    1,
    'Fv79AAAAAAAAAAMA0gQAAMYAAwAAAAAAxgAAHCAAwHT5FGEfGF6Z3s83xRvvWPEFu2tzsjs2buGEFIbW5i12cqkF1QQvW48x8b4l' +
      'xJEX25I+S7p4+RG5pYFeH5d1YuSW8Zr+u1M+TIhNXCfjOMtdhg+/adJhoFkR6PrEM23lktSO8Mi4/morvq6yt9Trg21IZMC82F2v' +
      'nSe9en/+acD7MdSm7CZNlH88hl/Yj62a0a7fIhQ6xwVr7KOvNJlSfgWil/GI40QlSoZGfFlSdzK0Mw7SVx05XTL7j6ipwZWJlA==',
  ],
  [1, 'FP79AAAAAAAAAAQAAQEW/v0AAQAAAAAAAAAwPcEM4GpSUD7GPP4iSNr2ebbxRCcyP/9JCMWQ/ORxj0FGtAZ1zLendrz9UxbJXBAP'],
  [0, 'F/79AAEAAAAAAAEAKElhdruI2FEXTXbBz0UIt7ij76Q+D/pBmnYGLYAa7+/KhZOF67/9naU='],
  [1, 'F/79AAEAAAAAAAEAKz3BDOBqUlA/+/DpQrV1lv4IgBprwYY1ypiC9M+Z7oHhDNfvH45rsqGbBpc='],
  [0, 'Ff79AAEAAAAAAAIAGklhdruI2FEYqcAQ2bsXTAwCDdYoS8kzE38i'],
];

/** As a pcap over UDP. */
export function dtlsTalk(): Uint8Array {
  const [client, server] = ['10.0.0.1:50000', '10.0.0.2:4433'];
  return pcap(
    packetsOf(
      DATAGRAMS.map(([side, said]) => {
        const bytes = Buffer.from(said, 'base64');
        return side === 0 ? udp(client, server, bytes) : udp(server, client, bytes);
      }),
    ),
  );
}
