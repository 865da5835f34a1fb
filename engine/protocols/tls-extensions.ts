// Extensions of a hello (iana.org/assignments/tls-extensiontype-values) that something is made of.
export const EXT_SERVER_NAME = 0;
export const EXT_GROUPS = 10;
export const EXT_POINT_FORMATS = 11;
export const EXT_SIGNATURES = 13;
export const EXT_ALPN = 16;
export const EXT_TICKET = 35;
export const EXT_PSK = 41;
export const EXT_VERSIONS = 43;
export const EXT_ECH = 0xfe0d;
