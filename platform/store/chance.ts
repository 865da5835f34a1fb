// Ids and secrets out of the system's random numbers.
import { createHash, randomBytes } from 'node:crypto';

const ID_BYTES = 16;
const SECRET_BYTES = 32;

/** 128 bits as 22 characters of base64url. */
export function newId(): string {
  return randomBytes(ID_BYTES).toString('base64url');
}

/** 256 bits as 43 characters of base64url: sessions, keys, invitations, shares. */
export function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

/** What a store keeps of a secret: 256 bits of chance need no salt and no slow hash. */
export function secretHash(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
