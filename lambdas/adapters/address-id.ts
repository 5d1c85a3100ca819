import { createHmac } from 'node:crypto';

/** Derives an id that reveals nothing about the email address; ignores case. */
export function addressIdOf(key: string): (email: string) => string {
  return (email) => createHmac('sha256', key).update(email.toLowerCase()).digest('base64url').slice(0, 22);
}
