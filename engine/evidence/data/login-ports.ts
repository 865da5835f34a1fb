// Services that ask for a password, and how many bytes a server sends while a login fails: longer answers are work that
// was let in. From the protocols (RFC 4253, 959, 854; MS-RDPBCGR, MS-SMB2, RFC 6143, MS-TDS, MySQL's protocol),
// November 2026. Pools of database connections and clients of shares stay open or get more.

export interface LoginPort {
  readonly name: string;
  /** Most payload bytes of the server in a login that failed. */
  readonly most: number;
}

export const LOGIN_PORTS: ReadonlyMap<number, LoginPort> = new Map([
  [21, { name: 'FTP', most: 2_000 }],
  [22, { name: 'SSH', most: 5_000 }],
  [23, { name: 'Telnet', most: 2_000 }],
  [445, { name: 'SMB', most: 2_000 }],
  [1433, { name: 'SQL Server', most: 3_000 }],
  [3306, { name: 'MySQL', most: 500 }],
  [3389, { name: 'RDP', most: 5_000 }],
  [5900, { name: 'VNC', most: 500 }],
]);
