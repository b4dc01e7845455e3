/** What the server answers: a login link that works once; or why there is none. */
export interface Invitation {
  url: string | null;
  expiresAt: string | null;
  error: string | null;
}

/** Called by the interop class: asks with the browser's own login, which the circuit does not have. */
export async function create(role: string, returnUrl: string): Promise<Invitation> {
  const response = await fetch(new URL('api/v1/invitations', document.baseURI), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ role, returnUrl }),
  }).catch(() => null);
  if (!response?.ok) {
    return { url: null, expiresAt: null, error: `The server made no link (${response?.status ?? 'not reachable'}).` };
  }
  // The path, under the name by which this browser reaches the server: behind a proxy the server knows another.
  const { path, expiresAt } = await response.json() as { path: string; expiresAt: string };
  return { url: new URL(path, document.baseURI).href, expiresAt, error: null };
}
