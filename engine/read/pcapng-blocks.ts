// Numbers of pcapng by the names that libpcap gives them (sf-pcapng.c): block types, option codes, records of names
// (draft-ietf-opsawg-pcapng, 3.5, 4.1 to 4.7).

/** Block types. */
export const BT_SHB = 0x0a0d0d0a;
export const BT_IDB = 1;
/** The packet block that the enhanced one replaced. */
export const BT_PB = 2;
export const BT_SPB = 3;
export const BT_NRB = 4;
export const BT_ISB = 5;
export const BT_EPB = 6;
export const BT_DSB = 10;

/** What a section header has behind its lengths, written in the section's byte order. */
export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
/** The same, read in the wrong order. */
export const BYTE_ORDER_SWAPPED = 0x4d3c2b1a;

/** Options of every block. */
export const OPT_ENDOFOPT = 0;
export const OPT_COMMENT = 1;

/** Options of an interface description. */
export const IF_NAME = 2;
export const IF_DESCRIPTION = 3;
export const IF_TSRESOL = 9;
export const IF_FILTER = 11;
export const IF_TSOFFSET = 14;

/** Options of an interface's statistics. */
export const ISB_IFRECV = 4;
export const ISB_IFDROP = 5;
export const ISB_OSDROP = 7;

/** Records of a name resolution block. */
export const NRB_RECORD_END = 0;
export const NRB_RECORD_IPV4 = 1;
export const NRB_RECORD_IPV6 = 2;

/** Types of decryption secrets: the key log of TLS, 'TLSK'. */
export const SECRETS_TLS = 0x544c534b;
