import { createHash } from 'node:crypto';
import { staffStyleSheet } from './staff-style.ts';
import { styleSheet } from './style.ts';
import { timeZoneScript } from './time-zone.ts';

/** What browsers may keep; the address changes with the content. */
export const assets = {
  style: asset('style.css', 'text/css; charset=utf-8', styleSheet),
  staffStyle: asset('staff.css', 'text/css; charset=utf-8', staffStyleSheet),
  timeZone: asset('time-zone.js', 'text/javascript; charset=utf-8', timeZoneScript),
};

function asset(name: string, type: string, content: string) {
  const path = `/assets/${name}`;
  return { path, url: `${path}?v=${fingerprint(content)}`, type, content };
}

function fingerprint(content: string): string {
  return createHash('sha256').update(content).digest('base64url').slice(0, 8);
}
