// Keeps the whole app on this machine, so that it works without a network. The build puts the line `const BUILD = …` before this: its
// version, and the digest of each file.
//
// A version is kept whole or not at all, and a page gets all its files from one version: the next one waits until the page says that
// it wants it, and then the page is loaded anew.

const OURS = `tabwright ${self.registration.scope} `;
const KEPT = OURS + BUILD.version;

/**
 * Headers that the page's own files get besides. Empty: isolation (Cross-Origin-Opener-Policy, Cross-Origin-Embedder-Policy), which
 * shared memory needs, can be given here on hosts that set no headers.
 */
const HEADERS = {};

oninstall = (event) => event.waitUntil(keep());
onactivate = (event) => event.waitUntil(tidy().then(() => self.clients.claim()));
onmessage = ({ data }) => {
  if (data === 'take over') self.skipWaiting();
};
onfetch = (event) => {
  const file = fileOf(event.request);
  if (file === null) return;
  event.respondWith(answer(event.request, file));
  if (event.request.mode === 'navigate') event.waitUntil(tidy());
};

/** Fetches every file; one whose digest differs, because the host has another version by now, fails the whole. */
async function keep() {
  const cache = await caches.open(KEPT);
  const fetchOne = async ([file, integrity]) => {
    const response = await fetch(file, { integrity, cache: 'no-cache' });
    if (!response.ok) throw new Error(`${file}: ${response.status}`);
    // A page may not be answered by a response that was led elsewhere, as some hosts do with index.html.
    await cache.put(file, response.redirected ? new Response(response.body, response) : response);
  };
  try {
    await Promise.all(Object.entries(BUILD.files).map(fetchOne));
  } catch (error) {
    await caches.delete(KEPT);
    throw error;
  }
}

/** Forgets other versions, unless another tab may still live on one of them. */
async function tidy() {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  if (pages.length > 1) return;
  for (const name of await caches.keys()) {
    // A newer one, on its way to be kept, is not ours to forget: it makes room itself when it takes over.
    if (name.startsWith(OURS) && name !== KEPT && self.registration.waiting === null && self.registration.installing === null) {
      await caches.delete(name);
    }
  }
}

/** The kept file that a request is for; null if it is for none. */
function fileOf(request) {
  const url = new URL(request.url);
  const scope = new URL(self.registration.scope);
  if (request.method !== 'GET' || url.origin !== scope.origin || !url.pathname.startsWith(scope.pathname)) return null;
  const path = decodeURIComponent(url.pathname.slice(scope.pathname.length));
  // The address of a stage, or the app's own.
  const isStage = request.mode === 'navigate' && !path.includes('/') && !path.includes('.');
  return isStage ? 'index.html' : path;
}

async function answer(request, file) {
  const kept = (await (await caches.open(KEPT)).match(file)) ?? (await fromAnother(file));
  // No file of ours, or a browser that threw away what it kept: then there is the network.
  if (!kept) return fetch(request);
  if (Object.keys(HEADERS).length === 0) return kept;
  const headers = new Headers(kept.headers);
  for (const [name, value] of Object.entries(HEADERS)) headers.set(name, value);
  return new Response(kept.body, { status: kept.status, statusText: kept.statusText, headers });
}

/** A file of a version that a tab still lives on: its names have their content in them, so that it can be no other. */
async function fromAnother(file) {
  if (file in BUILD.files) return undefined;
  for (const name of await caches.keys()) {
    if (!name.startsWith(OURS)) continue;
    const kept = await (await caches.open(name)).match(file);
    if (kept) return kept;
  }
  return undefined;
}
