import { createHmac } from 'node:crypto';

/** Gives each address an id that tells nothing of it; the same for all its spellings in upper and lower case. */
export function addressIdOf(key: string): (email: string) => string {
  return (email) =>
    createHmac('sha256', key).update(email.toLowerCase()).digest('hex').slice(0, 32);
}
