import { byId } from './dom.js';

/** What keys do. */
export interface Actions {
  step(by: number): void;
  pause(): void;
  range(index: number): void;
  theme(): void;
  help(): void;
  leave(): void;
}

/** Has keys do what the list in index.html says, wherever the focus is but in a field that takes text or the key itself. */
export function listenToKeys(actions: Actions): void {
  const filter = byId<HTMLInputElement>('filter');
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || byId<HTMLDialogElement>('keys').open) return;
    const target = event.target as HTMLElement;
    if (event.key === 'Escape') {
      if (target === filter) {
        filter.value = '';
        filter.dispatchEvent(new Event('input'));
        filter.blur();
      } else actions.leave();
      return;
    }
    if (target.closest('input:not([type="checkbox"]), select, textarea') !== null) return;
    const act = actionOf(event.key, actions, filter);
    // A button or a box that has the focus takes the space bar itself.
    const isItsOwn = event.key === ' ' && target.closest('button, input, summary') !== null;
    if (act === undefined || isItsOwn) return;
    event.preventDefault();
    act();
  });
}

function actionOf(key: string, actions: Actions, filter: HTMLInputElement): (() => void) | undefined {
  if (/^[1-5]$/.test(key)) return () => actions.range(Number(key) - 1);
  switch (key) {
    case 'ArrowDown':
    case 'j':
      return () => actions.step(1);
    case 'ArrowUp':
    case 'k':
      return () => actions.step(-1);
    case ' ':
      return () => actions.pause();
    case 't':
      return () => actions.theme();
    case '?':
      return () => actions.help();
    case '/':
      return () => filter.focus();
    default:
      return undefined;
  }
}
