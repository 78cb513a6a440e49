// The only script that a page names. It fetches the islands when a hand first reaches for one:
//   Ctrl/Cmd+K or [data-opens=palette]   opens the palette, which answers as soon as its island is there;
//   the focus comes into [data-wakes=focus];
//   a single key is pressed on a page with [data-wakes=keys], or the address asks for one.
// Until then, and whenever fetching fails, the page is what the server drew: its forms and links do the same.
const { module, wasm } = document.querySelector('script[data-module]').dataset;
let islands;

const wake = () => (islands ??= fetchIslands().catch(() => { islands = undefined; }));

async function fetchIslands() {
  const parts = await import(module);
  await parts.default({ module_or_path: wasm });
  parts.hydrate();
  for (const island of document.querySelectorAll('leptos-island')) parts[island.dataset.component]?.(island);
  return parts;
}

function openPalette() {
  const palette = document.getElementById('palette');
  if (!palette) return false;
  if (!palette.open) palette.showModal();
  palette.querySelector('input').select();
  wake();
  return true;
}

for (const link of document.querySelectorAll('[data-opens=palette]')) link.setAttribute('aria-haspopup', 'dialog');

addEventListener('click', (event) => {
  const isPlain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  if (isPlain && event.target.closest('[data-opens=palette]') && openPalette()) event.preventDefault();
});

const writing = 'input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog';

addEventListener('keydown', (event) => {
  if (event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
    if (openPalette()) event.preventDefault();
    return;
  }
  const isBare = event.key.length === 1 && !(event.ctrlKey || event.metaKey || event.altKey);
  if (islands || !isBare || !document.querySelector('[data-wakes=keys]') || event.target.closest(writing)) return;
  // The key that woke the island is meant for it.
  wake().then((parts) => parts && event.target.dispatchEvent(new KeyboardEvent('keydown', { key: event.key, bubbles: true, cancelable: true })));
});

addEventListener('focusin', (event) => event.target.closest('[data-wakes=focus]') && wake());

const asked = /^#(approve|deny)$/.test(location.hash) && document.querySelector('[data-wakes=keys]');
if (asked || document.activeElement?.closest('[data-wakes=focus]')) wake();
