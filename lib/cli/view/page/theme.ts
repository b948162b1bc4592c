import { byId, setText } from './dom.js';

const THEMES = ['system', 'dark', 'light'] as const;
type Theme = (typeof THEMES)[number];
const KEY = 'eshm-view-theme';

/** The switch between dark and light; the system's setting holds until somebody uses it. */
export class ThemeSwitch {
  readonly #button = byId('theme');
  readonly #changed: () => void;
  #theme: Theme = stored();

  /** @param changed - called when colours are others */
  constructor(changed: () => void) {
    this.#changed = changed;
    this.#button.addEventListener('click', () => this.next());
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', changed);
    this.#show();
  }

  /** The next of the three. */
  next(): void {
    this.#theme = THEMES[(THEMES.indexOf(this.#theme) + 1) % THEMES.length]!;
    try {
      localStorage.setItem(KEY, this.#theme);
    } catch {
      // A browser that keeps nothing.
    }
    this.#show();
    this.#changed();
  }

  #show(): void {
    document.documentElement.dataset.theme = this.#theme;
    setText(this.#button, `Theme: ${this.#theme}`);
  }
}

function stored(): Theme {
  try {
    const theme = localStorage.getItem(KEY);
    return THEMES.find((one) => one === theme) ?? 'system';
  } catch {
    return 'system';
  }
}

/** A colour of page.css as it is now. */
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
