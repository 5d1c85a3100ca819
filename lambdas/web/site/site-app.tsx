import type { Context, Hono } from 'hono';
import { formsFor } from '../../core/forms.ts';
import { sourceOf } from '../../core/source-address.ts';
import { assets } from '../assets/assets.ts';
import { newApp, withoutSlash } from '../base-app.ts';
import { wantsJson } from '../body.ts';
import { errorJson, type HttpError, notFound, toTheForm } from '../http-error.ts';
import { addConfirmRoutes } from './confirm-routes.tsx';
import { addLeavingRoutes } from './leaving-routes.tsx';
import { messagePage } from './message-page.tsx';
import { addMyLinkRoutes } from './my-link-routes.tsx';
import { addMyFiles, addMyRoutes } from './my-routes.tsx';
import { privacyPage } from './privacy-page.ts';
import { addSignUpRoutes } from './sign-up-routes.tsx';
import type { SiteDependencies } from './site-context.ts';

export function createSite(dependencies: SiteDependencies): Hono {
  const { rules, organization, logoUrl, retentionDays, log, addressIdOf, sourceAddress } = dependencies;
  const context = { ...dependencies, forms: formsFor(rules.exam) };
  const site = newApp({
    log,
    logoUrl,
    errorPage,
    referrerPolicy: 'no-referrer',
    requester: (c) => ({ source: addressIdOf(sourceOf(sourceAddress(c))) }),
  });
  site.notFound((c) => withoutSlash(c) ?? errorPage(c, notFound(toTheForm)));

  for (const { path, type, content } of Object.values(assets)) {
    site.get(path, (c) => {
      c.header('content-type', type);
      c.header('cache-control', 'public, max-age=31536000, immutable');
      return c.body(content);
    });
  }

  addSignUpRoutes(site, context);
  addConfirmRoutes(site, context);
  addMyLinkRoutes(site, context);
  addMyRoutes(site, context);
  addMyFiles(site, context);
  addLeavingRoutes(site, context);

  site.get('/privacy', (c) => c.html(privacyPage(organization, retentionDays)));
  return site;

  function errorPage(c: Context, { status, title, message, code, next }: HttpError) {
    if (wantsJson(c)) return c.json(errorJson(code, message), status);
    return c.html(messagePage(organization, title, [message], ...next), status);
  }
}
