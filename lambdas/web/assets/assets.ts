import { createHash } from 'node:crypto';
import { formScript } from './form-script.ts';
import { icon } from './icon.ts';
import { staffStyleSheet } from './staff-style.ts';
import { styleSheet } from './style.ts';

/** What browsers may keep; the address changes with the content. */
export const assets = {
  icon: asset('icon.svg', 'image/svg+xml', icon),
  style: asset('style.css', 'text/css; charset=utf-8', styleSheet),
  staffStyle: asset('staff.css', 'text/css; charset=utf-8', staffStyleSheet),
  form: asset('form.js', 'text/javascript; charset=utf-8', formScript),
};

function asset(name: string, type: string, content: string) {
  const path = `/assets/${name}`;
  return { path, url: `${path}?v=${fingerprint(content)}`, type, content };
}

function fingerprint(content: string): string {
  return createHash('sha256').update(content).digest('base64url').slice(0, 8);
}
