import { createHash } from 'node:crypto';
import { assetFiles } from '#asset-files';

/** Browsers may cache these; the URL changes with the content. */
export const assets = {
  icon: asset('icon.svg', 'image/svg+xml; charset=utf-8', assetFiles.icon),
  style: asset('style.css', 'text/css; charset=utf-8', assetFiles.style),
  staffStyle: asset('staff.css', 'text/css; charset=utf-8', assetFiles.staffStyle),
  form: asset('form.js', 'text/javascript; charset=utf-8', assetFiles.form),
};

function asset(name: string, type: string, content: string) {
  const path = `/assets/${name}`;
  return { path, url: `${path}?v=${fingerprint(content)}`, type, content };
}

function fingerprint(content: string): string {
  return createHash('sha256').update(content).digest('base64url').slice(0, 8);
}
