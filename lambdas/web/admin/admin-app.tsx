import type { Context, Hono } from 'hono';
import { formsFor } from '../../core/forms.ts';
import { sourceOf } from '../../core/source-address.ts';
import { newApp, withoutSlash } from '../base-app.ts';
import { errorJson, HttpError, notFound } from '../http-error.ts';
import { type AdminDependencies, isSafeMethod, type SignedIn } from './admin-context.ts';
import { addCandidateRoutes } from './candidate-routes.tsx';
import { addEnrollRoutes } from './enroll-routes.tsx';
import { addImportRoutes } from './import-routes.tsx';
import { addListRoutes } from './list-routes.tsx';
import { addSessionRoutes } from './session-routes.tsx';
import { createStaffApi } from './staff-api.ts';
import { messagePage, showPage } from './staff-layout.tsx';

/** The staff pages and API; everything requires a login. */
export function createAdmin(dependencies: AdminDependencies): Hono<SignedIn> {
  const { rules, origin, logoUrl, log, addressIdOf, sourceAddress } = dependencies;
  const context = { ...dependencies, forms: formsFor(rules.exam) };
  const app = newApp<SignedIn>({
    log,
    logoUrl,
    errorPage,
    referrerPolicy: 'same-origin',
    requester: (c) => ({ source: addressIdOf(sourceOf(sourceAddress(c))), by: c.get('staff')?.id }),
  });
  app.notFound((c) => withoutSlash(c) ?? errorPage(c, notFound()));

  app.route('/admin/api', createStaffApi(context));

  app.use('/admin/*', async (c, next) => {
    const isSameOrigin = c.req.header('origin') === origin || c.req.header('sec-fetch-site') === 'same-origin';
    if (!isSafeMethod(c) && !isSameOrigin)
      throw new HttpError(
        'cross-site',
        'Not from our page',
        'This request didn’t come from our pages. Open the page again and try once more.',
      );
    await next();
  });

  addSessionRoutes(app, context);
  addListRoutes(app, context);
  addEnrollRoutes(app, context);
  addImportRoutes(app, context);
  addCandidateRoutes(app, context);
  return app;

  function errorPage(c: Context<SignedIn>, { status, title, message, code, next: [next] }: HttpError) {
    if (c.req.path.startsWith('/admin/api')) return c.json(errorJson(code, message), status);
    return showPage(c, context, messagePage(title, message, next ?? toTheStudents), status);
  }
}

const toTheStudents = { text: 'Go to all students', href: '/admin' };
