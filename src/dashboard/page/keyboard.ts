/** `/` goes to the search, j and k (or the arrows, once there) through the texts. */
export function listenForKeys(document: Document): void {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const act = { '/': focusSearch, j: () => moveBy(1), k: () => moveBy(-1) }[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  });

  function focusSearch(): void {
    document.querySelector<HTMLInputElement>('.search input')?.select();
  }

  function moveBy(step: number): void {
    const texts = [...document.querySelectorAll<HTMLElement>('.texts .words')];
    const at = texts.findIndex((text) => text.matches(':focus'));
    const next = at === -1 ? texts[0] : texts[at + step];
    next?.focus();
    next?.scrollIntoView({ block: 'nearest' });
  }
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, select, textarea');
}
