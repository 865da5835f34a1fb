// Addresses of pages. They stand behind the `#`, so that the token of a link reaches no server, log or referrer.

export type Route =
  | { readonly page: 'upload' }
  | { readonly page: 'history' }
  | { readonly page: 'capture'; readonly id: string }
  | { readonly page: 'shared'; readonly token: string }
  | { readonly page: 'charts' }
  | { readonly page: 'board' }
  | { readonly page: 'account' }
  | { readonly page: 'admin' }
  | { readonly page: 'register'; readonly invitation: string };

const PART = /^[\w-]{1,200}$/;

/** @param hash of the address, with its `#`; what is no page of ours is the first one */
export function routeOf(hash: string): Route {
  // As the server writes the link for its first administrator.
  const invited = /^#invitation=([\w-]{1,200})$/.exec(hash)?.[1];
  if (invited !== undefined) return { page: 'register', invitation: invited };
  const [page = '', part = ''] = hash.replace(/^#\/?/, '').split('/');
  switch (page) {
    case 'history':
    case 'charts':
    case 'board':
    case 'account':
    case 'admin':
      return { page };
    case 'capture':
      return PART.test(part) ? { page, id: part } : { page: 'history' };
    case 'shared':
      return PART.test(part) ? { page, token: part } : { page: 'upload' };
    case 'register':
      return { page, invitation: PART.test(part) ? part : '' };
    default:
      return { page: 'upload' };
  }
}

export function hashOf(route: Route): string {
  switch (route.page) {
    case 'capture':
      return `#/capture/${route.id}`;
    case 'shared':
      return `#/shared/${route.token}`;
    case 'register':
      return route.invitation === '' ? '#/register' : `#/register/${route.invitation}`;
    default:
      return `#/${route.page}`;
  }
}

export function go(route: Route): void {
  location.hash = hashOf(route);
}
